package service

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Taxonomy is the reference tables the match and the pages read: occupations,
// industries, and which industries each class of specialisms serves.
type Taxonomy struct {
	Occupations     []portal.Occupation
	Industries      []portal.Industry
	ClassIndustries []match.ClassIndustry
	Concepts        []match.Concept // of the release
	ConceptRows     []ConceptRow    // the same as they are written
	Demoted         []match.DemotedLink
	Judged          []match.Judged

	industryNames map[string]string
	ofClass       map[string][]portal.Industry
	severed       map[[2]string]bool // specialism and occupation whose official link is worth nothing
}

// LoadTaxonomy reads the reference tables out of the seeds.
func LoadTaxonomy(files fs.FS) (Taxonomy, error) {
	r := &rowReader{o: SeedOptions{Files: files}, ids: map[string]map[string]bool{}}
	t := Taxonomy{industryNames: map[string]string{}, ofClass: map[string][]portal.Industry{}, severed: map[[2]string]bool{}}
	r.each([]string{"occupations.csv"}, []string{"code", "name", "rank"}, func(w row) {
		t.Occupations = append(t.Occupations, portal.Occupation{Code: w.Get("code"), Name: w.must("name"), Rank: w.must("rank")})
	})
	byCode := map[string]portal.Industry{}
	r.each([]string{"industries.csv"}, []string{"code", "name", "parent"}, func(w row) {
		i := portal.Industry{Code: w.id("industries.csv", w.must("code")), Name: w.must("name"), Parent: w.Get("parent")}
		w.refers("parent", "industries.csv", i.Parent)
		byCode[i.Code] = i
		t.Industries = append(t.Industries, i)
		t.industryNames[i.Code] = i.Name
	})
	r.each([]string{"class_industries.csv"}, []string{"class_code", "industry", "rank"}, func(w row) {
		code := w.must("industry")
		w.refers("industry", "industries.csv", code)
		rank := w.number("rank")
		if rank == nil {
			w.fail("rank", "is empty")
			return
		}
		class := w.must("class_code")
		t.ClassIndustries = append(t.ClassIndustries, match.ClassIndustry{ClassCode: class, Industry: code, Rank: *rank})
		t.ofClass[class] = append(t.ofClass[class], byCode[code])
	})
	t.ConceptRows = r.concepts()
	t.Concepts = conceptsOf(t.ConceptRows)
	t.Demoted = r.demoted(t.Occupations)
	t.Judged = r.judged()
	for _, d := range t.Demoted {
		if d.Factor == 0 {
			t.severed[[2]string{d.Specialism, d.Occupation}] = true
		}
	}
	if len(r.errors) > 0 {
		return t, fmt.Errorf("service.LoadTaxonomy: %w", r.errors)
	}
	return t, nil
}

// demoted reads which official links of specialisms to occupations count for less.
func (r *rowReader) demoted(occupations []portal.Occupation) []match.DemotedLink {
	const file, catalogue = "demoted_links.csv", "specialisms.csv"
	r.each([]string{catalogue}, []string{"code"}, func(w row) { w.id(catalogue, w.must("code")) })
	known := make(map[string]bool, len(occupations))
	for _, o := range occupations {
		known[o.Code] = true
	}
	var out []match.DemotedLink
	r.each([]string{file}, []string{"specialism", "occupation", "factor", "reason", "source"}, func(w row) {
		factor, err := strconv.ParseFloat(w.Get("factor"), 64)
		if err != nil || factor < 0 || factor >= 1 {
			w.fail("factor", "%q is not at least 0 and below 1", w.Get("factor"))
		}
		occupation := w.must("occupation")
		if !known[occupation] {
			w.fail("occupation", "no row of occupations.csv has the code %q", occupation)
		}
		w.must("reason")
		w.must("source")
		w.must("specialism")
		for _, code := range w.List("specialism") {
			w.refers("specialism", catalogue, code)
			w.id(file, code+" "+occupation)
			out = append(out, match.DemotedLink{Specialism: code, Occupation: occupation, Factor: factor})
		}
	})
	return out
}

// IndustryName is the name of a GB/T 4754 code, or of the nearest code above it.
func (t Taxonomy) IndustryName(code string) string {
	for code != "" {
		if name, ok := t.industryNames[code]; ok {
			return name
		}
		code = code[:len(code)-1]
	}
	return ""
}

// IndustriesOf returns the divisions a class of specialisms serves, typical ones first.
func (t Taxonomy) IndustriesOf(classCode string) []portal.Industry { return t.ofClass[classCode] }

// BuildGraph makes the match's graph of the stored catalogue, the reference tables and
// the concepts of the office that are in force.
func BuildGraph(ctx context.Context, rec *store.Records, t Taxonomy) (*match.Graph, error) {
	facts := match.Facts{Occupations: t.Occupations, Industries: t.Industries,
		ClassIndustries: t.ClassIndustries, Concepts: t.Concepts, Demoted: t.Demoted}
	err := rec.Specialisms.All(ctx, nil, func(s *portal.Specialism) error {
		s.Meta = portal.Meta{ID: s.ID} // when it was stored is nothing to the match
		facts.Specialisms = append(facts.Specialisms, *s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("service.BuildGraph: %w", err)
	}
	g, err := match.NewGraph(facts)
	if err != nil {
		return nil, fmt.Errorf("service.BuildGraph: %w", err)
	}
	own, err := collect(ctx, rec.Concepts, store.Where("state", portal.ConceptInForce))
	if err == nil {
		g, err = g.With(withOwn(g, t, own))
	}
	if err != nil {
		return nil, fmt.Errorf("service.BuildGraph: %w", err)
	}
	return g, nil
}
