package service

import (
	"cmp"
	"context"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// AnswerTimes is how the organisations of the region answer intentions.
type AnswerTimes struct {
	Sides map[portal.OrganisationKind]portal.Response // colleges together, enterprises together
	Rows  []AnswerTime
	Since time.Time
}

// AnswerTime is how one of them does.
type AnswerTime struct {
	Side     portal.OrganisationKind
	ID, Name string // of the college or enterprise
	NameEn   string
	Response portal.Response
	Waiting  int       // intentions that wait for it now
	Oldest   time.Time // since when the first of them waits; zero without
}

// AnswerTimes counts the intentions of the last year, those who let others wait longest
// first. Fictional organisations count only where there are no others.
func (i *Intentions) AnswerTimes(ctx context.Context, v portal.Viewer) (AnswerTimes, error) {
	out := AnswerTimes{Sides: map[portal.OrganisationKind]portal.Response{}}
	if !v.CanAnalyse() {
		return out, fault("service.Intentions.AnswerTimes", "", portal.ErrNotFound)
	}
	now := i.Clock()
	out.Since = portal.ResponsesSince(now)
	all, err := collect(ctx, i.Records.Intentions, store.Between("sent_at", out.Since, nil))
	if err != nil {
		return out, fault("service.Intentions.AnswerTimes", "", err)
	}
	fictional := !slices.ContainsFunc(all, func(in portal.Intention) bool { return !in.Origin.Fictional() })
	type key struct {
		side portal.OrganisationKind
		id   string
	}
	of := map[key][]portal.Intention{}
	for _, in := range all {
		if in.Origin.Fictional() == fictional {
			k := key{in.To(), in.College}
			if k.side == portal.OfEnterprise {
				k.id = in.Enterprise
			}
			of[k] = append(of[k], in)
		}
	}
	for _, side := range []portal.OrganisationKind{portal.OfCollege, portal.OfEnterprise} {
		out.Sides[side] = portal.ResponseOf(all, side, fictional, now)
	}
	for k, theirs := range of {
		row := AnswerTime{Side: k.side, ID: k.id, Response: portal.ResponseOf(theirs, k.side, fictional, now)}
		for _, in := range theirs {
			if in.State.Waits() && in.DueAt.After(now) {
				if row.Waiting++; row.Oldest.IsZero() || in.SentAt.Before(row.Oldest) {
					row.Oldest = in.SentAt
				}
			}
		}
		out.Rows = append(out.Rows, row)
	}
	if err := i.nameRows(ctx, out.Rows); err != nil {
		return out, err
	}
	slices.SortFunc(out.Rows, func(a, b AnswerTime) int {
		if a.Oldest.IsZero() != b.Oldest.IsZero() {
			return cmp.Compare(b.Waiting, a.Waiting)
		}
		return cmp.Or(a.Oldest.Compare(b.Oldest), cmp.Compare(a.Response.Rate, b.Response.Rate), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// nameRows gives the rows the names of their colleges and enterprises; the id where one is
// gone.
func (i *Intentions) nameRows(ctx context.Context, rows []AnswerTime) error {
	id := func(r AnswerTime) string { return r.ID }
	colleges, err := byID(ctx, i.Records.Colleges, rows, id)
	if err != nil {
		return fault("service.Intentions.nameRows", "", err)
	}
	enterprises, err := byID(ctx, i.Records.Enterprises, rows, id)
	for n, r := range rows {
		name, english := colleges[r.ID].Name, colleges[r.ID].NameEn
		if r.Side == portal.OfEnterprise {
			name, english = enterprises[r.ID].Name, enterprises[r.ID].NameEn
		}
		rows[n].Name, rows[n].NameEn = orElse(name, r.ID), english
	}
	return fault("service.Intentions.nameRows", "", err)
}
