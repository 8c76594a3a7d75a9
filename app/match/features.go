package match

import (
	"math"
	"slices"

	"liangcheng/app/portal"
)

// FeatureKind names a feature of fit.
type FeatureKind string

const (
	Capacity      FeatureKind = "capacity"
	LevelFit      FeatureKind = "level"
	ModeReady     FeatureKind = "mode"
	Geography     FeatureKind = "geography"
	TrackRecord   FeatureKind = "record"
	International FeatureKind = "international"
)

// Feature is one feature of fit: its value 0..1, what it adds to the score, and the
// words of the case. A feature that does not apply or is unknown is not counted and its
// weight goes to the others: unknown is not zero.
type Feature struct {
	Kind    FeatureKind
	Counted bool
	Value   float64
	Adds    float64 // share of S
	Case    string  // which row of its definition applied
	Numbers []int   // numbers the explanation names: free seats and headcount; n
}

// features are the features of fit in a fixed order.
func features(n *Need, o *Offer) [6]Feature {
	return [...]Feature{capacity(n, o), levelFit(n, o), modeReady(n, o), geography(n, o), trackRecord(o), international(n, o)}
}

// The cases of features; views hold a sentence for each.
const (
	caseUnknown   = "unknown"    // counted nowhere, told as unknown
	caseNotAsked  = "not_asked"  // the need does not ask
	caseAny       = "any"        // every level will do
	caseFull      = "full"       // seats for everyone
	casePart      = "part"       // seats for some
	caseNone      = "none"       // no seats free
	caseNoNumber  = "no_number"  // headcount unknown
	caseSame      = "same"       // the level asked for
	caseOther     = "other"      // another level
	caseReported  = "reported"   // a partnership of the type on this specialism was reported
	caseDeclared  = "declared"   // declared by the college for this programme
	caseCollege   = "college"    // the college does it elsewhere
	caseNoMode    = "no_mode"    // nothing known of the type
	caseCluster   = "cluster"    // same city of colleges
	caseDistrict  = "district"   // same district
	caseGuiyang   = "guiyang"    // Guiyang and Gui'an
	caseNear      = "near"       // within about 100 km
	caseProvince  = "province"   // farther off in the province
	caseNewcomer  = "newcomer"   // nothing finished yet
	caseFinished  = "finished"   // finished partnerships
	caseOffered   = "offered"    // international features
	caseNoFeature = "no_feature" // none
)

// capacity is √(free seats / headcount), at most 1; 0.7 when the headcount is unknown.
func capacity(n *Need, o *Offer) Feature {
	f := Feature{Kind: Capacity}
	seats := o.Programme.SeatsLeft()
	switch {
	case seats == nil:
		f.Case = caseUnknown
	case n.Headcount == nil || *n.Headcount <= 0:
		f.Counted, f.Value, f.Case, f.Numbers = true, .7, caseNoNumber, []int{*seats}
	default:
		f.Counted, f.Numbers = true, []int{*seats, *n.Headcount}
		f.Value = min(1, math.Sqrt(float64(*seats)/float64(*n.Headcount)))
		f.Case = casePart
		if *seats >= *n.Headcount {
			f.Case = caseFull
		} else if *seats == 0 {
			f.Case = caseNone
		}
	}
	return f
}

// levelFit is how well each level serves what was asked for.
func levelFit(n *Need, o *Offer) Feature {
	f := Feature{Kind: LevelFit, Counted: true, Value: 1, Case: caseAny}
	if n.Level == portal.AnyLevel {
		return f
	}
	f.Value, f.Case = serves(n.Level, o.Programme.Level), caseOther
	if f.Value == 1 {
		f.Case = caseSame
	}
	return f
}

func serves(want portal.WantedLevel, have portal.Level) float64 {
	var secondary, associate, vocational, bachelor float64
	switch want {
	case portal.WantSecondary:
		secondary, associate, vocational, bachelor = 1, .9, .3, .3
	case portal.WantVocational:
		secondary, associate, vocational, bachelor = .5, 1, .85, .55
	case portal.WantBachelor:
		secondary, associate, vocational, bachelor = .3, .35, .9, 1
	}
	switch have {
	case portal.Secondary:
		return secondary
	case portal.Associate:
		return associate
	case portal.VocationalBachelor:
		return vocational
	}
	return bachelor
}

// modeReady is how far the college has come with the best of the modes asked for.
func modeReady(n *Need, o *Offer) Feature {
	f := Feature{Kind: ModeReady}
	if len(n.Modes) == 0 {
		f.Case = caseNotAsked
		return f
	}
	f.Counted, f.Value, f.Case = true, .1, caseNoMode
	better := func(v float64, c string) {
		if v > f.Value {
			f.Value, f.Case = v, c
		}
	}
	for _, m := range n.Modes {
		if slices.Contains(o.OnIt, m) {
			better(1, caseReported)
		}
		if slices.Contains(o.Programme.Modes, m) {
			better(.6, caseDeclared)
		}
		if slices.Contains(o.Declared, m) || slices.Contains(o.Reported, m) {
			better(.3, caseCollege)
		}
	}
	return f
}

// geography is how near the college is to the place of work.
func geography(n *Need, o *Offer) Feature {
	f := Feature{Kind: Geography}
	if n.District == "" {
		f.Case = caseNotAsked
		return f
	}
	f.Counted = true
	city := n.District.Cluster()
	home := o.College.District
	switch {
	case city != "" && city == o.College.Cluster:
		f.Value, f.Case = 1, caseCluster
	case home == n.District:
		f.Value, f.Case = .9, caseDistrict
	case n.District.InGuiyang() && (home.InGuiyang() || home == "" && o.College.Cluster.Valid()):
		f.Value, f.Case = .8, caseGuiyang
	case (n.District.InGuiyang() || n.District.Near()) && (home == "" || home.InGuiyang() || home.Near()):
		f.Value, f.Case = .6, caseNear
	default:
		f.Value, f.Case = .4, caseProvince
	}
	return f
}

// trackRecord is the mean success of finished partnerships, drawn to one half while they
// are few: (Σ w·success + 2.5) / (Σ w + 5).
func trackRecord(o *Offer) Feature {
	const prior, priorWeight = 2.5, 5
	f := Feature{Kind: TrackRecord, Counted: true, Case: caseNewcomer, Numbers: []int{o.Record.N}}
	f.Value = (o.Record.Successes + prior) / (o.Record.Weight + priorWeight)
	if o.Record.N > 0 {
		f.Case = caseFinished
	}
	return f
}

// international counts only when the need asks for languages.
func international(n *Need, o *Offer) Feature {
	f := Feature{Kind: International}
	if len(n.Languages) == 0 {
		f.Case = caseNotAsked
		return f
	}
	f.Counted, f.Case = true, caseNoFeature
	i := o.Programme.International
	if i == nil {
		return f
	}
	f.Case = caseOffered
	if i.Joint {
		f.Value += .4
	}
	if slices.ContainsFunc(i.Languages, func(l string) bool { return slices.Contains(n.Languages, l) }) {
		f.Value += .3
	}
	if len(i.Certificates) > 0 {
		f.Value += .2
	}
	if len(i.ASEANPartners) > 0 {
		f.Value += .1
	}
	f.Value = min(1, f.Value)
	return f
}
