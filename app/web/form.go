package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// value reads a field of a posted form, without what no text of ours means.
func (r *request) value(name string) string { return clean(r.FormValue(name)) }

// values reads a field that may be given several times.
func (r *request) values(name string) []string {
	var out []string
	add := func(v string) {
		if v = clean(v); v != "" {
			out = append(out, v)
		}
	}
	if form, err := r.MultipartForm(); err == nil {
		for _, v := range form.Value[name] {
			add(v)
		}
		return out
	}
	for _, v := range r.Context().PostArgs().PeekMulti(name) {
		add(string(v))
	}
	return out
}

// form begins a form that posts to a path of the site.
func (s *site) form(r *request, path, submit string, fields ...views.Field) *views.Form {
	return &views.Form{Action: r.to(path), Token: r.formToken(), Submit: s.say(r.lang)(submit), Fields: fields}
}

// field is a field of a form: its label, and its help where there is one, are words of the
// site under form.<name>.
func (s *site) field(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "form.", kind, name, value)
}

// fieldOf is a field of a form whose words are under a prefix of their own.
func (s *site) fieldOf(r *request, prefix, kind, name, value string) views.Field {
	say := s.say(r.lang)
	f := views.Field{Kind: kind, Name: name, Label: say(prefix + name), Value: value}
	if help := prefix + name + ".help"; s.Views.Has(r.lang, help) {
		f.Help = say(help)
	}
	return f
}

// wholeNumber reads a whole number, perhaps with its unit; nil where nothing was typed.
func wholeNumber(bad *portal.Invalid, field, typed, unit string) *int {
	if typed == "" {
		return nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(narrow(typed), unit)))
	if err != nil {
		bad.Add(field, "problem.bad_number", cut(typed, maxChoice))
		return nil
	}
	return &n
}

// must is a field that has to be filled in.
func must(f views.Field) views.Field {
	f.Required = true
	return f
}

// filled is a field browsers fill in.
func filled(f views.Field, what string) views.Field {
	f.Fill = what
	return f
}

// choice is a field one chooses one value of.
func choice(f views.Field, options ...views.Option) views.Field {
	for i := range options {
		options[i].Selected = options[i].Value == f.Value
	}
	f.Options = options
	return f
}

// several is a field one ticks values of.
func several(f views.Field, chosen []string, options ...views.Option) views.Field {
	for i := range options {
		for _, c := range chosen {
			options[i].Selected = options[i].Selected || c == options[i].Value
		}
	}
	f.Options = options
	return f
}

// refused puts what is wrong with an input beside its fields and on top of the page, and
// shows the page again with everything the person typed. Any other error is returned.
func (s *site) refused(r *request, p *views.Desk, err error) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	say := s.say(r.lang)
	p.Failed = true
	r.Status(fiber.StatusUnprocessableEntity)
	for _, form := range formsOf(p) {
		if form.ID != "" && form.ID == r.FormValue("_form") {
			r.refill(form)
		}
	}
	for _, problem := range invalid {
		text := say(problem.Key, problem.Args...)
		at := problem.Field
		for _, form := range formsOf(p) {
			if form.ID != r.FormValue("_form") {
				continue
			}
			for i := range form.Fields {
				if form.Fields[i].Name == problem.Field && form.Fields[i].Error == "" {
					form.Fields[i].Error, at = text, form.Placed().Fields[i].Ident()
					text = s.summed(r, form.Fields[i], problem.Key, text)
				}
			}
		}
		p.Errors = append(p.Errors, views.FieldError{Field: at, Text: text})
	}
	return s.render(r, "desk", "", *p)
}

// summed words what is wrong with a field for the top of the page, where one does not see
// the field: with its label, unless the text has that.
func (s *site) summed(r *request, f views.Field, key, text string) string {
	say := s.say(r.lang)
	label := strings.TrimSpace(f.Label)
	if at := strings.IndexAny(label, "（("); at > 0 { // what is in brackets explains the label
		label = strings.TrimSpace(label[:at])
	}
	switch {
	case key == "problem.required":
		return say("form.missing", label)
	case strings.Contains(strings.ToLower(text), strings.ToLower(label)):
		return text
	}
	return label + say("punctuation.colon") + text
}

// lacking shows a form that was not the one sent, with what it lacks beside its fields.
func (s *site) lacking(r *request, p *views.Desk, invalid portal.Invalid) error {
	for _, problem := range invalid {
		text := s.say(r.lang)(problem.Key, problem.Args...)
		for k := range p.Form.Fields {
			if p.Form.Fields[k].Name == problem.Field {
				p.Form.Fields[k].Error = text
				text = s.summed(r, p.Form.Fields[k], problem.Key, text)
			}
		}
		p.Errors = append(p.Errors, views.FieldError{Field: problem.Field, Text: text})
	}
	p.Failed = true
	r.Status(fiber.StatusUnprocessableEntity)
	return s.render(r, "desk", "", *p)
}

// shown answers with a page, unless it could not be made.
func (s *site) shown(r *request, p views.Desk, err error) error {
	if err != nil {
		return err
	}
	return s.render(r, "desk", "", p)
}

// again shows the page a form was sent from with what is wrong with it. The page is made
// only now: what was accepted leads on to another.
func (s *site) again(r *request, err error, page func() (views.Desk, error)) error {
	p, failed := page()
	if failed != nil {
		return failed
	}
	return s.refused(r, &p, err)
}

// sentBack shows the page a form was sent from: with what is wrong with it, or, where
// somebody else was faster, with a message that says so. Any other error is returned.
func (s *site) sentBack(r *request, err error, message string, page func() (views.Desk, error)) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	p, failed := page()
	if failed != nil {
		return failed
	}
	if len(invalid) > 0 {
		return s.refused(r, &p, invalid)
	}
	return s.late(r, p, message)
}

// late shows a page on which somebody else was faster, with a message that says so.
func (s *site) late(r *request, p views.Desk, message string) error {
	p.Failed, p.Notices = true, append(p.Notices, s.say(r.lang)(message))
	r.Status(fiber.StatusConflict)
	return s.render(r, "desk", "", p)
}

// theirs shows what somebody else has stored meanwhile, beside what the person wrote.
func (s *site) theirs(r *request, facts []views.Fact) views.Section {
	say := s.say(r.lang)
	return views.Section{ID: "theirs", Title: say("conflict.theirs"), Note: say("conflict.note"), Facts: facts}
}

// refill puts back what a person typed into one of several forms of a page.
func (r *request) refill(form *views.Form) {
	for i := range form.Fields {
		f := &form.Fields[i]
		switch f.Kind {
		case "password", "file":
		case "checks", "radios", "select":
			chosen := r.values(f.Name)
			for k := range f.Options {
				f.Options[k].Selected = slices.Contains(chosen, f.Options[k].Value)
			}
		default:
			f.Value = r.value(f.Name)
		}
	}
}

// formsOf are all forms of a page, to be changed.
func formsOf(p *views.Desk) []*views.Form {
	var out []*views.Form
	if p.Form != nil {
		out = append(out, p.Form)
	}
	for i := range p.Sections {
		for k := range p.Sections[i].Forms {
			out = append(out, &p.Sections[i].Forms[k])
		}
	}
	return out
}

// done leaves a message and goes on to another page.
func (s *site) done(r *request, flash, path string) error {
	if flash != "" {
		s.flash(r, flash)
	}
	return r.Redirect(r.to(path), fiber.StatusSeeOther)
}

// options makes the options of values whose words are under a prefix.
func options[V ~string](say say, prefix string, values []V) []views.Option {
	out := make([]views.Option, len(values))
	for i, v := range values {
		out[i] = views.Option{Value: string(v), Text: say(prefix + orElse(string(v), "none"))}
	}
	return out
}

// lines are the values of a field that holds one to a line.
func lines(s string) []string {
	var out []string
	for line := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '\n' || c == '；' || c == ';' }) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
