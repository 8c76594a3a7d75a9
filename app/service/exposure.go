package service

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Exposure counts how much the results of matches show each college, and says whose turn
// it is among results of equal relevance. What was shown is counted in memory and written
// every few minutes, by every portal for itself: a portal that is killed loses no more than
// that.
type Exposure struct {
	Rooms

	mu      sync.Mutex
	pending map[string]*portal.Exposure // by day
	written time.Time

	turns  sync.Mutex
	now    match.Turn // of the day it was made for
	failed time.Time  // when the store was last asked in vain
}

// How often counts are written, how many days of them are kept, and how many decide whose
// turn it is and make the figures.
const (
	exposureEvery = 2 * time.Minute
	exposureAgain = time.Minute // after the store did not answer
	exposureKept  = 90
	exposureDays  = 30
)

// Saw counts an answer somebody was shown the first results of.
func (e *Exposure) Saw(a MatchAnswer, shown int) {
	if len(a.Answer.Offered) > 0 {
		e.put(e.today(), portal.Exposure{Matches: 1, Colleges: match.Shows(a.Answer.Offered, shown)})
	}
}

func (e *Exposure) put(day string, more portal.Exposure) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pending == nil {
		e.pending = map[string]*portal.Exposure{}
	}
	if e.pending[day] == nil {
		e.pending[day] = &portal.Exposure{}
	}
	e.pending[day].Take(more)
}

// write is the chore: it adds what was counted here to the days in the store, where other
// portals add theirs, and removes the oldest days.
func (e *Exposure) write(ctx context.Context) error {
	e.mu.Lock()
	due := e.Clock().Sub(e.written) >= exposureEvery
	if due {
		e.written = e.Clock()
	}
	e.mu.Unlock()
	if !due {
		return nil
	}
	return e.flush(ctx)
}

func (e *Exposure) flush(ctx context.Context) error {
	e.mu.Lock()
	pending := e.pending
	e.pending = nil
	e.mu.Unlock()
	var err error
	for day, more := range pending {
		_, failed := e.Records.Exposures.MutateOrInsert(ctx, day, func(rec *portal.Exposure) error {
			rec.Take(*more)
			return nil
		})
		if failed != nil {
			e.put(day, *more) // at the next turn
			err = errors.Join(err, failed)
		}
	}
	if len(pending) == 0 || err != nil {
		return fault("service.Exposure.flush", "", err)
	}
	return fault("service.Exposure.flush", "", e.drop(ctx, e.day(exposureKept)))
}

// drop removes the days before one.
func (e *Exposure) drop(ctx context.Context, before string) error {
	page, err := e.Records.Exposures.Find(ctx, store.Query{Where: []store.Cond{store.Between(store.FieldID, nil, before)}})
	for _, rec := range page.Items {
		if gone := e.Records.Exposures.Delete(ctx, rec.ID, 0); gone != nil && !errors.Is(gone, store.ErrNotFound) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// day is the day so many days ago.
func (e *Exposure) day(ago int) string {
	return e.Clock().In(portal.Shanghai).AddDate(0, 0, -ago).Format(time.DateOnly)
}

// between sums the days from the first to before the last.
func (e *Exposure) between(ctx context.Context, first, last string) (portal.Exposure, error) {
	var sum portal.Exposure
	err := e.Records.Exposures.All(ctx, []store.Cond{store.Between(store.FieldID, first, last)}, func(rec *portal.Exposure) error {
		sum.Take(*rec)
		return nil
	})
	return sum, fault("service.Exposure.between", first, err)
}

// turn is whose turn it is today. It goes by whole days that no portal adds to any more, so
// that the order of a need stays the same until midnight, on every portal.
func (e *Exposure) turn(ctx context.Context) match.Turn {
	today := e.today()
	e.turns.Lock()
	defer e.turns.Unlock()
	if e.now.Day == today {
		return e.now
	}
	if e.Clock().Sub(e.failed) < exposureAgain { // who waits for a match does not wait for this again
		return match.Turn{Day: today}
	}
	short, cancel := context.WithTimeout(ctx, e.MatchTimeout)
	defer cancel()
	sum, err := e.between(short, e.day(exposureDays+1), e.day(1))
	if err != nil { // matching goes on without the store
		e.failed = e.Clock()
		e.Log.Debug("exposure is not known, turns go by chance", "error", err)
		return match.Turn{Day: today}
	}
	e.now = match.Turn{Day: today, Owed: match.Owes(sum.Colleges)}
	return e.now
}

// ExposureView is what results gave the colleges against what they merited.
type ExposureView struct {
	Matches int64
	Since   string // day
	AsOf    time.Time
	Smaller float64 // of the half with fewer programmes, against all; 0: nothing counted
	Rows    []ExposureRow
}

// ExposureRow is one college.
type ExposureRow struct {
	College    portal.College
	Programmes int
	Smaller    bool // of the half with fewer programmes
	portal.Shown
}

// Ratio is what it was given for each unit it merited.
func (r ExposureRow) Ratio() float64 {
	if r.Merited == 0 {
		return 0
	}
	return r.Given / r.Merited
}

// View counts the last days, what this portal has not written yet among them. The colleges
// that got least of what they merited come first.
func (e *Exposure) View(ctx context.Context, v portal.Viewer) (ExposureView, error) {
	out := ExposureView{Since: e.day(exposureDays - 1), AsOf: e.Clock()}
	if !v.CanAnalyse() {
		return out, fault("service.Exposure.View", "", portal.ErrNotFound)
	}
	sum, err := e.between(ctx, out.Since, e.day(-1))
	if err != nil {
		return out, err
	}
	e.mu.Lock()
	for _, more := range e.pending {
		sum.Take(*more)
	}
	e.mu.Unlock()
	out.Matches = sum.Matches
	sizes := e.Roster.sizes()
	smaller := smallerHalf(sizes)
	out.Smaller = match.Fairness(sum.Colleges, func(id string) bool { return smaller[id] })
	for id, size := range sizes {
		if s := sum.Colleges[id]; s.Merited > 0 {
			out.Rows = append(out.Rows, ExposureRow{size.college, size.programmes, smaller[id], s})
		}
	}
	slices.SortFunc(out.Rows, func(a, b ExposureRow) int {
		return cmp.Or(cmp.Compare(a.Ratio(), b.Ratio()), cmp.Compare(a.College.ID, b.College.ID))
	})
	return out, nil
}

// collegeSize is a college and how many programmes it has.
type collegeSize struct {
	college    portal.College
	programmes int
}

// smallerHalf are the colleges of the half with fewer programmes.
func smallerHalf(sizes map[string]collegeSize) map[string]bool {
	all := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[a].programmes, sizes[b].programmes), cmp.Compare(a, b))
	})
	out := map[string]bool{}
	for _, id := range all[:len(all)/2] {
		out[id] = true
	}
	return out
}

// sizes are the colleges that have programmes, and how many.
func (r *Roster) sizes() map[string]collegeSize {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := map[string]collegeSize{}
	for id, c := range r.colleges {
		if c.college.ID != "" && len(c.programmes) > 0 {
			out[id] = collegeSize{c.college, len(c.programmes)}
		}
	}
	return out
}
