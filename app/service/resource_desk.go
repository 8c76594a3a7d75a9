package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// ResourceDraft is a resource as somebody of its organisation writes it.
type ResourceDraft struct {
	Kind      portal.ResourceKind
	Name      string
	Text      string
	Related   []string // codes of specialisms and of classes
	Capacity  *int     // nil is unknown
	Hours     string
	Charge    portal.Charge
	Terms     string
	OpenTo    []portal.OrganisationKind
	District  portal.District
	Address   string
	SharedUse bool
}

// The longest texts of a resource, in characters, and the most of what can be several.
const (
	hoursMost    = 200
	termsMost    = 1000
	addressMost  = 100
	relatedMost  = 20
	capacityMost = 100000
)

// check reports everything wrong with a draft. A draft needs a kind and a name; what is
// open to others also says what it is for, when it is open, to whom and for what.
func (s *Resources) check(ctx context.Context, d *ResourceDraft, open bool) error {
	var bad portal.Invalid
	for _, text := range []*string{&d.Name, &d.Text, &d.Hours, &d.Terms, &d.Address} {
		*text = strings.TrimSpace(*text)
	}
	checkText(&bad, "name", d.Name, titleMost)
	if !slices.Contains(portal.ResourceKinds[:], d.Kind) {
		bad.Add("kind", "problem.required")
	}
	for _, f := range []struct {
		field, text string
		most        int
		needed      bool
	}{{"text", d.Text, textMost, open}, {"hours", d.Hours, hoursMost, open}, {"terms", d.Terms, termsMost, open && d.Charge == portal.ChargePaid}, {"address", d.Address, addressMost, false}} {
		if f.text != "" || f.needed {
			checkText(&bad, f.field, f.text, f.most)
		}
	}
	if d.Capacity != nil && (*d.Capacity < 1 || *d.Capacity > capacityMost) {
		bad.Add("capacity", "problem.bad_headcount", capacityMost)
	}
	switch {
	case d.Charge == "" && open:
		bad.Add("charge", "problem.required")
	case d.Charge != "" && !slices.Contains(portal.Charges[:], d.Charge):
		bad.Add("charge", "problem.unknown_value", shortened(string(d.Charge), nameMost))
	}
	if len(d.OpenTo) == 0 && open {
		bad.Add("open_to", "problem.required")
	}
	for _, kind := range d.OpenTo {
		if !slices.Contains(portal.ResourceUsers[:], kind) {
			bad.Add("open_to", "problem.unknown_value", shortened(string(kind), nameMost))
			break
		}
	}
	if d.District != "" && !d.District.Valid() {
		bad.Add("district", "problem.unknown_place", shortened(string(d.District), nameMost))
	}
	if err := s.checkRelated(ctx, d, &bad); err != nil {
		return err
	}
	return bad.Err()
}

// checkRelated brings codes to the form the catalogue has them in and refuses others.
func (s *Resources) checkRelated(ctx context.Context, d *ResourceDraft, bad *portal.Invalid) error {
	for i, code := range d.Related {
		d.Related[i] = strings.ToUpper(strings.TrimSpace(code))
	}
	slices.Sort(d.Related)
	d.Related = slices.Compact(d.Related)
	if len(d.Related) > relatedMost {
		bad.Add("related", "need.too_many", relatedMost)
		return nil
	}
	known, err := s.related(ctx, d.Related)
	if err != nil {
		return err
	}
	for _, code := range d.Related {
		if !slices.ContainsFunc(known, func(k RelatedCode) bool { return k.Code == code }) {
			bad.Add("related", "resource.no_code", shortened(code, nameMost))
			return nil
		}
	}
	return nil
}

// write takes a draft over into the resource.
func (d ResourceDraft) write(rec *portal.Resource) {
	rec.Kind, rec.Name, rec.Text, rec.Related, rec.Capacity, rec.Hours = d.Kind, d.Name, d.Text, d.Related, d.Capacity, d.Hours
	rec.Charge, rec.Terms, rec.OpenTo, rec.District, rec.Address, rec.SharedUse = d.Charge, d.Terms, d.OpenTo, d.District, d.Address, d.SharedUse
}

// ResourceDraftOf is what a resource says, as its form takes it.
func ResourceDraftOf(rec portal.Resource) ResourceDraft {
	return ResourceDraft{Kind: rec.Kind, Name: rec.Name, Text: rec.Text, Related: slices.Clone(rec.Related), Capacity: rec.Capacity, Hours: rec.Hours, Charge: rec.Charge,
		Terms: rec.Terms, OpenTo: rec.OpenTo, District: rec.District, Address: rec.Address, SharedUse: rec.SharedUse}
}

// resourceSources say where a resource comes from, by whose it is.
var resourceSources = map[portal.OrganisationKind]string{portal.OfCollege: portal.ByCollege, portal.OfEnterprise: "企业填报", portal.OfInstitute: "科研院所填报"}

// origin is as sure as the organisation that tells of the resource.
func (s *Resources) origin(org portal.Organisation) portal.Origin {
	if org.Origin.Fictional() {
		return portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	return portal.Origin{Certainty: org.Origin.Certainty, Source: resourceSources[org.Kind], Date: s.today()}
}

func (s *Resources) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// Draft keeps a new resource of the viewer's organisation, and opens it at once where open
// says so.
func (s *Resources) Draft(ctx context.Context, v portal.Viewer, d ResourceDraft, open bool) (portal.Resource, error) {
	if !portal.CanKeepResources(v) || open && !v.CanSpeak() {
		return portal.Resource{}, portal.ErrForbidden
	}
	if err := s.check(ctx, &d, open); err != nil {
		return portal.Resource{}, err
	}
	org, err := s.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return portal.Resource{}, fault("service.Resources.Draft", v.Organisation, err)
	}
	rec := portal.Resource{Meta: portal.Meta{ID: newID()}, Organisation: v.Organisation, Holder: v.Kind, Record: v.Record, State: portal.ResourceDraft, Origin: s.origin(org)}
	d.write(&rec)
	action := "resource.draft"
	if open {
		action = "resource.open"
		rec.Act(portal.ActOpen, s.now())
	}
	err = created(ctx, s.Rooms, s.Records.Resources, v, action, &rec)
	if err != nil || !open {
		return rec, err
	}
	return rec, s.withhold(ctx, v, rec.Organisation)
}

// Edit changes what a resource says. version is that of the resource the form was made
// from: another's change in between is a conflict. Where open says so a draft opens with
// the same write.
func (s *Resources) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d ResourceDraft, open bool) (portal.Resource, error) {
	have, err := s.Own(ctx, v, id)
	if err != nil {
		return have, err
	}
	if err := s.check(ctx, &d, open || have.State != portal.ResourceDraft); err != nil {
		return have, err
	}
	org, err := s.Records.Organisations.Get(ctx, have.Organisation)
	if err != nil {
		return have, fault("service.Resources.Edit", id, err)
	}
	act, action := portal.ActEdit, "resource.edit"
	if open {
		act, action = portal.ActOpen, "resource.open"
	}
	rec, err := s.change(ctx, v, id, act, action, func(rec *portal.Resource) error {
		if rec.Version != version || rec.State != have.State {
			return portal.ErrConflict
		}
		d.write(rec)
		rec.Origin = s.origin(org)
		rec.Act(act, s.now())
		return nil
	})
	if err != nil || !open {
		return rec, err
	}
	return rec, s.withhold(ctx, v, rec.Organisation)
}

// Act does one of the acts that change where a resource stands. A draft opens only when it
// says all it has to; with a resource that is withdrawn go the requests that wait.
func (s *Resources) Act(ctx context.Context, v portal.Viewer, id string, act portal.ResourceAct) (portal.Resource, error) {
	have, err := s.Own(ctx, v, id)
	if err != nil {
		return have, err
	}
	if act == portal.ActOpen {
		return s.Edit(ctx, v, id, have.Version, ResourceDraftOf(have), true)
	}
	rec, err := s.change(ctx, v, id, act, "resource."+string(act), func(rec *portal.Resource) error {
		rec.Act(act, s.now())
		return nil
	})
	switch {
	case err != nil:
		return rec, err
	case act == portal.ActReopen:
		return rec, s.withhold(ctx, v, rec.Organisation)
	case act == portal.ActRetire:
		return rec, s.bookings.declineAll(ctx, v, id)
	}
	return rec, nil
}

// change changes a resource of the viewer's organisation. What the role does not allow is
// forbidden; what the state does not allow is a conflict: somebody else was faster.
func (s *Resources) change(ctx context.Context, v portal.Viewer, id string, act portal.ResourceAct, action string, fn func(*portal.Resource) error) (portal.Resource, error) {
	return changed(ctx, s.Rooms, s.Records.Resources, v, id, action, func(rec *portal.Resource) error {
		switch {
		case !v.Holds(*rec):
			return portal.ErrNotFound
		case rec.CanAct(v, act):
			return fn(rec)
		case !v.CanSpeak():
			return portal.ErrForbidden
		}
		return portal.ErrConflict
	})
}

// withhold takes the resources of a suspended organisation out of sight, and shows them
// again when it is readmitted. It comes after every write that opens a resource as well as
// after every decision, so that one of the two sees the other.
func (s *Resources) withhold(ctx context.Context, v portal.Viewer, organisation string) error {
	org, err := s.Records.Organisations.Fresh(ctx, organisation)
	if err != nil {
		return fault("service.Resources.withhold", organisation, err)
	}
	suspended := org.State == portal.OrganisationSuspended
	all, err := collect(ctx, s.Records.Resources, store.Where("organisation", organisation))
	if err != nil {
		return err
	}
	action := map[bool]string{true: "resource.withhold", false: "resource.show"}[suspended]
	for _, rec := range all {
		if rec.Withheld == suspended {
			continue
		}
		_, err := changed(ctx, s.Rooms, s.Records.Resources, v, rec.ID, action, func(rec *portal.Resource) error {
			rec.Withheld = suspended
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Own returns a resource the viewer may follow, in any state and with its trail.
func (s *Resources) Own(ctx context.Context, v portal.Viewer, id string) (portal.Resource, error) {
	rec, err := s.Records.Resources.Get(ctx, id)
	if err == nil && !portal.CanFollowResource(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Resource{}, fault("service.Resources.Own", id, err)
	}
	return rec, nil
}

// Mine returns a page of the resources of the viewer's organisation that stand so, the
// latest changed first.
func (s *Resources) Mine(ctx context.Context, v portal.Viewer, state portal.ResourceState, after string, most int) (store.Page[portal.Resource], error) {
	if !slices.Contains(portal.ResourceHolders[:], v.Kind) {
		return store.Page[portal.Resource]{}, portal.ErrNotFound
	}
	page, err := s.Records.Resources.Find(ctx, store.Query{Where: []store.Cond{store.Where("organisation", v.Organisation), store.Where("state", state)},
		Sort: store.FieldChanged, Desc: true, After: after, Limit: most})
	return page, fault("service.Resources.Mine", v.Organisation, err)
}

// Counts counts the resources of the viewer's organisation by where they stand.
func (s *Resources) Counts(ctx context.Context, v portal.Viewer) (map[portal.ResourceState]int, error) {
	if !slices.Contains(portal.ResourceHolders[:], v.Kind) {
		return nil, portal.ErrNotFound
	}
	groups, err := s.Records.Resources.GroupCount(ctx, "state", store.Where("organisation", v.Organisation))
	return countsOf[portal.ResourceState](groups), fault("service.Resources.Counts", v.Organisation, err)
}
