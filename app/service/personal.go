package service

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// PersonalData is everything the portal holds about one person, as they get it.
type PersonalData struct {
	At            time.Time    `json:"at"`
	Person        fields       `json:"person"`
	Membership    *Membership  `json:"membership,omitempty"`
	Sessions      []fields     `json:"sessions"`
	Tokens        []fields     `json:"tokens"`
	Searches      []fields     `json:"searches"`
	Feeds         []fields     `json:"calendars"`
	Notifications []fields     `json:"notifications"`
	Feedback      []fields     `json:"feedback"`
	Done          []DoneByThem `json:"done"` // what the log says they did
}

// fields are the fields of a record by their names.
type fields = map[string]json.RawMessage

// Membership is what a person does at an organisation.
type Membership struct {
	Organisation string      `json:"organisation"`
	Name         string      `json:"name"`
	Role         portal.Role `json:"role"`
	Since        time.Time   `json:"since"`
}

// DoneByThem is an event of the log with what the person wrote; what stood there before
// may be another's.
type DoneByThem struct {
	At         time.Time `json:"at"`
	Action     string    `json:"action"`
	Collection string    `json:"collection"`
	Record     string    `json:"record"`
	From       string    `json:"from,omitempty"`
	Wrote      fields    `json:"wrote,omitempty"`
}

// Personal gathers everything the portal holds about the viewer, without secrets.
func (a *Accounts) Personal(ctx context.Context, v portal.Viewer) (d PersonalData, err error) {
	p, err := a.Me(ctx, v)
	if err != nil {
		return d, err
	}
	d = PersonalData{At: a.Clock().UTC(), Done: []DoneByThem{}}
	if d.Person, err = without(&p, "password", "factor"); err != nil {
		return d, err
	}
	own := store.Where("person", p.ID)
	for _, part := range []func() error{
		func() (err error) { d.Sessions, err = shown(ctx, a.Records.Sessions, own, "id"); return },
		func() (err error) { d.Tokens, err = shown(ctx, a.Records.Tokens, own, "id"); return },
		func() (err error) { d.Searches, err = shown(ctx, a.Records.Searches, own, "feed_key"); return },
		func() (err error) { d.Feeds, err = shown(ctx, a.Records.Feeds, own, "id"); return },
		func() (err error) { d.Notifications, err = shown(ctx, a.Records.Notifications, own); return },
		func() (err error) { d.Feedback, err = shown(ctx, a.Records.Feedback, own, "events"); return },
		func() (err error) { d.Membership, err = a.membership(ctx, p); return },
	} {
		if err := part(); err != nil {
			return d, fault("service.Accounts.Personal", p.ID, err)
		}
	}
	err = a.Records.Audit.All(ctx, []store.Cond{store.Where("by", p.ID)}, func(e *portal.AuditEntry) error {
		done := DoneByThem{At: e.Event.At, Action: e.Event.Action, Collection: e.Collection, Record: e.Record, From: e.Event.From, Wrote: fields{}}
		for name, change := range e.Event.Changed {
			done.Wrote[name] = change.After
		}
		d.Done = append(d.Done, done)
		return nil
	})
	return d, fault("service.Accounts.Personal", p.ID, err)
}

func (a *Accounts) membership(ctx context.Context, p portal.Person) (*Membership, error) {
	if p.Organisation == "" {
		return nil, nil
	}
	org, err := a.Records.Organisations.Get(ctx, p.Organisation)
	for _, m := range org.Members {
		if m.Person == p.ID {
			return &Membership{org.ID, org.Name, m.Role, m.Since}, nil
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return nil, err
}

// without are the fields of a record but some.
func without(rec any, names ...string) (fields, error) {
	f, err := fieldsOf(rec)
	for _, name := range names {
		delete(f, name)
	}
	return f, err
}

// shown are the fields, but some, of the records that fit.
func shown[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], where store.Cond, hidden ...string) ([]fields, error) {
	out := []fields{}
	err := coll.All(ctx, []store.Cond{where}, func(rec *T) error {
		f, err := without(rec, hidden...)
		out = append(out, f)
		return err
	})
	return out, err
}

// collect returns every record that fits.
func collect[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], where ...store.Cond) ([]T, error) {
	var out []T
	err := coll.All(ctx, where, func(rec *T) error {
		out = append(out, *rec)
		return nil
	})
	return out, fault("service.collect", coll.Name(), err)
}

// countsOf is how many records there are of every value of a grouped field.
func countsOf[S ~string](groups []store.Group) map[S]int {
	out := map[S]int{}
	for _, g := range groups {
		if value, ok := g.Value.(string); ok {
			out[S(value)] = int(g.N)
		}
	}
	return out
}

// removeAll deletes every record that fits; what is gone already is no error.
func removeAll[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], where ...store.Cond) error {
	recs, err := collect(ctx, coll, where...)
	for i := range recs {
		if e := coll.Delete(ctx, P(&recs[i]).Head().ID, 0); e != nil && !errors.Is(e, store.ErrNotFound) {
			err = errors.Join(err, e)
		}
	}
	return fault("service.removeAll", coll.Name(), err)
}

// Delete ends the viewer's account and removes what is personal; what they did for
// organisations stays, without their name. Their person comes last but for the sessions:
// whoever is cut off in between signs in and does it again.
func (a *Accounts) Delete(ctx context.Context, v portal.Viewer, password string) error {
	p, err := a.Me(ctx, v)
	if err != nil {
		return err
	}
	if p.Demo {
		return portal.Invalid{{Field: "password", Key: "personal.demo"}}
	}
	if err := a.prove(ctx, p, "password", password); err != nil {
		return err
	}
	if err := a.leave(ctx, v, p); err != nil {
		return err
	}
	own := store.Where("person", p.ID)
	for _, part := range []func() error{
		func() error { return removeAll(ctx, a.Records.Tokens, own) },
		func() error { return removeAll(ctx, a.Records.Searches, own) },
		func() error { return removeAll(ctx, a.Records.Feeds, own) },
		func() error { return removeAll(ctx, a.Records.Notifications, own) },
		func() error { return removeAll(ctx, a.Records.Links, own) },
		func() error { return removeAll(ctx, a.Records.Mails, store.Where("address", p.Email)) },
		func() error { return a.feedback.forget(ctx, v) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	_, err = changed(ctx, a.Rooms, a.Records.Persons, v, p.ID, "person.delete", func(p *portal.Person) error {
		p.Forget(a.Clock().UTC())
		return nil
	})
	if err != nil {
		return err
	}
	return a.endAll(ctx, p.ID, "")
}

// vacated is why an organisation without people is returned.
const vacated = "最后一位成员已注销账号，需重新登记。"

// leave ends the membership of somebody who goes for good. The last owner may not leave
// others behind; the only member may not leave anything open.
func (a *Accounts) leave(ctx context.Context, v portal.Viewer, p portal.Person) error {
	if p.Organisation == "" {
		return nil
	}
	org, err := a.Records.Organisations.Get(ctx, p.Organisation)
	if errors.Is(err, store.ErrNotFound) || err == nil && org.RoleOf(p.ID) == "" {
		return nil
	}
	if err != nil {
		return fault("service.Accounts.leave", p.ID, err)
	}
	alone := len(org.Members) == 1 && org.Kind != portal.Office
	if alone {
		if open, err := a.openBusiness(ctx, org); err != nil || open > 0 {
			return errors.Join(err, portal.Invalid{{Field: "password", Key: "personal.open_business", Args: []any{open}}})
		}
	}
	_, err = changed(ctx, a.Rooms, a.Records.Organisations, v, org.ID, "organisation.leave", func(org *portal.Organisation) error {
		if alone {
			return org.Vacate(p.ID, vacated)
		}
		return org.Leave(p.ID)
	})
	if err != nil {
		return err
	}
	invited, err := collect(ctx, a.Records.Links, store.Where("organisation", org.ID))
	for _, l := range invited {
		if l.By == p.ID {
			err = errors.Join(err, removeAll(ctx, a.Records.Links, store.Where(store.FieldID, l.ID)))
		}
	}
	return err
}

// openBusiness counts what others still wait for from an organisation: needs and resources
// that are open, intentions and requests without an answer, meetings to come.
func (a *Accounts) openBusiness(ctx context.Context, org portal.Organisation) (open int64, err error) {
	if open, err = openSharing(ctx, a.Rooms, org.ID); err != nil {
		return open, err
	}
	var side string
	switch org.Kind {
	case portal.OfCollege:
		side = "college"
	case portal.OfEnterprise:
		side = "enterprise"
		var needs int64
		needs, err = a.Records.Needs.Count(ctx, store.Where("enterprise_id", org.Record), store.Where("status", portal.NeedOpen),
			store.Between("expires_at", a.Clock(), nil))
		open += needs
	}
	if err != nil || side == "" {
		return open, fault("service.Accounts.openBusiness", org.ID, err)
	}
	meetings, err := a.Records.Meetings.Count(ctx, store.Where(side, org.Record), store.Where("state", portal.MeetingPlanned), store.Between("begins", a.Clock(), nil))
	if err != nil {
		return open, fault("service.Accounts.openBusiness", org.ID, err)
	}
	open += meetings
	for _, which := range []store.Cond{store.OneOf("state", portal.IntentionSent, portal.IntentionViewed), store.Where("accepting", true)} {
		n, err := a.Records.Intentions.Count(ctx, store.Where(side, org.Record), which)
		if err != nil {
			return open, fault("service.Accounts.openBusiness", org.ID, err)
		}
		open += n
	}
	return open, nil
}
