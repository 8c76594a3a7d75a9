package service

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// NeedDraft is a need as somebody of the enterprise writes it.
type NeedDraft struct {
	Title      string
	Text       string
	Industry   string
	Headcount  *int // nil is unknown
	Level      portal.WantedLevel
	Modes      []portal.Mode
	District   portal.District
	MustHaves  []string
	Languages  []string
	Deadline   string // day in Shanghai
	Salary     string
	Anonymous  bool
	Days       int                // of validity, counted from publishing; 0 is the usual
	Internship *portal.Internship // nil: no interns are asked for
	Confirmed  bool               // the points of the internship check were read and hold
}

// The longest title of a need and one of its must-haves and languages, and how many of
// these there can be.
const (
	titleMost = 60
	tagMost   = 40
	tagsMost  = 10
	wordsMost = 40      // of what is paid
	payMost   = 1000000 // yuan a month
)

// Match is what the match reads of the draft.
func (d NeedDraft) Match() match.Need {
	return match.Need{Text: needText(d.Title, d.Text), Industry: d.Industry, Level: d.Level, Headcount: d.Headcount, Modes: d.Modes,
		District: d.District, Languages: d.Languages, MustHaves: d.MustHaves}
}

// headline is a title made of the beginning of a text.
func headline(text string) string {
	const longest = 30
	if i := strings.IndexAny(text, "\n。；;"); i > 0 {
		text = text[:i]
	}
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest])
	}
	return text
}

// check reports everything wrong with a draft. A draft may lack almost everything; what is
// open to others needs a text, an industry and, for interns, a confirmed check.
func (n *Needs) check(d *NeedDraft, open bool) error {
	var bad portal.Invalid
	d.Title, d.Text, d.Industry = strings.TrimSpace(d.Title), strings.TrimSpace(d.Text), n.match.industries.Meant(strings.TrimSpace(d.Industry))
	if d.Title == "" {
		d.Title = headline(d.Text)
	}
	if utf8.RuneCountInString(d.Title) > titleMost {
		bad.Add("title", "problem.too_long", titleMost)
	}
	asked := d.Match()
	if asked.Text = d.Text; d.Text == "" && d.Title != "" && !open {
		asked.Text = d.Title // enough for a draft
	}
	if invalid, ok := n.match.Check(asked).(portal.Invalid); ok {
		bad = append(bad, invalid...)
	}
	checkTags(&bad, "must_haves", d.MustHaves)
	checkTags(&bad, "languages", d.Languages)
	d.Deadline, d.Salary = strings.TrimSpace(d.Deadline), strings.TrimSpace(d.Salary)
	switch {
	case d.Deadline == "":
	case !portal.IsDay(d.Deadline):
		bad.Add("deadline", "problem.day")
	case open && d.Deadline < n.today():
		bad.Add("deadline", "need.deadline_past")
	}
	if utf8.RuneCountInString(d.Salary) > wordsMost {
		bad.Add("salary", "problem.too_long", wordsMost)
	}
	if d.Days == 0 {
		d.Days = portal.NeedDays
	}
	if d.Days < 1 || d.Days > portal.NeedDaysMost {
		bad.Add("days", "problem.days", portal.NeedDaysMost)
	}
	if i := d.Internship; i != nil {
		for field, yuan := range map[string]*int{"intern_pay": i.Pay, "intern_wage": i.Wage} {
			if yuan != nil && (*yuan < 1 || *yuan > payMost) {
				bad.Add(field, "need.bad_pay", payMost)
			}
		}
		if open && !d.Confirmed {
			bad.Add("confirmed", "need.confirm")
		}
	}
	if open && d.Industry == "" {
		bad.Add("industry", "problem.required")
	}
	return bad.Err()
}

func checkTags(bad *portal.Invalid, field string, tags []string) {
	if len(tags) > tagsMost {
		bad.Add(field, "need.too_many", tagsMost)
	}
	for _, t := range tags {
		if utf8.RuneCountInString(t) > tagMost {
			bad.Add(field, "problem.too_long", tagMost)
			return
		}
	}
}

// write takes a draft over into the need.
func (d NeedDraft) write(rec *portal.Need, v portal.Viewer, now time.Time) {
	rec.Title, rec.Text, rec.Industry, rec.Headcount, rec.Level = d.Title, d.Text, d.Industry, d.Headcount, d.Level
	rec.Modes, rec.District, rec.MustHaves, rec.Languages, rec.Anonymous = d.Modes, d.District, d.MustHaves, d.Languages, d.Anonymous
	rec.Deadline, rec.Salary = d.Deadline, d.Salary
	if rec.Status == portal.NeedDraft {
		rec.Days = d.Days
	}
	var before *portal.Confirmation
	if rec.Internship != nil && rec.Internship.Standing() {
		before = rec.Internship.Confirmed
	}
	if rec.Internship = d.Internship; d.Internship != nil {
		switch {
		case !d.Confirmed:
			rec.Internship.Confirmed = nil
		case before != nil:
			rec.Internship.Confirmed = before // whoever confirmed it stays named
		default:
			rec.Internship.Confirm(v.Person, now)
		}
	}
}

// DraftOf is what a need says, as its form takes it.
func DraftOf(rec portal.Need) NeedDraft {
	d := NeedDraft{Title: rec.Title, Text: rec.Text, Industry: rec.Industry, Headcount: rec.Headcount, Level: rec.Level, Modes: rec.Modes, District: rec.District,
		MustHaves: rec.MustHaves, Languages: rec.Languages, Deadline: rec.Deadline, Salary: rec.Salary, Anonymous: rec.Anonymous, Days: rec.Days, Internship: rec.Internship}
	d.Confirmed = rec.Internship != nil && rec.Internship.Standing()
	return d
}

// now is the time of a change, at the grain the store keeps.
func (n *Needs) now() time.Time { return n.Clock().UTC().Truncate(time.Millisecond) }

// origin is where a need of the viewer's enterprise comes from: as sure as the enterprise.
func (n *Needs) origin(ctx context.Context, v portal.Viewer) (portal.Origin, error) {
	org, err := n.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return portal.Origin{}, fault("service.Needs.origin", v.Organisation, err)
	}
	if org.Origin.Fictional() {
		return portal.Origin{Certainty: portal.Demo, Source: demoSource}, nil
	}
	return portal.Origin{Certainty: org.Origin.Certainty, Source: "企业填报", Date: n.today()}, nil
}

// Draft keeps a new need of the viewer's enterprise, and opens it at once where publish
// says so.
func (n *Needs) Draft(ctx context.Context, v portal.Viewer, d NeedDraft, publish bool) (portal.Need, error) {
	if !portal.CanDraftNeed(v) || publish && !v.CanSpeak() {
		return portal.Need{}, portal.ErrForbidden
	}
	if err := n.check(&d, publish); err != nil {
		return portal.Need{}, err
	}
	origin, err := n.origin(ctx, v)
	if err != nil {
		return portal.Need{}, err
	}
	now := n.now()
	rec := portal.Need{Meta: portal.Meta{ID: newID()}, EnterpriseID: v.Record, Status: portal.NeedDraft, Origin: origin}
	d.write(&rec, v, now)
	action := "need.draft"
	if publish {
		action = "need.publish"
		if err := rec.Publish(now); err != nil {
			return rec, err
		}
	}
	return rec, created(ctx, n.Rooms, n.Records.Needs, v, action, &rec)
}

// DraftAll keeps several new needs, or none where something is wrong with one of them: then
// its fields are named with its number.
func (n *Needs) DraftAll(ctx context.Context, v portal.Viewer, drafts []NeedDraft) ([]portal.Need, error) {
	if !portal.CanDraftNeed(v) {
		return nil, portal.ErrForbidden
	}
	var bad portal.Invalid
	for i := range drafts {
		invalid, _ := n.check(&drafts[i], false).(portal.Invalid)
		for _, p := range invalid {
			p.Field += "-" + strconv.Itoa(i+1)
			bad = append(bad, p)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	out := make([]portal.Need, len(drafts))
	for i, d := range drafts {
		var err error
		if out[i], err = n.Draft(ctx, v, d, false); err != nil {
			return out[:i], err
		}
	}
	return out, nil
}

// Edit changes what a need says; an open one stays open. version is that of the need the
// form was made from: another's change in between is a conflict. Where publish says so a
// draft opens with the same write.
func (n *Needs) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d NeedDraft, publish bool) (portal.Need, error) {
	have, err := n.Own(ctx, v, id)
	if err != nil {
		return have, err
	}
	if err := n.check(&d, publish || have.Status != portal.NeedDraft); err != nil {
		return have, err
	}
	action := "need.edit"
	if publish {
		action = "need.publish"
	}
	origin, err := n.origin(ctx, v)
	if err != nil {
		return have, err
	}
	return n.act(ctx, v, id, action, portal.CanEditNeed, func(rec *portal.Need, now time.Time) error {
		switch {
		case rec.Version != version || rec.Status != have.Status:
			return portal.ErrConflict
		case publish && !v.CanSpeak():
			return portal.ErrForbidden
		}
		d.write(rec, v, now)
		rec.Origin = origin
		if publish {
			return rec.Publish(now)
		}
		return nil
	})
}

// Publish opens a draft that says all it has to.
func (n *Needs) Publish(ctx context.Context, v portal.Viewer, id string) (portal.Need, error) {
	have, err := n.Own(ctx, v, id)
	if err != nil {
		return have, err
	}
	d := DraftOf(have)
	if err := n.check(&d, true); err != nil {
		return have, err
	}
	return n.Edit(ctx, v, id, have.Version, d, true)
}

// Pause takes an open need out of sight.
func (n *Needs) Pause(ctx context.Context, v portal.Viewer, id string) (portal.Need, error) {
	may := func(v portal.Viewer, rec portal.Need) bool { return portal.CanPauseNeed(v, rec, n.now()) }
	return n.act(ctx, v, id, "need.pause", may, (*portal.Need).Pause)
}

// pauseSuspended is the chore: what a suspended enterprise asks goes out of sight until
// the enterprise, readmitted, opens it again.
func (n *Needs) pauseSuspended(ctx context.Context) error {
	out, err := collect(ctx, n.Records.Organisations, store.Where("state", portal.OrganisationSuspended))
	for _, org := range out {
		if err != nil || org.Kind != portal.OfEnterprise {
			continue
		}
		var open []portal.Need
		open, err = collect(ctx, n.Records.Needs, n.standing(org.Record, portal.NeedOpen)...)
		for _, rec := range open {
			_, e := changed(ctx, n.Rooms, n.Records.Needs, portal.System, rec.ID, "need.suspend", func(rec *portal.Need) error { return rec.Pause(n.now()) })
			if e != nil && !errors.Is(e, portal.ErrConflict) { // closed or run out meanwhile
				err = errors.Join(err, e)
			}
		}
	}
	return fault("service.Needs.pauseSuspended", "", err)
}

// Resume opens a paused need again.
func (n *Needs) Resume(ctx context.Context, v portal.Viewer, id string) (portal.Need, error) {
	may := func(v portal.Viewer, rec portal.Need) bool { return portal.CanResumeNeed(v, rec, n.now()) }
	return n.act(ctx, v, id, "need.resume", may, (*portal.Need).Resume)
}

// Renew gives a need so many days from now.
func (n *Needs) Renew(ctx context.Context, v portal.Viewer, id string, days int) (portal.Need, error) {
	return n.act(ctx, v, id, "need.renew", portal.CanRenewNeed, func(rec *portal.Need, now time.Time) error { return rec.Renew(days, now) })
}

// Close ends a need for good.
func (n *Needs) Close(ctx context.Context, v portal.Viewer, id string, reason portal.CloseReason) (portal.Need, error) {
	return n.act(ctx, v, id, "need.close", portal.CanCloseNeed, func(rec *portal.Need, now time.Time) error { return rec.Close(reason, now) })
}

// act changes a need of the viewer's enterprise. What the role does not allow is
// forbidden; what the state does not allow is a conflict: somebody else was faster.
func (n *Needs) act(ctx context.Context, v portal.Viewer, id, action string, may func(portal.Viewer, portal.Need) bool, do func(*portal.Need, time.Time) error) (portal.Need, error) {
	return changed(ctx, n.Rooms, n.Records.Needs, v, id, action, func(rec *portal.Need) error {
		switch {
		case !v.Asks(*rec):
			return portal.ErrNotFound
		case may(v, *rec):
			return do(rec, n.now())
		case !v.CanSpeak():
			return portal.ErrForbidden
		}
		return portal.ErrConflict
	})
}

// Own returns a need the viewer may follow, in any state and with its trail.
func (n *Needs) Own(ctx context.Context, v portal.Viewer, id string) (portal.Need, error) {
	rec, err := n.Records.Needs.Get(ctx, id)
	if err == nil && !portal.CanFollowNeed(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Need{}, fault("service.Needs.Own", id, err)
	}
	return rec, nil
}

// standing are the conditions on the needs of an enterprise that stand so.
func (n *Needs) standing(enterprise string, s portal.NeedStatus) []store.Cond {
	where := []store.Cond{store.Where("enterprise_id", enterprise)}
	next := n.now().Add(time.Millisecond) // the first time that is later
	switch s {
	case portal.NeedOpen:
		return append(where, store.Where("status", s), store.Between("expires_at", next, nil))
	case portal.NeedExpired:
		return append(where, store.Where("status", portal.NeedOpen), store.Between("expires_at", nil, next))
	}
	return append(where, store.Where("status", s))
}

// Mine returns a page of the needs of the viewer's enterprise that stand so, the latest
// changed first.
func (n *Needs) Mine(ctx context.Context, v portal.Viewer, s portal.NeedStatus, after string, most int) (store.Page[portal.Need], error) {
	if !v.Of(portal.OfEnterprise) {
		return store.Page[portal.Need]{}, portal.ErrNotFound
	}
	page, err := n.Records.Needs.Find(ctx, store.Query{Where: n.standing(v.Record, s), Sort: store.FieldChanged, Desc: true, After: after, Limit: most})
	return page, fault("service.Needs.Mine", v.Record, err)
}

// Counts counts the needs of the viewer's enterprise by where they stand.
func (n *Needs) Counts(ctx context.Context, v portal.Viewer) (map[portal.NeedStatus]int, error) {
	if !v.Of(portal.OfEnterprise) {
		return nil, portal.ErrNotFound
	}
	out := map[portal.NeedStatus]int{}
	for _, s := range portal.NeedStatuses {
		k, err := n.Records.Needs.Count(ctx, n.standing(v.Record, s)...)
		if err != nil {
			return nil, fault("service.Needs.Counts", v.Record, err)
		}
		out[s] = int(k)
	}
	return out, nil
}

// Confirmer names who confirmed the internship check of a need the viewer may follow;
// empty: a person who is gone.
func (n *Needs) Confirmer(ctx context.Context, v portal.Viewer, rec portal.Need) (string, error) {
	if !portal.CanFollowNeed(v, rec) || rec.Internship == nil || rec.Internship.Confirmed == nil {
		return "", fault("service.Needs.Confirmer", rec.ID, portal.ErrNotFound)
	}
	p, err := n.Records.Persons.Get(ctx, rec.Internship.Confirmed.By)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return p.Name, fault("service.Needs.Confirmer", rec.ID, err)
}
