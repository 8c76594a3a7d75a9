package web

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// partyPage is an event for one of its parties: what it was asked, what it answered, when
// it meets whom.
func (s *site) partyPage(ctx context.Context, r *request, organisation string) (views.Desk, error) {
	say := s.say(r.lang)
	e, err := s.Services.Events.Party(ctx, r.viewer, r.Params("id"), organisation)
	if err != nil {
		return views.Desk{}, err
	}
	ev, inv := e.Event, e.Invitation
	p := s.deskPage(ctx, r, ev.Title)
	p.HeadingLang, p.Kind, p.State, p.Badge, p.Lead = r.han(), say("noun.event"), say("event.state."+string(ev.State)), badge(say, ev.Origin), ev.About
	if ev.State == portal.EventCancelled {
		p.Notices = append(p.Notices, say("event.was_cancelled", ev.Reason))
	}
	p.Summary = append(s.eventFacts(r, e.EventEntry), fact(views.Cell{Label: say("event.answer"), Text: say("invitation.state." + string(inv.State))}))
	if !inv.Of(r.viewer) {
		p.Links = []views.Link{{Text: say("event.back"), URL: r.to(eventPath(ev.ID))}}
		p.Summary = append([]views.Fact{fact(r.hanCell(say, say("event.party"), inv.Name))}, p.Summary...)
		if !e.Claimed {
			p.Notices = append(p.Notices, say("event.unclaimed.answer"))
		}
	}
	if !ev.Published.IsZero() {
		p.Sections = append(p.Sections, s.timetableSection(r, e.EventEntry, e.Meetings, organisation))
	}
	if acts := s.partyActs(r, e); len(acts.Forms) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.proposalSection(r, e), s.historySection(r, inv.Events))
	return p, nil
}

// partyActs are the forms by which a party answers, or leaves.
func (s *site) partyActs(r *request, e service.EventParty) views.Section {
	say, inv, now := s.say(r.lang), e.Invitation, s.Clock()
	sec := views.Section{ID: "answer", Title: say("intention.your_answer")}
	path := partyPath(e.Event.ID, inv.Organisation)
	form := func(act, look string, fields ...views.Field) *views.Form {
		f := s.form(r, path+"/"+act, "event.do."+act, fields...)
		f.ID, f.Title, f.Look, f.Hidden = act, say("event.do."+act), look, []views.Hidden{{Name: "version", Value: strconv.FormatInt(inv.Version, 10)}}
		return f
	}
	if inv.Can(r.viewer, portal.AnswerInvitation, e.Event, e.Claimed, now) {
		most := ""
		if inv.Most > 0 {
			most = itoa(inv.Most)
		}
		fields := []views.Field{must(s.eventField(r, "number", "most", most))}
		for _, p := range e.Proposals {
			rank := ""
			if at := slices.Index(inv.Order, p.Key()); at >= 0 {
				rank = itoa(at + 1)
			} else if slices.Contains(inv.Struck, p.Key()) {
				rank = "0"
			}
			fields = append(fields, views.Field{Kind: "number", Name: "rank." + p.Key(), Label: s.proposalLabel(r, inv, p), Value: rank})
		}
		accept := form("accept", "", fields...)
		accept.Note = say("event.accept.note." + string(inv.Kind))
		if inv.State == portal.InvitationAccepted {
			accept.Submit, accept.Title = say("event.change_answer"), say("event.change_answer")
		}
		sec.Forms = append(sec.Forms, *accept)
		if inv.State != portal.InvitationDeclined {
			sec.Forms = append(sec.Forms, *form("decline", "danger", s.field(r, "area", "note", "")))
		}
	}
	if inv.Can(r.viewer, portal.LeaveEvent, e.Event, e.Claimed, now) {
		leave := form("leave", "danger", must(s.field(r, "area", "note", "")))
		leave.Note = say("event.leave.note")
		sec.Forms = append(sec.Forms, *leave)
	}
	return sec
}

// proposalLabel names a proposal to a party: the need to a college, the college to an
// enterprise.
func (s *site) proposalLabel(r *request, inv portal.Invitation, p service.ProposalEntry) string {
	say := s.say(r.lang)
	percent := int(math.Round(100 * p.S))
	if inv.Kind == portal.OfEnterprise {
		return say("event.rank_college", p.CollegeName, p.Name, p.Title, percent)
	}
	return say("event.rank_need", p.Title, orElse(p.EnterpriseName, say("need.anonymous")), p.Name, percent)
}

// proposalSection shows the proposals of a party, the best first, with the reasons.
func (s *site) proposalSection(r *request, e service.EventParty) views.Section {
	say, inv := s.say(r.lang), e.Invitation
	sec := views.Section{ID: "proposals", Title: say("event.proposals"), Note: say("event.proposals.note")}
	for _, p := range e.Proposals {
		row := views.MatchProgramme{Percent: int(math.Round(100 * p.S))}
		if p.Offered != nil {
			row = s.matchProgramme(r, nil, *p.Offered)
			row.Shortlist, row.Cluster, row.Level = nil, "", ""
		}
		programme := r.name(p.Name, "", r.to("/programmes/"+url.PathEscape(p.Programme)))
		need := r.name(p.Title, "", r.to("/needs/"+url.PathEscape(p.Need.ID)))
		if p.Need.ID == "" {
			need.URL = ""
		}
		if row.Name, row.College = need, r.name(orElse(p.EnterpriseName, say("need.anonymous")), "", ""); inv.Kind == portal.OfEnterprise {
			row.Name, row.College = programme, r.name(p.CollegeName, "", r.to("/colleges/"+url.PathEscape(p.College)))
			row.Cluster = p.Title
		} else {
			row.Cluster = p.Name
		}
		if slices.Contains(inv.Struck, p.Key()) {
			row.Level = say("event.struck")
		} else if at := slices.Index(inv.Order, p.Key()); at >= 0 {
			row.Level = say("event.ranked", at+1)
		} else {
			row.Level = say("event.by_score")
		}
		sec.Matches = append(sec.Matches, row)
	}
	if len(sec.Matches) == 0 {
		sec.Note, sec.Empty = "", &views.Empty{Text: say("event.proposals.none")}
	}
	return sec
}

func (s *site) showParty(ctx context.Context, r *request) error {
	p, err := s.partyPage(ctx, r, r.Params("party"))
	return s.shown(r, p, err)
}

// partyDone goes back to the party: with a message, with what is wrong, or with the news
// that the event has moved on.
func (s *site) partyDone(ctx context.Context, r *request, err error, flash string) error {
	party := r.Params("party")
	if err == nil {
		if party == r.viewer.Organisation {
			return s.done(r, flash, eventPath(r.Params("id")))
		}
		return s.done(r, flash, partyPath(r.Params("id"), party))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	p, perr := s.partyPage(ctx, r, party)
	if perr != nil {
		return perr
	}
	if len(invalid) > 0 {
		return s.refused(r, &p, invalid)
	}
	for _, form := range formsOf(&p) {
		if form.ID == r.FormValue("_form") {
			r.refill(form)
		}
	}
	return s.late(r, p, "event.moved_on")
}

// acceptInvitation reads how many meetings a party wants, and the ranks it gave.
func (s *site) acceptInvitation(ctx context.Context, r *request) error {
	w := service.Wishes{Ranks: map[string]int{}}
	var bad portal.Invalid
	if n := wholeNumber(&bad, "most", r.value("most"), "场"); n != nil {
		w.Most = *n
	} else if r.value("most") == "" {
		bad.Add("most", "problem.required")
	}
	e, err := s.Services.Events.Party(ctx, r.viewer, r.Params("id"), r.Params("party"))
	if err != nil {
		return err
	}
	for _, p := range e.Proposals {
		if n := wholeNumber(&bad, "rank."+p.Key(), r.value("rank."+p.Key()), ""); n != nil {
			w.Ranks[p.Key()] = *n
		}
	}
	if err = bad.Err(); err == nil || !e.Invitation.Can(r.viewer, portal.AnswerInvitation, e.Event, e.Claimed, s.Clock()) {
		_, err = s.Services.Events.Accept(ctx, r.viewer, r.Params("id"), r.Params("party"), r.version(), w)
	}
	return s.partyDone(ctx, r, err, "event_accepted")
}

func (s *site) declineInvitation(ctx context.Context, r *request) error {
	_, err := s.Services.Events.Decline(ctx, r.viewer, r.Params("id"), r.Params("party"), r.version(), r.value("note"))
	return s.partyDone(ctx, r, err, "event_declined")
}

func (s *site) leaveEvent(ctx context.Context, r *request) error {
	err := s.Services.Events.Leave(ctx, r.viewer, r.Params("id"), r.Params("party"), r.version(), r.value("note"))
	return s.partyDone(ctx, r, err, "event_left")
}
