package service

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// SeatPlan is how the order classes the needs of an event ask for could be filled with the
// free seats of the colleges that take part.
type SeatPlan struct {
	Event portal.Event
	Needs []SeatNeed
	Open  []portal.Need // order classes without a headcount: nothing can be planned
}

// SeatNeed is a need of order classes with the programmes that would fill it.
type SeatNeed struct {
	Need    portal.Need
	Given   []SeatShare
	Lacking int
}

// SeatShare is what a programme gives to a need.
type SeatShare struct {
	Offered match.Offered
	Seats   int
}

// Seats plans the order classes of an event's needs as things stand: as many seats as can
// be filled, by the programmes that fit best. It promises nothing. Programmes that do not
// tell their free seats are left out.
func (e *Events) Seats(ctx context.Context, v portal.Viewer, id string) (SeatPlan, error) {
	var plan SeatPlan
	f, err := e.Follow(ctx, v, id)
	if err != nil {
		return plan, err
	}
	plan.Event = f.Event
	colleges := map[string]bool{}
	var asked []string
	for _, inv := range f.Invitations {
		switch {
		case inv.State == portal.InvitationDeclined, inv.State == portal.InvitationLeft:
		case inv.Kind == portal.OfCollege:
			colleges[inv.Record] = true
		default:
			asked = append(asked, inv.Needs...)
		}
	}
	needs, err := e.Records.Needs.GetMany(ctx, asked)
	if err != nil {
		return plan, fault("service.Events.Seats", id, err)
	}
	for _, n := range needs {
		switch {
		case !slices.Contains(n.Modes, portal.OrderClass):
		case n.Headcount == nil:
			plan.Open = append(plan.Open, n)
		default:
			plan.Needs = append(plan.Needs, SeatNeed{Need: n})
		}
	}
	return plan, e.allocate(ctx, v, &plan, colleges)
}

// allocate fills the needs of a plan.
func (e *Events) allocate(ctx context.Context, v portal.Viewer, plan *SeatPlan, colleges map[string]bool) error {
	var wanted, free []int
	var supplies []match.Supply
	var offered []match.Offered // of each supply
	programmes := map[string]int{}
	for i, n := range plan.Needs {
		wanted = append(wanted, *n.Need.Headcount)
		answer, err := e.match.Rank(ctx, v, NeedOf(n.Need))
		if err != nil {
			return err
		}
		for _, o := range answer.Answer.Offered {
			p := o.Offer.Programme
			if p.SeatsLeft() == nil || !colleges[p.CollegeID] {
				continue
			}
			at, known := programmes[p.ID]
			if !known {
				at = len(free)
				programmes[p.ID], free = at, append(free, *p.SeatsLeft())
			}
			supplies, offered = append(supplies, match.Supply{Need: i, Programme: at, S: o.S}), append(offered, o)
		}
	}
	seats, lacking := match.Allocate(wanted, free, supplies)
	for k, s := range supplies {
		if seats[k] > 0 {
			plan.Needs[s.Need].Given = append(plan.Needs[s.Need].Given, SeatShare{offered[k], seats[k]})
		}
	}
	for i := range plan.Needs {
		plan.Needs[i].Lacking = lacking[i]
	}
	return nil
}

// timetableColumns are the columns of the workbook of a timetable, with their widths.
var timetableColumns = []struct {
	key   string
	width float64
}{{"round", 8}, {"from", 18}, {"table", 8}, {"enterprise", 34}, {"need", 34}, {"college", 34}, {"programme", 28}, {"score", 8}, {"state", 12}, {"enterprise_came", 12}, {"college_came", 12}, {"intention", 16}}

// Workbook is the timetable of an event for the office.
func (e *Events) Workbook(ctx context.Context, v portal.Viewer, lang, id string) ([]byte, error) {
	c, err := e.Follow(ctx, v, id)
	if err != nil {
		return nil, err
	}
	say := func(key string, args ...any) string { return e.Words(lang, key, args...) }
	l := sheet.Layout{Sheet: say("event.timetable")}
	for _, col := range timetableColumns {
		l.Columns = append(l.Columns, sheet.Column{Key: col.key, Title: say("event.column." + col.key), Width: col.width})
	}
	rows := make([]map[string]string, len(c.Meetings))
	for i, m := range c.Meetings {
		h := HeldMeeting{Meeting: m, On: map[Step]string{}}
		if m.Intention != "" {
			if err := e.follow(ctx, &h); err != nil {
				return nil, err
			}
		}
		rows[i] = map[string]string{"round": strconv.Itoa(m.Round), "from": m.From.In(portal.Shanghai).Format("2006-01-02 15:04"), "table": strconv.Itoa(m.Table), "enterprise": m.EnterpriseName, "need": m.Title,
			"college": m.CollegeName, "programme": m.Name, "score": strconv.Itoa(int(100*m.S + .5)), "state": say("meeting.state." + string(m.State)),
			"enterprise_came": say("presence." + orElse(string(m.EnterpriseCame), "none")), "college_came": say("presence." + orElse(string(m.CollegeCame), "none"))}
		if h.State != "" {
			rows[i]["intention"] = say("intention.state." + string(h.State))
		}
	}
	var out bytes.Buffer
	err = sheet.Write(&out, l, rows)
	return out.Bytes(), fault("service.Events.Workbook", id, err)
}
