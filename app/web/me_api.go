package web

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
)

// The shapes of what the API tells the owner of a token.
type (
	apiMe struct {
		ID           string           `json:"id"`
		Name         string           `json:"name"`
		Email        string           `json:"email"`
		Organisation *apiOrganisation `json:"organisation,omitempty" doc:"absent while they belong to none"`
		Role         portal.Role      `json:"role,omitempty"`
	}
	apiOrganisation struct {
		ID     string                   `json:"id"`
		Name   string                   `json:"name"`
		Kind   portal.OrganisationKind  `json:"kind"`
		State  portal.OrganisationState `json:"state"`
		Record string                   `json:"record,omitempty" doc:"id of the college or enterprise it is"`
	}
	apiNotices struct {
		Items []apiNotice `json:"items" doc:"newest first"`
		Next  string      `json:"next,omitempty" doc:"the value of after for the next page; absent on the last"`
	}
	apiNotice struct {
		ID   string     `json:"id"`
		Kind string     `json:"kind"`
		Text string     `json:"text" doc:"in the language of Accept-Language, Chinese or English"`
		URL  string     `json:"url" doc:"page it leads to"`
		At   time.Time  `json:"at"`
		Read *time.Time `json:"read_at,omitempty"`
	}
)

// personal reports whether the route answers the owner of a token only.
func (rt apiRoute) personal() bool { return rt.path == "/me" || strings.HasPrefix(rt.path, "/me/") }

// apiOwner stands before what concerns the owner of a token.
func (s *site) apiOwner(h handler) handler {
	return func(ctx context.Context, r *request) error {
		r.Set(fiber.HeaderCacheControl, "no-store")
		if !r.viewer.SignedIn() {
			return portal.ErrUnauthenticated
		}
		return h(ctx, r)
	}
}

// apiWho is GET /me.
func (s *site) apiWho() handler {
	return s.apiOwner(func(ctx context.Context, r *request) error {
		me, err := s.Services.Accounts.Me(ctx, r.viewer)
		if err != nil {
			return err
		}
		v := r.viewer
		out := apiMe{ID: me.ID, Name: me.Name, Email: me.Email, Role: v.Role}
		if v.Organisation != "" {
			org, err := s.Services.Organisations.Show(ctx, v, v.Organisation)
			if err != nil {
				return err
			}
			out.Organisation = &apiOrganisation{ID: org.ID, Name: org.Name, Kind: org.Kind, State: org.State, Record: org.Record}
		}
		return r.JSON(out)
	})
}

// apiNotifications is GET /me/notifications.
func (s *site) apiNotifications() handler {
	return s.apiOwner(func(ctx context.Context, r *request) error {
		var bad portal.Invalid
		for key := range r.Context().QueryArgs().All() {
			if string(key) != "after" {
				bad.Add(string(key), "problem.unknown_parameter", cut(clean(string(key)), maxChoice))
			}
		}
		if len(bad) > 0 {
			return badRequest{bad}
		}
		const perPage = 50
		page, err := s.Services.Notices.List(ctx, r.viewer, r.Query("after"), perPage)
		if err != nil {
			return err
		}
		say := s.say(apiLanguage(r))
		out := apiNotices{Items: make([]apiNotice, len(page.Items)), Next: page.Next}
		for i, n := range page.Items {
			out.Items[i] = apiNotice{ID: n.ID, Kind: n.Kind, Text: noticeText(say, n, apiLanguage(r)), URL: s.BaseURL + "/notifications/" + n.ID, At: n.At}
			if !n.ReadAt.IsZero() {
				out.Items[i].Read = &n.ReadAt
			}
		}
		return r.JSON(out)
	})
}
