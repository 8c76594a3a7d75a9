package match

import (
	"iter"
	"math"
	"slices"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// space holds the official texts as vectors of their words (tf–idf, length one).
type space struct {
	lexicon *lexicon
	number  map[string]int // word → its number
	rarity  []float64      // of each word: ln of the inverse share of specialisms with it
	texts   [][]entry      // specialism → its words
	holders [][]entry      // word → specialisms
}

// entry is a number of a word or specialism and its weight.
type entry struct {
	of     int
	weight float64
}

// How much the texts of a specialism say of it.
const (
	nameSays       = 3
	classSays      = .5
	postSays       = 1.2
	occupationSays = 1
	coreSays       = .6
	basicSays      = .4
)

// officialTexts are the texts of a specialism and how much each says of it.
func officialTexts(s portal.Specialism) iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		each := func(says float64, texts ...string) bool {
			for _, t := range texts {
				if !yield(t, says) {
					return false
				}
			}
			return true
		}
		if !each(nameSays, s.Name) || !each(classSays, s.ClassName) {
			return
		}
		for _, o := range s.Occupations {
			if !each(occupationSays, o.Name) {
				return
			}
		}
		if p := s.Profile; p != nil {
			_ = each(occupationSays, p.Occupations...) && each(postSays, p.Posts...) && each(postSays, p.Work...) &&
				each(coreSays, p.CoreCourses...) && each(basicSays, p.BasicCourses...) && each(occupationSays, p.Employers)
		}
	}
}

// newSpace makes vectors of the texts of the specialisms, which keep their numbers.
func newSpace(lx *lexicon, specialisms []portal.Specialism) *space {
	sp := &space{lexicon: lx, number: map[string]int{}}
	counted := make([][]entry, len(specialisms))
	found := map[string][]string{} // texts repeat, their words need finding once
	at := map[int]int{}            // number of a word → its place in the vector
	for i, s := range specialisms {
		clear(at)
		for t, says := range officialTexts(s) {
			if _, ok := found[t]; !ok {
				found[t] = sp.words(t)
			}
			for _, w := range found[t] {
				n, ok := sp.number[w]
				if !ok {
					n = len(sp.number)
					sp.number[w] = n
				}
				place, ok := at[n]
				if !ok {
					place = len(counted[i])
					at[n] = place
					counted[i] = append(counted[i], entry{of: n})
				}
				counted[i][place].weight += says
			}
		}
	}
	sp.weigh(counted)
	return sp
}

// weigh turns counts into weights and notes who holds each word.
func (sp *space) weigh(counted [][]entry) {
	holds := make([]int, len(sp.number))
	for _, words := range counted {
		for _, e := range words {
			holds[e.of]++
		}
	}
	sp.rarity = make([]float64, len(holds))
	for n, h := range holds {
		sp.rarity[n] = math.Log(float64(len(counted)+1) / float64(h))
	}
	sp.holders = make([][]entry, len(holds))
	for i, words := range counted {
		for k, e := range words {
			words[k].weight = math.Log1p(e.weight) * sp.rarity[e.of]
		}
		unit(words)
		for _, e := range words {
			sp.holders[e.of] = append(sp.holders[e.of], entry{i, e.weight})
		}
	}
	sp.texts = counted
}

// unit scales a vector to length one.
func unit(v []entry) {
	sum := 0.0
	for _, e := range v {
		sum += e.weight * e.weight
	}
	if sum == 0 {
		return
	}
	for i := range v {
		v[i].weight /= math.Sqrt(sum)
	}
}

// words are the dimensions of a text: the words of the lexicon in it with the pairs of
// characters inside longer ones, the pairs of what the lexicon does not know, and Latin
// words.
func (sp *space) words(t string) []string {
	var out []string
	for _, run := range text.Runs(text.Normalize(t)) {
		if !run.Han {
			out = append(out, run.Text)
			continue
		}
		for _, p := range sp.lexicon.cut(run.Text) {
			if !p.filler {
				out = append(out, dimensions(p.text, p.known)...)
			}
		}
	}
	return out
}

func dimensions(s string, known bool) []string {
	pairs := text.Pairs(s)
	if known && utf8.RuneCountInString(s) > 2 {
		return append(pairs, s)
	}
	return pairs
}

// scores adds up the products of a vector with every specialism's into sum, which has a
// place for each specialism.
func (sp *space) scores(v []entry, sum []float64) {
	for _, e := range v {
		for _, h := range sp.holders[e.of] {
			sum[h.of] += e.weight * h.weight
		}
	}
}

// best returns the entries of at least a weight above 0, at most so many: the heaviest
// first, those before of equal ones.
func best(sum []float64, most int, least float64) []entry {
	var out []entry
	for i, v := range sum {
		if v <= 0 || v < least || len(out) == most && v <= out[most-1].weight {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, v, func(e entry, v float64) int {
			if e.weight >= v {
				return -1
			}
			return 1
		})
		out = slices.Insert(out[:min(len(out), most-1)], at, entry{i, v})
	}
	return out
}
