package service

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// ConceptRow is a row of the concept table of the release: each of its words points to each
// of its targets.
type ConceptRow struct {
	Line       int
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
// A row may name several words and several targets: each word points to each target. Of
// rows that link the same two the greatest weight counts.
func (r *rowReader) concepts() ([]ConceptRow, []match.Concept) {
	const block = "block"
	kinds := append(slices.Clone(portal.ConceptKinds[:]), block)
	type key struct {
		link
		industries string
	}
	at := map[key]int{}
	var rows []ConceptRow
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
			Lang: one(w, "lang", portal.ConceptLanguages[:], false), Kind: one(w, "kind", kinds, false),
			TargetKind: one(w, "target_kind", portal.ConceptTargets[:], false), Weight: weight, Blocks: polarity == "-", Industries: w.List("industries"),
		}
		row := ConceptRow{Line: w.Line, Surfaces: w.List("surface"), Lang: c.Lang, Kind: c.Kind, TargetKind: c.TargetKind, Targets: w.List("target"),
			Weight: portal.Hundredths(math.Round(100 * weight)), Blocks: c.Blocks, Industries: c.Industries, Source: w.Get("source")}
		row.words = normalised(row.Surfaces)
		rows = append(rows, row)
		for i, word := range row.words {
			c.Surface = row.Surfaces[i]
			for _, c.Target = range row.Targets {
				key := key{link{word, c.TargetKind, c.Target}, w.Get("industries")}
				if i, twice := at[key]; !twice {
					at[key] = len(out)
					out = append(out, c)
				} else if weight > out[i].Weight {
					out[i] = c
				}
			}
		}
	})
	return rows, out
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

func asDecided(own []portal.Concept) []portal.Concept {
	return slices.SortedFunc(slices.Values(own), func(a, b portal.Concept) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
}

// withOwn are the concepts of the release with those of the office in their place. A target
// the catalogue no longer has is left out.
func withOwn(g *match.Graph, release []match.Concept, own []portal.Concept) []match.Concept {
	if len(own) == 0 {
		return release
	}
	by := decided(own)
	out := make([]match.Concept, 0, len(release)+len(own))
	said, word := "", "" // concepts of one word follow each other
	for _, c := range release {
		if c.Surface != said {
			said, word = c.Surface, text.Normalize(c.Surface)
		}
		l := link{word, c.TargetKind, c.Target}
		if c.Blocks {
			l = link{word: word}
		}
		if _, taken := by[l]; !taken {
			out = append(out, c)
		}
	}
	for _, c := range asDecided(own) {
		if c.Effect == portal.ConceptDrops {
			continue
		}
		for _, l := range ownLinks(c) {
			m := match.Concept{Surface: l.word, Lang: c.Lang, Kind: c.Kind, TargetKind: l.kind, Target: l.target, Weight: c.Weight.Float(),
				Blocks: c.Effect == portal.ConceptBlocks, Industries: c.Industries}
			if by[l] == c.ID && (m.Blocks || g.Points(m)) {
				out = append(out, m)
			}
		}
	}
	return out
}
