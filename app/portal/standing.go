package portal

// GapStanding is how a value stands against a threshold.
type GapStanding string

const (
	GapMet       GapStanding = "met"
	GapShort     GapStanding = "short"
	GapUnknown   GapStanding = "unknown"   // nothing entered
	GapReference GapStanding = "reference" // of another province, or no longer in force: nothing is judged
)

// GapStandings lists every standing, what needs work first.
var GapStandings = [...]GapStanding{GapShort, GapUnknown, GapMet, GapReference}

// Stand holds a value, nil where none is known, against the threshold, and says by how much
// it is short.
func (t Threshold) Stand(value *Hundredths) (GapStanding, Hundredths) {
	switch {
	case !t.Judges():
		return GapReference, 0
	case value == nil:
		return GapUnknown, 0
	case t.Met(*value):
		return GapMet, 0
	case t.Compare == AtMost:
		return GapShort, *value - t.Value
	}
	return GapShort, t.Value - *value
}

// CanCheckGaps reports whether the viewer may hold partnerships against thresholds: their
// parties and the office.
func CanCheckGaps(v Viewer) bool {
	return v.CanAnalyse() || v.Of(OfCollege) || v.Of(OfEnterprise) || v.Of(OfInstitute)
}
