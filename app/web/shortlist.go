package web

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
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
