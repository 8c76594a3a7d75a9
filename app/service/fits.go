package service

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// fits returns the specialisms that cover each of the needs, by need. What was found
// before is kept in the store until the need or what the match knows has changed: at a
// million needs, matching all of them anew takes minutes.
func (d documents) fits(ctx context.Context, needs []portal.Need) (map[string][]string, error) {
	ids := make([]string, len(needs))
	for i, n := range needs {
		ids[i] = n.ID
	}
	kept, err := d.Records.Fits.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]portal.Fit, len(kept))
	for _, f := range kept {
		known[f.ID] = f
	}
	codes := make(map[string][]string, len(needs))
	var open []portal.Need
	for _, n := range needs {
		if f, ok := known[n.ID]; ok && f.Key == d.fitKey(n) {
			codes[n.ID] = f.Codes
		} else {
			open = append(open, n)
		}
	}
	found, err := d.findFits(ctx, open)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		codes[f.ID] = f.Codes
	}
	return codes, d.keepFits(ctx, found, known)
}

// fitKey is a hash of everything the fits of a need depend on.
func (d documents) fitKey(n portal.Need) string {
	return digest(struct {
		Need  match.Need
		Graph string
	}{NeedOf(n), d.Graph().Fingerprint()})
}

// findFits matches needs on all processors.
func (d documents) findFits(ctx context.Context, needs []portal.Need) ([]portal.Fit, error) {
	found := make([]portal.Fit, len(needs))
	errs := make([]error, len(needs))
	var next atomic.Int64
	var work sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(needs)) {
		work.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(needs); i = int(next.Add(1)) - 1 {
				var codes []string
				codes, errs[i] = d.match.covering(ctx, NeedOf(needs[i]))
				found[i] = portal.Fit{Meta: portal.Meta{ID: needs[i].ID}, Key: d.fitKey(needs[i]), Codes: codes}
			}
		})
	}
	work.Wait()
	return found, errors.Join(errs...)
}

// keepFits stores what was found. Another portal may be storing the same: then its is as
// good as ours.
func (d documents) keepFits(ctx context.Context, found []portal.Fit, known map[string]portal.Fit) error {
	var fresh []portal.Fit
	for _, f := range found {
		old, ok := known[f.ID]
		if !ok {
			fresh = append(fresh, f)
			continue
		}
		f.Version = old.Version
		if err := d.Records.Fits.Replace(ctx, &f); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	if err := d.Records.Fits.InsertMany(ctx, fresh); err != nil && !errors.Is(err, store.ErrDuplicate) {
		return err
	}
	return nil
}
