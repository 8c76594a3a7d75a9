package web

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// apiRoute is one route of the API with what its documentation says.
type apiRoute struct {
	method  string
	path    string
	summary string // locale key
	list    *service.Directory
	request any // zero value of the request body
	answer  any // zero value of the answer
	handler func(*site) handler
}

// apiRoutes is the whole API: reading, and the match.
func (s *site) apiRoutes() []apiRoute {
	sv := s.Services
	lists := func(d service.Directory) *service.Directory { return &d }
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []apiRoute{
		{get, "/colleges", "api.colleges", lists(sv.Colleges.Directory()), nil, apiList[apiCollege]{}, apiLister(sv.Colleges.Directory(), sv.Colleges.List, shapeCollege)},
		{get, "/colleges/:id", "api.college", nil, nil, apiCollege{}, apiShower(sv.Colleges.Show, shapeCollegePage)},
		{get, "/programmes", "api.programmes", lists(sv.Programmes.Directory()), nil, apiList[apiProgramme]{}, apiLister(sv.Programmes.Directory(), sv.Programmes.List, shapeProgramme)},
		{get, "/programmes/:id", "api.programme", nil, nil, apiProgramme{}, apiShower(sv.Programmes.Show, func(p service.ProgrammePage) apiProgramme { return shapeProgramme(p.ProgrammeEntry) })},
		{get, "/specialisms", "api.specialisms", lists(sv.Specialisms.Directory()), nil, apiList[apiSpecialism]{}, apiLister(sv.Specialisms.Directory(), sv.Specialisms.List, shapeSpecialism)},
		{get, "/specialisms/:id", "api.specialism", nil, nil, apiSpecialism{}, apiShower(sv.Specialisms.Show, func(p service.SpecialismPage) apiSpecialism {
			return shapeSpecialism(service.SpecialismEntry{Specialism: p.Specialism, Offers: p.Offers})
		})},
		{get, "/enterprises", "api.enterprises", lists(sv.Enterprises.Directory()), nil, apiList[apiEnterprise]{}, apiLister(sv.Enterprises.Directory(), sv.Enterprises.List, shapeEnterprise)},
		{get, "/enterprises/:id", "api.enterprise", nil, nil, apiEnterprise{}, apiShower(sv.Enterprises.Show, func(p service.EnterprisePage) apiEnterprise { return shapeEnterprise(p.EnterpriseEntry) })},
		{get, "/needs", "api.needs", lists(sv.Needs.Directory()), nil, apiList[apiNeed]{}, apiLister(sv.Needs.Directory(), sv.Needs.List, shapeNeed)},
		{get, "/needs/:id", "api.need", nil, nil, apiNeed{}, apiShower(sv.Needs.Show, shapeNeed)},
		{get, "/partnerships", "api.partnerships", lists(sv.Partnerships.Directory()), nil, apiList[apiPartnership]{}, apiLister(sv.Partnerships.Directory(), sv.Partnerships.List, shapePartnership)},
		{get, "/partnerships/:id", "api.partnership", nil, nil, apiPartnership{}, apiShower(sv.Partnerships.Show, func(p service.PartnershipPage) apiPartnership { return shapePartnership(p.PartnershipEntry) })},
		{get, "/resources", "api.resources", lists(sv.Resources.Directory()), nil, apiList[apiResource]{}, apiLister(sv.Resources.Directory(), sv.Resources.List, shapeResource)},
		{get, "/resources/:id", "api.resource", nil, nil, apiResource{}, apiShower(sv.Resources.Show, shapeResource)},
		{post, "/match", "api.match", nil, apiNeedInput{}, apiMatch{}, (func(*site) handler)((*site).apiMatchHandler)},
		{get, "/me", "api.me", nil, nil, apiMe{}, (func(*site) handler)((*site).apiWho)},
		{get, "/me/notifications", "api.me_notifications", nil, nil, apiNotices{}, (func(*site) handler)((*site).apiNotifications)},
		{get, "/openapi.json", "api.openapi", nil, nil, nil, func(s *site) handler { return s.openAPI }},
	}
}

// export is one list as a file.
type export struct {
	index   string
	format  string
	handler func(*site) handler
}

// exports are every list in both formats.
func (s *site) exports() []export {
	sv := s.Services
	var all []export
	for _, format := range []string{"csv", "xlsx"} {
		all = append(all,
			export{service.CollegesIndex, format, exporter(sv.Colleges.Directory(), format, sv.Colleges.Each, collegeColumns)},
			export{service.ProgrammesIndex, format, exporter(sv.Programmes.Directory(), format, sv.Programmes.Each, programmeColumns)},
			export{service.SpecialismsIndex, format, exporter(sv.Specialisms.Directory(), format, sv.Specialisms.Each, specialismColumns)},
			export{service.EnterprisesIndex, format, exporter(sv.Enterprises.Directory(), format, sv.Enterprises.Each, enterpriseColumns)},
			export{service.NeedsIndex, format, exporter(sv.Needs.Directory(), format, sv.Needs.Each, needColumns)},
			export{service.PartnershipsIndex, format, exporter(sv.Partnerships.Directory(), format, sv.Partnerships.Each, partnershipColumns)},
			export{service.ResourcesIndex, format, exporter(sv.Resources.Directory(), format, sv.Resources.Each, resourceColumns)},
		)
	}
	return all
}

// The request and the answer of the match.
type (
	apiNeedInput struct {
		Text      string   `json:"text" doc:"the need in the words of the workshop; required"`
		Industry  string   `json:"industry,omitempty" doc:"GB/T 4754 code such as C38"`
		Level     string   `json:"level,omitempty" doc:"高职, 本科 or 中职; any when empty"`
		Headcount *int     `json:"headcount,omitempty" doc:"persons; unknown when absent"`
		Modes     []string `json:"modes,omitempty" doc:"ways of working together"`
		District  string   `json:"district,omitempty" doc:"place of work"`
		Languages []string `json:"languages,omitempty" doc:"languages asked for"`
		MustHaves []string `json:"must_haves,omitempty" doc:"certificates or facilities that must be there"`
		Relax     []string `json:"relax,omitempty" doc:"hard filters not to apply: enrolment, seats, must_have"`
	}
	apiMatch struct {
		Specialisms []apiRanked  `json:"specialisms"`
		Programmes  []apiOffered `json:"programmes"`
		Removed     []apiRemoval `json:"removed" doc:"what each hard filter took out"`
		Bundle      []apiShare   `json:"bundle,omitempty" doc:"programmes that together supply the headcount none can alone"`
		Gap         *apiGap      `json:"gap,omitempty" doc:"present when no programme here covers the need"`
		Degraded    bool         `json:"degraded,omitempty"`
	}
	apiRanked struct {
		Code      string    `json:"code"`
		Name      string    `json:"name"`
		Level     string    `json:"level"`
		Relevance float64   `json:"relevance" doc:"0 to 1"`
		Offers    int       `json:"offers" doc:"programmes here"`
		Parts     []apiPart `json:"parts" doc:"addends of the relevance"`
	}
	apiPart struct {
		Kind  string   `json:"kind"`
		Adds  float64  `json:"adds"`
		Text  string   `json:"text"`
		Terms []string `json:"terms,omitempty"`
	}
	apiOffered struct {
		ID      string    `json:"id"`
		Name    string    `json:"name"`
		Code    string    `json:"code"`
		College apiRef    `json:"college"`
		Score   float64   `json:"score" doc:"0 to 1; the chips sum to it"`
		Chips   []apiPart `json:"chips"`
		Weakest string    `json:"weakest,omitempty"`
	}
	apiRemoval struct {
		Filter string   `json:"filter"`
		N      int      `json:"n"`
		IDs    []string `json:"ids"`
	}
	apiShare struct {
		Programme apiRef `json:"programme"`
		Seats     int    `json:"seats"`
	}
	apiGap struct {
		Wanted  []apiRef `json:"wanted" doc:"best specialisms nobody here offers"`
		Nearest []apiRef `json:"nearest" doc:"nearest programmes here"`
	}
)

// apiMatchHandler is POST /match: the same service call as the page.
func (s *site) apiMatchHandler() handler {
	return func(ctx context.Context, r *request) error {
		in, bad := readAPINeed(r)
		if err := bad.Err(); err != nil {
			return badRequest{bad}
		}
		n, relax := in.need(&bad)
		if err := bad.Err(); err != nil {
			return err
		}
		answer, err := s.Services.Match.Rank(ctx, r.viewer, n, relax...)
		if err != nil {
			return err
		}
		return r.JSON(s.shapeMatch(r, answer))
	}
}

// readAPINeed reads one JSON object with known fields only.
func readAPINeed(r *request) (in apiNeedInput, bad portal.Invalid) {
	dec := json.NewDecoder(bytes.NewReader(r.Body()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		bad.Add("body", "problem.bad_json")
	} else if dec.More() {
		bad.Add("body", "problem.bad_json")
	}
	return in, bad
}

// need turns the input into what the match reads.
func (in apiNeedInput) need(bad *portal.Invalid) (match.Need, []match.Filter) {
	level, ok := portal.ParseWantedLevel(in.Level)
	if !ok {
		bad.Add("level", "problem.unknown_value", cut(in.Level, maxChoice))
	}
	n := match.Need{Text: clean(in.Text), Industry: in.Industry, Level: level, Headcount: in.Headcount,
		District: portal.District(in.District), Languages: in.Languages, MustHaves: in.MustHaves}
	for _, m := range in.Modes {
		n.Modes = append(n.Modes, portal.Mode(m))
	}
	var relax []match.Filter
	for _, f := range in.Relax {
		relax = append(relax, match.Filter(f))
	}
	return n, relax
}

func (s *site) shapeMatch(r *request, a service.MatchAnswer) apiMatch {
	say := s.say(apiLanguage(r))
	out := apiMatch{Specialisms: []apiRanked{}, Programmes: []apiOffered{}, Removed: []apiRemoval{}, Degraded: a.Degraded}
	for _, sp := range a.Specialisms {
		ranked := apiRanked{Code: sp.Code, Name: sp.Name, Level: string(sp.Level), Relevance: sp.Rel, Offers: sp.Offers}
		for _, p := range sp.Parts {
			chip := s.partChip(say, p, sp.Rel*p.Value/sp.A)
			ranked.Parts = append(ranked.Parts, apiPart{Kind: chip.Kind, Adds: sp.Rel * p.Value / sp.A, Text: chip.Text, Terms: p.Terms})
		}
		out.Specialisms = append(out.Specialisms, ranked)
	}
	for _, o := range a.Answer.Offered {
		offered := apiOffered{ID: o.Offer.Programme.ID, Name: o.Offer.Programme.Name, Code: o.Ranked.Code,
			College: apiRef{o.Offer.College.ID, o.Offer.College.Name}, Score: o.S, Weakest: string(o.Weakest())}
		for _, c := range o.Chips() {
			if c.Part != nil {
				chip := s.partChip(say, *c.Part, c.Adds)
				offered.Chips = append(offered.Chips, apiPart{Kind: chip.Kind, Adds: c.Adds, Text: chip.Text, Terms: c.Part.Terms})
			} else {
				offered.Chips = append(offered.Chips, apiPart{Kind: string(c.Feature.Kind), Adds: c.Adds, Text: featureText(say, *c.Feature)})
			}
		}
		out.Programmes = append(out.Programmes, offered)
	}
	for _, removed := range a.Answer.Removed {
		out.Removed = append(out.Removed, apiRemoval{string(removed.Filter), removed.N, removed.IDs})
	}
	if b := a.Answer.Bundle; b != nil {
		for _, part := range b.Parts {
			p := part.Offered.Offer.Programme
			out.Bundle = append(out.Bundle, apiShare{apiRef{p.ID, p.Name + " · " + part.Offered.Offer.College.Name}, part.Seats})
		}
	}
	if g := a.Answer.Gap; g != nil {
		out.Gap = &apiGap{Wanted: []apiRef{}, Nearest: []apiRef{}}
		for _, w := range g.Wanted {
			out.Gap.Wanted = append(out.Gap.Wanted, apiRef{w.Code, w.Name})
		}
		for _, o := range g.Nearest {
			out.Gap.Nearest = append(out.Gap.Nearest, apiRef{o.Offer.Programme.ID, o.Offer.Programme.Name + " · " + o.Offer.College.Name})
		}
	}
	return out
}

// apiLanguage is the language of words in an answer: Chinese unless English is asked for.
func apiLanguage(r *request) string {
	if r.AcceptsLanguages("zh", "en") == "en" {
		return english
	}
	return chinese
}
