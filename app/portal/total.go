package portal

// Entered is an outcome as a report counts it.
type Entered struct {
	Outcome     string // id
	Partnership string
	Indicator   Indicator
	Period      Period
	Verified    bool
	Figures
	Few bool // so few people that the reader may not know how many
}

// Total is what several partnerships have together. Of a rate, Value is the numerator and
// Whole the denominator.
type Total struct {
	Value, Whole Hundredths
	N            int // records
	few          int // those of few people, and how many these are together
	fewValue     Hundredths
}

func (t *Total) add(e Entered, value, whole Hundredths) {
	t.N++
	t.Value += value
	t.Whole += whole
	if e.Few {
		t.few++
		t.fewValue += value
	}
}

// Join adds the records of another total.
func (t *Total) Join(other Total) {
	t.Value += other.Value
	t.Whole += other.Whole
	t.N += other.N
	t.few += other.few
	t.fewValue += other.fewValue
}

// Percent is the rate; it is not known without a denominator.
func (t Total) Percent() (Hundredths, bool) {
	if t.Whole == 0 {
		return 0, false
	}
	return Percent(t.Value, t.Whole), true
}

// Hidden reports whether the total would tell a value of few people to somebody who reads
// all the others, were it a party that knows its own: unless at least three are hidden in
// it, and the rest can be made up in several ways whichever of them one knows.
func (t Total) Hidden() bool {
	const least, fewest, most = 3, 1, 4 // records; people of a value that is not told
	k, people := Hundredths(t.few), t.fewValue/hundred
	room := Hundredths(most - fewest + 1)
	return k > 0 && (k < least || people < fewest*k+room || people > most*k-room)
}

// SumHidden reports whether the sum of totals that stand side by side would tell what is
// hidden in some of them.
func SumHidden(cells []Total) bool {
	var hidden Total
	for _, c := range cells {
		if c.Hidden() {
			hidden.Join(c)
		}
	}
	return hidden.Hidden()
}

// Value computes the formula, which counts no records, of the outcomes of a year: of what
// is verified, and apart from it of what is only claimed.
func (f Formula) Value(all []Entered) (verified, claimed Total) {
	for _, p := range f.pairs(all) {
		to := &claimed
		if p.Verified {
			to = &verified
		}
		switch {
		case len(f.Keys) == 2:
			p.Few = p.Few || p.whole.Few
			to.add(p.Entered, p.Value, p.whole.Value)
		case f.Op == FormulaRate:
			to.add(p.Entered, p.Numerator, p.Denominator)
		case f.Op == FormulaCount:
			to.add(p.Entered, min(p.Value, hundred), 0)
		default:
			to.add(p.Entered, p.Value, 0)
		}
	}
	return verified, claimed
}

// Behind are the ids of the outcomes the formula counts.
func (f Formula) Behind(all []Entered) map[string]bool {
	out := map[string]bool{}
	for _, p := range f.pairs(all) {
		out[p.Outcome] = true
		if p.whole.Outcome != "" {
			out[p.whole.Outcome] = true
		}
	}
	return out
}

// pair is an outcome with the one it is divided by, where a formula divides.
type pair struct {
	Entered
	whole Entered
}

// pairs are the outcomes the formula counts: of a rate of two indicators, wherever a
// partnership has both of a period; that is verified where both are.
func (f Formula) pairs(all []Entered) []pair {
	var out []pair
	numerators := counted(all, f.Keys[0])
	if len(f.Keys) == 1 {
		for _, e := range numerators {
			out = append(out, pair{Entered: e})
		}
		return out
	}
	type place struct {
		partnership, period string
		verified            bool
	}
	wholes := map[place]Entered{}
	for _, e := range counted(all, f.Keys[1]) {
		wholes[place{e.Partnership, e.Period.Label, e.Verified}] = e
	}
	for _, e := range numerators {
		whole, ok := wholes[place{e.Partnership, e.Period.Label, e.Verified}]
		if !ok {
			whole, ok = wholes[place{e.Partnership, e.Period.Label, !e.Verified}]
		}
		if ok {
			e.Verified = e.Verified && whole.Verified
			out = append(out, pair{e, whole})
		}
	}
	return out
}

// counted are the outcomes of an indicator that count: where those of several periods do
// not add up, the latest of a partnership.
func counted(all []Entered, key string) []Entered {
	var out []Entered
	type place struct {
		partnership string
		verified    bool
	}
	last := map[place]int{}
	for _, e := range all {
		if e.Indicator.ID != key {
			continue
		}
		at := place{e.Partnership, e.Verified}
		i, have := last[at]
		switch {
		case !have || e.Indicator.several():
			last[at] = len(out)
			out = append(out, e)
		case e.Period.Until > out[i].Period.Until:
			out[i] = e
		}
	}
	return out
}

// several reports whether values of several periods of a year are added up.
func (i Indicator) several() bool { return i.Adds() || i.Kind == ValueRate && i.Period.Adds() }
