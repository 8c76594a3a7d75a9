package web

import (
	"context"
	"math"
	"net/url"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// invitePage is where the office chooses open needs, and for each of them among the
// colleges that the match suggests.
func (s *site) invitePage(ctx context.Context, r *request, chosen []string) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Events.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	if !f.Event.Can(r.viewer, portal.InviteTo, s.Clock()) {
		return views.Desk{}, portal.ErrForbidden
	}
	p := s.deskPage(ctx, r, say("event.invite"))
	p.Lead = f.Event.Title
	p.Links = []views.Link{{Text: say("event.back"), URL: r.to(eventPath(f.Event.ID))}}
	suggestions, err := s.Services.Events.Suggest(ctx, r.viewer, f.Event.ID, chosen)
	if err != nil {
		return p, err
	}
	if len(suggestions) > 0 {
		p.Form = s.form(r, eventPath(f.Event.ID)+"/invite", "event.do.invite")
		for _, sg := range suggestions {
			p.Form.Hidden = append(p.Form.Hidden, views.Hidden{Name: "needs", Value: sg.Need.ID})
			p.Form.Fields = append(p.Form.Fields, s.suggestionField(r, sg))
		}
	}
	needs, err := s.needsToChoose(ctx, r, f.Event, chosen)
	if err != nil {
		return p, err
	}
	for _, sg := range suggestions {
		sec := views.Section{ID: "why-" + sg.Need.ID, Title: sg.Need.Title, Note: sg.Need.Text}
		if sg.Degraded {
			sec.Note = say("match.degraded")
		}
		for _, c := range sg.Colleges {
			row := s.matchProgramme(r, nil, c.Offered)
			row.Shortlist = nil
			sec.Matches = append(sec.Matches, row)
		}
		p.Sections = append(p.Sections, sec)
	}
	p.Sections = append(p.Sections, needs)
	return p, nil
}

// suggestionField ticks the colleges to invite for a need: at first those that are on the
// portal and have not been asked.
func (s *site) suggestionField(r *request, sg service.Suggestion) views.Field {
	say := s.say(r.lang)
	field := views.Field{Kind: "checks", Name: "colleges." + sg.Need.ID, Label: say("event.colleges_for", sg.Need.Title)}
	if name := sg.Enterprise.Name; name != "" {
		field.Help = name
	}
	if len(sg.Colleges) == 0 {
		field.Help = say("event.no_colleges")
	}
	for _, c := range sg.Colleges {
		o := views.Option{Value: c.Offered.Offer.College.ID, Selected: c.Claimed && !c.Asked, Lang: r.han(),
			Text: say("event.college_option", c.Offered.Offer.College.Name, c.Offered.Offer.Programme.Name, int(math.Round(100*c.Offered.S)))}
		if r.Method() == "POST" {
			o.Selected = slices.Contains(r.values(field.Name), o.Value)
		}
		switch {
		case c.Asked:
			o.Text += " · " + say("event.asked")
		case !c.Claimed:
			o.Text += " · " + say("event.unclaimed")
		}
		field.Options = append(field.Options, o)
	}
	return field
}

// needsToChoose lists open needs: those of the event's industries, or those found by words.
func (s *site) needsToChoose(ctx context.Context, r *request, ev portal.Event, chosen []string) (views.Section, error) {
	say := s.say(r.lang)
	q := clean(r.Query("q"))
	l := service.Listing{Text: q, Size: service.MaxPageSize}
	if q == "" && len(ev.Industries) > 0 {
		divisions := make([]string, len(ev.Industries))
		for i, code := range ev.Industries {
			divisions[i] = portal.IndustryDivision(code)
		}
		l.Refine = map[string][]string{"industry": divisions}
	}
	sec := views.Section{ID: "needs", Title: say("event.choose_needs"), Note: say("event.choose_needs.note")}
	found, err := s.Services.Needs.List(ctx, r.viewer, l)
	if err != nil {
		return sec, err
	}
	path := eventPath(ev.ID) + "/invite"
	search := views.Form{ID: "find", Get: true, Action: r.to(path), Submit: say("event.find"), Look: "quiet", Fields: []views.Field{s.eventField(r, "text", "q", q)}}
	sec.Forms = []views.Form{search}
	if len(found.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("event.no_needs")}
		return sec, nil
	}
	field := several(s.eventField(r, "checks", "need", ""), chosen)
	for _, n := range found.Items {
		text := n.Need.Title
		if n.Enterprise.Name != "" {
			text += " · " + n.Enterprise.Name
		}
		field.Options = append(field.Options, views.Option{Value: n.Need.ID, Text: text, Lang: r.han(), Selected: slices.Contains(chosen, n.Need.ID)})
	}
	choose := views.Form{ID: "choose", Get: true, Action: r.to(path), Submit: say("event.suggest"), Fields: []views.Field{field}}
	if q != "" {
		choose.Hidden = []views.Hidden{{Name: "q", Value: q}}
	}
	sec.Forms = append(sec.Forms, choose)
	return sec, nil
}

func (s *site) showInvite(ctx context.Context, r *request) error {
	var chosen []string
	for _, id := range r.Context().QueryArgs().PeekMulti("need") {
		chosen = append(chosen, clean(string(id)))
	}
	p, err := s.invitePage(ctx, r, chosen)
	return s.shown(r, p, err)
}

func (s *site) inviteToEvent(ctx context.Context, r *request) error {
	needs := r.values("needs")
	choices := make([]service.Choice, len(needs))
	for i, need := range needs {
		choices[i] = service.Choice{Need: need, Colleges: r.values("colleges." + need)}
	}
	_, err := s.Services.Events.Invite(ctx, r.viewer, r.Params("id"), choices)
	if err == nil {
		return s.done(r, "event_invited", eventPath(r.Params("id"))+"#parties")
	}
	return s.again(r, err, func() (views.Desk, error) { return s.invitePage(ctx, r, needs) })
}

// partyPath is the address of what concerns one party of an event.
func partyPath(event, organisation string) string {
	return eventPath(event) + "/parties/" + url.PathEscape(organisation)
}
