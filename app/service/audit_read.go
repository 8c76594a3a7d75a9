package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// AuditQuery asks for part of the log; what is empty does not narrow it.
type AuditQuery struct {
	Person       string // e-mail, name or id
	Organisation string // name or id
	Action       string
	Record       string // id
	From, Until  time.Time
}

// AuditLine is an entry of the log with the names of whom it names; empty: not known any
// more, or never.
type AuditLine struct {
	portal.AuditEntry
	Person, Organisation, Of string // who, for whom, what was done to
}

// where turns a query into conditions, finding people and organisations as they were
// typed.
func (a *Audit) where(ctx context.Context, q AuditQuery) ([]store.Cond, error) {
	var where []store.Cond
	var bad portal.Invalid
	if q.Person != "" {
		ids, err := a.people(ctx, q.Person)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			bad.Add("person", "audit.no_such_person")
		}
		where = append(where, store.OneOf("by", ids...))
	}
	if q.Organisation != "" {
		page, err := a.Records.Organisations.Find(ctx, store.Query{Where: []store.Cond{store.Where("name", q.Organisation)}})
		if err != nil {
			return nil, fault("service.Audit", "organisation", err)
		}
		ids := []string{q.Organisation}
		for _, o := range page.Items {
			ids = append(ids, o.ID)
		}
		where = append(where, store.OneOf("organisation", ids...))
	}
	if q.Action != "" {
		where = append(where, store.Where("action", q.Action))
	}
	if q.Record != "" {
		where = append(where, store.Where("record", q.Record))
	}
	if !q.From.IsZero() || !q.Until.IsZero() {
		where = append(where, store.Between("at", moment(q.From), moment(q.Until)))
	}
	return where, bad.Err()
}

// moment is a side of a range: nil leaves it open.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// auditSystem is who did what nobody did.
const auditSystem = "system"

// people are the ids of those an address, name or id means.
func (a *Audit) people(ctx context.Context, typed string) ([]string, error) {
	if typed == auditSystem {
		return []string{auditSystem}, nil
	}
	cond := store.Where("name", typed)
	if email, ok := portal.NormalEmail(typed); ok {
		cond = store.Where("email", email)
	}
	page, err := a.Records.Persons.Find(ctx, store.Query{Where: []store.Cond{cond}})
	if err != nil {
		return nil, fault("service.Audit", "person", err)
	}
	var ids []string
	for _, p := range page.Items {
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 {
		p, err := a.Records.Persons.Get(ctx, typed)
		switch {
		case err == nil:
			ids = []string{p.ID}
		case !errors.Is(err, store.ErrNotFound):
			return nil, fault("service.Audit", "person", err)
		}
	}
	return ids, nil
}

// List returns a page of the log, the latest first. That it was read is written down too,
// once in an hour of a session.
func (a *Audit) List(ctx context.Context, v portal.Viewer, q AuditQuery, after string, most int) (store.Page[AuditLine], error) {
	if !v.CanAudit() {
		return store.Page[AuditLine]{}, portal.ErrNotFound
	}
	where, err := a.where(ctx, q)
	if err != nil {
		return store.Page[AuditLine]{}, err
	}
	if err := a.noteReading(ctx, v, "audit.read"); err != nil {
		return store.Page[AuditLine]{}, err
	}
	return a.page(ctx, where, after, most)
}

func (a *Audit) page(ctx context.Context, where []store.Cond, after string, most int) (store.Page[AuditLine], error) {
	page, err := a.Records.Audit.Find(ctx, store.Query{Where: where, Sort: "at", Desc: true, After: after, Limit: most})
	if err != nil {
		return store.Page[AuditLine]{}, fault("service.Audit.List", "", err)
	}
	lines, err := a.lines(ctx, page.Items)
	return store.Page[AuditLine]{Items: lines, Next: page.Next}, err
}

// AuditExportMost is how many entries one export may hold.
const AuditExportMost = 20_000

// Export calls fn with everything a query finds, in the order of List. Every export is
// written down.
func (a *Audit) Export(ctx context.Context, v portal.Viewer, q AuditQuery, fn func(AuditLine) error) error {
	if !v.CanAudit() {
		return portal.ErrNotFound
	}
	where, err := a.where(ctx, q)
	if err != nil {
		return err
	}
	n, err := a.Records.Audit.Count(ctx, where...)
	if err != nil {
		return fault("service.Audit.Export", "", err)
	}
	if n > AuditExportMost {
		return portal.Invalid{{Field: "from", Key: "audit.too_long", Args: []any{n, AuditExportMost}}}
	}
	if err := a.noteReading(ctx, v, "audit.export"); err != nil {
		return err
	}
	for after, more := "", true; more; more = after != "" {
		page, err := a.page(ctx, where, after, store.MaxLimit)
		if err != nil {
			return err
		}
		for _, line := range page.Items {
			if err := fn(line); err != nil {
				return err
			}
		}
		after = page.Next
	}
	return nil
}

// Show returns the entry of that number.
func (a *Audit) Show(ctx context.Context, v portal.Viewer, number int64) (AuditLine, error) {
	if !v.CanAudit() {
		return AuditLine{}, portal.ErrNotFound
	}
	id := portal.AuditID(number)
	e, err := a.Records.Audit.Get(ctx, id)
	if err != nil {
		return AuditLine{}, fault("service.Audit.Show", id, err)
	}
	if err := a.noteReading(ctx, v, "audit.read"); err != nil {
		return AuditLine{}, err
	}
	lines, err := a.lines(ctx, []portal.AuditEntry{e})
	if err != nil {
		return AuditLine{}, err
	}
	return lines[0], nil
}

// Actions lists every action the log holds.
func (a *Audit) Actions(ctx context.Context, v portal.Viewer) ([]string, error) {
	if !v.CanAudit() {
		return nil, portal.ErrNotFound
	}
	groups, err := a.Records.Audit.GroupCount(ctx, "action")
	var out []string
	for _, g := range groups {
		if s, ok := g.Value.(string); ok {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out, fault("service.Audit.Actions", "", err)
}

// lines adds the names of people and organisations.
func (a *Audit) lines(ctx context.Context, entries []portal.AuditEntry) ([]AuditLine, error) {
	var people, organisations []string
	for _, e := range entries {
		people = append(people, e.Event.By)
		organisations = append(organisations, e.Event.Organisation)
		switch e.Collection {
		case a.Records.Persons.Name():
			people = append(people, e.Record)
		case a.Records.Organisations.Name():
			organisations = append(organisations, e.Record)
		}
	}
	who, err := namesOf(ctx, a.Records.Persons, unique(people), func(p portal.Person) (string, string) { return p.ID, p.Name })
	if err != nil {
		return nil, err
	}
	whom, err := namesOf(ctx, a.Records.Organisations, unique(organisations), func(o portal.Organisation) (string, string) { return o.ID, o.Name })
	if err != nil {
		return nil, err
	}
	out := make([]AuditLine, len(entries))
	for i, e := range entries {
		out[i] = AuditLine{AuditEntry: e, Person: who[e.Event.By], Organisation: whom[e.Event.Organisation]}
		switch e.Collection {
		case a.Records.Persons.Name():
			out[i].Of = who[e.Record]
		case a.Records.Organisations.Name():
			out[i].Of = whom[e.Record]
		}
	}
	return out, nil
}

// unique sorts ids and drops what stands there twice or is empty.
func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return strings.TrimSpace(id) == "" })
}

// noteReading writes into the auditor's own trail that they read the log.
func (a *Audit) noteReading(ctx context.Context, v portal.Viewer, action string) error {
	errNoted := errors.New("noted already")
	_, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, action, func(p *portal.Person) error {
		if action == "audit.read" && readLately(p.Events, v.From, a.Clock()) {
			return errNoted
		}
		return nil
	})
	if errors.Is(err, errNoted) {
		return nil
	}
	return err
}

// readLately reports whether a trail tells of reading from that address within the hour
// and since the last signing in.
func readLately(events []portal.AuditEvent, from string, now time.Time) bool {
	for _, e := range slices.Backward(events) {
		switch {
		case now.Sub(e.At) >= time.Hour, e.Action == "person.sign_in":
			return false
		case e.Action == "audit.read" && e.From == from:
			return true
		}
	}
	return false
}
