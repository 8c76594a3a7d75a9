package web

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// textPage shows a page of running text out of the locale: name.title, then
// name.1.title, name.1.text, name.1.text2 …, name.1.step1 … until there are no more.
func (s *site) textPage(name string) handler {
	return func(_ context.Context, r *request) error {
		say := s.say(r.lang)
		p := views.TextPage{Page: s.page(r, say(name+".title")), Heading: say(name + ".title")}
		p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
		for i := 1; s.Views.Has(r.lang, name+"."+itoa(i)+".title"); i++ {
			key := name + "." + itoa(i)
			section := views.Prose{Title: say(key + ".title")}
			if s.Views.Has(r.lang, key+".id") {
				section.ID = say(key + ".id")
			}
			for n := 1; s.Views.Has(r.lang, key+".text"+itoa(n)); n++ {
				section.Paragraphs = append(section.Paragraphs, say(key+".text"+itoa(n)))
			}
			for n := 1; s.Views.Has(r.lang, key+".step"+itoa(n)); n++ {
				section.Steps = append(section.Steps, say(key+".step"+itoa(n)))
			}
			p.Sections = append(p.Sections, section)
		}
		return s.render(r, "text", "", p)
	}
}

// styleguide shows the components in every state; only in demo mode.
func (s *site) styleguide(_ context.Context, r *request) error {
	if !s.Demo {
		return portal.ErrNotFound
	}
	return s.render(r, "styleguide", "", views.NewStyleguide(s.page(r, s.say(r.lang)("styleguide.title"))))
}
