package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// The shortlist (备选) of a visitor without an account: ids of programmes in a cookie.
const (
	shortlistCookie = "shortlist"
	shortlistMost   = 50
	shortlistFor    = 30 * 24 * time.Hour
	compareMost     = 4
)

// shortlist reads the ids a visitor has kept, in the order they were added. What does
// not look like an id is dropped.
func (r *request) shortlist() []string {
	var ids []string
	for _, id := range strings.Split(r.Cookies(shortlistCookie), ".") {
		if validProgrammeID(id) && !slices.Contains(ids, id) && len(ids) < shortlistMost {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *site) keepShortlist(r *request, ids []string) {
	r.Cookie(&fiber.Cookie{
		Name: shortlistCookie, Value: strings.Join(ids, "."), Path: "/", HTTPOnly: true,
		SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure,
		Expires: s.Clock().Add(shortlistFor),
	})
}

// joinShortlist unites what a visitor kept with what their account keeps.
func (s *site) joinShortlist(ctx context.Context, r *request, p portal.Person) error {
	ids := p.Shortlist
	for _, id := range r.shortlist() {
		if !slices.Contains(ids, id) && len(ids) < shortlistMost {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	s.keepShortlist(r, ids)
	return s.Services.Accounts.KeepShortlist(ctx, portal.Viewer{Person: p.ID, From: r.viewer.From}, ids)
}

// validProgrammeID accepts letters, digits, - and _ around the dash of a programme id.
func validProgrammeID(id string) bool {
	college, code := portal.SplitProgrammeID(id)
	if college == "" || code == "" || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// showShortlist lists what a visitor keeps; programmes that are gone have left the list.
func (s *site) showShortlist(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	entries, err := s.Services.Programmes.Some(ctx, r.viewer, r.shortlist())
	if err != nil {
		return err
	}
	p := views.ShortlistPage{Page: s.page(r, say("nav.shortlist"))}
	p.NoIndex = true
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav.shortlist")}}
	if len(entries) == 0 {
		p.Empty = &views.Empty{Text: say("shortlist.empty"), Steps: []views.Link{
			{Text: say("nav.programmes"), URL: r.to("/programmes")}, {Text: say("nav.match"), URL: r.to("/match")}}}
		return s.render(r, "shortlist", "", p)
	}
	p.Table = *s.programmeTable(r, p.Title, entries, true)
	for i, e := range entries {
		p.IDs = append(p.IDs, views.Option{Value: e.Programme.ID, Text: e.Programme.Name + " · " + e.College.Name, Selected: i < compareMost, Lang: r.han()})
	}
	return s.render(r, "shortlist", "", p)
}

// changeShortlist adds a programme, removes one or clears the list, by the button that
// was pressed, and returns to where the visitor was; htmx gets the button and the count.
func (s *site) changeShortlist(ctx context.Context, r *request) error {
	ids, message := r.shortlist(), "cleared"
	add, remove := r.FormValue("add"), r.FormValue("remove")
	id := orElse(add, remove)
	name := ""
	switch {
	case id != "":
		var err error
		if name, err = s.programmeName(ctx, r, id); err != nil {
			return err
		}
		ids, message = kept(ids, add, remove)
	case r.FormValue("clear") != "":
		ids = nil
	default:
		return fiber.ErrBadRequest
	}
	s.keepShortlist(r, ids)
	if err := s.Services.Accounts.KeepShortlist(ctx, r.viewer, ids); err != nil {
		return err
	}
	if r.fragment() {
		page := s.page(r, "")
		page.Kept = len(ids)
		return s.render(r, "shortlist#keep", "", views.Kept{Page: page, Button: s.button(r, id, name, slices.Contains(ids, id))})
	}
	s.flash(r, message)
	return r.Redirect(localPath(r.FormValue("back"), r.to("/shortlist")), fiber.StatusSeeOther)
}

// kept is the list after a programme was added or removed, and the message that says so.
func kept(ids []string, add, remove string) ([]string, string) {
	switch {
	case add == "":
		return slices.DeleteFunc(ids, func(have string) bool { return have == remove }), "removed"
	case slices.Contains(ids, add):
		return ids, "added"
	case len(ids) >= shortlistMost:
		return ids, "full"
	}
	return append(ids, add), "added"
}

// programmeName names a programme and its college, or says that there is none.
func (s *site) programmeName(ctx context.Context, r *request, id string) (string, error) {
	if !validProgrammeID(id) {
		return "", portal.ErrNotFound
	}
	found, err := s.Services.Programmes.Some(ctx, r.viewer, []string{id})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", portal.ErrNotFound
	}
	return found[0].Programme.Name + " " + found[0].College.Name, nil
}

// localPath keeps a redirect on this site.
func localPath(path, otherwise string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return otherwise
	}
	return path
}
