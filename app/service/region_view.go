package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
)

// RegionChoice narrows what is counted.
type RegionChoice struct {
	Refine map[string][]string // of RegionFacets → values; NoValue for none
	Late   bool                // only partnerships with a milestone that is late
	Period string              // year in which the periods of the outcomes end; empty: any
}

// RegionView is what is counted of a choice.
type RegionView struct {
	Counting     bool // everything is being read for the first time
	AsOf         time.Time
	Partnerships int
	Late         int
	Stages       map[portal.PartnershipStage]int
	Motions      map[string]int
	Demo         int
	Contract     int64 // yuan, of agreements from the signature on
	Received     int64
	By           [regionColumns][]RegionGroup
	Outcomes     []RegionSum
	Periods      []string // years that can be chosen, the latest first
}

// RegionGroup counts the partnerships that share a value of a property; one with several
// values is counted for each.
type RegionGroup struct {
	Value  string // NoValue: none
	N      int
	Stages map[portal.PartnershipStage]int
}

// RegionSum adds up one indicator: what is verified, and what is only claimed or confirmed.
// Of a rate the parts are added up, and the rate is that of the sums. What is disputed or
// returned only counts as a record.
type RegionSum struct {
	Indicator         portal.Indicator
	Verified, Claimed RegionPart
	Disputed          int
}

// RegionPart is a sum with the number of its records.
type RegionPart struct {
	portal.Figures
	N      int
	Hidden bool // so few people that they could be recognised
}

func (p *RegionPart) add(f portal.Figures) {
	p.N++
	p.Value += f.Value
	p.Numerator += f.Numerator
	p.Denominator += f.Denominator
}

// join adds another sum of the same indicator.
func (p *RegionPart) join(other RegionPart) {
	p.N += other.N - 1
	p.add(other.Figures)
}

// close makes the rate of the sums, and hides few people.
func (p *RegionPart) close(ind portal.Indicator) {
	if ind.Kind == portal.ValueRate && p.Denominator > 0 {
		p.Value = portal.Percent(p.Numerator, p.Denominator)
	}
	if p.Small(ind) {
		p.Figures, p.Hidden = portal.Figures{}, true
	}
}

// View counts what fits the choice.
func (g *Region) View(ctx context.Context, v portal.Viewer, c RegionChoice) (RegionView, error) {
	if !v.CanAnalyse() {
		return RegionView{}, fault("service.Region.View", "", portal.ErrNotFound)
	}
	ready, err := g.ready(ctx)
	if err != nil || !ready {
		return RegionView{Counting: true}, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	out := RegionView{AsOf: g.asOf, Stages: map[portal.PartnershipStage]int{}, Motions: map[string]int{}}
	fits := g.partnerships.fitting(c, g.today())
	g.countPartnerships(&out, fits)
	cells := g.outcomes.cells(fits)
	out.Outcomes, out.Periods = g.outcomes.sums(g.indicators, cells, c.Period), g.outcomes.years(cells)
	return out, nil
}

// fitting tells of every place whether its partnership fits the choice.
func (t *regionRows) fitting(c RegionChoice, today string) []bool {
	fits := slices.Clone(t.live)
	for i := range t.columns {
		wanted := t.columns[i].fitting(c.Refine[RegionFacets[i]])
		if wanted == nil {
			continue
		}
		for place, code := range t.columns[i].codes {
			fits[place] = fits[place] && wanted[code]
		}
	}
	if c.Late {
		for place := range fits {
			fits[place] = fits[place] && t.late(place, today)
		}
	}
	return fits
}

// late reports whether the partnership at a place has a milestone that is late.
func (t *regionRows) late(place int, today string) bool {
	return t.numbers[place].late(today) > 0
}

// countPartnerships counts what fits by every property.
func (g *Region) countPartnerships(out *RegionView, fits []bool) {
	t, today := &g.partnerships, g.today()
	stages := &t.columns[ByStage]
	var counts [regionColumns][][]int // property → set of values → stage
	for i := range counts {
		counts[i] = make([][]int, len(t.columns[i].sets))
		for set := range counts[i] {
			counts[i][set] = make([]int, len(stages.sets))
		}
	}
	for place, fit := range fits {
		if !fit {
			continue
		}
		out.Partnerships++
		if t.late(place, today) {
			out.Late++
		}
		out.Contract += t.numbers[place].contract
		out.Received += t.numbers[place].received
		for i := range t.columns {
			counts[i][t.columns[i].codes[place]][stages.codes[place]]++
		}
	}
	for i := range counts {
		out.By[i] = t.columns[i].groups(counts[i], stages)
	}
	for _, group := range out.By[ByStage] {
		out.Stages[portal.PartnershipStage(group.Value)] = group.N
	}
	for _, group := range out.By[ByMotion] {
		out.Motions[group.Value] = group.N
	}
	for _, group := range out.By[ByCertainty] {
		if group.Value == string(portal.Demo) {
			out.Demo = group.N
		}
	}
}

// groups turns counts by set of values and stage into counts by value, the most first.
func (c *column) groups(counts [][]int, stages *column) []RegionGroup {
	found := map[string]*RegionGroup{}
	for set, byStage := range counts {
		values := c.sets[set]
		if len(values) == 0 {
			values = []string{NoValue}
		}
		for stage, n := range byStage {
			if n == 0 {
				continue
			}
			for _, v := range values {
				if found[v] == nil {
					found[v] = &RegionGroup{Value: v, Stages: map[portal.PartnershipStage]int{}}
				}
				found[v].N += n
				found[v].Stages[portal.PartnershipStage(strings.Join(stages.sets[stage], ""))] += n
			}
		}
	}
	out := make([]RegionGroup, 0, len(found))
	for _, group := range found {
		out = append(out, *group)
	}
	slices.SortFunc(out, func(a, b RegionGroup) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}

// regionCell adds up the outcomes of one indicator whose periods end in one year.
type regionCell struct {
	verified, claimed RegionPart
	disputed          int
}

// cells adds up the outcomes of the partnerships that fit, by the code of the indicator and
// that of the year.
func (t *regionValues) cells(fits []bool) [][]regionCell {
	cells := make([][]regionCell, len(t.indicator.sets))
	for i := range cells {
		cells[i] = make([]regionCell, len(t.year.sets))
	}
	for place, live := range t.live {
		if !live || !fits[t.partnership[place]] {
			continue
		}
		cell := &cells[t.indicator.codes[place]][t.year.codes[place]]
		switch t.stateAt(place) {
		case portal.OutcomeVerified:
			cell.verified.add(t.figures[place])
		case portal.OutcomeClaimed, portal.OutcomeConfirmed:
			cell.claimed.add(t.figures[place])
		default:
			cell.disputed++
		}
	}
	return cells
}

// sum adds up the cells of an indicator over the years wanted.
func (t *regionValues) sum(cells [][]regionCell, ind portal.Indicator, wanted func(year string) bool) RegionSum {
	sum := RegionSum{Indicator: ind}
	if code, there := t.indicator.known[ind.ID]; there {
		for year, cell := range cells[code] {
			if wanted(strings.Join(t.year.sets[year], "")) {
				sum.Verified.join(cell.verified)
				sum.Claimed.join(cell.claimed)
				sum.Disputed += cell.disputed
			}
		}
	}
	sum.Verified.close(ind)
	sum.Claimed.close(ind)
	return sum
}

// sums adds up every indicator of which there is something, in the order of the dictionary.
func (t *regionValues) sums(all []portal.Indicator, cells [][]regionCell, period string) []RegionSum {
	var out []RegionSum
	for _, ind := range all {
		sum := t.sum(cells, ind, func(year string) bool { return period == "" || year == period })
		if sum.Verified.N+sum.Claimed.N+sum.Disputed > 0 {
			out = append(out, sum)
		}
	}
	return out
}

// years are those in which the periods of some outcome end, the latest first.
func (t *regionValues) years(cells [][]regionCell) []string {
	var out []string
	for code, set := range t.year.sets {
		if slices.ContainsFunc(cells, func(of []regionCell) bool {
			return of[code].verified.N+of[code].claimed.N+of[code].disputed > 0
		}) {
			out = append(out, set...)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(b, a) })
	return out
}

func (t *regionValues) stateAt(place int) portal.OutcomeState {
	return portal.OutcomeState(strings.Join(t.state.sets[t.state.codes[place]], ""))
}

// Partnerships lists the partnerships that fit the choice, what came last first.
func (g *Region) Partnerships(ctx context.Context, v portal.Viewer, c RegionChoice, page int) (Found[PartnershipEntry], error) {
	var found Found[PartnershipEntry]
	ids, err := g.fittingIDs(ctx, v, func() []string {
		return placed(g.partnerships.ids, g.partnerships.fitting(c, g.today()))
	})
	if err != nil {
		return found, err
	}
	cut := pageOf(&found, ids, page)
	found.Items, err = (&Partnerships{Rooms: g.Rooms}).entries(v)(ctx, cut)
	return found, err
}

// Outcomes lists the outcomes of an indicator behind a sum: those that are verified, those
// only claimed, or those disputed and returned.
func (g *Region) Outcomes(ctx context.Context, v portal.Viewer, c RegionChoice, indicator string, states []portal.OutcomeState, page int) (Found[OutcomeEntry], error) {
	var found Found[OutcomeEntry]
	ids, err := g.fittingIDs(ctx, v, func() []string {
		t := &g.outcomes
		fits := g.partnerships.fitting(c, g.today())
		years, indicators := t.year.fitting(compact(c.Period)), t.indicator.fitting(compact(indicator))
		chosen := slices.Clone(t.live)
		for place := range chosen {
			chosen[place] = chosen[place] && fits[t.partnership[place]] && (years == nil || years[t.year.codes[place]]) &&
				(indicators == nil || indicators[t.indicator.codes[place]]) && (len(states) == 0 || slices.Contains(states, t.stateAt(place)))
		}
		return placed(t.ids, chosen)
	})
	if err != nil {
		return found, err
	}
	records, err := g.Records.Outcomes.GetMany(ctx, pageOf(&found, ids, page))
	if err != nil {
		return found, fault("service.Region.Outcomes", indicator, err)
	}
	found.Items, err = (&Outcomes{Rooms: g.Rooms}).entries(ctx, v, records)
	return found, err
}

// fittingIDs are the ids that find returns under the lock.
func (g *Region) fittingIDs(ctx context.Context, v portal.Viewer, find func() []string) ([]string, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Region", "", portal.ErrNotFound)
	}
	if err := g.counted(ctx); err != nil {
		return nil, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	return find(), nil
}

// placed are the ids at the places chosen, the last first.
func placed(ids []string, chosen []bool) []string {
	var out []string
	for place := len(ids) - 1; place >= 0; place-- {
		if chosen[place] {
			out = append(out, ids[place])
		}
	}
	return out
}

// pageOf sets the numbers of a page and returns the ids on it; past the end is the last.
func pageOf[T any](found *Found[T], ids []string, page int) []string {
	if found.Size == 0 {
		found.Size = PageSize
	}
	found.Total, found.Pages = len(ids), max((len(ids)+found.Size-1)/found.Size, 1)
	found.Page = min(max(page, 1), found.Pages)
	from := (found.Page - 1) * found.Size
	return ids[from:min(from+found.Size, len(ids))]
}
