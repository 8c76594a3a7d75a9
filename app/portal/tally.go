package portal

// Tally is what the records kept with a partnership, its roster or its members, say of an
// indicator for a period.
type Tally struct {
	By          string // the indicator whose definition it follows
	Value       Hundredths
	Numerator   Hundredths
	Denominator Hundredths
	Rate        bool // numerator and denominator are known
	Part        bool // of a rate only the denominator is known
}

// Differs reports whether somebody has claimed anything else.
func (t Tally) Differs(f Figures) bool {
	switch {
	case t.Part:
		return t.Denominator != f.Denominator
	case t.Rate:
		return t.Numerator != f.Numerator || t.Denominator != f.Denominator
	}
	return t.Value != f.Value
}

// Holds reports whether a day lies in the period.
func (p Period) Holds(day string) bool { return p.From <= day && day <= p.Until }
