package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// How many results a page shows: the form shows more than the page of a stored need.
const (
	formShown = 20
	needShown = 8
	listShown = 10 // specialisms
	chipsMost = 8
)

// asked is the address of a page about the need this request asks of.
func (r *request) asked(path string) string {
	return r.to(path) + "?" + string(r.Context().QueryArgs().QueryString())
}

// matchForm is the need as it was typed, and as the match reads it.
type matchForm struct {
	views.MatchForm
	need    match.Need
	relaxed []match.Filter
	asked   bool
	bad     portal.Invalid
}

// readNeed reads the need form from a query or a form body.
func (s *site) readNeed(r *request) matchForm {
	get := func(key string) string { return clean(r.Query(key)) }
	f := matchForm{asked: r.Context().QueryArgs().Has("text")}
	f.Text, f.Industry, f.Level = get("text"), s.Services.Industries.Meant(get("industry")), get("level")
	f.Headcount, f.District, f.Language = get("headcount"), get("district"), get("language") != ""
	f.need = match.Need{Text: f.Text, Industry: f.Industry, District: portal.District(f.District)}
	level, ok := portal.ParseWantedLevel(f.Level)
	if !ok {
		f.bad.Add("level", "problem.unknown_value", f.Level)
	}
	f.need.Level = level
	if f.Headcount != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(narrow(f.Headcount), "人"))
		if err != nil {
			f.bad.Add("headcount", "problem.bad_number", cut(f.Headcount, maxChoice))
		} else {
			f.need.Headcount = &n
		}
	}
	for _, m := range r.Context().QueryArgs().PeekMulti("mode") {
		if mode := portal.Mode(m); mode.Valid() {
			f.need.Modes = append(f.need.Modes, mode)
		} else {
			f.bad.Add("mode", "problem.unknown_value", cut(clean(string(m)), maxChoice))
		}
	}
	for _, v := range r.Context().QueryArgs().PeekMulti("relax") {
		filter := match.Filter(v)
		if filter == match.FilterEnrolment || filter == match.FilterSeats || filter == match.FilterMustHave {
			f.relaxed = append(f.relaxed, filter)
			f.Relaxed = append(f.Relaxed, string(filter))
		}
	}
	if f.Language {
		f.need.Languages = []string{"英语"}
	}
	s.fillChoices(r, &f)
	return f
}

// narrow turns full-width digits into ASCII.
func narrow(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '０' && c <= '９' {
			return c - '０' + '0'
		}
		return c
	}, s)
}

// fillChoices adds the choices of the form, the chosen ones marked.
func (s *site) fillChoices(r *request, f *matchForm) {
	say := s.say(r.lang)
	if i, ok := s.Services.Industries.Get(f.Industry); ok {
		f.IndustryName = i.Code + " " + i.Name
	}
	for _, code := range leadIndustries {
		if i, ok := s.Services.Industries.Get(code); ok {
			f.Industries = append(f.Industries, views.Option{Value: code, Text: code + " " + i.Name})
		}
	}
	for _, l := range portal.WantedLevels {
		f.Levels = append(f.Levels, views.Option{Value: string(l), Text: say("wanted." + orElse(string(l), "any")), Selected: l == f.need.Level})
	}
	f.Districts = append(f.Districts, views.Option{Text: say("value.any_place"), Selected: f.District == ""})
	for _, d := range portal.Districts {
		f.Districts = append(f.Districts, views.Option{Value: string(d), Text: string(d), Selected: string(d) == f.District})
	}
	for _, m := range portal.Modes {
		chosen := false
		for _, have := range f.need.Modes {
			chosen = chosen || have == m
		}
		f.Modes = append(f.Modes, views.Option{Value: string(m), Text: say("mode." + string(m)), Selected: chosen})
	}
}

// showMatch shows the need form and, once there is a need, its answer.
func (s *site) showMatch(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	f := s.readNeed(r)
	p := views.MatchPage{Page: s.page(r, say("match.title")), Form: f.MatchForm}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav.match")}}
	p.Description = say("match.lead")
	if !f.asked {
		return s.render(r, "match", "match-body", p)
	}
	p.NoIndex = true
	answer, err := s.Services.Match.Rank(ctx, r.viewer, f.need, f.relaxed...)
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	fields := p.Fields()
	for _, problem := range append(invalid, f.bad...) {
		fault := views.FieldError{Field: problem.Field, Text: say(problem.Key, problem.Args...)}
		p.Errors = append(p.Errors, fault)
		if i := slices.IndexFunc(fields, func(f views.Field) bool { return f.Name == problem.Field }); i >= 0 {
			fault.Text = s.summed(r, fields[i], problem.Key, fault.Text)
		}
		p.Faults = append(p.Faults, fault)
	}
	if len(p.Errors) > 0 {
		p.Failed = true
		r.Status(fiber.StatusUnprocessableEntity)
		return s.render(r, "match", "match-body", p)
	}
	result := s.matchPage(r, answer, formShown)
	p.Result, p.Hints = &result, s.hints(r, f)
	if len(answer.Specialisms) > 0 {
		p.Report = r.asked(reportPath)
	}
	return s.render(r, "match", "match-body", p)
}

// matchPage words an answer for people, so many programmes a page. What stands on the first
// page counts as seen.
func (s *site) matchPage(r *request, a service.MatchAnswer, perPage int) views.MatchResult {
	all := a.Answer.Offered
	at, pages := r.pageAsked(len(all), perPage)
	if at == 1 {
		s.Services.Exposure.Saw(a, perPage)
	}
	a.Answer.Offered = all[(at-1)*perPage:]
	out := s.matchResult(r, a, perPage)
	out.Heading = s.say(r.lang)("match.answer", len(a.Specialisms), len(all))
	out.Pager = plainPager(r, at, pages)
	return out
}

// matchResult words the first programmes of an answer for people.
func (s *site) matchResult(r *request, a service.MatchAnswer, shown int) views.MatchResult {
	say := s.say(r.lang)
	out := views.MatchResult{Heading: say("match.answer", len(a.Specialisms), len(a.Answer.Offered)), Degraded: a.Degraded}
	if len(a.Specialisms) == 0 {
		out.Nothing = &views.Empty{Text: say("match.nothing"), Steps: []views.Link{
			{Text: say("match.nothing_programmes"), URL: r.to("/programmes")},
			{Text: say("match.nothing_help"), URL: r.to("/help") + "#match"}}}
		return out
	}
	if g := a.Answer.Gap; g != nil {
		out.Gap = s.gap(r, g)
	}
	out.Bundle = s.bundle(r, a.Answer.Bundle)
	kept := r.shortlist()
	for _, o := range a.Answer.Offered[:min(len(a.Answer.Offered), shown)] {
		out.Programmes = append(out.Programmes, s.matchProgramme(r, kept, o))
	}
	for _, sp := range a.Specialisms[:min(len(a.Specialisms), listShown)] {
		out.Specialisms = append(out.Specialisms, s.matchSpecialism(r, sp))
	}
	for _, removed := range a.Answer.Removed {
		address := r.asked("/match") + "&relax=" + string(removed.Filter)
		out.Removed = append(out.Removed, views.Link{Text: removedText(say, removed), URL: address})
	}
	return out
}

// removedText says how many programmes a condition left out, and whether some of them
// would come first.
func removedText(say say, removed match.Removal) string {
	text := say("removed."+string(removed.Filter), removed.N)
	if removed.Leads > 0 {
		text += say("removed.leads", removed.Leads)
	}
	return text
}

func (s *site) gap(r *request, g *match.Gap) *views.MatchGap {
	say := s.say(r.lang)
	out := &views.MatchGap{Text: say("match.gap"), Nearest: len(g.Nearest) > 0}
	if len(g.Wanted) > 0 {
		out.Text = say("match.gap_named", g.Wanted[0].Name)
	}
	for _, w := range g.Wanted {
		out.Wanted = append(out.Wanted, r.specialismLink(w.Code, w.Name))
	}
	return out
}

// bundle words several programmes that together supply the headcount.
func (s *site) bundle(r *request, b *match.Bundle) *views.MatchBundle {
	if b == nil {
		return nil
	}
	say := s.say(r.lang)
	out := &views.MatchBundle{Text: say("match.bundle_part", b.Seats)}
	if b.Enough {
		out.Text = say("match.bundle", b.Seats)
	}
	for _, part := range b.Parts {
		l := r.programmeLink(part.Offered.Offer.Programme)
		l.Text = say("match.bundle_seats", part.Offered.Offer.College.Name+" · "+l.Text, part.Seats)
		out.Parts = append(out.Parts, l)
	}
	return out
}

func (s *site) matchProgramme(r *request, kept []string, o match.Offered) views.MatchProgramme {
	say := s.say(r.lang)
	p := views.MatchProgramme{Name: r.programmeLink(o.Offer.Programme), College: r.collegeLink(o.Offer.College),
		Cluster: say("cluster." + string(o.Offer.College.Cluster)), Level: say("level." + string(o.Offer.Programme.Level)),
		Percent: int(math.Round(100 * o.S)), Badge: badge(say, o.Offer.Programme.Origin),
		Shortlist: s.keepButton(r, kept, o.Offer.Programme, o.Offer.College.Name)}
	for _, c := range o.Chips() {
		p.Chips = append(p.Chips, s.chip(say, c))
	}
	if weakest := weakestText(say, o); weakest != "" {
		p.Weakest = say("match.weakest", weakest)
	}
	return p
}

// chip words one addend of a score.
func (s *site) chip(say say, c match.Chip) views.MatchChip {
	if c.Part != nil {
		return s.partChip(say, *c.Part, c.Adds)
	}
	return views.MatchChip{Kind: string(c.Feature.Kind), Text: featureText(say, *c.Feature), Points: points(c.Adds)}
}

// weakestText words what costs a programme most; empty when nothing does.
func weakestText(say say, o match.Offered) string {
	kind := o.Weakest()
	for _, f := range o.Features() {
		if f.Kind == kind {
			return featureText(say, f)
		}
	}
	return ""
}

func (s *site) matchSpecialism(r *request, sp service.SpecialismMatch) views.MatchSpecialism {
	say := s.say(r.lang)
	out := views.MatchSpecialism{Name: r.specialismLink(sp.Code, sp.Name), Level: say("level." + string(sp.Level)), Class: sp.Class,
		Percent: int(math.Round(100 * sp.Rel)), Offers: say("specialism.offers_none")}
	if sp.Offers > 0 {
		out.Offers, out.OffersURL = say("specialism.offers", sp.Offers), r.to("/programmes?code="+url.QueryEscape(sp.Code))
	}
	for _, part := range sp.Parts[:min(len(sp.Parts), chipsMost)] {
		out.Chips = append(out.Chips, s.partChip(say, part, sp.Rel*part.Value/sp.A))
	}
	return out
}

// partChip words one addend of the relevance: the path it came by.
func (s *site) partChip(say say, p match.Part, adds float64) views.MatchChip {
	chip := views.MatchChip{Kind: string(p.Kind), Points: points(adds), Minus: adds < 0}
	quoted := make([]string, len(p.Terms))
	for i, t := range p.Terms {
		const longest = 14
		quoted[i] = say("punctuation.quote", cut(t, longest))
	}
	terms := strings.Join(quoted, "")
	switch p.Kind {
	case match.PartLexical:
		fields := make([]string, len(p.Fields))
		for i, f := range p.Fields {
			fields[i] = say("field." + f)
		}
		chip.Text = say("part.lexical", terms, strings.Join(fields, say("punctuation.comma")))
	case match.PartCompany:
		chip.Text = say("part.company", terms)
	case match.PartOccupation:
		chip.Text = say("part.occupation", terms, strings.TrimSpace(p.Occupation.Name+" "+p.Occupation.Code))
		chip.Source = say("source.occupations")
	case match.PartIndustry:
		chip.Text = say("part.industry_near", p.Industry.Code+" "+p.Industry.Name)
		if p.Rank > 0 {
			chip.Text = say("part.industry", p.Industry.Code+" "+p.Industry.Name, p.Rank)
		}
		chip.Source = say("source.industries")
	case match.PartConcept:
		chip.Text = say("part.concept", terms)
		chip.Source = say("source.concepts")
	case match.PartSibling:
		name := p.From
		if n, _, ok := s.Services.Match.Graph().Specialism(p.From); ok {
			name = n
		}
		chip.Text = say("part.sibling", name)
	case match.PartLevel:
		chip.Text = say("part.level")
	}
	return chip
}

// featureText words one feature of fit.
func featureText(say say, f match.Feature) string {
	args := make([]any, len(f.Numbers))
	for i, n := range f.Numbers {
		args[i] = n
	}
	return say("feature."+string(f.Kind)+"."+f.Case, args...)
}

// points writes an addend as points of 100 with a sign.
func points(adds float64) string {
	return strings.Replace(fmt.Sprintf("%+.1f", 100*adds), "-", "−", 1)
}

// suggestion is a value a type-ahead offers, and the words for it.
type suggestion struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// matchIndustries answers the type-ahead of the industry field.
func (s *site) matchIndustries(_ context.Context, r *request) error {
	const most = 12
	out := []suggestion{}
	for _, i := range s.Services.Industries.Find(cut(clean(r.Query("q")), maxChoice), most) {
		out = append(out, suggestion{i.Code, i.Name})
	}
	return r.JSON(out)
}
