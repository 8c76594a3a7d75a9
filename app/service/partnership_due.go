package service

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// stillNews tells of partnerships in which nothing happens.
type stillNews struct {
	partnerships *Partnerships
	next         time.Time // the next look
}

// stillEvery is how often is looked: what counts in months can wait an hour.
const stillEvery = time.Hour

func (s *stillNews) tell(ctx context.Context) error {
	now := s.partnerships.Clock()
	if now.Before(s.next) {
		return nil
	}
	if err := s.partnerships.dormant(ctx); err != nil {
		return err
	}
	s.next = now.Add(stillEvery)
	return nil
}

// due tells of milestones that come, that are late, and the office of those that
// stay late. What was told is noted after the telling: told twice, it is there once.
func (p *Partnerships) due(ctx context.Context) error {
	now := p.Clock()
	page, err := p.Records.Partnerships.Find(ctx, store.Query{Where: []store.Cond{store.Between("remind", nil, now.Add(time.Millisecond))}, Sort: "remind"})
	if err != nil {
		return fault("service.Partnerships.due", "", err)
	}
	var errs []error
	for _, rec := range page.Items {
		errs = append(errs, p.remind(ctx, rec, now))
	}
	return errors.Join(errs...)
}

func (p *Partnerships) remind(ctx context.Context, rec portal.Partnership, now time.Time) error {
	told := map[string]int{}
	for _, m := range rec.Milestones {
		for at := m.Remind(); !at.IsZero() && !at.After(now); at = m.Remind() {
			kind := [...]string{"milestone.warn", "milestone.late", "milestone.office"}[m.Reminded]
			// One that was late before anybody could be warned is only told of as late.
			if kind != "milestone.warn" || !m.LateAt(now) {
				if err := p.tellOfMilestone(ctx, rec, m, kind); err != nil {
					return err
				}
			}
			m.Reminded++
			told[m.ID] = m.Reminded
		}
	}
	_, err := p.Records.Partnerships.Mutate(ctx, rec.ID, func(rec *portal.Partnership) error {
		for i, m := range rec.Milestones {
			rec.Milestones[i].Reminded = max(m.Reminded, told[m.ID])
		}
		return nil
	})
	return fault("service.Partnerships.remind", rec.ID, err)
}

// tellOfMilestone tells its owner, or all parties where it has none; the office where it
// stays late.
func (p *Partnerships) tellOfMilestone(ctx context.Context, rec portal.Partnership, m portal.Milestone, kind string) error {
	to := rec.Organisations()
	switch {
	case kind == "milestone.office":
		to = []string{portal.OfficeID}
	case m.Owner != "":
		to = []string{m.Owner}
	}
	return p.notices.tellAll(ctx, to, rec.ID+m.ID+m.Due, kind, "/desk/partnerships/"+rec.ID, rec.Title, portal.Bilingual(m.Title, m.TitleEn), m.Due)
}

// dormant tells of running partnerships in which nothing has happened for as long as
// their type allows.
func (p *Partnerships) dormant(ctx context.Context) error {
	now := p.Clock()
	var errs []error
	for _, m := range portal.Modes {
		t, err := p.typeOf(ctx, m)
		if err != nil {
			return err
		}
		if t.DormantMonths == 0 {
			continue
		}
		still, err := collect(ctx, p.Records.Partnerships, store.Where("type", m), store.Between("idle_since", nil, now.AddDate(0, -t.DormantMonths, 0)))
		if err != nil {
			return fault("service.Partnerships.dormant", string(m), err)
		}
		for _, rec := range still {
			to := append(rec.Organisations(), portal.OfficeID)
			if err := p.notices.tellAll(ctx, to, rec.ID+rec.Active.String(), "partnership.dormant", "/desk/partnerships/"+rec.ID, rec.Title, strconv.Itoa(t.DormantMonths)); err != nil {
				errs = append(errs, err)
				continue
			}
			_, err := p.Records.Partnerships.Mutate(ctx, rec.ID, func(rec *portal.Partnership) error {
				if rec.DormantAt(now, t.DormantMonths) && rec.Dormant.IsZero() {
					rec.Dormant = now.UTC()
				}
				return nil
			})
			errs = append(errs, fault("service.Partnerships.dormant", rec.ID, err))
		}
	}
	return errors.Join(errs...)
}
