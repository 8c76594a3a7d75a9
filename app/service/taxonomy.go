package service

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search/text"
)

// Taxonomy is the reference tables the match and the pages read: occupations,
// industries, and which industries each class of specialisms serves.
type Taxonomy struct {
	Occupations     []portal.Occupation
	Industries      []portal.Industry
	ClassIndustries []match.ClassIndustry
	Concepts        []match.Concept

	industryNames map[string]string
	ofClass       map[string][]portal.Industry
}

// LoadTaxonomy reads the reference tables out of the seeds.
func LoadTaxonomy(files fs.FS) (Taxonomy, error) {
	r := &rowReader{o: SeedOptions{Files: files}, ids: map[string]map[string]bool{}}
	t := Taxonomy{industryNames: map[string]string{}, ofClass: map[string][]portal.Industry{}}
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
	t.Concepts = r.concepts()
	if len(r.errors) > 0 {
		return t, fmt.Errorf("service.LoadTaxonomy: %w", r.errors)
	}
	return t, nil
}

// concepts reads the table of words people use for specialisms, classes and occupations.
// A row may name several words and several targets: each word points to each target. Of
// rows that link the same two the greatest weight counts.
func (r *rowReader) concepts() []match.Concept {
	kinds := []string{"post", "equipment", "process", "software", "certificate", "material", "dialect", "product", "block"}
	targets := []string{"occupation", "specialism", "class"}
	type link struct{ surface, kind, target, industries string }
	at := map[link]int{}
	var out []match.Concept
	r.each([]string{"concepts.csv"}, []string{"surface", "lang", "kind", "target_kind", "target", "weight", "polarity", "source"}, func(w row) {
		weight, err := strconv.ParseFloat(w.Get("weight"), 64)
		if err != nil || weight <= 0 || weight > 1 {
			w.fail("weight", "%q is not above 0 and at most 1", w.Get("weight"))
		}
		polarity := w.Get("polarity")
		if polarity != "+" && polarity != "-" {
			w.fail("polarity", "%q is neither + nor -", polarity)
		}
		w.must("source")
		w.must("surface")
		w.must("target")
		c := match.Concept{
			Lang: one(w, "lang", []string{"zh", "en"}, false), Kind: one(w, "kind", kinds, false),
			TargetKind: one(w, "target_kind", targets, false), Weight: weight, Blocks: polarity == "-", Industries: w.List("industries"),
		}
		for _, c.Surface = range w.List("surface") {
			for _, c.Target = range w.List("target") {
				key := link{text.Normalize(c.Surface), c.TargetKind, c.Target, w.Get("industries")}
				if i, twice := at[key]; !twice {
					at[key] = len(out)
					out = append(out, c)
				} else if weight > out[i].Weight {
					out[i] = c
				}
			}
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

// BuildGraph makes the match's graph of the stored catalogue and the reference tables.
func BuildGraph(ctx context.Context, rec *store.Records, t Taxonomy) (*match.Graph, error) {
	facts := match.Facts{Occupations: t.Occupations, Industries: t.Industries,
		ClassIndustries: t.ClassIndustries, Concepts: t.Concepts}
	err := rec.Specialisms.All(ctx, nil, func(s *portal.Specialism) error {
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
	return g, nil
}
