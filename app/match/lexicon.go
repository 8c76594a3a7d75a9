package match

import (
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/search/text"
)

// lexicon is the vocabulary of the official texts. It is found in them without a
// dictionary: a string of characters is a word when its halves meet more often than by
// chance (pointwise mutual information) and when what stands before and after it varies
// (accessor variety, Feng et al. 2004).
type lexicon struct {
	cost    map[string]float64 // word → −ln of its share of all characters
	filler  map[string]bool    // words that say nothing of the work
	sounds  map[string]string  // folded syllables → the most frequent word read so
	unknown float64            // cost of a character that belongs to no word
}

// What makes a word: its length in characters, how often it occurs, how many different
// neighbours it has on its poorer side, and the mutual information of its halves.
const (
	longestWord  = 4
	fewestWords  = 3
	leastVariety = 3
	leastBond    = 1.5
	linking      = "与及和或的等" // characters that join words and belong to none
)

// newLexicon finds the words of the texts. Texts that repeat count once.
func newLexicon(texts iter.Seq[string]) *lexicon {
	count := map[string]int{} // strings of up to longestWord+1 characters
	before, after := map[string]int{}, map[string]int{}
	total := 0
	for run := range distinctRuns(texts) {
		at := offsets(run)
		total += len(at) - 1
		for n := 1; n <= longestWord+1; n++ {
			for i := 0; i+n < len(at); i++ {
				s := run[at[i]:at[i+n]]
				count[s]++
				if i == 0 {
					before[s]++
				}
				if i+n == len(at)-1 {
					after[s]++
				}
			}
		}
	}
	for s := range count {
		if at := offsets(s); len(at) > 2 {
			before[s[at[1]:]]++
			after[s[:at[len(at)-2]]]++
		}
	}
	lx := &lexicon{cost: map[string]float64{}, filler: map[string]bool{}, sounds: map[string]string{}, unknown: math.Log(float64(total))}
	for s, n := range count {
		if n >= fewestWords && utf8.RuneCountInString(s) <= longestWord && !strings.ContainsAny(s, linking) &&
			min(before[s], after[s]) >= leastVariety && bond(s, count, total) >= leastBond {
			lx.cost[s] = -math.Log(float64(n) / float64(total))
		}
	}
	lx.listen()
	const common = 8 // filler is as frequent in needs as a middling word is in the texts
	for _, w := range fillerWords {
		lx.filler[w] = true
		if c, known := lx.cost[w]; !known || c > common {
			lx.cost[w] = common
		}
	}
	return lx
}

// distinctRuns are the Chinese runs of the texts, each once.
func distinctRuns(texts iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for t := range texts {
			for _, run := range text.Runs(text.Normalize(t)) {
				if run.Han && !seen[run.Text] {
					seen[run.Text] = true
					if !yield(run.Text) {
						return
					}
				}
			}
		}
	}
}

// bond is the least mutual information over the places a string could be cut, in nats;
// one character has none.
func bond(s string, count map[string]int, total int) float64 {
	at := offsets(s)
	if len(at) < 3 {
		return math.Inf(-1)
	}
	least := math.Inf(1)
	for _, cut := range at[1 : len(at)-1] {
		least = min(least, math.Log(float64(count[s])*float64(total)/(float64(count[s[:cut]])*float64(count[s[cut:]]))))
	}
	return least
}

// listen enters every word under its folded sound; of homophones the frequent one stays.
func (lx *lexicon) listen() {
	for _, w := range slices.Sorted(maps.Keys(lx.cost)) {
		key := soundOf(text.Syllables(w))
		if old, taken := lx.sounds[key]; !taken || lx.cost[w] < lx.cost[old] {
			lx.sounds[key] = w
		}
	}
}

func soundOf(syllables []string) string {
	folded := make([]string, len(syllables))
	for i, s := range syllables {
		folded[i] = text.Fold(s)
	}
	return strings.Join(folded, "'")
}

// offsets are the byte offsets of the characters of s, and its length.
func offsets(s string) []int {
	at := make([]int, 0, len(s)/3+2)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

// piece is a part of a cut run: a word of the lexicon, or characters it does not know.
type piece struct {
	text   string
	known  bool
	filler bool
}

// cut divides a Chinese run into the words that are together most probable. Characters
// that belong to no word stay together until the next word.
func (lx *lexicon) cut(run string) []piece {
	at := offsets(run)
	n := len(at) - 1
	best := make([]float64, n+1)
	from := make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end], from[end] = best[end-1]+lx.unknown, end-1
		for start := max(0, end-longestWord); start < end; start++ {
			if c, ok := lx.cost[run[at[start]:at[end]]]; ok && best[start]+c < best[end] {
				best[end], from[end] = best[start]+c, start
			}
		}
	}
	var out []piece
	for end := n; end > 0; end = from[end] {
		w := run[at[from[end]]:at[end]]
		_, known := lx.cost[w]
		if last := len(out) - 1; !known && last >= 0 && !out[last].known {
			out[last].text = w + out[last].text
			continue
		}
		out = append(out, piece{w, known, lx.filler[w]})
	}
	slices.Reverse(out)
	return out
}
