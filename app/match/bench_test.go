package match

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"liangcheng/app/portal"
)

// grown repeats the fixture under other codes and names until it has the size of the
// national catalogue.
func grown(b *testing.B) Facts {
	const size = 2374
	f := fixture(b)
	seed := f.Specialisms
	for n := 1; len(f.Specialisms) < size; n++ {
		s := seed[n%len(seed)]
		s.Code = fmt.Sprintf("%s-%d", s.Code, n)
		s.Name = fmt.Sprintf("%s%c%c", s.Name, rune(0x4e00+n), rune(0x5e00+n*7))
		f.Specialisms = append(f.Specialisms, s)
	}
	return f
}

func BenchmarkNewGraph(b *testing.B) {
	f := grown(b)
	for b.Loop() {
		if _, err := link(f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMatch is a whole match without the engine: terms, specialisms, and the ranking
// of so many offers, all of the first thirty specialisms, with their turns.
func BenchmarkMatch(b *testing.B) {
	f := grown(b)
	g, lex := newGraph(b, f), newPlain(f)
	n := Need{Text: "动力电池电芯产线技术员，会数控车床和设备维修，懂质量检验", Industry: "C38", Level: portal.WantVocational,
		Headcount: number(30), Modes: []portal.Mode{portal.OrderClass}, District: "贵安新区"}
	hits := lex.match(g.Terms(n))
	ranked := g.Specialisms(n, hits, DefaultWeights())
	ranked = ranked[:min(len(ranked), 30)]
	b.Run("terms", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Terms(n)
		}
	})
	b.Run("specialisms", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Specialisms(n, hits, DefaultWeights())
		}
	})
	for _, size := range []int{1_000, 3_000, 10_000, 100_000} {
		r := rand.New(rand.NewPCG(7, 8))
		var offers []Offer
		for i := range size {
			s := ranked[r.IntN(len(ranked))]
			offers = append(offers, randomOffer(r, i, s.Code, s.Level))
		}
		b.Run(fmt.Sprintf("programmes/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a := Programmes(n, ranked, offers, nil, DefaultWeights())
				a.Rotate(n, Turn{Day: "2026-11-29"}, 60)
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	f := grown(b)
	g := newGraph(b, f)
	var concepts []Concept
	for n := range 30_000 { // as many as the release links
		concepts = append(concepts, Concept{Surfaces: []string{fmt.Sprintf("词%c%c", rune(0x4e00+n/3), rune(0x5e00+n%9))}, TargetKind: "specialism", Targets: []string{g.nodes[n%len(g.nodes)].code}, Weight: .5})
	}
	for b.Loop() {
		if _, err := g.With(concepts); err != nil {
			b.Fatal(err)
		}
	}
}
