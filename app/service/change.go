package service

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// audited is a record that carries its own trail of events.
type audited[T any] interface {
	*T
	Head() *portal.Meta
	Audited() *portal.Trail
}

// created stores a new record together with the event that says who made it.
func created[T any, P audited[T]](ctx context.Context, r Rooms, coll *store.Collection[T, P], v portal.Viewer, action string, rec *T) error {
	var zero T
	if err := note[T, P](r, v, action, &zero, rec); err != nil {
		return err
	}
	return fault("service."+action, P(rec).Head().ID, coll.Insert(ctx, rec))
}

// changed changes a record; what was done goes into the record with the same write. fn
// may be called more than once and should do nothing but decide and change.
func changed[T any, P audited[T]](ctx context.Context, r Rooms, coll *store.Collection[T, P], v portal.Viewer, id, action string, fn func(*T) error) (T, error) {
	rec, err := coll.Mutate(ctx, id, func(rec *T) error {
		before, err := clone(rec)
		if err != nil {
			return err
		}
		if err := fn(rec); err != nil {
			return err
		}
		return note[T, P](r, v, action, &before, rec)
	})
	return rec, fault("service."+action, id, err)
}

// clone copies a record down to its last value.
func clone[T any](rec *T) (T, error) {
	var out T
	body, err := json.Marshal(rec)
	if err == nil {
		err = json.Unmarshal(body, &out)
	}
	return out, err
}

// note adds the event to the trail of a record that is about to be written.
func note[T any, P audited[T]](r Rooms, v portal.Viewer, action string, before, after *T) error {
	diff, err := difference(before, after)
	if err != nil {
		return err
	}
	by := v.Person
	if v.IsSystem() {
		by = "system"
	}
	P(after).Audited().Note(portal.AuditEvent{At: r.Clock().UTC(), By: by, Organisation: v.Organisation,
		Action: action, From: v.From, Changed: diff})
	return nil
}

// unaudited are the fields no event shows: bookkeeping, and the trail itself.
var unaudited = []string{"id", "version", "created_at", "changed_at", "events"}

// difference is what two states of a record differ in, by the names of their JSON. Of
// secrets it only says that they changed.
func difference(before, after any) (map[string]portal.Change, error) {
	was, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	is, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	var secret []string
	if s, ok := after.(interface{ Secret() []string }); ok {
		secret = s.Secret()
	}
	out := map[string]portal.Change{}
	for _, names := range []map[string]json.RawMessage{was, is} {
		for name := range names {
			if slices.Contains(unaudited, name) || bytes.Equal(was[name], is[name]) {
				continue
			}
			out[name] = portal.Change{Before: was[name], After: is[name]}
			if slices.Contains(secret, name) {
				out[name] = portal.Change{}
			}
		}
	}
	return out, nil
}

func fieldsOf(rec any) (map[string]json.RawMessage, error) {
	body, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	return fields, json.Unmarshal(body, &fields)
}
