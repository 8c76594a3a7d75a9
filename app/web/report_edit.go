package web

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// showFormEdit shows what a form asks, to be changed.
func (s *site) showFormEdit(ctx context.Context, r *request) error {
	p, err := s.formEditPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) formEditPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Reports.Form(ctx, r.viewer, r.Params("form"))
	if err != nil {
		return views.Desk{}, err
	}
	if !portal.CanEditForms(r.viewer) {
		return views.Desk{}, portal.ErrForbidden
	}
	p := s.deskPage(ctx, r, say("report.edit_heading", r.name(f.Name.Zh, f.Name.En, "").Text))
	p.Lead = say("report.edit.lead")
	field := func(kind, name, value string) views.Field { return s.fieldOf(r, "report.form.", kind, name, value) }
	fields := must(field("area", "fields", fieldLines(f)))
	fields.Rows = 24
	p.Form = s.form(r, formPath(f.ID)+"/edit", "form.save", must(field("text", "name", f.Name.Zh)), must(field("text", "name_en", f.Name.En)),
		field("text", "document", f.Document), field("area", "note", f.Note.Zh), field("area", "note_en", f.Note.En), fields)
	p.Form.ID, p.Form.Hidden = "form", []views.Hidden{{Name: "version", Value: strconv.FormatInt(f.Version, 10)}}
	p.Links = []views.Link{{Text: say("report.back", r.name(f.Name.Zh, f.Name.En, "").Text), URL: r.to(formPath(f.ID))}, {Text: say("report.dictionary"), URL: r.to("/indicators")}}
	p.Sections = []views.Section{s.historySection(r, f.Events)}
	return p, nil
}

// fieldLines are the fields of a form as one edits them: key, label, English, formula.
func fieldLines(f portal.ReportForm) string {
	out := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		out[i] = strings.Join([]string{field.Key, field.Label.Zh, field.Label.En, field.Formula}, " | ")
	}
	return strings.Join(out, "\n")
}

// plainMarks are the marks of a formula as a Chinese keyboard writes them.
var plainMarks = strings.NewReplacer("（", "(", "）", ")", "，", ",")

// readFields reads them back. A line with too little has an empty formula, which is told.
func readFields(text string) []portal.ReportField {
	var out []portal.ReportField
	for line := range strings.Lines(strings.ReplaceAll(text, "｜", "|")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		parts = append(parts, "", "", "")
		out = append(out, portal.ReportField{Key: parts[0], Label: portal.Wording{Zh: parts[1], En: parts[2]}, Formula: plainMarks.Replace(parts[3])})
	}
	return out
}

func (s *site) editForm(ctx context.Context, r *request) error {
	f := portal.ReportForm{Meta: portal.Meta{ID: r.Params("form"), Version: r.version()}, Name: portal.Wording{Zh: r.value("name"), En: r.value("name_en")},
		Document: r.value("document"), Note: portal.Wording{Zh: r.value("note"), En: r.value("note_en")}, Fields: readFields(r.value("fields"))}
	_, err := s.Services.Reports.EditForm(ctx, r.viewer, f)
	if err == nil {
		return s.done(r, "saved", formPath(f.ID))
	}
	p, failed := s.formEditPage(ctx, r)
	if failed != nil {
		return failed
	}
	if errors.Is(err, portal.ErrConflict) {
		r.refill(p.Form)
		return s.late(r, p, "conflict.title")
	}
	return s.refused(r, &p, err)
}
