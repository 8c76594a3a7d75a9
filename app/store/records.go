package store

import (
	"context"
	"errors"
	"time"

	"liangcheng/app/portal"
)

// Records opens every collection of the product on one engine.
type Records struct {
	Engine       Engine
	Colleges     *Collection[portal.College, *portal.College]
	Programmes   *Collection[portal.Programme, *portal.Programme]
	Specialisms  *Collection[portal.Specialism, *portal.Specialism]
	Enterprises  *Collection[portal.Enterprise, *portal.Enterprise]
	Needs        *Collection[portal.Need, *portal.Need]
	Partnerships *Collection[portal.Partnership, *portal.Partnership]
	Seeded       *Collection[portal.Seeded, *portal.Seeded]
	Fits         *Collection[portal.Fit, *portal.Fit]
	Leases       *Collection[portal.Lease, *portal.Lease]
}

// OpenRecords declares every collection to the engine, one after the other.
func OpenRecords(ctx context.Context, e Engine) (*Records, error) {
	r := &Records{Engine: e}
	for _, open := range []func() error{
		func() (err error) { r.Colleges, err = openColleges(ctx, e); return },
		func() (err error) { r.Programmes, err = openProgrammes(ctx, e); return },
		func() (err error) { r.Specialisms, err = openSpecialisms(ctx, e); return },
		func() (err error) { r.Enterprises, err = openEnterprises(ctx, e); return },
		func() (err error) { r.Needs, err = openNeeds(ctx, e); return },
		func() (err error) { r.Partnerships, err = openPartnerships(ctx, e); return },
		func() (err error) { r.Seeded, err = openSeeded(ctx, e); return },
		func() (err error) { r.Fits, err = openFits(ctx, e); return },
		func() (err error) { r.Leases, err = openLeases(ctx, e); return },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Tidy removes tombstones and halves of uploads from before that time, and brings what a
// portal of an older release has written since the start to the declarations of this one.
func (r *Records) Tidy(ctx context.Context, before time.Time) error {
	var errs []error
	for _, c := range []interface {
		tidy(ctx context.Context, before time.Time) error
	}{r.Colleges, r.Programmes, r.Specialisms, r.Enterprises, r.Needs, r.Partnerships, r.Seeded, r.Fits, r.Leases} {
		errs = append(errs, c.tidy(ctx, before))
	}
	_, err := r.Engine.SweepBlobs(ctx, before)
	return errors.Join(append(errs, err)...)
}
