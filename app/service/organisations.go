package service

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Organisations is how organisations come to the portal, and how the office vouches for
// them.
type Organisations struct {
	Rooms
	accounts  *Accounts
	post      *Post
	notices   *Notices
	resources *Resources
}

// Enrol is what an organisation says of itself.
type Enrol struct {
	Kind       portal.OrganisationKind
	College    string // id of the record claimed
	SchoolCode string // of the college claimed: who knows it is asked for it
	CreditCode string
	Enterprise portal.Enterprise // name and profile
	Name       string            // of institutes and schools
	Contact    portal.Contact
}

// check checks an enrolment against the facts the portal holds, and returns the
// organisation it asks for.
func (o *Organisations) check(ctx context.Context, e Enrol) (portal.Organisation, error) {
	var bad portal.Invalid
	checkName(&bad, "contact_name", e.Contact.Name)
	if key := portal.PhoneProblem(e.Contact.Phone); key != "" || e.Contact.Phone == "" {
		bad.Add("contact_phone", orElse(key, "problem.required"))
	}
	var ok bool
	if e.Contact.Email, ok = portal.NormalEmail(e.Contact.Email); !ok {
		bad.Add("contact_email", "problem.email")
	}
	org := portal.Organisation{Kind: e.Kind, Contact: e.Contact}
	switch e.Kind {
	case portal.OfCollege:
		c, err := o.Records.Colleges.Get(ctx, e.College)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return org, fault("service.Organisations.check", e.College, err)
		}
		switch {
		case err != nil:
			bad.Add("college", "organisation.no_college")
		case c.SchoolCode != "" && strings.TrimSpace(e.SchoolCode) != c.SchoolCode:
			bad.Add("school_code", "organisation.school_code")
		}
		org.ID, org.Record, org.Name, org.SchoolCode = portal.CollegeOrganisation(c.ID), c.ID, c.Name, c.SchoolCode
		org.Origin = portal.Origin{Certainty: portal.Unconfirmed, Source: "院校注册"}
	case portal.OfEnterprise:
		o.checkEnterprise(&bad, &e)
		org.CreditCode, org.Record = e.CreditCode, portal.EnterpriseID(e.CreditCode)
		org.ID, org.Name = portal.EnterpriseOrganisation(org.Record), e.Enterprise.Name
		profile := e.Enterprise
		profile.ID = org.Record
		org.Enterprise = &profile
		org.Origin = portal.Origin{Certainty: portal.Unconfirmed, Source: "企业注册"}
	case portal.OfInstitute, portal.OfSchool:
		e.CreditCode = portal.NormalCreditCode(e.CreditCode)
		if key := portal.CreditCodeProblem(e.CreditCode); key != "" {
			bad.Add("credit_code", key)
		}
		checkName(&bad, "name", e.Name)
		org.CreditCode, org.Name, org.ID = e.CreditCode, strings.TrimSpace(e.Name), string(e.Kind)+"-"+e.CreditCode
		org.Origin = portal.Origin{Certainty: portal.Unconfirmed, Source: "机构注册"}
	default:
		bad.Add("kind", "problem.required")
	}
	return org, bad.Err()
}

// sizes are the sizes of an enterprise, empty being unknown.
var sizes = []string{"", "large", "medium", "small", "micro"}

func (o *Organisations) checkEnterprise(bad *portal.Invalid, e *Enrol) {
	e.CreditCode = portal.NormalCreditCode(e.CreditCode)
	if key := portal.CreditCodeProblem(e.CreditCode); key != "" {
		bad.Add("credit_code", key)
	}
	p := &e.Enterprise
	p.Name = strings.TrimSpace(p.Name)
	checkName(bad, "name", p.Name)
	p.Industry = strings.ToUpper(strings.TrimSpace(p.Industry))
	if p.Industry == "" {
		bad.Add("industry", "problem.required")
	} else if o.Taxonomy.IndustryName(p.Industry) == "" {
		bad.Add("industry", "problem.unknown_industry", shortened(p.Industry, nameMost))
	}
	if p.District != "" && !p.District.Valid() {
		bad.Add("district", "problem.unknown_value", shortened(string(p.District), nameMost))
	}
	if !slices.Contains(sizes, p.Size) {
		bad.Add("size", "problem.unknown_value", shortened(p.Size, nameMost))
	}
	const placeMost, summaryMost = 100, 500
	if utf8.RuneCountInString(p.Place) > placeMost {
		bad.Add("place", "problem.too_long", placeMost)
	}
	if utf8.RuneCountInString(p.Summary) > summaryMost {
		bad.Add("summary", "problem.too_long", summaryMost)
	}
}

// Register makes an organisation of which the viewer is the first owner; the office is to
// verify it. One that is claimed already is refused, with the advice to ask its owner for
// an invitation.
func (o *Organisations) Register(ctx context.Context, v portal.Viewer, e Enrol) (portal.Organisation, error) {
	if !v.SignedIn() || v.Organisation != "" {
		return portal.Organisation{}, portal.ErrForbidden
	}
	org, err := o.check(ctx, e)
	if err != nil {
		return org, err
	}
	now := o.Clock().UTC()
	if err := org.Submit(now); err != nil {
		return org, err
	}
	if err := org.Join(v.Person, org.Kind.Head(), now); err != nil {
		return org, err
	}
	as := v
	as.Organisation = org.ID
	err = created(ctx, o.Rooms, o.Records.Organisations, as, "organisation.register", &org)
	if errors.Is(err, portal.ErrDuplicate) {
		org, err = o.retake(ctx, as, org)
	}
	if err != nil {
		return org, err
	}
	return org, o.belong(ctx, as, v.Person, org.ID, "person.join")
}

// retake lets whoever was cut off between the two writes go on where they were, and gives
// an organisation whose people have all gone to who registers it anew.
func (o *Organisations) retake(ctx context.Context, v portal.Viewer, claim portal.Organisation) (portal.Organisation, error) {
	there, err := o.Records.Organisations.Get(ctx, claim.ID)
	if err == nil && there.RoleOf(v.Person) != "" || err != nil {
		return there, fault("service.Organisations.retake", claim.ID, err)
	}
	return changed(ctx, o.Rooms, o.Records.Organisations, v, claim.ID, "organisation.register", func(org *portal.Organisation) error {
		if len(org.Members) > 0 || org.State != portal.OrganisationReturned {
			return portal.Invalid{{Field: claimField(org.Kind), Key: "organisation.claimed"}}
		}
		org.Name, org.Enterprise, org.Contact, org.Origin = claim.Name, claim.Enterprise, claim.Contact, claim.Origin
		org.Members, org.Documents = claim.Members, nil // the documents were shown by others
		return org.Submit(o.Clock().UTC())
	})
}

func claimField(kind portal.OrganisationKind) string {
	if kind == portal.OfCollege {
		return "college"
	}
	return "credit_code"
}

// belong points a person at an organisation they are a member of; empty: at none.
func (o *Organisations) belong(ctx context.Context, v portal.Viewer, person, organisation, action string) error {
	_, err := changed(ctx, o.Rooms, o.Records.Persons, v, person, action, func(p *portal.Person) error {
		p.Organisation = organisation
		return nil
	})
	return err
}

// Resubmit hands a returned organisation to the office again, with what was mended. What
// it claims cannot change.
func (o *Organisations) Resubmit(ctx context.Context, v portal.Viewer, e Enrol) (portal.Organisation, error) {
	if !v.CanEdit() {
		return portal.Organisation{}, portal.ErrForbidden
	}
	mended, err := o.check(ctx, e)
	if err != nil {
		return mended, err
	}
	return changed(ctx, o.Rooms, o.Records.Organisations, v, v.Organisation, "organisation.submit", func(org *portal.Organisation) error {
		if mended.ID != org.ID {
			return portal.Invalid{{Field: claimField(org.Kind), Key: "organisation.same_claim"}}
		}
		org.Name, org.Enterprise, org.Contact = mended.Name, mended.Enterprise, mended.Contact
		return org.Submit(o.Clock().UTC())
	})
}

// Show returns an organisation the viewer may see in whole.
func (o *Organisations) Show(ctx context.Context, v portal.Viewer, id string) (portal.Organisation, error) {
	org, err := o.Records.Organisations.Get(ctx, id)
	if err == nil && !portal.CanSeeOrganisation(v, org) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Organisation{}, fault("service.Organisations.Show", id, err)
	}
	return org, nil
}

// Named is the name of an organisation, which an invitation to it may tell.
func (o *Organisations) Named(ctx context.Context, id string) (string, error) {
	org, err := o.Records.Organisations.Get(ctx, id)
	return org.Name, fault("service.Organisations.Named", id, err)
}

// Queue lists organisations in a state, those waiting longest first.
func (o *Organisations) Queue(ctx context.Context, v portal.Viewer, state portal.OrganisationState, after string, most int) (store.Page[portal.Organisation], error) {
	if !v.CanAnalyse() {
		return store.Page[portal.Organisation]{}, portal.ErrNotFound
	}
	page, err := o.Records.Organisations.Find(ctx, store.Query{Where: []store.Cond{store.Where("state", state)}, Sort: "submitted", After: after, Limit: most})
	return page, fault("service.Organisations.Queue", string(state), err)
}

// Waiting counts the organisations in every state.
func (o *Organisations) Waiting(ctx context.Context, v portal.Viewer) (map[portal.OrganisationState]int, error) {
	if !v.CanAnalyse() {
		return nil, portal.ErrNotFound
	}
	groups, err := o.Records.Organisations.GroupCount(ctx, "state")
	return countsOf[portal.OrganisationState](groups), fault("service.Organisations.Waiting", "", err)
}

// Decide verifies, returns, suspends or readmits an organisation. version is that of the
// organisation the reviewer read; another's change in between is a conflict. A verified
// enterprise enters the directory.
func (o *Organisations) Decide(ctx context.Context, v portal.Viewer, id string, version int64, to portal.OrganisationState, reason string) (portal.Organisation, error) {
	if !v.CanReview() {
		return portal.Organisation{}, portal.ErrNotFound
	}
	const reasonMost = 500
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) > reasonMost {
		return portal.Organisation{}, portal.Invalid{{Field: "reason", Key: "problem.too_long", Args: []any{reasonMost}}}
	}
	org, err := changed(ctx, o.Rooms, o.Records.Organisations, v, id, "organisation."+string(to), func(org *portal.Organisation) error {
		if org.Version != version || !portal.CanDecide(v, *org, to) {
			return portal.ErrConflict
		}
		if to == portal.OrganisationVerified && org.Origin.Certainty == portal.Unconfirmed {
			org.Origin.Certainty, org.Origin.Date = portal.Verified, o.Clock().In(portal.Shanghai).Format("2006-01-02")
		}
		return org.Decide(to, reason, o.Clock().UTC())
	})
	if err != nil {
		return org, err
	}
	if err := o.publish(ctx, v, org); err != nil {
		return org, err
	}
	if err := o.resources.withhold(ctx, v, org.ID); err != nil {
		return org, err
	}
	return org, o.notices.members(ctx, org, "organisation."+string(to), "/organisation", org.Name)
}

// publish brings the directory's record of an enterprise to what its organisation says.
// Doing it twice changes nothing.
func (o *Organisations) publish(ctx context.Context, v portal.Viewer, org portal.Organisation) error {
	if org.Kind != portal.OfEnterprise || org.State != portal.OrganisationVerified || org.Enterprise == nil {
		return nil
	}
	e := *org.Enterprise
	e.ID, e.Origin = org.Record, org.Origin
	e.Version = 0
	err := o.Records.Enterprises.Insert(ctx, &e)
	if errors.Is(err, store.ErrDuplicate) {
		_, err = o.Records.Enterprises.Mutate(ctx, org.Record, func(have *portal.Enterprise) error {
			meta := have.Meta
			*have = e
			have.Meta = meta
			return nil
		})
	}
	return fault("service.Organisations.publish", org.Record, err)
}

// Edit changes what a verified enterprise says of itself; its name and code stay as they
// were verified.
func (o *Organisations) Edit(ctx context.Context, v portal.Viewer, version int64, e Enrol) (portal.Organisation, error) {
	if !v.CanEdit() {
		return portal.Organisation{}, portal.ErrForbidden
	}
	mended, err := o.check(ctx, e)
	if err != nil {
		return mended, err
	}
	org, err := changed(ctx, o.Rooms, o.Records.Organisations, v, v.Organisation, "organisation.edit", func(org *portal.Organisation) error {
		switch {
		case org.Version != version:
			return portal.ErrConflict
		case mended.ID != org.ID || mended.Name != org.Name:
			return portal.Invalid{{Field: claimField(org.Kind), Key: "organisation.same_claim"}}
		}
		org.Enterprise, org.Contact = mended.Enterprise, mended.Contact
		return nil
	})
	if err != nil {
		return org, err
	}
	return org, o.publish(ctx, v, org)
}

// The documents an organisation may send: how many, and how large each.
const (
	documentsMost = 6
	DocumentBytes = 5 << 20
)

// documentTypes are the types of files taken, by their content.
var documentTypes = []string{"application/pdf", "image/jpeg", "image/png"}

// Attach keeps a document with the viewer's organisation.
func (o *Organisations) Attach(ctx context.Context, v portal.Viewer, name string, file io.Reader) (portal.Organisation, error) {
	if !v.CanEdit() {
		return portal.Organisation{}, portal.ErrForbidden
	}
	a, err := keepFile(ctx, o.Rooms, "document", name, file)
	if err != nil {
		return portal.Organisation{}, err
	}
	org, err := changed(ctx, o.Rooms, o.Records.Organisations, v, v.Organisation, "organisation.attach", func(org *portal.Organisation) error {
		if len(org.Documents) >= documentsMost {
			return portal.Invalid{{Field: "document", Key: "problem.too_many_files", Args: []any{documentsMost}}}
		}
		org.Documents = append(org.Documents, a)
		return nil
	})
	if err != nil {
		err = errors.Join(err, o.Records.Engine.DeleteBlob(ctx, a.Blob))
	}
	return org, err
}

// keepFile stores a file sent in a field, if its content is of a type that is taken.
func keepFile(ctx context.Context, r Rooms, field, name string, file io.Reader) (portal.Attachment, error) {
	const sniffed = 512
	head := make([]byte, sniffed)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return portal.Attachment{}, fault("service.keepFile", "", err)
	}
	kind := http.DetectContentType(head[:n])
	if n == 0 || !slices.Contains(documentTypes, kind) {
		return portal.Attachment{}, portal.Invalid{{Field: field, Key: "problem.file_type"}}
	}
	blob, err := r.Records.Engine.PutBlob(ctx, io.MultiReader(strings.NewReader(string(head[:n])), file), DocumentBytes)
	if errors.Is(err, store.ErrTooLarge) {
		return portal.Attachment{}, portal.Invalid{{Field: field, Key: "problem.file_size", Args: []any{DocumentBytes >> 20}}}
	}
	if err != nil {
		return portal.Attachment{}, fault("service.keepFile", "", err)
	}
	const longest = 80
	return portal.Attachment{Blob: blob.ID, Name: shortened(strings.TrimSpace(name), longest), Type: kind, Size: blob.Size, Hash: blob.SHA256, At: r.Clock().UTC()}, nil
}

// Document opens a document of an organisation the viewer may see.
func (o *Organisations) Document(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	org, err := o.Show(ctx, v, id)
	if err != nil {
		return nil, portal.Attachment{}, err
	}
	for _, a := range org.Documents {
		if a.Blob == blob {
			r, _, err := o.Records.Engine.OpenBlob(ctx, blob)
			return r, a, fault("service.Organisations.Document", blob, err)
		}
	}
	return nil, portal.Attachment{}, fault("service.Organisations.Document", blob, portal.ErrNotFound)
}
