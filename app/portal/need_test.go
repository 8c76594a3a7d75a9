package portal_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"liangcheng/app/portal"
)

// who is a viewer by what they are to the enterprise "e".
func who(kind portal.OrganisationKind, state portal.OrganisationState, record string, role portal.Role) portal.Viewer {
	return portal.Viewer{Person: "p", Organisation: string(kind) + "-" + record, Kind: kind, State: state, Record: record, Role: role, Sure: true}
}

func TestNeedStatesRolesActs(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	need := func(s portal.NeedStatus) portal.Need {
		n := portal.Need{EnterpriseID: "e", Status: s, Anonymous: true, PublishedAt: now.AddDate(0, 0, -10), ExpiresAt: now.AddDate(0, 0, 10)}
		switch s {
		case portal.NeedDraft:
			n.Days, n.PublishedAt, n.ExpiresAt = portal.NeedDays, time.Time{}, time.Time{}
		case portal.NeedExpired:
			n.Status, n.ExpiresAt = portal.NeedOpen, now // the boundary is over
		}
		return n
	}
	viewers := map[string]portal.Viewer{
		"owner":      who(portal.OfEnterprise, portal.OrganisationVerified, "e", portal.Owner),
		"editor":     who(portal.OfEnterprise, portal.OrganisationVerified, "e", portal.Editor),
		"viewer":     who(portal.OfEnterprise, portal.OrganisationVerified, "e", portal.Reader),
		"registered": who(portal.OfEnterprise, portal.OrganisationRegistered, "e", portal.Owner),
		"returned":   who(portal.OfEnterprise, portal.OrganisationReturned, "e", portal.Editor),
		"suspended":  who(portal.OfEnterprise, portal.OrganisationSuspended, "e", portal.Owner),
		"foreign":    who(portal.OfEnterprise, portal.OrganisationVerified, "f", portal.Owner),
		"college":    who(portal.OfCollege, portal.OrganisationVerified, "e", portal.Owner), // the same id, another kind
		"nameless":   who(portal.OfEnterprise, portal.OrganisationVerified, "", portal.Owner),
		"reviewer":   who(portal.Office, portal.OrganisationVerified, "", portal.Reviewer),
		"auditor":    who(portal.Office, portal.OrganisationVerified, "", portal.Auditor),
		"visitor":    portal.Visitor,
	}
	acts := []string{"see", "name", "follow", "edit", "publish", "pause", "resume", "renew", "close"}
	may := func(v portal.Viewer, n portal.Need, act string) bool {
		switch act {
		case "see":
			return portal.CanSeeNeed(v, n, now)
		case "name":
			return portal.CanNameEnterprise(v, n)
		case "follow":
			return portal.CanFollowNeed(v, n)
		case "edit":
			return portal.CanEditNeed(v, n)
		case "publish":
			return portal.CanPublishNeed(v, n)
		case "pause":
			return portal.CanPauseNeed(v, n, now)
		case "resume":
			return portal.CanResumeNeed(v, n, now)
		case "renew":
			return portal.CanRenewNeed(v, n)
		}
		return portal.CanCloseNeed(v, n)
	}
	speaks := map[portal.NeedStatus]string{
		portal.NeedDraft:   "see name follow edit publish close",
		portal.NeedOpen:    "see name follow edit pause renew close",
		portal.NeedPaused:  "see name follow edit resume renew close",
		portal.NeedExpired: "see name follow edit renew close",
		portal.NeedClosed:  "see name follow",
	}
	unverified := map[portal.NeedStatus]string{
		portal.NeedDraft:   "see name follow edit close",
		portal.NeedOpen:    "see name follow pause close",
		portal.NeedPaused:  "see name follow close",
		portal.NeedExpired: "see name follow close",
		portal.NeedClosed:  "see name follow",
	}
	same := func(s string) map[portal.NeedStatus]string {
		out := map[portal.NeedStatus]string{}
		for _, st := range portal.NeedStatuses {
			out[st] = s
		}
		return out
	}
	public := map[portal.NeedStatus]string{portal.NeedOpen: "see"}
	want := map[string]map[portal.NeedStatus]string{
		"owner": speaks, "editor": speaks, "viewer": same("see name follow"), "registered": unverified, "returned": unverified, "suspended": same("see name follow"),
		"foreign": public, "college": public, "nameless": public, "reviewer": same("see name follow"), "auditor": public, "visitor": public,
	}
	for name, v := range viewers {
		for _, s := range portal.NeedStatuses {
			got := ""
			for _, act := range acts {
				if may(v, need(s), act) {
					if got != "" {
						got += " "
					}
					got += act
				}
			}
			if got != want[name][s] {
				t.Errorf("%s of %s need: may %q, want %q", name, s, got, want[name][s])
			}
		}
	}
	if n := need(portal.NeedPaused); portal.CanResumeNeed(viewers["owner"], portal.Need{EnterpriseID: "e", Status: n.Status, ExpiresAt: now}, now) {
		t.Error("a paused need whose time is over may be resumed without renewing")
	}
}

func TestNeedMovesOnlyAsItMay(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	later := now.AddDate(0, 0, 10)
	moves := map[string]func(*portal.Need) error{
		"publish": func(n *portal.Need) error { return n.Publish(now) },
		"pause":   func(n *portal.Need) error { return n.Pause(now) },
		"resume":  func(n *portal.Need) error { return n.Resume(now) },
		"renew":   func(n *portal.Need) error { return n.Renew(30, now) },
		"close":   func(n *portal.Need) error { return n.Close(portal.NoFit, now) },
	}
	for _, tt := range []struct {
		from    string
		need    portal.Need
		allowed map[string]portal.NeedStatus
	}{
		{"draft", portal.Need{Status: portal.NeedDraft, Days: 90}, map[string]portal.NeedStatus{"publish": portal.NeedOpen, "close": portal.NeedClosed}},
		{"open", portal.Need{Status: portal.NeedOpen, ExpiresAt: later}, map[string]portal.NeedStatus{"pause": portal.NeedPaused, "renew": portal.NeedOpen, "close": portal.NeedClosed}},
		{"expired", portal.Need{Status: portal.NeedOpen, ExpiresAt: now}, map[string]portal.NeedStatus{"renew": portal.NeedOpen, "close": portal.NeedClosed}},
		{"paused", portal.Need{Status: portal.NeedPaused, ExpiresAt: later}, map[string]portal.NeedStatus{"resume": portal.NeedOpen, "renew": portal.NeedPaused, "close": portal.NeedClosed}},
		{"paused too long", portal.Need{Status: portal.NeedPaused, ExpiresAt: now}, map[string]portal.NeedStatus{"renew": portal.NeedPaused, "close": portal.NeedClosed}},
		{"closed", portal.Need{Status: portal.NeedClosed, ExpiresAt: later}, nil},
	} {
		for act, move := range moves {
			t.Run(fmt.Sprintf("%s of %s", act, tt.from), func(t *testing.T) {
				n := tt.need
				err := move(&n)
				to, ok := tt.allowed[act]
				if !ok {
					if !errors.Is(err, portal.ErrConflict) || n.Status != tt.need.Status {
						t.Errorf("got %v and %s, want a conflict and no move", err, n.Status)
					}
					return
				}
				if err != nil || n.StatusAt(now) != to {
					t.Errorf("got %v and %s, want %s", err, n.StatusAt(now), to)
				}
			})
		}
	}
	for name, days := range map[string]int{"none": 0, "negative": -3, "too many": portal.NeedDaysMost + 1, "fewer than it has": 5} {
		n := portal.Need{Status: portal.NeedOpen, ExpiresAt: later}
		var invalid portal.Invalid
		if err := n.Renew(days, now); !errors.As(err, &invalid) || !n.ExpiresAt.Equal(later) {
			t.Errorf("renewing for %s days: %v", name, err)
		}
	}
	n := portal.Need{Status: portal.NeedOpen, ExpiresAt: later}
	if err := n.Close("because", now); err == nil || n.Status != portal.NeedOpen {
		t.Error("a made-up reason closes a need")
	}
}

func TestInternPay(t *testing.T) {
	num := func(n int) *int { return &n }
	for _, tt := range []struct {
		name      string
		pay, wage *int
		percent   int
		ok        bool
	}{
		{"unknown pay", nil, num(5000), 0, false},
		{"unknown wage", num(3000), nil, 0, false},
		{"at the threshold", num(4000), num(5000), 80, true},
		{"just below", num(3999), num(5000), 79, true},
	} {
		got, ok := portal.Internship{Pay: tt.pay, Wage: tt.wage}.PayPercent()
		if got != tt.percent || ok != tt.ok {
			t.Errorf("%s: %d %v, want %d %v", tt.name, got, ok, tt.percent, tt.ok)
		}
	}
}
