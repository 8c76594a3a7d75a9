package web

import (
	"context"
	"net/url"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// approach is an intention being written: with whom, about what.
type approach struct {
	draft      service.IntentionDraft
	programmes []service.ProgrammeEntry // to choose from
	needs      []service.NeedEntry      // to choose from
}

// openings are the texts a message may begin with.
var openings = []string{"order_class", "visit", "practice"}

// readApproach reads what is being written, from the address at first and from the form
// when it is sent.
func (s *site) readApproach(ctx context.Context, r *request) (approach, portal.Invalid, error) {
	var a approach
	get := r.value
	programmes := r.values("programmes")
	if r.Method() == "GET" {
		get = func(name string) string { return clean(r.Query(name)) }
		for _, id := range r.Context().QueryArgs().PeekMulti("programme") {
			programmes = append(programmes, clean(string(id)))
		}
	}
	a.draft = service.IntentionDraft{Need: get("need"), Programmes: programmes, Mode: portal.Mode(get("mode")), Text: get("text")}
	var bad portal.Invalid
	a.draft.Seats, bad = r.seats(func(string) bool { return true })
	if opening := r.Query("opening"); slices.Contains(openings, opening) {
		a.draft.Text = s.say(chinese)("intention.opening." + opening)
	}
	return a, bad, s.choices(ctx, r, &a)
}

// choices finds what may be chosen: an enterprise picks programmes of the college it came
// from and one of its own open needs; a college picks among its own programmes.
func (s *site) choices(ctx context.Context, r *request, a *approach) error {
	v := r.viewer
	if v.Of(portal.OfEnterprise) {
		found, err := s.Services.Programmes.Some(ctx, v, a.draft.Programmes)
		if err != nil || len(found) == 0 {
			return err
		}
		a.programmes = found
		own, err := s.Services.Needs.List(ctx, v, service.Listing{Refine: map[string][]string{"enterprise": {v.Record}}, Size: service.MaxPageSize})
		a.needs = own.Items
		return err
	}
	all, err := s.Services.Programmes.List(ctx, v, service.Listing{Refine: map[string][]string{"college": {v.Record}}, Size: service.MaxPageSize})
	if err != nil {
		return err
	}
	a.programmes = all.Items
	if a.draft.Need == "" {
		return nil
	}
	need, err := s.Services.Needs.Show(ctx, v, a.draft.Need)
	if err != nil {
		return err
	}
	a.needs = []service.NeedEntry{need}
	return s.bestFirst(ctx, r, a)
}

// bestFirst puts the programmes that fit the need best on top.
func (s *site) bestFirst(ctx context.Context, r *request, a *approach) error {
	answer, err := s.Services.Match.Rank(ctx, r.viewer, service.NeedOf(a.needs[0].Need))
	if err != nil {
		return err
	}
	rank := map[string]int{}
	for i, o := range answer.Answer.Offered {
		rank[o.Offer.Programme.ID] = len(answer.Answer.Offered) - i
	}
	slices.SortStableFunc(a.programmes, func(x, y service.ProgrammeEntry) int { return rank[y.Programme.ID] - rank[x.Programme.ID] })
	if len(a.draft.Programmes) == 0 && len(a.programmes) > 0 && rank[a.programmes[0].Programme.ID] > 0 {
		a.draft.Programmes = []string{a.programmes[0].Programme.ID}
	}
	return nil
}

// reasons are why the first programme fits the need, in the words the match shows.
func (s *site) reasons(ctx context.Context, r *request, a approach) ([]portal.MatchReason, error) {
	if len(a.draft.Programmes) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(a.needs, func(n service.NeedEntry) bool { return n.Need.ID == a.draft.Need })
	if i < 0 {
		return nil, nil
	}
	answer, err := s.Services.Match.Rank(ctx, r.viewer, service.NeedOf(a.needs[i].Need))
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(answer.Answer.Offered, func(o match.Offered) bool { return o.Offer.Programme.ID == a.draft.Programmes[0] })
	if k < 0 {
		return nil, nil
	}
	var out []portal.MatchReason
	say := s.say(chinese)
	for _, c := range answer.Answer.Offered[k].Chips() {
		switch {
		case c.Part != nil:
			out = append(out, portal.MatchReason{Text: s.partChip(say, *c.Part, c.Adds).Text, Points: 100 * c.Adds})
		case c.Feature != nil:
			out = append(out, portal.MatchReason{Text: featureText(say, *c.Feature), Points: 100 * c.Adds})
		}
	}
	return out, nil
}

func (s *site) showApproach(ctx context.Context, r *request) error {
	a, _, err := s.readApproach(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.approachPage(ctx, r, a)
	return s.shown(r, p, err)
}

func (s *site) approachPage(ctx context.Context, r *request, a approach) (views.Desk, error) {
	say, v := s.say(r.lang), r.viewer
	p := s.deskPage(ctx, r, say("intention.new"))
	if !v.Of(portal.OfCollege) && !v.Of(portal.OfEnterprise) {
		return p, portal.ErrForbidden
	}
	if !v.CanSpeak() {
		p.Lead, p.Links = s.whyNot(r), s.waysOn(r)
		return p, nil
	}
	if len(a.programmes) == 0 {
		p.Lead = say("intention.choose_first")
		p.Sections = []views.Section{{ID: "where", Title: say("desk.next"), List: s.intentionSteps(r)}}
		return p, nil
	}
	p.Lead = say("intention.new_lead", say("kind."+string(portal.Intention{From: v.Kind}.To())))
	f := s.form(r, "/desk/intentions", "intention.send", s.programmesField(r, a))
	f.Upload = true
	if v.Of(portal.OfEnterprise) {
		f.Fields = append(f.Fields, s.aboutField(r, a))
	} else {
		f.Hidden = []views.Hidden{{Name: "need", Value: a.draft.Need}}
		if len(a.needs) > 0 {
			need := a.needs[0].Need
			p.Summary = []views.Fact{{Cell: linkCell(say("noun.need"), r.name(need.Title, "", r.to("/needs/"+url.PathEscape(need.ID)))), Note: need.Text}}
		}
	}
	for _, e := range a.programmes {
		if !slices.Contains(a.draft.Programmes, e.Programme.ID) && !v.Of(portal.OfEnterprise) {
			continue
		}
		seats := views.Field{Kind: "number", Name: "seats." + e.Programme.ID, Label: say("intention.seats_of", e.Programme.Name), Help: say("form.seats.help")}
		if n := a.draft.Seats[e.Programme.ID]; n != nil {
			seats.Value = itoa(*n)
		}
		f.Fields = append(f.Fields, seats)
	}
	text := must(s.field(r, "area", "text", a.draft.Text))
	text.Rows, text.Most = 6, 2000
	file := s.fileField(r, "attachment", ".pdf,.jpg,.jpeg,.png")
	file.Required = false
	f.Fields = append(f.Fields, must(choice(s.field(r, "select", "mode", string(a.draft.Mode)), options(say, "mode.", portal.Modes[:])...)), text, file)
	p.Form = f
	p.Links = s.openingLinks(r, a)
	return p, nil
}

func (s *site) programmesField(r *request, a approach) views.Field {
	var opts []views.Option
	for _, e := range a.programmes {
		name := e.Programme.Name
		if !r.viewer.Of(portal.OfCollege) {
			name += " · " + e.College.Name
		}
		opts = append(opts, views.Option{Value: e.Programme.ID, Text: name, Lang: r.han()})
	}
	return must(several(s.field(r, "checks", "programmes", ""), a.draft.Programmes, opts...))
}

func (s *site) aboutField(r *request, a approach) views.Field {
	opts := []views.Option{{Text: s.say(r.lang)("intention.no_need")}}
	for _, n := range a.needs {
		opts = append(opts, views.Option{Value: n.Need.ID, Text: n.Need.Title, Lang: r.han()})
	}
	return choice(s.field(r, "select", "need", a.draft.Need), opts...)
}

// openingLinks begin the message with one of a few texts.
func (s *site) openingLinks(r *request, a approach) []views.Link {
	say := s.say(r.lang)
	var out []views.Link
	for _, o := range openings {
		q := url.Values{"programme": a.draft.Programmes, "opening": {o}, "mode": {string(a.draft.Mode)}}
		if a.draft.Need != "" {
			q.Set("need", a.draft.Need)
		}
		out = append(out, views.Link{Text: say("intention.begin." + o), URL: r.to("/desk/intentions/new") + "?" + q.Encode()})
	}
	return out
}

func (s *site) sendIntention(ctx context.Context, r *request) error {
	a, bad, err := s.readApproach(ctx, r)
	if err != nil {
		return err
	}
	if a.draft.Reasons, err = s.reasons(ctx, r, a); err != nil {
		return err
	}
	if file, ferr := r.FormFile("attachment"); ferr == nil && file.Size > 0 {
		body, err := file.Open()
		if err != nil {
			return err
		}
		defer body.Close()
		a.draft.FileName, a.draft.File = file.Filename, body
	}
	var in portal.Intention
	if err = bad.Err(); err == nil {
		in, err = s.Services.Intentions.Send(ctx, r.viewer, a.draft)
	}
	if err == nil {
		return s.done(r, "intention_sent", "/desk/intentions/"+in.ID)
	}
	return s.again(r, atSeats(err, a.draft.Programmes), func() (views.Desk, error) { return s.approachPage(ctx, r, a) })
}
