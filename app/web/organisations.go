package web

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// enrolKinds are what one can register as.
var enrolKinds = []portal.OrganisationKind{portal.OfEnterprise, portal.OfCollege, portal.OfInstitute, portal.OfSchool}

// enrol reads what an organisation says of itself.
func (r *request) enrol(kind portal.OrganisationKind) service.Enrol {
	return service.Enrol{Kind: kind, College: r.value("college"), SchoolCode: r.value("school_code"), CreditCode: r.value("credit_code"), Name: r.value("organisation_name"),
		Enterprise: portal.Enterprise{Name: r.value("organisation_name"), NameEn: r.value("name_en"), Industry: r.value("industry"), District: portal.District(r.value("district")),
			Place: r.value("place"), Size: r.value("size"), Foreign: r.FormValue("foreign") != "", Languages: lines(r.value("languages")), Summary: r.value("summary")},
		Contact: portal.Contact{Name: r.value("contact_name"), Phone: r.value("contact_phone"), Email: r.value("contact_email")}}
}

// enrolForm asks for what the kind of organisation has to say.
func (s *site) enrolForm(ctx context.Context, r *request, path, submit string, e service.Enrol) (*views.Form, error) {
	say := s.say(r.lang)
	var fields []views.Field
	switch e.Kind {
	case portal.OfCollege:
		colleges, err := s.Services.Colleges.All(ctx, r.viewer)
		if err != nil {
			return nil, err
		}
		opts := []views.Option{{Text: say("form.choose")}}
		for _, c := range colleges {
			opts = append(opts, views.Option{Value: c.ID, Text: c.Name, Lang: r.han()})
		}
		fields = append(fields, must(choice(s.field(r, "select", "college", e.College), opts...)), s.field(r, "text", "school_code", e.SchoolCode))
	case portal.OfEnterprise:
		fields = append(fields, must(s.field(r, "text", "organisation_name", e.Enterprise.Name)), must(s.field(r, "text", "credit_code", e.CreditCode)),
			s.industryField(r, e.Enterprise.Industry),
			choice(s.field(r, "select", "district", string(e.Enterprise.District)), s.districtOptions(r)...),
			s.field(r, "text", "place", e.Enterprise.Place),
			choice(s.field(r, "select", "size", e.Enterprise.Size), options(say, "size.", []string{"", "large", "medium", "small", "micro"})...),
			ticked(s.field(r, "tick", "foreign", ""), e.Enterprise.Foreign),
			s.field(r, "text", "languages", strings.Join(e.Enterprise.Languages, "；")),
			s.field(r, "area", "summary", e.Enterprise.Summary))
	default:
		fields = append(fields, must(s.field(r, "text", "organisation_name", e.Name)), must(s.field(r, "text", "credit_code", e.CreditCode)))
	}
	fields = append(fields, must(s.field(r, "text", "contact_name", e.Contact.Name)), must(s.field(r, "tel", "contact_phone", e.Contact.Phone)),
		must(s.field(r, "email", "contact_email", e.Contact.Email)))
	f := s.form(r, path, submit, fields...)
	f.Hidden = []views.Hidden{{Name: "kind", Value: string(e.Kind)}}
	return f, nil
}

func ticked(f views.Field, on bool) views.Field {
	f.Value = ""
	if on {
		f.Value = "1"
	}
	return f
}

// industryField suggests industries while one types.
func (s *site) industryField(r *request, code string) views.Field {
	f := must(s.field(r, "text", "industry", code))
	f.Lookup = r.to("/match/industries")
	for _, c := range leadIndustries {
		if i, ok := s.Services.Industries.Get(c); ok {
			f.Options = append(f.Options, views.Option{Value: c, Text: c + " " + i.Name})
		}
	}
	if i, ok := s.Services.Industries.Get(strings.ToUpper(code)); ok {
		f.Help = i.Code + " " + i.Name
	}
	return f
}

func (s *site) districtOptions(r *request) []views.Option {
	out := []views.Option{{Text: s.say(r.lang)("value.unknown")}}
	for _, d := range portal.Districts {
		out = append(out, views.Option{Value: string(d), Text: string(d), Lang: r.han()})
	}
	return out
}

// showRegisterOrganisation asks first what one is, then for what that has to say.
func (s *site) showRegisterOrganisation(ctx context.Context, r *request) error {
	if r.viewer.Organisation != "" {
		return s.done(r, "", "/organisation")
	}
	p, err := s.enrolPage(ctx, r, service.Enrol{Kind: portal.OrganisationKind(r.Query("kind"))})
	return s.shown(r, p, err)
}

func (s *site) enrolPage(ctx context.Context, r *request, e service.Enrol) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("organisation.register"))
	p.Lead = say("organisation.register.lead")
	known := false
	for _, k := range enrolKinds {
		known = known || k == e.Kind
	}
	if !known {
		sec := views.Section{ID: "kind", Title: say("organisation.which")}
		for _, k := range enrolKinds {
			sec.List = append(sec.List, views.Link{Text: say("kind." + string(k)), URL: r.to("/organisation/register?kind=" + string(k))})
		}
		p.Sections = []views.Section{sec}
		return p, nil
	}
	p.Kind = say("kind." + string(e.Kind))
	f, err := s.enrolForm(ctx, r, "/organisation/register", "organisation.register.go", e)
	p.Form = f
	return p, err
}

func (s *site) registerOrganisation(ctx context.Context, r *request) error {
	e := r.enrol(portal.OrganisationKind(r.value("kind")))
	if _, err := s.Services.Organisations.Register(ctx, r.viewer, e); err != nil {
		return s.again(r, atName(err), func() (views.Desk, error) { return s.enrolPage(ctx, r, e) })
	}
	return s.done(r, "organisation_registered", "/organisation")
}

// atName points problems of the name at the field the forms of organisations have.
func atName(err error) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	for i := range invalid {
		if invalid[i].Field == "name" {
			invalid[i].Field = "organisation_name"
		}
	}
	return invalid
}

// showOrganisation is what the viewer's organisation has told, its people and its
// documents.
func (s *site) showOrganisation(ctx context.Context, r *request) error {
	if r.viewer.Organisation == "" {
		return s.done(r, "", "/organisation/register")
	}
	p, _, err := s.organisationPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) organisationPage(ctx context.Context, r *request) (views.Desk, portal.Organisation, error) {
	say, v := s.say(r.lang), r.viewer
	org, err := s.Services.Organisations.Show(ctx, v, v.Organisation)
	if err != nil {
		return views.Desk{}, org, err
	}
	p := s.deskPage(ctx, r, org.Name)
	p.HeadingLang = r.han()
	p.Kind, p.State, p.Badge = say("kind."+string(org.Kind)), say("organisation.state."+string(org.State)), organisationBadge(say, org)
	if org.Reason != "" {
		p.Notices = append(p.Notices, say("organisation.reason", org.Reason))
	}
	p.Summary = s.organisationFacts(r, org, true)
	if org.Kind != portal.Office {
		docs := s.documentSection(r, org, "/organisation/documents/")
		if v.CanEdit() {
			f := s.form(r, "/organisation/documents", "organisation.attach", s.fileField(r, "document", ".pdf,.jpg,.jpeg,.png"))
			f.ID, f.Upload = "attach", true
			docs.Forms = []views.Form{*f}
		}
		p.Sections = append(p.Sections, docs)
		if v.CanEdit() {
			p.Links = []views.Link{{Text: say("organisation.edit"), URL: r.to("/organisation/edit")}}
		}
	}
	people, err := s.memberSections(ctx, r, org)
	p.Sections = append(p.Sections, people...)
	return p, org, err
}

func (s *site) fileField(r *request, name, accept string) views.Field {
	f := must(s.field(r, "file", name, ""))
	f.Accept = accept
	return f
}

// organisationBadge marks a fictional organisation; of the others the state says how sure
// they are.
func organisationBadge(say say, o portal.Organisation) views.Badge {
	if !o.Origin.Fictional() {
		return views.Badge{}
	}
	return badge(say, o.Origin)
}

// organisationFacts are the facts of an organisation; whole shows contacts in full.
func (s *site) organisationFacts(r *request, o portal.Organisation, whole bool) []views.Fact {
	say := s.say(r.lang)
	contact := o.Contact
	if !whole {
		contact = contact.Masked()
	}
	cells := []views.Cell{}
	add := func(key, text string) { cells = append(cells, r.hanCell(say, say("form."+key), text)) }
	if o.CreditCode != "" {
		add("credit_code", o.CreditCode)
	}
	if o.Kind == portal.OfCollege {
		cells = append(cells, linkCell(say("form.college"), r.name(o.Name, "", r.to("/colleges/"+url.PathEscape(o.Record)))))
		add("school_code", o.SchoolCode)
	}
	if e := o.Enterprise; e != nil {
		add("industry", strings.TrimSpace(e.Industry+" "+s.Services.Industries.Name(e.Industry)))
		add("district", string(e.District))
		add("place", e.Place)
		add("size", say("size."+orElse(e.Size, "none")))
		add("foreign", say("value."+map[bool]string{true: "yes", false: "no"}[e.Foreign]))
		add("languages", strings.Join(e.Languages, "、"))
	}
	if o.Kind != portal.Office {
		add("contact_name", contact.Name)
		add("contact_phone", contact.Phone)
		add("contact_email", contact.Email)
		add("submitted", moment(o.Submitted))
	}
	out := make([]views.Fact, len(cells))
	for i, c := range cells {
		out[i] = fact(c)
	}
	return out
}

func (s *site) documentSection(r *request, o portal.Organisation, path string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "documents", Title: say("organisation.documents"), Note: say("organisation.documents.note")}
	for _, d := range o.Documents {
		sec.List = append(sec.List, views.Link{Text: d.Name + " (" + strconv.FormatInt((d.Size+1023)/1024, 10) + " KB)", URL: r.to(path + d.Blob), Lang: r.han()})
	}
	return sec
}

func (s *site) showOrganisationEdit(ctx context.Context, r *request) error {
	org, err := s.Services.Organisations.Show(ctx, r.viewer, r.viewer.Organisation)
	if err != nil {
		return err
	}
	if !r.viewer.CanEdit() || org.Kind == portal.Office {
		return portal.ErrForbidden
	}
	p, err := s.editPage(ctx, r, org, enrolOf(org), org.Version)
	return s.shown(r, p, err)
}

// enrolOf is what an organisation has said, as its form takes it.
func enrolOf(o portal.Organisation) service.Enrol {
	e := service.Enrol{Kind: o.Kind, College: o.Record, SchoolCode: o.SchoolCode, CreditCode: o.CreditCode, Name: o.Name, Contact: o.Contact}
	if o.Enterprise != nil {
		e.Enterprise = *o.Enterprise
	}
	return e
}

func (s *site) editPage(ctx context.Context, r *request, org portal.Organisation, e service.Enrol, version int64) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("organisation.edit"))
	p.Lead = say("organisation.edit.lead")
	submit := "form.save"
	if org.State == portal.OrganisationReturned {
		submit = "organisation.resubmit"
		p.Notices = append(p.Notices, say("organisation.reason", org.Reason))
	}
	f, err := s.enrolForm(ctx, r, "/organisation/edit", submit, e)
	if err != nil {
		return p, err
	}
	f.Hidden = append(f.Hidden, views.Hidden{Name: "version", Value: strconv.FormatInt(version, 10)})
	p.Form = f
	return p, nil
}

// editOrganisation saves what was changed; where somebody else has saved meanwhile, the
// page says so and keeps the words of both.
func (s *site) editOrganisation(ctx context.Context, r *request) error {
	org, err := s.Services.Organisations.Show(ctx, r.viewer, r.viewer.Organisation)
	if err != nil {
		return err
	}
	e, version, flash := r.enrol(org.Kind), r.version(), "saved"
	if org.State == portal.OrganisationReturned {
		flash = "organisation_registered"
		_, err = s.Services.Organisations.Resubmit(ctx, r.viewer, e)
	} else {
		_, err = s.Services.Organisations.Edit(ctx, r.viewer, version, e)
	}
	if err == nil {
		return s.done(r, flash, "/organisation")
	}
	p, perr := s.editPage(ctx, r, org, e, version)
	if perr != nil {
		return perr
	}
	if errors.Is(err, portal.ErrConflict) {
		p.Form.Hidden[1].Value = strconv.FormatInt(org.Version, 10)
		p.Sections = []views.Section{s.theirs(r, s.organisationFacts(r, org, true))}
		return s.late(r, p, "conflict.title")
	}
	return s.refused(r, &p, atName(err))
}

// version is the version of the record a form was made from.
func (r *request) version() int64 {
	n, err := strconv.ParseInt(r.FormValue("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (s *site) attachDocument(ctx context.Context, r *request) error {
	file, err := r.FormFile("document")
	if err == nil {
		body, openErr := file.Open()
		if openErr != nil {
			return openErr
		}
		defer body.Close()
		_, err = s.Services.Organisations.Attach(ctx, r.viewer, file.Filename, body)
	} else {
		err = portal.Invalid{{Field: "document", Key: "problem.required"}}
	}
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) {
			p, _, err := s.organisationPage(ctx, r)
			return p, err
		})
	}
	return s.done(r, "saved", "/organisation")
}

// sendFile sends an attachment that a service has opened, or passes on why it could not.
func sendFile(r *request, file io.ReadCloser, a portal.Attachment, err error) error {
	if err != nil {
		return err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	return sendBody(r, a, body)
}

// sendBody sends a file to be saved, never to be run in the page.
func sendBody(r *request, a portal.Attachment, body []byte) error {
	r.Set(fiber.HeaderContentType, a.Type)
	r.Set(fiber.HeaderContentDisposition, `attachment; filename*=UTF-8''`+url.PathEscape(a.Name))
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.Send(body)
}
