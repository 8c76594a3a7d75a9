package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// page begins a page of the request.
func (s *site) page(r *request, title string) views.Page {
	p := views.Page{Lang: r.lang, Path: r.path, Query: string(r.Context().QueryArgs().QueryString()), BaseURL: s.BaseURL,
		Title: title, Demo: s.Demo, Footer: s.Footer, Kept: len(r.shortlist()), Words: s.say(r.lang)}
	if key := r.Cookies(flashCookie); key != "" && s.Views.Has(r.lang, "flash."+key) {
		p.Flash = p.T("flash." + key)
		r.ClearCookie(flashCookie)
	}
	p.Person, p.Unread = r.viewer.Name, r.unread
	if r.unknown != nil {
		p.Notices = append(p.Notices, p.T(accountUnknown))
	}
	if s.SearchUp != nil && !s.SearchUp() {
		p.Notices = append(p.Notices, p.T(searchDown))
	}
	return p
}

// accountUnknown is the key of the notice that the page is that of a visitor, for somebody
// whose account cannot be read at the moment.
const accountUnknown = "notice.account_unknown"

// searchDown is the key of the notice that lists are plainer than usual.
const searchDown = "notice.search_down"

const flashCookie = "flash"

// flash leaves a message for the next page.
func (s *site) flash(r *request, key string) {
	r.Cookie(&fiber.Cookie{Name: flashCookie, Value: key, Path: "/", HTTPOnly: true, Secure: s.secure,
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: 60})
}

// to is a path of the site in the request's language.
func (r *request) to(path string) string { return views.Localized(r.lang, path) }

// han is the lang attribute of Chinese text on this page.
func (r *request) han() string {
	if r.lang == english {
		return chinese
	}
	return ""
}

// name is a name in the page's language where it has a form there, else Chinese marked
// as such.
func (r *request) name(zh, en, address string) views.Link {
	if r.lang == english && en != "" {
		return views.Link{Text: en, URL: address}
	}
	return views.Link{Text: zh, URL: address, Lang: r.han()}
}

func (r *request) collegeLink(c portal.College) views.Link {
	return r.name(c.Name, c.NameEn, r.to("/colleges/"+url.PathEscape(c.ID)))
}

func (r *request) programmeLink(p portal.Programme) views.Link {
	return r.name(p.Name, "", r.to("/programmes/"+url.PathEscape(p.ID)))
}

func (r *request) specialismLink(code, name string) views.Link {
	return r.name(name, "", r.to("/specialisms/"+url.PathEscape(code)))
}

// badge says how sure a record is.
func badge(say say, o portal.Origin) views.Badge {
	return views.Badge{Certainty: string(o.Certainty), Text: say("certainty." + string(o.Certainty))}
}

// source writes an origin in words: the outlet and its date.
func source(say say, o portal.Origin) string {
	if o.Certainty == portal.Demo {
		return say("origin.demo")
	}
	if o.Date == "" {
		return o.Source
	}
	return o.Source + " · " + o.Date
}

// unknown is the cell of what nobody has told: never a zero.
func unknown(say say, label string) views.Cell {
	return views.Cell{Label: label, Text: say("value.unknown"), Muted: true}
}

// unknownNumber is the same in a column of numbers.
func unknownNumber(say say, label string) views.Cell {
	c := unknown(say, label)
	c.Number = true
	return c
}

// cell is a cell of text, or of the unknown when it is empty.
func cell(say say, label, text string) views.Cell {
	if strings.TrimSpace(text) == "" {
		return unknown(say, label)
	}
	return views.Cell{Label: label, Text: text}
}

// hanCell is a cell of Chinese text.
func (r *request) hanCell(say say, label, text string) views.Cell {
	c := cell(say, label, text)
	if !c.Muted {
		c.Lang = r.han()
	}
	return c
}

// linkCell is a cell that leads somewhere.
func linkCell(label string, l views.Link) views.Cell {
	return views.Cell{Label: label, Text: l.Text, URL: l.URL, Lang: l.Lang}
}

func tagCell(say say, label string, tags []string) views.Cell {
	if len(tags) == 0 {
		return unknown(say, label)
	}
	return views.Cell{Label: label, Tags: tags}
}

// crumbs is the way from the front page to a record.
func (s *site) crumbs(r *request, index string, last ...views.Link) []views.Link {
	say := s.say(r.lang)
	trail := []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav." + index), URL: r.to("/" + index)}}
	for i, l := range last {
		if i == len(last)-1 {
			l.URL = ""
		}
		trail = append(trail, l)
	}
	return trail
}

// keepButton is the shortlist button of a programme.
func (s *site) keepButton(r *request, kept []string, p portal.Programme, college string) *views.ShortlistButton {
	return s.button(r, p.ID, p.Name+" "+college, slices.Contains(kept, p.ID))
}

func (s *site) button(r *request, id, name string, on bool) *views.ShortlistButton {
	key := "shortlist.add_named"
	if on {
		key = "shortlist.remove_named"
	}
	return &views.ShortlistButton{ID: id, On: on, Label: s.Views.T(r.lang, key, name)}
}

// render sends a page of the catalogue; htmx gets the fragment where one is named.
func (s *site) render(r *request, name, fragment string, data any) error {
	if fragment != "" && r.fragment() {
		name += "#" + fragment
	}
	r.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return s.Views.Render(r.Response().BodyWriter(), name, data)
}

// failurePage says what is the matter and what can be done now.
func (s *site) failurePage(r *request, code int, err error) error {
	say := s.say(r.lang)
	key := "error." + itoa(knownStatus(code))
	if errors.Is(err, portal.ErrForbidden) && r.viewer.SignedIn() {
		return s.forbiddenPage(r, code)
	}
	p := views.ErrorPage{Page: s.page(r, say(key+".title")), Code: code, Heading: say(key + ".title"), Lead: say(key + ".lead"), Request: requestID(r.Ctx)}
	p.NoIndex, p.Failed = true, true
	for _, problem := range problemsOf(err) {
		p.Notices = append(p.Notices, say(problem.Key, problem.Args...))
	}
	p.Steps = []views.Link{{Text: say("error.step_home"), URL: r.to("/")}, {Text: say("error.step_search"), URL: r.to("/search")}}
	return s.renderFailure(r, p)
}

// renderFailure renders the page of a failure, or the one made at boot where that fails.
func (s *site) renderFailure(r *request, p views.ErrorPage) error {
	if err := s.render(r, "error", "", p); err != nil {
		s.Log.Error("the page of an error failed", "error", err)
		return r.Send(s.Views.Broken(r.lang))
	}
	return nil
}
