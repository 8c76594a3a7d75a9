package service

import "liangcheng/app/portal"

// sources are the documents indicators were read in, by key.
func (r *rowReader) sources() map[string]portal.IndicatorSource {
	out := map[string]portal.IndicatorSource{}
	r.each([]string{"indicator_sources.csv"}, []string{"key", "title", "reach"}, func(w row) {
		key := w.id("indicator_sources.csv", w.must("key"))
		out[key] = portal.IndicatorSource{Key: key, Title: w.must("title"), Place: w.wording("place"), Reach: one(w, "reach", portal.Reaches[:], false),
			Current: w.flag("current"), Year: w.year("year"), Note: w.wording("note")}
	})
	return out
}

// wording reads a text and its English form, which stands under the same heading with _en.
func (w row) wording(field string) portal.Wording {
	return portal.Wording{Zh: w.Get(field), En: w.Get(field + "_en")}
}

// indicators is the dictionary.
func (r *rowReader) indicators() []portal.Indicator {
	sources := r.sources()
	names := map[string]portal.Wording{}
	r.each([]string{"indicators.csv"}, []string{"key", "name", "name_en"}, func(w row) { names[w.Get("key")] = w.wording("name") })
	var out []portal.Indicator
	r.each([]string{"indicators.csv"}, []string{"key", "name", "name_en", "unit", "kind", "period", "types", "better", "status"}, func(w row) {
		i := portal.Indicator{Meta: portal.Meta{ID: w.id("indicators.csv", w.must("key"))}, Rank: len(out) + 1, Name: w.must("name"), NameEn: w.must("name_en"),
			Unit: w.must("unit"), UnitEn: w.must("unit_en"), Kind: one(w, "kind", portal.ValueKinds[:], false), Period: one(w, "period", portal.PeriodKinds[:], false),
			Better: one(w, "better", portal.Directions[:], false), RedLine: w.flag("red_line"), Note: w.Get("note"),
			Sources: []portal.IndicatorSource{}, Status: one(w, "status", portal.IndicatorStatuses[:], false)}
		i.Types, i.Also = w.subjects()
		for _, key := range w.List("sources") {
			w.refers("sources", "indicator_sources.csv", key)
			i.Sources = append(i.Sources, sources[key])
		}
		if i.Kind == portal.ValueRate {
			i.Parts = w.parts(names)
		}
		english := w.List("classes_en")
		for n, class := range w.List("classes") {
			if n >= len(english) {
				w.fail("classes_en", "is shorter than classes")
				break
			}
			i.Classes = append(i.Classes, portal.Wording{Zh: class, En: english[n]})
		}
		i.Threshold = w.threshold(sources)
		if i.Threshold != nil && i.Status == portal.IndicatorUnresolved {
			w.fail("threshold", "an unresolved indicator has none")
		}
		out = append(out, i)
	})
	return out
}

// subjects are the types of partnerships an indicator is of, and what else it is of.
func (w row) subjects() (types []portal.Mode, also []string) {
	wanted := map[portal.Mode]bool{}
	for _, of := range w.List("types") {
		switch of {
		case "all":
			for _, m := range portal.Modes {
				wanted[m] = true
			}
		case "training":
			for _, m := range portal.TrainingModes {
				wanted[m] = true
			}
		case "college", "programme":
			also = append(also, of)
		default:
			if !portal.Mode(of).Valid() {
				w.fail("types", "%q is no type", of)
			}
			wanted[portal.Mode(of)] = true
		}
	}
	types = []portal.Mode{}
	for _, m := range portal.Modes {
		if wanted[m] {
			types = append(types, m)
		}
	}
	return types, also
}

// parts says what a rate is made of: in words, or by the key of another indicator.
func (w row) parts(names map[string]portal.Wording) *portal.RateParts {
	w.must("counts")
	p := &portal.RateParts{Numerator: w.wording("numerator"), Denominator: w.wording("denominator"), Unit: w.wording("counts"), Share: w.flag("share")}
	for _, part := range []struct {
		field string
		words *portal.Wording
		key   *string
	}{{"numerator", &p.Numerator, &p.NumeratorKey}, {"denominator", &p.Denominator, &p.DenominatorKey}} {
		if name, ok := names[part.words.Zh]; ok {
			*part.key, *part.words = part.words.Zh, name
		}
		if part.words.Zh == "" || part.words.En == "" {
			w.fail(part.field, "is empty in a language")
		}
	}
	return p
}

// threshold is the number a document sets, when the dictionary states one.
func (w row) threshold(sources map[string]portal.IndicatorSource) *portal.Threshold {
	if w.Get("threshold") == "" {
		return nil
	}
	key := w.must("threshold_source")
	w.refers("threshold_source", "indicator_sources.csv", key)
	value, ok := portal.ParseHundredths(w.Get("threshold"))
	if !ok {
		w.fail("threshold", "%q is no number", w.Get("threshold"))
	}
	s := sources[key]
	return &portal.Threshold{Compare: one(w, "compare", portal.Comparisons[:], false), Value: value, Document: s.Title, Place: s.Place, Reach: s.Reach, Current: s.Current}
}
