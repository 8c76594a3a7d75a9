package meili

import (
	"slices"
	"strings"

	"liangcheng/search"
)

// found is a document read again from its kept texts, by field.
type found []struct {
	search.Field
	texts []string
	words map[string][]string // by mark, once somebody asks
}

func (s *shape) found(texts map[string][]string) found {
	out := make(found, len(s.words))
	for i, f := range s.words {
		out[i].Field, out[i].texts, out[i].words = f, texts[f.Name], map[string][]string{}
	}
	return out
}

// in names the fields with a word, or with a beginning of one.
func (d found) in(word string, begins bool) []string {
	mark := word[:1]
	var fields []string
	for _, f := range d {
		if mark != gramMark && f.Role&search.Sound == 0 {
			continue
		}
		words, ok := f.words[mark]
		if !ok {
			words = wordsWith(mark, f.texts)
			f.words[mark] = words
		}
		if slices.ContainsFunc(words, func(w string) bool { return w == word || begins && strings.HasPrefix(w, word) }) {
			fields = append(fields, f.Name)
		}
	}
	return fields
}

// meets names the fields by which the document meets the option; none when it does not.
func (d found) meets(o option) []string {
	var fields []string
	for _, w := range o.words {
		in := d.in(w, o.begins)
		if len(in) == 0 {
			return nil
		}
		fields = append(fields, in...)
	}
	return fields
}

// why gives the reasons by which the document fits the reading; ok is false when it does
// not fit.
func (r reading) why(d found) (reasons []search.Why, ok bool) {
	met := 0
	for _, p := range r.parts {
		for _, o := range p.options {
			if fields := d.meets(o); len(fields) > 0 {
				met++
				reasons = addReason(reasons, search.Why{Term: p.said, Kind: o.kind, Fields: fields})
				break
			}
		}
	}
	needed := r.atLeast
	if needed == 0 {
		needed = len(r.parts)
	}
	return reasons, met >= needed
}

// addReason adds a reason, to the one of the same term if there is one.
func addReason(reasons []search.Why, w search.Why) []search.Why {
	i := slices.IndexFunc(reasons, func(o search.Why) bool { return o.Term == w.Term })
	if i < 0 {
		i = len(reasons)
		reasons = append(reasons, search.Why{Term: w.Term, Kind: w.Kind})
	}
	for _, f := range w.Fields {
		if !slices.Contains(reasons[i].Fields, f) {
			reasons[i].Fields = append(reasons[i].Fields, f)
		}
	}
	reasons[i].Score += w.Score
	return reasons
}
