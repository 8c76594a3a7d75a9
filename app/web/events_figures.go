package web

import (
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// conversionSection is what became of the held meetings after so many days, each number
// leading to what it counts.
func (s *site) conversionSection(r *request, c service.Conversion) views.Section {
	say := s.say(r.lang)
	today := s.Clock().In(portal.Shanghai).Format(time.DateOnly)
	sec := views.Section{ID: "conversion", Title: say("event.conversion"), Note: say("event.conversion.note", today)}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("event.conversion.by")}, {Text: say("event.conversion.held"), Number: true}}}
	for _, step := range service.Steps {
		sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("event.step." + string(step)), Number: true})
	}
	at := func(days int, step service.Step) string {
		return r.to(eventPath(c.Event.ID)+"/conversion") + "?days=" + itoa(days) + "&step=" + string(step)
	}
	for _, days := range service.ConversionDays {
		row := views.Row{Name: views.Link{Text: say("event.conversion.days", days)}, Note: c.By(days), Cells: []views.Cell{{Label: say("event.conversion.held"), Text: itoa(len(c.Held)), URL: r.to(eventPath(c.Event.ID) + "/conversion"), Number: true}}}
		if c.By(days) > today {
			row.Note = say("event.conversion.not_yet", c.By(days))
		}
		for _, step := range service.Steps {
			row.Cells = append(row.Cells, views.Cell{Label: say("event.step." + string(step)), Text: itoa(len(c.Reached(step, days))), URL: at(days, step), Number: true})
		}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	return sec
}

// showConversion lists the records behind a number: all held meetings, or those that had
// reached a step by a day.
func (s *site) showConversion(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	c, err := s.Services.Events.Converted(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("event.conversion"))
	p.Lead = c.Event.Title
	p.Links = []views.Link{{Text: say("event.back"), URL: r.to(eventPath(c.Event.ID) + "#conversion")}}
	list, title := c.Held, say("event.conversion.held")
	if step := service.Step(r.Query("step")); step != "" {
		days, err := strconv.Atoi(r.Query("days"))
		if err != nil || !slices.Contains(service.ConversionDays[:], days) || !slices.Contains(service.Steps[:], step) {
			return portal.ErrNotFound
		}
		list, title = c.Reached(step, days), say("event.conversion.reached", say("event.step."+string(step)), days, c.By(days))
	}
	sec := views.Section{ID: "meetings", Title: title}
	if len(list) == 0 {
		sec.Empty = &views.Empty{Text: say("event.conversion.none")}
	} else {
		sec.Table = s.heldTable(r, title, list)
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// heldTable lists held meetings with the days of their steps.
func (s *site) heldTable(r *request, caption string, list []service.HeldMeeting) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("noun.meeting")}, {Text: say("noun.intention")}}}
	for _, step := range service.Steps {
		t.Columns = append(t.Columns, views.Column{Text: say("event.step." + string(step))})
	}
	for _, m := range list {
		intention := views.Cell{Label: say("noun.intention"), Text: say("event.no_intention"), Muted: true}
		if m.State != "" {
			intention = linkCell(say("noun.intention"), views.Link{Text: say("intention.state." + string(m.State)), URL: r.to("/desk/intentions/" + url.PathEscape(m.Intention))})
		}
		row := views.Row{Name: views.Link{Text: m.EnterpriseName + " × " + m.CollegeName, URL: r.to(meetingPath(m.Meeting)), Lang: r.han()}, Note: m.Title, Cells: []views.Cell{intention}}
		for _, step := range service.Steps {
			cell := views.Cell{Label: say("event.step." + string(step)), Text: orElse(m.On[step], "—"), Muted: m.On[step] == ""}
			if step != service.StepAccepted && m.On[step] != "" {
				cell.URL = r.to(partnershipPath(m.Partnership))
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// showSeats plans the order classes of an event: which programme gives how many, and what
// is missing.
func (s *site) showSeats(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	plan, err := s.Services.Events.Seats(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("event.seats"))
	p.Lead = plan.Event.Title
	p.Links = []views.Link{{Text: say("event.back"), URL: r.to(eventPath(plan.Event.ID))}}
	sec := views.Section{ID: "seats", Title: say("event.seats"), Note: say("event.seats.note", moment(s.Clock()))}
	if len(plan.Needs) == 0 {
		sec.Empty = &views.Empty{Text: say("event.seats.none")}
	} else {
		sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.need")}, {Text: say("noun.programme")}, {Text: say("event.seats.given"), Number: true}, {Text: say("event.column.score"), Number: true}}}
	}
	for _, n := range plan.Needs {
		note := say("event.seats.filled", *n.Need.Headcount)
		if n.Lacking > 0 {
			note = say("event.seats.lacking", *n.Need.Headcount, n.Lacking)
		}
		need := r.name(n.Need.Title, "", r.to("/needs/"+url.PathEscape(n.Need.ID)))
		if len(n.Given) == 0 {
			sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: need, Note: note, Cells: []views.Cell{{Label: say("noun.programme"), Text: say("event.seats.nobody"), Muted: true},
				{Label: say("event.seats.given"), Text: "0", Number: true}, {Label: say("event.column.score"), Text: "—", Muted: true, Number: true}}})
		}
		for _, g := range n.Given {
			college := g.Offered.Offer.College.Name
			sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: need, Note: note, Cells: []views.Cell{
				linkCell(say("noun.programme"), r.name(college+" · "+g.Offered.Offer.Programme.Name, "", r.to("/programmes/"+url.PathEscape(g.Offered.Offer.Programme.ID)))),
				{Label: say("event.seats.given"), Text: say("need.persons", g.Seats), Number: true}, {Label: say("event.column.score"), Text: itoa(int(math.Round(100 * g.Offered.S))), Number: true}}})
		}
	}
	p.Sections = []views.Section{sec}
	if len(plan.Open) > 0 {
		open := views.Section{ID: "open", Title: say("event.seats.open"), Note: say("event.seats.open.note")}
		for _, n := range plan.Open {
			open.List = append(open.List, r.name(n.Title, "", r.to("/needs/"+url.PathEscape(n.ID))))
		}
		p.Sections = append(p.Sections, open)
	}
	return s.render(r, "desk", "", p)
}
