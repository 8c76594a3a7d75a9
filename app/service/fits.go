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

// atOnce is how many needs a rebuild matches before the index stands. The others wait
// until the follower comes to them: matching a million takes hours, and all else can be
// found meanwhile.
const atOnce = 500

// fitted are the specialisms that cover a need.
type fitted struct {
	codes []string
	graph string // fingerprint of the graph that has read it; empty: found before it or the graph changed
}

// fits returns what covers each of the needs, by need; nothing of a need that waits and
// was never matched. What was found is kept in the store until the need or what the match
// knows has changed.
func (d documents) fits(ctx context.Context, needs []portal.Need) (map[string]fitted, error) {
	ids := make([]string, len(needs))
	for i, n := range needs {
		ids[i] = n.ID
	}
	kept, err := d.Records.Fits.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	g := d.Graph()
	known := make(map[string]portal.Fit, len(kept))
	for _, f := range kept {
		known[f.ID] = f
	}
	fits := make(map[string]fitted, len(needs))
	var open []portal.Need
	for _, n := range needs {
		f, ok := known[n.ID]
		switch {
		case ok && f.Key == fitKey(g, n):
			fits[n.ID] = fitted{f.Codes, g.Fingerprint()}
			continue
		case ok:
			fits[n.ID] = fitted{codes: f.Codes}
		}
		open = append(open, n)
	}
	if d.atOnce != nil {
		open = open[:min(len(open), *d.atOnce)]
		*d.atOnce -= len(open)
	}
	found, err := d.findFits(ctx, g, open)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		fits[f.ID] = fitted{f.Codes, g.Fingerprint()}
	}
	return fits, d.keepFits(ctx, found, known)
}

// fitKey is a hash of everything the fits of a need depend on.
func fitKey(g *match.Graph, n portal.Need) string {
	return digest(struct {
		Need  match.Need
		Graph string
	}{NeedOf(n), g.Fingerprint()})
}

// findFits matches needs on half of the processors; the others serve.
func (d documents) findFits(ctx context.Context, g *match.Graph, needs []portal.Need) ([]portal.Fit, error) {
	found := make([]portal.Fit, len(needs))
	errs := make([]error, len(needs))
	var next atomic.Int64
	var work sync.WaitGroup
	for range min((runtime.GOMAXPROCS(0)+1)/2, len(needs)) {
		work.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(needs); i = int(next.Add(1)) - 1 {
				var codes []string
				codes, errs[i] = d.match.covering(ctx, g, NeedOf(needs[i]))
				found[i] = portal.Fit{Meta: portal.Meta{ID: needs[i].ID}, Key: fitKey(g, needs[i]), Codes: codes}
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
