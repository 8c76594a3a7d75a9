package service

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
)

// GapLedger is the demand the colleges here do not cover, by class of specialisms, section
// of industry, quarter of publication and reason.
type GapLedger struct {
	Counting bool
	AsOf     time.Time
	Rows     []GapRow
	Quarters []string // that can be chosen, the latest first
	Needs    int      // that were looked at
	Waiting  int      // that are not matched yet and count nowhere
}

// GapRow is one line of the ledger.
type GapRow struct {
	Class     string // NoValue: no specialism fits
	Section   string // NoValue: not said
	Quarter   string
	Reason    portal.GapReason
	Needs     int
	Headcount int // where it is known
	Unsaid    int // needs without a headcount
	Open      int // needs that take answers now
}

// Gaps counts what nobody here covers, the most wanted first. What was filled or cancelled
// is no gap.
func (s *Supply) Gaps(ctx context.Context, v portal.Viewer, c SupplyChoice) (GapLedger, error) {
	if !v.CanAnalyse() {
		return GapLedger{}, fault("service.Supply.Gaps", "", portal.ErrNotFound)
	}
	ready, err := s.ready(ctx)
	if err != nil || !ready {
		return GapLedger{Counting: true}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.needsOf.gaps(s.shelf(), s.Clock(), c, s.asOf), nil
}

func (t *supplyRows) gaps(h shelf, now time.Time, c SupplyChoice, asOf time.Time) GapLedger {
	out := GapLedger{AsOf: asOf, Waiting: t.waiting()}
	type key struct {
		class, section, quarter string
		reason                  portal.GapReason
	}
	rows := map[key]*GapRow{}
	t.each(h, now, c, func(place int, class, section string, gap portal.GapReason) {
		out.Needs++
		if gap == "" {
			return
		}
		k := key{orElse(class, NoValue), section, t.quarter.one(place), gap}
		row := rows[k]
		if row == nil {
			row = &GapRow{Class: k.class, Section: section, Quarter: k.quarter, Reason: gap}
			rows[k] = row
		}
		row.Needs++
		if n := t.headcount[place]; n < 0 {
			row.Unsaid++
		} else {
			row.Headcount += int(n)
		}
		if t.status.has(place, string(portal.NeedOpen)) && t.expires[place] > now.Unix() {
			row.Open++
		}
	})
	for _, row := range rows {
		out.Rows = append(out.Rows, *row)
	}
	slices.SortFunc(out.Rows, func(a, b GapRow) int {
		return cmp.Or(cmp.Compare(b.Headcount, a.Headcount), cmp.Compare(b.Needs, a.Needs), cmp.Compare(b.Quarter, a.Quarter), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Section, b.Section), cmp.Compare(a.Reason, b.Reason))
	})
	for _, set := range t.quarter.sets {
		out.Quarters = append(out.Quarters, set...)
	}
	slices.SortFunc(out.Quarters, func(a, b string) int { return strings.Compare(b, a) })
	return out
}

// Advices is what the office advises colleges to do about gaps, and their answers.
type Advices struct {
	Rooms
	supply  *Supply
	notices *Notices
}

// AdviceDraft is a piece of advice as somebody wrote it.
type AdviceDraft struct {
	Kind, Class, Section, Text string
	Colleges                   []string // ids
}

// AdviceFile is a piece of advice with the names of the colleges asked.
type AdviceFile struct {
	portal.Advice
	Colleges map[string]portal.College
}

// Give advises colleges, and tells those that are on the portal.
func (a *Advices) Give(ctx context.Context, v portal.Viewer, d AdviceDraft) (portal.Advice, error) {
	if !portal.CanAdvise(v) {
		return portal.Advice{}, portal.ErrForbidden
	}
	rec := portal.Advice{Meta: portal.Meta{ID: newID()}, Kind: portal.AdviceKind(d.Kind), Class: d.Class, Section: d.Section, Text: d.Text,
		Origin: portal.Origin{Certainty: portal.Verified, Source: "人才办", Date: a.today()}}
	colleges, err := a.Records.Colleges.GetMany(ctx, d.Colleges)
	if err != nil {
		return rec, fault("service.Advices.Give", "", err)
	}
	for _, c := range colleges {
		rec.Asked = append(rec.Asked, portal.AdviceAnswer{College: c.ID})
		if c.Origin.Fictional() {
			rec.Origin = portal.Origin{Certainty: portal.Demo, Source: demoSource}
		}
	}
	if err := rec.Check(); err != nil {
		return rec, err
	}
	if rec.Counted, err = a.supply.lack(ctx, v, rec.Class, rec.Section); err != nil {
		return rec, err
	}
	if err := created(ctx, a.Rooms, a.Records.Advices, v, "advice.give", &rec); err != nil {
		return rec, err
	}
	asked := make([]string, len(rec.Asked))
	for i, x := range rec.Asked {
		asked[i] = portal.CollegeOrganisation(x.College)
	}
	return rec, a.tell(ctx, asked, rec, "advice.given")
}

// lack counts the gap of a class of specialisms, in one section of industry or in all, as it
// is today.
func (s *Supply) lack(ctx context.Context, v portal.Viewer, class, section string) (portal.AdviceCount, error) {
	out := portal.AdviceCount{On: s.today()}
	if err := s.counted(ctx); err != nil {
		return out, err
	}
	if !s.has(class) {
		return out, portal.Invalid{{Field: "class", Key: "advice.no_class"}}
	}
	ledger, err := s.Gaps(ctx, v, SupplyChoice{Class: class, Section: section, OpenOnly: true})
	for _, row := range ledger.Rows {
		out.Needs += row.Needs
		out.Headcount += row.Headcount
	}
	return out, err
}

// NearCollege is a college with how many programmes of a class it offers.
type NearCollege struct {
	College    portal.College
	Programmes int
}

// Nearest lists the colleges one can advise on a class, those that offer something of it
// first.
func (s *Supply) Nearest(ctx context.Context, v portal.Viewer, class string) ([]NearCollege, error) {
	if !portal.CanAdvise(v) {
		return nil, fault("service.Supply.Nearest", class, portal.ErrNotFound)
	}
	if err := s.counted(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := s.Roster.near(func(code string) bool { return s.specialisms[code].class == class })
	slices.SortFunc(out, func(a, b NearCollege) int {
		return cmp.Or(cmp.Compare(b.Programmes, a.Programmes), cmp.Compare(clusterRank(a.College.Cluster), clusterRank(b.College.Cluster)), cmp.Compare(a.College.ID, b.College.ID))
	})
	return out, nil
}

// near are all colleges with how many of their programmes are of the codes wanted.
func (r *Roster) near(wanted func(code string) bool) []NearCollege {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []NearCollege
	for _, c := range r.colleges {
		if c.college.ID == "" {
			continue
		}
		n := NearCollege{College: c.college}
		for id := range c.programmes {
			if _, code := portal.SplitProgrammeID(id); wanted(code) {
				n.Programmes++
			}
		}
		out = append(out, n)
	}
	return out
}

// has reports whether there is a class of that name.
func (s *Supply) has(class string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sp := range s.specialisms {
		if sp.class == class {
			return true
		}
	}
	return false
}

// tell tells the people of organisations, where they are on the portal.
func (a *Advices) tell(ctx context.Context, organisations []string, rec portal.Advice, kind string, args ...string) error {
	return a.notices.tellAll(ctx, organisations, rec.ID+strconv.FormatInt(rec.Version, 10), kind, "/desk/advice/"+rec.ID, append([]string{rec.Class}, args...)...)
}

// List returns the advice the viewer may read, the latest first.
func (a *Advices) List(ctx context.Context, v portal.Viewer) ([]AdviceFile, error) {
	if !v.CanAnalyse() && !v.Of(portal.OfCollege) {
		return nil, fault("service.Advices.List", "", portal.ErrNotFound)
	}
	all, err := collect(ctx, a.Records.Advices)
	if err != nil {
		return nil, fault("service.Advices.List", "", err)
	}
	slices.SortFunc(all, func(a, b portal.Advice) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	var out []AdviceFile
	for _, rec := range all {
		if portal.CanSeeAdvice(v, rec) {
			out = append(out, AdviceFile{Advice: rec.Shown(v)})
		}
	}
	return out, nil
}

// Show returns one with the colleges asked.
func (a *Advices) Show(ctx context.Context, v portal.Viewer, id string) (AdviceFile, error) {
	rec, err := a.Records.Advices.Get(ctx, id)
	if err == nil && !portal.CanSeeAdvice(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return AdviceFile{}, fault("service.Advices.Show", id, err)
	}
	out := AdviceFile{Advice: rec.Shown(v)}
	out.Colleges, err = byID(ctx, a.Records.Colleges, out.Asked, func(x portal.AdviceAnswer) string { return x.College })
	return out, fault("service.Advices.Show", id, err)
}

// Answer is a college's answer; the office is told.
func (a *Advices) Answer(ctx context.Context, v portal.Viewer, id string, x portal.AdviceAnswer) (portal.Advice, error) {
	x.College, x.Person = v.Record, v.Person
	rec, err := changed(ctx, a.Rooms, a.Records.Advices, v, id, "advice.answer", func(rec *portal.Advice) error {
		if !portal.CanSeeAdvice(v, *rec) {
			return portal.ErrNotFound
		}
		if !portal.CanAnswerAdvice(v, *rec) {
			return portal.ErrForbidden
		}
		return rec.Answer(x, a.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	college, err := a.Records.Colleges.Get(ctx, v.Record)
	if err != nil {
		return rec, fault("service.Advices.Answer", id, err)
	}
	return rec, a.tell(ctx, []string{portal.OfficeID}, rec, "advice.answered", college.Name)
}

// Close says that no more answers are waited for.
func (a *Advices) Close(ctx context.Context, v portal.Viewer, id string) error {
	if !portal.CanAdvise(v) {
		return portal.ErrForbidden
	}
	_, err := changed(ctx, a.Rooms, a.Records.Advices, v, id, "advice.close", func(rec *portal.Advice) error {
		if !rec.Closed.IsZero() {
			return portal.ErrConflict
		}
		rec.Closed = a.Clock().UTC()
		return nil
	})
	return err
}
