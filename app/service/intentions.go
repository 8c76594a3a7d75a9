package service

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Intentions is how enterprises and colleges approach each other, and answer.
type Intentions struct {
	Rooms
	notices *Notices
}

// IntentionDays are the days after which an unanswered intention warns, and expires.
type IntentionDays struct{ Warn, Expire int }

// IntentionEntry is an intention as the viewer may see it. Names of sides are empty where
// they are not told yet.
type IntentionEntry struct {
	portal.Intention
	CollegeName, EnterpriseName string
	NeedTitle                   string
	Side                        portal.OrganisationKind // of the viewer; empty: the office
	Contact                     portal.Contact          // of the other side, masked until both have agreed
	Claimed                     bool                    // somebody of the side that answers is on the portal
}

// About names the programmes the intention is about.
func (e IntentionEntry) About() string {
	names := make([]string, len(e.Programmes))
	for i, p := range e.Programmes {
		names[i] = p.Name
	}
	return strings.Join(names, "、")
}

// IntentionDraft is what a person sends.
type IntentionDraft struct {
	Need       string
	Programmes []string
	Seats      map[string]*int // by programme; nil leaves it open
	Mode       portal.Mode
	Text       string
	FileName   string
	File       io.Reader // may be nil
	Reasons    []portal.MatchReason
}

// The most programmes of an intention, seats of one of them, and characters of a text.
const (
	intentionProgrammes = 10
	seatsMost           = 2000
	textMost            = 2000
)

// Send sends an intention to the other side and tells its people.
func (i *Intentions) Send(ctx context.Context, v portal.Viewer, d IntentionDraft) (portal.Intention, error) {
	if v.Kind != portal.OfCollege && v.Kind != portal.OfEnterprise || !v.CanSpeak() {
		return portal.Intention{}, portal.ErrForbidden
	}
	in, err := i.draft(ctx, v, d)
	if err != nil {
		return in, err
	}
	if d.File != nil {
		a, err := keepFile(ctx, i.Rooms, "attachment", d.FileName, d.File)
		if err != nil {
			return in, err
		}
		in.Files = []portal.Attachment{a}
	}
	if err := created(ctx, i.Rooms, i.Records.Intentions, v, "intention.send", &in); err != nil {
		return in, err
	}
	return in, i.tell(ctx, in, in.To(), "intention.sent")
}

// draft checks a draft against what both sides hold and makes the intention of it.
func (i *Intentions) draft(ctx context.Context, v portal.Viewer, d IntentionDraft) (portal.Intention, error) {
	now := i.Clock().UTC()
	in := portal.Intention{Meta: portal.Meta{ID: newID()}, From: v.Kind, Need: d.Need, Text: strings.TrimSpace(d.Text), Modes: []portal.Mode{d.Mode}, Reasons: d.Reasons,
		State: portal.IntentionSent, By: v.Person, SentAt: now, WarnAt: now.AddDate(0, 0, i.IntentionDays.Warn), DueAt: now.AddDate(0, 0, i.IntentionDays.Expire),
		Origin: portal.Origin{Certainty: portal.Verified, Source: "平台记录"}}
	var bad portal.Invalid
	checkText(&bad, "text", in.Text, textMost)
	if !d.Mode.Valid() {
		bad.Add("mode", "problem.required")
	}
	if err := i.takeProgrammes(ctx, &in, d, &bad); err != nil {
		return in, err
	}
	if err := i.takeNeed(ctx, v, &in, &bad); err != nil {
		return in, err
	}
	if in.Party(v.Kind) != v.Record && len(bad) == 0 {
		return in, portal.ErrNotFound // not ours to offer
	}
	if err := bad.Err(); err != nil {
		return in, err
	}
	return in, i.once(ctx, in)
}

func checkText(bad *portal.Invalid, field, text string, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		bad.Add(field, "problem.required")
	case n > most:
		bad.Add(field, "problem.too_long", most)
	}
}

// takeProgrammes names the programmes of one college.
func (i *Intentions) takeProgrammes(ctx context.Context, in *portal.Intention, d IntentionDraft, bad *portal.Invalid) error {
	if len(d.Programmes) == 0 || len(d.Programmes) > intentionProgrammes {
		bad.Add("programmes", "intention.programmes", intentionProgrammes)
		return nil
	}
	recs, err := i.Records.Programmes.GetMany(ctx, d.Programmes)
	if err != nil {
		return fault("service.Intentions.takeProgrammes", "", err)
	}
	if len(recs) != len(d.Programmes) {
		bad.Add("programmes", "intention.programme_gone")
		return nil
	}
	in.College = recs[0].CollegeID
	for _, p := range recs {
		if p.CollegeID != in.College {
			bad.Add("programmes", "intention.one_college")
			return nil
		}
		if p.Origin.Fictional() {
			in.Origin = portal.Origin{Certainty: portal.Demo, Source: demoSource}
		}
		seats := d.Seats[p.ID]
		switch left := p.SeatsLeft(); {
		case seats == nil:
		case *seats < 1 || *seats > seatsMost:
			bad.Add("seats", "intention.seats", seatsMost)
		case left != nil && *seats > *left:
			bad.Add("seats", "intention.seats_left", p.Name, *left)
		}
		in.Programmes = append(in.Programmes, portal.WantedSeats{Programme: p.ID, Name: p.Name, Seats: seats})
	}
	return nil
}

// takeNeed names the enterprise: of the need, or the sender without one.
func (i *Intentions) takeNeed(ctx context.Context, v portal.Viewer, in *portal.Intention, bad *portal.Invalid) error {
	if in.Need == "" {
		if v.Kind != portal.OfEnterprise {
			bad.Add("need", "problem.required")
			return nil
		}
		in.Enterprise = v.Record
		return nil
	}
	n, err := i.Records.Needs.Get(ctx, in.Need)
	if errors.Is(err, store.ErrNotFound) || err == nil && !n.OpenAt(i.Clock()) {
		bad.Add("need", "intention.need_closed")
		return nil
	}
	if err != nil {
		return fault("service.Intentions.takeNeed", in.Need, err)
	}
	in.Enterprise = n.EnterpriseID
	if n.Origin.Fictional() {
		in.Origin = portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	return nil
}

// once refuses a second intention about the same thing while the first waits.
func (i *Intentions) once(ctx context.Context, in portal.Intention) error {
	for _, state := range []portal.IntentionState{portal.IntentionSent, portal.IntentionViewed} {
		err := i.Records.Intentions.All(ctx, []store.Cond{store.Where("college", in.College), store.Where("state", state), store.Where("enterprise", in.Enterprise)}, func(have *portal.Intention) error {
			for _, p := range have.Programmes {
				if have.Need == in.Need && have.From == in.From && p.Programme == in.Programmes[0].Programme && have.DueAt.After(in.SentAt) {
					return portal.Invalid{{Field: "programmes", Key: "intention.waits_already"}}
				}
			}
			return nil
		})
		if err != nil {
			return fault("service.Intentions.once", in.College, err)
		}
	}
	return nil
}

// Show returns an intention; the side that is to answer has seen it from then on.
func (i *Intentions) Show(ctx context.Context, v portal.Viewer, id string) (IntentionEntry, error) {
	in, err := i.Records.Intentions.Get(ctx, id)
	if err == nil && !portal.CanSeeIntention(v, in) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return IntentionEntry{}, fault("service.Intentions.Show", id, err)
	}
	if in.CanAct(v, portal.ActView, i.Clock()) {
		seen, err := changed(ctx, i.Rooms, i.Records.Intentions, v, id, "intention.view", func(in *portal.Intention) error {
			if in.CanAct(v, portal.ActView, i.Clock()) {
				in.View(i.Clock().UTC())
			}
			return nil
		})
		if err != nil {
			return IntentionEntry{}, err
		}
		in = seen
	}
	return i.entry(ctx, v, in)
}

// entry is an intention with the names the viewer may know.
func (i *Intentions) entry(ctx context.Context, v portal.Viewer, in portal.Intention) (IntentionEntry, error) {
	e := IntentionEntry{Intention: in, Side: in.SideOf(v)}
	c, err := i.Records.Colleges.Get(ctx, in.College)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return e, fault("service.Intentions.entry", in.College, err)
	}
	e.CollegeName = c.Name
	named := true
	if in.Need != "" {
		n, err := i.Records.Needs.Get(ctx, in.Need)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return e, fault("service.Intentions.entry", in.Need, err)
		}
		e.NeedTitle = n.Title
		anonymous := n.Anonymous || err != nil // of one that is gone nobody knows
		named = !anonymous || in.From == portal.OfEnterprise || in.State == portal.IntentionAccepted || e.Side != portal.OfCollege
	}
	if !named {
		e.Enterprise = ""
	} else {
		o, err := i.Records.Enterprises.Get(ctx, in.Enterprise)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return e, fault("service.Intentions.entry", in.Enterprise, err)
		}
		e.EnterpriseName = o.Name
	}
	return e, i.contact(ctx, &e, in, named)
}

// contact fills in the other side's contact: masked before both have agreed, and not at
// all while it has no name.
func (i *Intentions) contact(ctx context.Context, e *IntentionEntry, in portal.Intention, named bool) error {
	answerer, err := i.organisation(ctx, in, in.To())
	if err != nil {
		return err
	}
	e.Claimed = answerer.ID != ""
	switch {
	case e.Side == "":
		return nil
	case !named && len(in.Contacts) < 2:
		return nil
	case e.Side == in.From:
		e.Contact = shownContact(in.Contacts, true, answerer)
		return nil
	}
	sender, err := i.organisation(ctx, in, in.From)
	e.Contact = shownContact(in.Contacts, false, sender)
	return err
}

// organisation is the organisation of a side; the zero value while nobody has claimed it.
func (i *Intentions) organisation(ctx context.Context, in portal.Intention, side portal.OrganisationKind) (portal.Organisation, error) {
	id := portal.EnterpriseOrganisation(in.Enterprise)
	if side == portal.OfCollege {
		id = portal.CollegeOrganisation(in.College)
	}
	o, err := i.Records.Organisations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return portal.Organisation{}, nil
	}
	return o, fault("service.Intentions.organisation", id, err)
}

// File opens an attachment of an intention the viewer may see.
func (i *Intentions) File(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	e, err := i.Show(ctx, v, id)
	if err != nil {
		return nil, portal.Attachment{}, err
	}
	for _, a := range e.Files {
		if a.Blob == blob {
			r, _, err := i.Records.Engine.OpenBlob(ctx, blob)
			return r, a, fault("service.Intentions.File", blob, err)
		}
	}
	return nil, portal.Attachment{}, fault("service.Intentions.File", blob, portal.ErrNotFound)
}

// tell tells the people of a side; of one that nobody has claimed, the office is told, so
// that it can pass it on.
func (i *Intentions) tell(ctx context.Context, in portal.Intention, side portal.OrganisationKind, kind string) error {
	o, err := i.organisation(ctx, in, side)
	if err != nil {
		return err
	}
	if o.ID == "" {
		return i.tellOffice(ctx, in, "intention.unclaimed")
	}
	return i.notices.about(ctx, o.Members, in.ID+"/"+strconv.Itoa(len(in.Thread)), kind, "/desk/intentions/"+in.ID, in.Programmes[0].Name)
}

// tellOffice tells the reviewers of the talent office.
func (i *Intentions) tellOffice(ctx context.Context, in portal.Intention, kind string) error {
	o, err := i.Records.Organisations.Get(ctx, portal.OfficeID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fault("service.Intentions.tellOffice", in.ID, err)
	}
	var reviewers []portal.Member
	for _, m := range o.Members {
		if m.Role == portal.Reviewer {
			reviewers = append(reviewers, m)
		}
	}
	return i.notices.about(ctx, reviewers, in.ID, kind, "/desk/intentions/"+in.ID, in.Programmes[0].Name)
}
