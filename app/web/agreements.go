package web

import (
	"context"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// agreementSection is what the parties have put in writing.
func (s *site) agreementSection(r *request, f service.PartnershipFile) views.Section {
	say, pt := s.say(r.lang), f.Partnership
	a := pt.Agreement
	sec := views.Section{ID: "agreement", Title: say("agreement.title")}
	if !a.Drawn() {
		sec.Empty = &views.Empty{Text: say("agreement.none")}
	} else {
		sec.Facts = s.agreementFacts(r, f)
	}
	for _, d := range a.Documents {
		sec.List = append(sec.List, views.Link{Text: d.Name, URL: r.to(partnershipPath(pt.ID) + "/files/" + d.Blob), Lang: r.han()})
	}
	for _, act := range []portal.PartnershipAct{portal.ActPay, portal.ActExtend} {
		if pt.Can(r.viewer, act) {
			sec.Actions = append(sec.Actions, views.Link{Text: say("partnership.do." + string(act)), URL: r.to(partnershipPath(pt.ID) + "/agreement#" + string(act))})
		}
	}
	return sec
}

func (s *site) agreementFacts(r *request, f service.PartnershipFile) []views.Fact {
	say, a := s.say(r.lang), f.Partnership.Agreement
	form := func(name string) string { return say("partnership.form." + name) }
	settled := make([]string, len(a.Clauses))
	for i, c := range a.Clauses {
		settled[i] = say("agreement.clause." + c)
	}
	facts := []views.Fact{fact(cell(say, form("number"), a.Number)), fact(cell(say, form("signed_on"), a.SignedOn)), fact(cell(say, form("from"), a.From)), fact(cell(say, form("until"), a.Until)),
		fact(cell(say, form("amount"), yuan(say, a.Contract))), fact(cell(say, form("received"), yuan(say, a.Received))),
		fact(tagCell(say, form("clauses"), settled)), fact(r.hanCell(say, say("agreement.confirmed"), strings.Join(f.Confirmed, "；")))}
	if e := a.Extended; e != nil {
		facts = append(facts, views.Fact{Cell: views.Cell{Label: say("agreement.extended"), Text: say("agreement.extended_from", e.Until)}, Note: e.Reason})
	}
	return facts
}

// yuan writes an amount of money: in 万元 to those who read Chinese, in yuan to others.
// None is nothing known.
func yuan(say say, n int64) string {
	if n == 0 {
		return ""
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return say("agreement.yuan", inUnits(n), digits)
}

// inUnits writes yuan in units of 10,000, in which people give amounts.
func inUnits(n int64) string {
	if n == 0 {
		return ""
	}
	const unit = 10000
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(float64(n)/unit, 'f', 4, 64), "0"), ".")
}

// amount reads an amount in 万元 with up to four decimals, as yuan; empty is 0.
func (r *request) amount(bad *portal.Invalid, name string) int64 {
	text := strings.TrimSuffix(strings.ReplaceAll(narrow(r.value(name)), ",", ""), "万元")
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	whole, part, _ := strings.Cut(text, ".")
	const decimals = 4
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", max(decimals-len(part), 0)), 10, 64)
	if err != nil || n < 0 || len(part) > decimals || len(whole) > 12 {
		bad.Add(name, "partnership.bad_amount", cut(text, maxChoice))
		return 0
	}
	return n
}

// agreementPage is where the agreement is written down, and later what becomes of it.
func (s *site) agreementPage(ctx context.Context, r *request, f service.PartnershipFile, a portal.Agreement, amount string) views.Desk {
	say, pt := s.say(r.lang), f.Partnership
	p := s.deskPage(ctx, r, pt.Title)
	p.HeadingLang, p.Kind, p.Lead = r.han(), say("agreement.title"), say("agreement.lead")
	p.Links = []views.Link{{Text: say("partnership.back"), URL: r.to(partnershipPath(pt.ID))}}
	if pt.Can(r.viewer, portal.ActDraw) {
		draw := s.versioned(r, pt, "/agreement", "form.save", s.partnershipField(r, "text", "number", a.Number),
			must(s.partnershipField(r, "date", "signed_on", a.SignedOn)), must(s.partnershipField(r, "date", "from", a.From)), s.partnershipField(r, "date", "until", a.Until),
			s.partnershipField(r, "text", "amount", amount),
			several(s.partnershipField(r, "checks", "clauses", ""), a.Clauses, options(say, "agreement.clause.", portal.AgreementClauses[:])...))
		draw.ID = "draw"
		if len(pt.Agreement.Confirmed) > 0 {
			draw.Note = say("agreement.again")
		}
		file := s.form(r, partnershipPath(pt.ID)+"/agreement/files", "agreement.attach", s.evidenceField(r, "partnership.form.", "agreement_file"))
		file.ID, file.Upload = "attach", true
		docs := views.Section{ID: "documents", Title: say("agreement.documents"), Forms: []views.Form{*file}}
		for _, d := range pt.Agreement.Documents {
			docs.List = append(docs.List, views.Link{Text: d.Name, URL: r.to(partnershipPath(pt.ID) + "/files/" + d.Blob), Lang: r.han()})
		}
		p.Sections = append(p.Sections, views.Section{ID: "wording", Title: say("partnership.draw"), Note: s.asked(r, f.Type), Forms: []views.Form{*draw}}, docs)
	}
	if pt.Can(r.viewer, portal.ActPay) {
		pay := s.versioned(r, pt, "/agreement/received", "form.save", must(s.partnershipField(r, "text", "received", "")))
		pay.ID = "pay"
		p.Sections = append(p.Sections, views.Section{ID: "receipts", Title: say("partnership.do.pay"), Facts: s.agreementFacts(r, f)[4:6], Forms: []views.Form{*pay}})
	}
	if pt.Can(r.viewer, portal.ActExtend) {
		extend := s.versioned(r, pt, "/agreement/extend", "partnership.do.extend", must(s.partnershipField(r, "date", "until", "")), must(s.partnershipField(r, "area", "reason", "")))
		extend.ID = "extend"
		p.Sections = append(p.Sections, views.Section{ID: "extension", Title: say("partnership.do.extend"), Note: say("agreement.extend_note", portal.ExtensionMonths), Forms: []views.Form{*extend}})
	}
	return p
}

// asked says what the type asks for before the agreement can be confirmed.
func (s *site) asked(r *request, t portal.PartnershipType) string {
	if len(t.Required) == 0 {
		return ""
	}
	say := s.say(r.lang)
	words := make([]string, len(t.Required))
	for i, field := range t.Required {
		words[i] = say("partnership.form." + field)
	}
	return say("agreement.asked", strings.Join(words, say("punctuation.comma")))
}

// evidenceField takes a document or a picture of one; its words are under the prefix.
func (s *site) evidenceField(r *request, prefix, name string) views.Field {
	f := s.fieldOf(r, prefix, "file", name, "")
	f.Accept = ".pdf,.jpg,.jpeg,.png"
	return f
}

func (s *site) showAgreement(ctx context.Context, r *request) error {
	f, err := s.Services.Partnerships.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	a := f.Partnership.Agreement
	return s.render(r, "desk", "", s.agreementPage(ctx, r, f, a, inUnits(a.Contract)))
}

func (s *site) drawAgreement(ctx context.Context, r *request) error {
	var bad portal.Invalid
	a := portal.Agreement{Number: r.value("number"), SignedOn: r.value("signed_on"), From: r.value("from"), Until: r.value("until"), Contract: r.amount(&bad, "amount"), Clauses: r.values("clauses")}
	err := bad.Err()
	if err == nil {
		_, err = s.Services.Partnerships.Draw(ctx, r.viewer, r.Params("id"), r.version(), a)
	}
	return s.onAgreement(ctx, r, err, a)
}

// onAgreement goes on from a form of the agreement's page.
func (s *site) onAgreement(ctx context.Context, r *request, err error, a portal.Agreement) error {
	if err == nil {
		return s.done(r, "saved", partnershipPath(r.Params("id")))
	}
	return s.keptWords(ctx, r, err, func(f service.PartnershipFile) (views.Desk, []views.Fact) {
		return s.agreementPage(ctx, r, f, a, r.value("amount")), s.agreementFacts(r, f)
	})
}

func (s *site) attachAgreement(ctx context.Context, r *request) error {
	file, name, err := r.upload("agreement_file")
	if err == nil && file == nil {
		err = portal.Invalid{{Field: "agreement_file", Key: "problem.required"}}
	}
	if err == nil {
		defer file.Close()
		_, err = s.Services.Partnerships.AttachAgreement(ctx, r.viewer, r.Params("id"), name, file)
	}
	if err == nil {
		return s.done(r, "saved", partnershipPath(r.Params("id"))+"/agreement")
	}
	return s.onAgreement(ctx, r, err, portal.Agreement{})
}

// upload opens the file sent in a field; nil when none was sent.
func (r *request) upload(field string) (multipart.File, string, error) {
	header, err := r.FormFile(field)
	if err != nil {
		return nil, "", nil
	}
	file, err := header.Open()
	return file, header.Filename, err
}

func (s *site) payAgreement(ctx context.Context, r *request) error {
	var bad portal.Invalid
	received := r.amount(&bad, "received")
	err := bad.Err()
	if err == nil {
		_, err = s.Services.Partnerships.Pay(ctx, r.viewer, r.Params("id"), r.version(), received)
	}
	return s.onAgreement(ctx, r, err, portal.Agreement{})
}

func (s *site) extendAgreement(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Extend(ctx, r.viewer, r.Params("id"), r.version(), r.value("until"), r.value("reason"))
	return s.onAgreement(ctx, r, err, portal.Agreement{})
}

// milestoneSection lists what has to be reached by when.
func (s *site) milestoneSection(r *request, f service.PartnershipFile) views.Section {
	say, pt := s.say(r.lang), f.Partnership
	path := partnershipPath(pt.ID) + "/milestones/"
	sec := views.Section{ID: "milestones", Title: say("milestone.title")}
	if pt.Can(r.viewer, portal.ActMilestone) {
		sec.Actions = []views.Link{{Text: say("milestone.new"), URL: r.to(path + "new")}}
	}
	if len(pt.Milestones) == 0 {
		sec.Empty = &views.Empty{Text: say("milestone.none")}
		return sec
	}
	sec.Actions = append(sec.Actions, views.Link{Text: say("milestones.ics"), URL: r.to(partnershipPath(pt.ID) + "/milestones.ics")})
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("partnership.form.due")}, {Text: say("column.state")}, {Text: say("partnership.form.owner")}, {Text: say("partnership.form.evidence")}}}
	for _, m := range pt.Milestones {
		owner := r.hanCell(say, say("partnership.form.owner"), f.Names[m.Owner])
		if m.Owner == "" {
			owner = views.Cell{Label: say("partnership.form.owner"), Text: say("milestone.all")}
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(m.Title, m.TitleEn, r.to(path+url.PathEscape(m.ID))), Note: m.Note,
			Cells: []views.Cell{{Label: say("partnership.form.due"), Text: m.Due}, {Label: say("column.state"), Text: s.milestoneState(r, m)}, owner,
				{Label: say("partnership.form.evidence"), Text: say("milestone.files", len(m.Evidence)), Muted: len(m.Evidence) == 0}}})
	}
	return sec
}

func (s *site) milestoneState(r *request, m portal.Milestone) string {
	say := s.say(r.lang)
	switch {
	case m.Done != "":
		return say("milestone.done", m.Done)
	case m.LateAt(s.Clock()):
		return say("milestone.is_late")
	}
	return say("milestone.open")
}
