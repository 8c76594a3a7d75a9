package service

import (
	"slices"
	"time"

	"liangcheng/app/portal"
)

// eventSeeds are the fictional events with everything that belongs to them.
type eventSeeds struct {
	events      []portal.Event
	invitations []portal.Invitation
	meetings    []portal.Meeting
	intentions  []portal.Intention
}

// events exist only as demonstration data: one that was held, whose timetable is computed
// like any other, and one that is inviting. Days count from the day of loading.
func (r *rowReader) events(n nouns) (out eventSeeds) {
	if !r.o.Demo {
		return out
	}
	r.each([]string{"demo/events.csv"}, []string{"id", "title", "place", "start", "minutes", "rounds", "tables", "deadline_before", "state"}, func(w row) {
		for _, code := range w.List("industries") {
			w.refers("industries", "industries.csv", code)
		}
		out.events = append(out.events, w.event())
	})
	at := map[string]int{}
	r.each([]string{"demo/event_parties.csv"}, []string{"event_id", "kind", "record", "state", "most", "order"}, func(w row) {
		w.refers("event_id", "events.csv", w.must("event_id"))
		inv := w.invitation(n)
		at[inv.Event+inv.Record] = len(out.invitations)
		out.invitations = append(out.invitations, inv)
	})
	met := map[string]row{}
	r.each([]string{"demo/event_proposals.csv"}, []string{"event_id", "need_id", "college_id", "code", "permille"}, func(w row) {
		event, p := w.Get("event_id"), w.proposal(n)
		college, known := at[event+p.College]
		enterprise, also := at[event+p.Enterprise]
		if !known || !also {
			w.fail("need_id", "its enterprise or college is no party of %q", event)
			return
		}
		out.invitations[college].Offers = append(out.invitations[college].Offers, p)
		if asks := &out.invitations[enterprise]; !slices.Contains(asks.Needs, p.Need) {
			asks.Needs = append(asks.Needs, p.Need)
		}
		met[event+p.Key()] = w
	})
	for i := range out.events {
		out.take(&out.events[i], met)
	}
	return out
}

// event reads an event with its days counted from the day of loading.
func (w row) event() portal.Event {
	today := w.reader.o.Now.UTC().Truncate(day)
	on := today.AddDate(0, 0, count(w.number("days_ahead"))-count(w.number("days_ago")))
	return portal.Event{Meta: portal.Meta{ID: w.id("events.csv", w.must("id"))}, Title: w.must("title"), Place: w.must("place"), About: w.Get("about"), Industries: w.List("industries"),
		Day: on.Format(time.DateOnly), Start: w.must("start"), Minutes: count(w.number("minutes")), Rounds: count(w.number("rounds")), Tables: count(w.number("tables")),
		Deadline: on.AddDate(0, 0, -count(w.number("deadline_before"))).Format(time.DateOnly), State: one(w, "state", portal.EventStates[:], false),
		InvitedAt: today.AddDate(0, 0, -count(w.number("days_ago"))-30), Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
}

func (w row) invitation(n nouns) portal.Invitation {
	inv := portal.Invitation{Event: w.Get("event_id"), Kind: one(w, "kind", []portal.OrganisationKind{portal.OfCollege, portal.OfEnterprise}, false), Record: w.must("record"),
		State: one(w, "state", portal.InvitationStates[:], false), Most: count(w.number("most")), Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
	if inv.Kind == portal.OfCollege {
		w.refers("record", "colleges.csv", inv.Record)
		inv.Organisation = portal.CollegeOrganisation(inv.Record)
		for _, c := range n.colleges {
			if c.ID == inv.Record {
				inv.Name = c.Name
			}
		}
	} else {
		w.refers("record", "enterprises.csv", inv.Record)
		inv.Organisation = portal.EnterpriseOrganisation(inv.Record)
		for _, e := range n.enterprises {
			if e.ID == inv.Record {
				inv.Name = e.Name
			}
		}
	}
	for _, need := range w.List("order") {
		w.refers("order", "needs.csv", need)
		inv.Order = append(inv.Order, portal.Proposal{Need: need, College: inv.Record}.Key())
	}
	inv.ID = portal.InvitationID(inv.Event, inv.Organisation)
	return inv
}

func (w row) proposal(n nouns) portal.Proposal {
	p := portal.Proposal{Need: w.must("need_id"), College: w.must("college_id"), Programme: portal.ProgrammeID(w.Get("college_id"), w.must("code")), S: float64(count(w.number("permille"))) / 1000}
	w.refers("need_id", "needs.csv", p.Need)
	w.refers("code", "programmes.csv", p.Programme)
	for _, need := range n.needs {
		if need.ID == p.Need {
			p.Title, p.Enterprise, p.Anonymous = need.Title, need.EnterpriseID, need.Anonymous
		}
	}
	for _, pr := range n.programmes {
		if pr.ID == p.Programme {
			p.Name = pr.Name
		}
	}
	return p
}

// take computes the timetable of an event that was held, and what came of its meetings.
func (s *eventSeeds) take(ev *portal.Event, met map[string]row) {
	if ev.State != portal.EventHeld {
		return
	}
	var mine []portal.Invitation
	names := map[string]string{}
	for _, inv := range s.invitations {
		if inv.Event == ev.ID {
			mine = append(mine, inv)
			names[inv.Record] = inv.Name
		}
	}
	plan := newPlan(*ev, sidesOf(mine))
	ev.Timetable, ev.Pairing, ev.Published = plan.Timetable, plan.pairing(), ev.RoundAt(1).AddDate(0, 0, -5)
	for i, p := range plan.Timetable {
		w := met[ev.ID+p.Key()]
		m := portal.Meeting{Meta: portal.Meta{ID: portal.MeetingID(ev.ID, i+1)}, Event: ev.ID, Placed: p, EnterpriseName: names[p.Enterprise], CollegeName: names[p.College],
			From: ev.RoundAt(p.Round), To: ev.RoundAt(p.Round + 1), State: portal.MeetingPlanned, EnterpriseCame: one(w, "enterprise_came", portal.Presences[:], false),
			CollegeCame: one(w, "college_came", portal.Presences[:], false), Origin: ev.Origin}
		if m.Held() {
			m.Intention = metID(m.ID)
			s.intentions = append(s.intentions, w.intention(m, *ev))
		}
		s.meetings = append(s.meetings, m)
	}
}

// intention is what a held meeting became.
func (w row) intention(m portal.Meeting, ev portal.Event) portal.Intention {
	sent := m.To.Add(time.Hour)
	in := portal.Intention{Meta: portal.Meta{ID: m.Intention}, From: portal.OfEnterprise, College: m.College, Enterprise: m.Enterprise, Need: m.Need,
		Programmes: []portal.WantedSeats{{Programme: m.Programme, Name: m.Name}}, Modes: []portal.Mode{portal.PracticeBase}, Text: "我们在「" + ev.Title + "」上洽谈过这项需求，愿意继续谈合作（虚构）。",
		State: one(w, "intention", portal.IntentionStates[:], false), SentAt: sent, WarnAt: sent.AddDate(0, 0, 7), DueAt: sent.AddDate(0, 0, 50), Partnership: w.Get("partnership"), Origin: m.Origin}
	w.refers("partnership", "partnerships.csv", in.Partnership)
	if after := w.number("answered_after"); after != nil {
		in.AnsweredAt = sent.AddDate(0, 0, *after)
	}
	if in.State == portal.IntentionDeclined {
		in.Reason = portal.DeclineReasons[2]
	}
	return in
}
