package service_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
)

func TestTokensOfTheAPI(t *testing.T) {
	h, box, chores := post(t, bare(t))
	ctx, a := t.Context(), h.services.Accounts
	v := enrolled(t, h, box, chores, "a@example.cn")
	token, err := a.NewToken(ctx, v, "程序", []portal.Scope{portal.ScopeRead}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, token string
		scope       portal.Scope
		after       time.Duration
		want        error
	}{
		{"good", token, portal.ScopeRead, 0, nil},
		{"not for writing", token, portal.ScopeWrite, 0, portal.ErrForbidden},
		{"made up", "abc", portal.ScopeRead, 0, portal.ErrUnauthenticated},
		{"ended", token, portal.ScopeRead, 3 * 24 * time.Hour, portal.ErrUnauthenticated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := *h.clock
			defer func() { *h.clock = begun }()
			*h.clock = h.clock.Add(tt.after)
			if _, err := a.Bearer(ctx, tt.token, tt.scope, ""); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if chores(); strings.Join(box.subjects(), "|") != "mail.security.token.subject 程序" {
		t.Error("nobody was told by e-mail")
	}
}
