package meili

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"liangcheng/search"
	"liangcheng/search/text"
)

// The constants of BM25F (Robertson & Zaragoza 2009).
const (
	k1       = 1.2
	defaultB = 0.75
)

// The length of an ordinary name and of any other field, in grams. A document is scored
// when it is indexed and no other is known then, so they stand for the averages of BM25F;
// measured on the specialisms, whose fields average 12 (names) and 15 to 100.
const (
	usualName = 12
	usualText = 40
)

// line returns the document as the server keeps it: one line of JSON with its end. An id
// the server cannot keep is ErrInvalid.
func (s *shape) line(d search.Document) ([]byte, error) {
	if d.ID == "" || len(d.ID) > longestValue {
		return nil, fmt.Errorf("id %.40q of %d bytes: %w", d.ID, len(d.ID), search.ErrInvalid)
	}
	record := map[string]any{idAttr: value(d.ID), versionAttr: d.Version}
	for _, f := range s.schema.Fields {
		if values := d.Facets[f.Name]; f.Role&search.Facet != 0 && len(values) > 0 {
			record[facetAttr(f.Name)] = each(value, values)
		}
		if n, ok := d.Numbers[f.Name]; f.Role&search.Number != 0 && ok && !math.IsNaN(n) && !math.IsInf(n, 0) {
			record[numberAttr(f.Name)] = n
		}
	}
	s.addTexts(record, d.Texts)
	line, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("document %q: %w", d.ID, err)
	}
	return append(line, '\n'), nil
}

// addTexts adds the words of the texts, each also under the attribute of its rank.
func (s *shape) addTexts(record map[string]any, texts map[string][]string) {
	kept := map[string][]string{}
	counts := map[string][]int{} // word → how often in each field
	lengths := make([]int, len(s.words))
	for i, f := range s.words {
		for _, t := range texts[f.Name] {
			if t = text.Normalize(t); t != "" {
				kept[f.Name] = append(kept[f.Name], t)
			}
		}
		for _, word := range wordsOf(f, kept[f.Name]) {
			if counts[word] == nil {
				counts[word] = make([]int, len(s.words))
			}
			counts[word][i]++
			if strings.HasPrefix(word, gramMark) {
				lengths[i]++
			}
		}
	}
	var spelled []string
	all := make([]string, 0, len(counts))
	attributes := make([][]string, len(s.ranked))
	for word, n := range counts {
		if strings.HasPrefix(word, spellMark) {
			spelled = append(spelled, word)
			continue
		}
		all = append(all, word)
		rank := s.rank(n, lengths)
		attributes[rank] = append(attributes[rank], word)
	}
	slices.Sort(all) // the same document is the same line
	slices.Sort(spelled)
	record[wordsAttr], record[spellAttr], record[textAttr] = all, spelled, kept
	if len(s.words) > 0 {
		record[sizeAttr] = lengths[s.name]
	}
	for rank, words := range attributes {
		if len(words) > 0 {
			slices.Sort(words)
			record[s.ranked[rank]] = strings.Join(words, " ")
		}
	}
}

// wordsOf are the words that normalised texts of a field are found by, repeated as they
// occur.
func wordsOf(f search.Field, texts []string) []string {
	words := wordsWith(gramMark, texts)
	if f.Role&search.Sound != 0 {
		words = append(words, wordsWith(pairMark, texts)...)
		words = append(words, wordsWith(spellMark, texts)...)
	}
	return words
}

// wordsWith are the words with one mark.
func wordsWith(mark string, texts []string) []string {
	var words []string
	for _, t := range texts {
		switch mark {
		case gramMark:
			words = append(words, each(gram, text.Grams(t))...)
		case pairMark:
			words = append(words, each(pair, text.SoundPairs(t))...)
		case spellMark:
			words = append(words, each(spell, spellings(t))...)
		}
	}
	return words
}

// rank is the rank of the attribute for a word that occurs n times in each field: simple
// BM25F without the rarity, where the weighted, length-normalised frequencies of the
// fields are added before saturation.
func (s *shape) rank(n, lengths []int) int {
	sum, most, best := 0.0, 0.0, 0
	for i, f := range s.words {
		if n[i] == 0 {
			continue
		}
		usual := float64(usualText)
		if f.Role&(search.Sound|search.Typed) != 0 {
			usual = usualName
		}
		tf := f.Weight * float64(n[i]) / (1 - f.B + f.B*float64(lengths[i])/usual)
		sum += tf
		if tf > most {
			most, best = tf, i
		}
	}
	level := int(sum / (k1 + sum) * levels)
	return s.rankOf(min(level, levels-1), best)
}

// saturation is the middle of what BM25F without the rarity may be at a level, 0..1.
func saturation(level int) float64 { return (float64(level) + .5) / levels }
