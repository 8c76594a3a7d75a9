package web

import (
	"context"
	"errors"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// partnershipDraft reads what a partnership is and with whom.
func (r *request) partnershipDraft() service.PartnershipDraft {
	d := service.PartnershipDraft{Title: r.value("title"), Type: portal.Mode(r.value("type")), Colleges: lines(r.value("colleges")), Enterprises: lines(r.value("enterprises")),
		Institutes: lines(r.value("institutes")), Industry: r.value("industry"), Summary: r.value("summary")}
	for _, line := range lines(r.value("programmes")) {
		code, _, _ := strings.Cut(line, " ")
		d.Programmes = append(d.Programmes, code)
	}
	return d
}

func partnershipDraftOf(f service.PartnershipFile) service.PartnershipDraft {
	pt := f.Partnership
	d := service.PartnershipDraft{Title: pt.Title, Type: pt.Type, Colleges: partyNames(pt.Colleges), Enterprises: partyNames(pt.Enterprises), Institutes: partyNames(pt.Institutes),
		Industry: pt.Industry, Summary: pt.Summary}
	for _, sp := range f.Specialisms {
		d.Programmes = append(d.Programmes, sp.Code+" "+sp.Name)
	}
	return d
}

func partyNames(parties []portal.Party) []string {
	out := make([]string, len(parties))
	for i, p := range parties {
		out[i] = p.Name
	}
	return out
}

func (s *site) partnershipFields(r *request, d service.PartnershipDraft) []views.Field {
	say := s.say(r.lang)
	area := func(name string, values []string) views.Field {
		f := s.partnershipField(r, "area", name, strings.Join(values, "\n"))
		f.Rows = 3
		return f
	}
	return []views.Field{
		must(s.partnershipField(r, "text", "title", d.Title)),
		must(choice(s.partnershipField(r, "select", "type", string(d.Type)), append([]views.Option{{Text: say("form.choose")}}, options(say, "mode.", portal.Modes[:])...)...)),
		area("colleges", d.Colleges), area("enterprises", d.Enterprises), area("institutes", d.Institutes), area("programmes", d.Programmes),
		s.industryField(r, d.Industry), s.partnershipField(r, "area", "summary", d.Summary)}
}

func (s *site) showPropose(ctx context.Context, r *request) error {
	if !portal.CanPropose(r.viewer) {
		return portal.ErrForbidden
	}
	org, err := s.Services.Organisations.Show(ctx, r.viewer, r.viewer.Organisation)
	if err != nil {
		return err
	}
	d := service.PartnershipDraft{}
	switch org.Kind {
	case portal.OfCollege:
		d.Colleges = []string{org.Name}
	case portal.OfEnterprise:
		d.Enterprises, d.Industry = []string{org.Name}, org.Enterprise.Industry
	case portal.OfInstitute:
		d.Institutes = []string{org.Name}
	}
	return s.render(r, "desk", "", s.proposePage(ctx, r, d))
}

func (s *site) proposePage(ctx context.Context, r *request, d service.PartnershipDraft) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("partnership.propose"))
	p.Lead = say("partnership.propose.lead")
	p.Form = s.form(r, partnershipsPath+"/new", "partnership.propose", s.partnershipFields(r, d)...)
	return p
}

func (s *site) propose(ctx context.Context, r *request) error {
	d := r.partnershipDraft()
	rec, err := s.Services.Partnerships.Propose(ctx, r.viewer, d)
	if err != nil {
		p := s.proposePage(ctx, r, d)
		return s.refused(r, &p, err)
	}
	return s.done(r, "partnership_proposed", partnershipPath(rec.ID))
}

func (s *site) showPartnershipEdit(ctx context.Context, r *request) error {
	f, err := s.Services.Partnerships.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	if !f.Partnership.Can(r.viewer, portal.ActDescribe) {
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.partnershipEditPage(ctx, r, f, partnershipDraftOf(f)))
}

func (s *site) partnershipEditPage(ctx context.Context, r *request, f service.PartnershipFile, d service.PartnershipDraft) views.Desk {
	p := s.deskPage(ctx, r, f.Partnership.Title)
	p.HeadingLang, p.Kind = r.han(), s.say(r.lang)("partnership.edit")
	p.Form = s.versioned(r, f.Partnership, "/edit", "form.save", s.partnershipFields(r, d)...)
	p.Links = []views.Link{{Text: s.say(r.lang)("partnership.back"), URL: r.to(partnershipPath(f.Partnership.ID))}}
	return p
}

func (s *site) editPartnership(ctx context.Context, r *request) error {
	d := r.partnershipDraft()
	_, err := s.Services.Partnerships.Describe(ctx, r.viewer, r.Params("id"), r.version(), d)
	if err == nil {
		return s.done(r, "saved", partnershipPath(r.Params("id")))
	}
	return s.keptWords(ctx, r, err, func(f service.PartnershipFile) (views.Desk, []views.Fact) {
		say, theirs := s.say(r.lang), partnershipDraftOf(f)
		return s.partnershipEditPage(ctx, r, f, d), []views.Fact{fact(r.hanCell(say, say("partnership.form.title"), theirs.Title)),
			fact(r.hanCell(say, say("partnership.form.colleges"), strings.Join(theirs.Colleges, "；"))), fact(r.hanCell(say, say("partnership.form.enterprises"), strings.Join(theirs.Enterprises, "；"))),
			fact(r.hanCell(say, say("partnership.form.programmes"), strings.Join(theirs.Programmes, "；"))), fact(r.hanCell(say, say("partnership.form.summary"), theirs.Summary))}
	})
}

// keptWords shows a form again: with what is wrong, or, where somebody else has saved
// meanwhile, with what they wrote beside the person's own words.
func (s *site) keptWords(ctx context.Context, r *request, err error, page func(service.PartnershipFile) (views.Desk, []views.Fact)) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	f, ferr := s.Services.Partnerships.Follow(ctx, r.viewer, r.Params("id"))
	if ferr != nil {
		return ferr
	}
	p, theirs := page(f)
	if len(invalid) > 0 {
		for _, form := range formsOf(&p) { // still what the person saw
			for i := range form.Hidden {
				if form.Hidden[i].Name == "version" {
					form.Hidden[i].Value = r.FormValue("version")
				}
			}
		}
		return s.refused(r, &p, err)
	}
	p.Sections = append([]views.Section{s.theirs(r, theirs)}, p.Sections...)
	return s.late(r, p, "conflict.title")
}

func (s *site) showPartnershipFile(ctx context.Context, r *request) error {
	file, a, err := s.Services.Partnerships.File(ctx, r.viewer, r.Params("id"), r.Params("blob"))
	return sendFile(r, file, a, err)
}
