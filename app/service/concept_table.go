package service

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// ConceptRow is a row of the concept table of the release, or the part of it that has one
// weight: each of its words points to each of its targets.
type ConceptRow struct {
	Number     int // from 1
	Surfaces   []string
	Lang, Kind string
	TargetKind string
	Targets    []string
	Weight     portal.Hundredths
	Blocks     bool
	Industries []string
	Source     string

	words []string // the surfaces, normalised
}

// link is a word and what it points to; without a target it blocks.
type link struct{ word, kind, target string }

// concept is a row as the match takes it.
func (r ConceptRow) concept() match.Concept {
	return match.Concept{Surfaces: r.words, Lang: r.Lang, Kind: r.Kind, TargetKind: r.TargetKind, Targets: r.Targets, Weight: r.Weight.Float(), Blocks: r.Blocks, Industries: r.Industries}
}

// links are what a row says.
func (r ConceptRow) links() []link { return linksOf(r.words, r.Blocks, r.TargetKind, r.Targets) }

func linksOf(words []string, blocks bool, kind string, targets []string) []link {
	if blocks || len(targets) == 0 {
		kind, targets = "", []string{""}
	}
	var out []link
	for _, w := range words {
		for _, t := range targets {
			out = append(out, link{w, kind, t})
		}
	}
	return out
}

// ownLinks are what a concept of the office decides on.
func ownLinks(c portal.Concept) []link {
	return linksOf(normalised(c.Surfaces), c.Effect == portal.ConceptBlocks, c.TargetKind, c.Targets)
}

func normalised(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Normalize(w)
	}
	return out
}

// concepts reads the table of words people use for specialisms, classes and occupations.
// A row may name several words and several targets: each word points to each target, with the
// weight of the row or one of its own: 510206；510310:0.7. Its targets of each weight are a row.
func (r *rowReader) concepts() []ConceptRow {
	const block = "block"
	kinds := append(slices.Clone(portal.ConceptKinds[:]), block)
	var rows []ConceptRow
	r.each([]string{"concepts.csv"}, []string{"surface", "lang", "kind", "target_kind", "target", "weight", "polarity", "source"}, func(w row) {
		weight := conceptWeight(w, "weight", w.Get("weight"))
		polarity := w.Get("polarity")
		if polarity != "+" && polarity != "-" {
			w.fail("polarity", "%q is neither + nor -", polarity)
		}
		w.must("source")
		w.must("surface")
		w.must("target")
		row := ConceptRow{Surfaces: w.List("surface"), Lang: one(w, "lang", portal.ConceptLanguages[:], false), Kind: one(w, "kind", kinds, false),
			TargetKind: one(w, "target_kind", portal.ConceptTargets[:], false),
			Blocks:     polarity == "-", Industries: w.List("industries"), Source: w.Get("source")}
		row.words = normalised(row.Surfaces)
		of := map[portal.Hundredths][]string{}
		var weights []portal.Hundredths
		for _, target := range w.List("target") {
			code, own, has := strings.Cut(target, ":")
			if row.Weight = weight; has {
				row.Weight = conceptWeight(w, "target", own)
			}
			if of[row.Weight] == nil {
				weights = append(weights, row.Weight)
			}
			of[row.Weight] = append(of[row.Weight], code)
		}
		for _, row.Weight = range weights {
			row.Number, row.Targets = len(rows)+1, of[row.Weight]
			rows = append(rows, row)
		}
	})
	return rows
}

// conceptWeight reads a weight above 0 and at most 1.
func conceptWeight(w row, field, s string) portal.Hundredths {
	weight, err := strconv.ParseFloat(s, 64)
	if err != nil || weight <= 0 || weight > 1 {
		w.fail(field, "%q is not above 0 and at most 1", s)
	}
	return portal.Hundredths(math.Round(100 * weight))
}

// decided is what the office has decided on words and targets: of several decisions the
// latest is in force.
func decided(own []portal.Concept) map[link]string {
	out := map[link]string{}
	for _, c := range asDecided(own) {
		for _, l := range ownLinks(c) {
			out[l] = c.ID
		}
	}
	return out
}

// remaining gives add what stands of the rows of the release beside what was decided. Only
// rows with a word that was decided on, few of very many, are taken apart.
func remaining(rows []ConceptRow, by map[link]string, add func(ConceptRow)) {
	touched := touches(by)
	for _, row := range rows {
		if touched(row) {
			left(row, func(l link) bool { return by[l] == "" }, add)
		} else {
			add(row)
		}
	}
}

// touches tells which rows have one of the words that were decided on.
func touches(by map[link]string) func(ConceptRow) bool {
	words := map[string]bool{}
	for l := range by {
		words[l.word] = true
	}
	return func(r ConceptRow) bool { return slices.ContainsFunc(r.words, func(w string) bool { return words[w] }) }
}

func asDecided(own []portal.Concept) []portal.Concept {
	return slices.SortedFunc(slices.Values(own), func(a, b portal.Concept) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
}

// conceptsOf are rows as the match takes them.
func conceptsOf(rows []ConceptRow) []match.Concept {
	out := make([]match.Concept, len(rows))
	for i, r := range rows {
		out[i] = r.concept()
	}
	return out
}

// withOwn are the concepts of the release with those of the office in their place. A target
// the catalogue no longer has is left out.
func withOwn(g *match.Graph, t Taxonomy, own []portal.Concept) []match.Concept {
	if len(own) == 0 {
		return t.Concepts
	}
	by := decided(own)
	out := make([]match.Concept, 0, len(t.Concepts)+len(own))
	add := func(r ConceptRow) { out = append(out, r.concept()) }
	remaining(t.ConceptRows, by, add)
	for _, c := range asDecided(own) {
		if c.Effect != portal.ConceptDrops {
			left(rowOfOwn(c), func(l link) bool {
				return by[l] == c.ID && (l.target == "" || g.Points(l.kind, l.target))
			}, add)
		}
	}
	return out
}

// rowOfOwn is a concept of the office as a row of the table.
func rowOfOwn(c portal.Concept) ConceptRow {
	return ConceptRow{Surfaces: c.Surfaces, Lang: c.Lang, Kind: c.Kind, TargetKind: c.TargetKind, Targets: c.Targets, Weight: c.Weight,
		Blocks: c.Effect == portal.ConceptBlocks, Industries: c.Industries, Source: c.Source, words: normalised(c.Surfaces)}
}
