package match

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Offer is a programme as the match sees it, with its college and what the college has
// to show.
type Offer struct {
	Programme portal.Programme
	College   portal.College
	// Reported are the types of partnership publicly reported of the college; OnIt are
	// those whose report names this specialism.
	Reported []portal.Mode
	OnIt     []portal.Mode
	// Declared are the modes the college declares for any of its programmes.
	Declared []portal.Mode
	Record   Record
}

// Record is what came of earlier partnerships of the programme.
type Record struct {
	N         int     // finished partnerships
	Successes float64 // of them, weighted by age (three-year half-life)
	Weight    float64 // sum of the weights
}

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

// Chip is one addend of S: a part of the relevance or a feature of fit. The chips of a
// result sum to its score.
type Chip struct {
	Part    *Part    // relevance
	Feature *Feature // fit
	Adds    float64
}

// Offered is a programme with its score and everything the score is made of.
type Offered struct {
	Offer    Offer
	Ranked   Ranked // the specialism it offers
	S        float64
	Fit      float64
	Features []Feature
	Chips    []Chip
	Weakest  FeatureKind // lowest of the features counted, or the unknown one that would count most
}

// Filter names a hard condition.
type Filter string

const (
	FilterEnrolment Filter = "enrolment" // no longer on the register
	FilterSeats     Filter = "seats"     // an order class needs free seats
	FilterMustHave  Filter = "must_have" // lists what it has, and this is not on it
)

// Removal says what a hard filter took out.
type Removal struct {
	Filter Filter
	N      int
	IDs    []string
}

// Gap is a need no programme here covers.
type Gap struct {
	Wanted  []Ranked // the specialisms that fit best, offered by nobody here
	Nearest []Offered
}

// Answer is the match of a need with the programmes here.
type Answer struct {
	Offered []Offered
	Removed []Removal
	Gap     *Gap // nil when the need is covered
}

// The first places of a list and how many of them one college may take.
const (
	firstPlaces  = 5
	oneCollege   = 2
	nearestShown = 5
	wantedShown  = 3
)

// Programmes ranks the offers of the specialisms found: S = Rel · (Base + (1−Base)·Fit).
// Relevance always dominates. Filters in relaxed are not applied.
func Programmes(n Need, ranked []Ranked, offers []Offer, relaxed []Filter, w Weights) Answer {
	byCode := make(map[string]Ranked, len(ranked))
	for _, r := range ranked {
		byCode[r.Code] = r
	}
	var a Answer
	var all []Offered
	removed := map[Filter]*Removal{}
	for _, o := range offers {
		r, ok := byCode[o.Programme.Code]
		if !ok {
			continue
		}
		if f, out := refused(n, o); out && !slices.Contains(relaxed, f) {
			if removed[f] == nil {
				removed[f] = &Removal{Filter: f}
			}
			removed[f].N++
			removed[f].IDs = append(removed[f].IDs, o.Programme.ID)
			continue
		}
		all = append(all, score(n, r, o, w))
	}
	slices.SortFunc(all, func(x, y Offered) int {
		return cmp.Or(cmp.Compare(y.S, x.S), cmp.Compare(x.Offer.Programme.ID, y.Offer.Programme.ID))
	})
	for _, f := range []Filter{FilterEnrolment, FilterSeats, FilterMustHave} {
		if removed[f] != nil {
			a.Removed = append(a.Removed, *removed[f])
		}
	}
	a.Offered = spreadColleges(all)
	if !slices.ContainsFunc(all, func(o Offered) bool { return o.Ranked.Rel >= w.Covered }) {
		a.Gap = gap(ranked, all)
	}
	return a
}

// gap names the best specialisms nobody offers and the nearest programmes.
func gap(ranked []Ranked, all []Offered) *Gap {
	g := &Gap{Nearest: all[:min(len(all), nearestShown)]}
	for _, r := range ranked {
		offered := slices.ContainsFunc(all, func(o Offered) bool { return o.Ranked.Code == r.Code })
		if !offered && len(g.Wanted) < wantedShown {
			g.Wanted = append(g.Wanted, r)
		}
	}
	return g
}

// spreadColleges lets no college take more than two of the first five places, as long
// as others can take them.
func spreadColleges(all []Offered) []Offered {
	taken := map[string]int{}
	var first, rest []Offered
	for _, o := range all {
		if len(first) < firstPlaces && taken[o.Offer.College.ID] < oneCollege {
			taken[o.Offer.College.ID]++
			first = append(first, o)
		} else {
			rest = append(rest, o)
		}
	}
	return append(first, rest...)
}

// refused applies the hard conditions. What a programme does not say is not held
// against it.
func refused(n Need, o Offer) (Filter, bool) {
	p := o.Programme
	if p.Enrolment == portal.Stopped {
		return FilterEnrolment, true
	}
	if slices.Contains(n.Modes, portal.OrderClass) && p.SeatsFree != nil && *p.SeatsFree == 0 {
		return FilterSeats, true
	}
	has := slices.Concat(p.Certificates, p.Facilities)
	if p.International != nil {
		has = slices.Concat(has, p.International.Languages, p.International.Certificates)
	}
	if len(has) == 0 {
		return "", false
	}
	for _, must := range n.MustHaves {
		want := text.Normalize(must)
		if !slices.ContainsFunc(has, func(h string) bool { return strings.Contains(text.Normalize(h), want) }) {
			return FilterMustHave, true
		}
	}
	return "", false
}

// score computes S and the chips that sum to it.
func score(n Need, r Ranked, o Offer, w Weights) Offered {
	out := Offered{Offer: o, Ranked: r, Features: features(n, o, w)}
	counted := 0.0
	for i, f := range out.Features {
		if f.Counted {
			counted += weightOf(f.Kind, w)
			out.Fit += weightOf(f.Kind, w) * out.Features[i].Value
		}
	}
	if counted > 0 {
		out.Fit /= counted
	}
	out.S = r.Rel * (w.Base + (1-w.Base)*out.Fit)
	for i := range r.Parts {
		p := r.Parts[i]
		out.Chips = append(out.Chips, Chip{Part: &p, Adds: w.Base * r.Rel * p.Value / r.A})
	}
	for i := range out.Features {
		f := &out.Features[i]
		if f.Counted {
			f.Adds = (1 - w.Base) * r.Rel * f.Value * weightOf(f.Kind, w) / counted
			out.Chips = append(out.Chips, Chip{Feature: f, Adds: f.Adds})
		}
	}
	out.Weakest = weakest(out.Features, w)
	return out
}

func weightOf(k FeatureKind, w Weights) float64 {
	switch k {
	case Capacity:
		return w.Capacity
	case LevelFit:
		return w.Level
	case ModeReady:
		return w.Mode
	case Geography:
		return w.Geography
	case TrackRecord:
		return w.Record
	}
	return w.International
}

// weakest is the counted feature that costs most of the score, or an unknown one that
// weighs more than that cost.
func weakest(features []Feature, w Weights) FeatureKind {
	var kind FeatureKind
	cost := -1.0
	for _, f := range features {
		lost := weightOf(f.Kind, w) * (1 - f.Value)
		if !f.Counted {
			if f.Case != caseUnknown {
				continue
			}
			const unknown = .5 // an unknown feature might as well be half met
			lost = weightOf(f.Kind, w) * unknown
		}
		if lost > cost {
			kind, cost = f.Kind, lost
		}
	}
	return kind
}

func features(n Need, o Offer, w Weights) []Feature {
	return []Feature{capacity(n, o), levelFit(n, o), modeReady(n, o), geography(n, o), trackRecord(o), international(n, o)}
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
func capacity(n Need, o Offer) Feature {
	f := Feature{Kind: Capacity}
	seats := o.Programme.SeatsFree
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
func levelFit(n Need, o Offer) Feature {
	table := map[portal.WantedLevel]map[portal.Level]float64{
		portal.WantVocational: {portal.Associate: 1, portal.VocationalBachelor: .85, portal.Bachelor: .55, portal.Secondary: .5},
		portal.WantBachelor:   {portal.Bachelor: 1, portal.VocationalBachelor: .9, portal.Associate: .35, portal.Secondary: .3},
		portal.WantSecondary:  {portal.Secondary: 1, portal.Associate: .9, portal.VocationalBachelor: .3, portal.Bachelor: .3},
	}
	f := Feature{Kind: LevelFit, Counted: true, Value: 1, Case: caseAny}
	if n.Level == portal.AnyLevel {
		return f
	}
	f.Value, f.Case = table[n.Level][o.Programme.Level], caseOther
	if f.Value == 1 {
		f.Case = caseSame
	}
	return f
}

// modeReady is how far the college has come with the best of the modes asked for.
func modeReady(n Need, o Offer) Feature {
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
func geography(n Need, o Offer) Feature {
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
func trackRecord(o Offer) Feature {
	const prior, priorWeight = 2.5, 5
	f := Feature{Kind: TrackRecord, Counted: true, Case: caseNewcomer, Numbers: []int{o.Record.N}}
	f.Value = (o.Record.Successes + prior) / (o.Record.Weight + priorWeight)
	if o.Record.N > 0 {
		f.Case = caseFinished
	}
	return f
}

// international counts only when the need asks for languages.
func international(n Need, o Offer) Feature {
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
