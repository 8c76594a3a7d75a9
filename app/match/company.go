package match

import (
	"math"
	"slices"
)

// A word leads not only to the specialisms whose texts hold it but also to their
// siblings: what stands in one profile may be meant of those near it. This is the
// distributional idea, words are known by the company they keep, on a small scale.
const (
	ownCompany  = .5  // a holder of the word beside the siblings of a holder
	companyKept = 60  // specialisms a word leads to
	mostHolders = 400 // a word that more specialisms hold leads nowhere
)

// lead is where a word leads and how rare it is in the official texts.
type lead struct {
	rarity float64
	to     []entry // of length one
}

// linkWords finds for every word the specialisms it leads to.
func (g *Graph) linkWords(sp *space) {
	g.leads = make(map[string]lead, len(sp.number))
	sum := make([]float64, len(g.nodes))
	for w, n := range sp.number {
		l := lead{rarity: sp.rarity[n]}
		if len(sp.holders[n]) <= mostHolders {
			clear(sum)
			for _, h := range sp.holders[n] {
				sum[h.of] += ownCompany * h.weight
				for _, s := range g.nodes[h.of].siblings {
					sum[s.of] += h.weight * s.weight
				}
			}
			l.to = best(sum, companyKept, 0)
			unit(l.to)
		}
		g.leads[w] = l
	}
}

// dimensions are the words of the official texts a word of a need is looked up by.
func (w word) dimensions() []string {
	if w.latin {
		return []string{w.text}
	}
	return dimensions(w.text, w.known)
}

// company adds up what the words of a need lead to.
func (g *Graph) company(r reading, weight float64) source {
	sums := make([]float64, len(g.nodes))
	most := 0.0
	for _, w := range r.words {
		for _, d := range w.dimensions() {
			l := g.leads[d]
			for _, e := range l.to {
				sums[e.of] += w.weight * l.rarity * e.weight
				most = max(most, sums[e.of])
			}
		}
	}
	if most == 0 {
		return source{}
	}
	for i := range sums {
		sums[i] *= weight / most
	}
	return source{sums, func(i int) Part { return Part{Kind: PartCompany, Terms: g.leading(r, i)} }}
}

// leading are the words of a need that lead to a specialism, the strongest first.
func (g *Graph) leading(r reading, i int) []string {
	const shown = 3
	var found []entry
	for at, w := range r.words {
		e := entry{of: at}
		for _, d := range w.dimensions() {
			l := g.leads[d]
			if k := slices.IndexFunc(l.to, func(e entry) bool { return e.of == i }); k >= 0 {
				e.weight += w.weight * l.rarity * l.to[k].weight
			}
		}
		if e.weight > 0 {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b entry) int { return cmpDown(a.weight, b.weight) })
	var terms []string
	for _, e := range found[:min(len(found), shown)] {
		terms = append(terms, r.words[e.of].text)
	}
	return terms
}

// evidence is how far the official texts understand a need, 0..1: the root of the share
// of its words they know, and less when all they know is common everywhere.
func (g *Graph) evidence(r reading) float64 {
	const (
		enough    = 3.5 // rarity of one telling word
		strangers = 6   // rarity of a word they do not know
	)
	known, strange := 0.0, 0.0
	for _, w := range r.words {
		dimensions := w.dimensions()
		if len(dimensions) == 0 {
			continue
		}
		rarest, met := 0.0, 0
		for _, d := range dimensions {
			if l, ok := g.leads[d]; ok {
				rarest = max(rarest, l.rarity)
				met++
			}
		}
		share := float64(met) / float64(len(dimensions))
		known += w.weight * share * rarest
		strange += w.weight * (1 - share) * strangers
	}
	if known == 0 {
		return 0
	}
	return math.Sqrt(known/(known+strange)) * min(1, known/enough)
}
