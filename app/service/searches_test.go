package service_test

import (
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

func TestSavedSearchesTellWhatIsNew(t *testing.T) {
	h, box, chores := post(t, open(t, true))
	ctx := t.Context()
	index := func() {
		t.Helper()
		if err := h.follower.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	index()
	*h.clock = time.Now().UTC()
	v := enrolled(t, h, box, chores, "a@example.cn")
	for _, s := range [][2]string{{"q=光刻胶涂布", "光刻"}, {"district=花溪区&district=花溪区&page=7&no=1", "花溪"}, {"district=花溪区", "同一个"}} {
		if err := h.services.Searches.Save(ctx, v, service.NeedsIndex, s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.services.Searches.Save(ctx, v, service.ProgrammesIndex, "", "全部专业"); err != nil {
		t.Fatal(err)
	}
	if err := h.services.Searches.Save(ctx, v, "persons", "", "人"); refusal(err) != "problem.search" {
		t.Errorf("a list that is none: %v", err)
	}
	state := func() (out []string) {
		t.Helper()
		all, err := h.services.Searches.List(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			out = append(out, s.Name+strings.Repeat("*", s.New))
		}
		return out
	}
	if got := strings.Join(state(), " "); got != "光刻 全部专业 花溪" {
		t.Errorf("saved: %s", got)
	}

	*h.clock = h.clock.Add(time.Minute)
	n := portal.Need{Meta: portal.Meta{ID: "demo-new"}, EnterpriseID: "demo-e01", Title: "光刻胶涂布操作员", Text: "光刻胶涂布", District: "花溪区", Status: portal.NeedOpen,
		PublishedAt: *h.clock, ExpiresAt: h.clock.AddDate(0, 1, 0), Origin: portal.Origin{Certainty: portal.Demo}}
	if err := h.records.Needs.Insert(ctx, &n); err != nil {
		t.Fatal(err)
	}
	index()
	if got := strings.Join(state(), " "); got != "光刻* 全部专业 花溪*" {
		t.Errorf("with a new need: %s", got)
	}
	if chores(); len(box.subjects()) > 0 {
		t.Error("told before the hour is over")
	}
	*h.clock = h.clock.Add(time.Hour + time.Minute)
	chores()
	chores()
	if got := strings.Join(box.subjects(), "|"); strings.Count(got, "notice.search.new") != 2 || !strings.Contains(got, "光刻 1") && !strings.Contains(got, "光刻1") {
		t.Errorf("told by e-mail: %s", got)
	}
	*h.clock = h.clock.Add(2 * time.Hour)
	if chores(); len(box.subjects()) > 0 {
		t.Error("told twice")
	}

	all, err := h.services.Searches.List(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	light := all[0]
	if path, err := h.services.Searches.Look(ctx, v, light.ID); err != nil || !strings.HasPrefix(path, "/needs?q=") || !strings.HasSuffix(path, "&sort=newest") {
		t.Errorf("leads to %s (%v)", path, err)
	}
	if got := strings.Join(state(), " "); got != "光刻 全部专业 花溪*" {
		t.Errorf("after looking: %s", got)
	}
	if _, err := h.services.Searches.Look(ctx, portal.Viewer{Person: "other"}, light.ID); err == nil {
		t.Error("another may look")
	}
	key, err := h.services.Searches.NewFeed(ctx, v, light.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, found, err := h.services.Searches.Feed(ctx, portal.Visitor, light.ID, key, 50); err != nil || len(found) != 1 || found[0].ID != n.ID {
		t.Errorf("the feed has %+v (%v)", found, err)
	}
	fresh, err := h.services.Searches.NewFeed(ctx, v, light.ID)
	if err != nil || fresh == key {
		t.Fatal(err)
	}
	if _, _, err := h.services.Searches.Feed(ctx, portal.Visitor, light.ID, key, 50); err == nil {
		t.Error("the old address still works")
	}
}

func TestNotificationsByMail(t *testing.T) {
	h, box, chores := post(t, bare(t))
	ctx := t.Context()
	evening := time.Date(2026, 11, 24, 20, 0, 0, 0, portal.Shanghai)
	*h.clock = evening
	v := enrolled(t, h, box, chores, "a@example.cn")
	if got := refusal(h.services.Accounts.SetMail(ctx, v, map[string]portal.MailWish{"search.new": "sometimes"})); got != "problem.required" {
		t.Errorf("a wish that is none: %s", got)
	}
	if err := h.services.Accounts.SetMail(ctx, v, map[string]portal.MailWish{"search.new": portal.MailDigest, "organisation.returned": portal.MailNever}); err != nil {
		t.Fatal(err)
	}
	tell := func(id, kind string) {
		t.Helper()
		p, err := h.services.Accounts.Me(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		n := portal.Notification{Meta: portal.Meta{ID: id}, Person: v.Person, Kind: kind, Args: []string{id}, Path: "/desk", At: *h.clock, Mail: p.Mail[kind]}
		if err := h.records.Notifications.Insert(ctx, &n); err != nil {
			t.Fatal(err)
		}
	}
	for id, kind := range map[string]string{"now": "organisation.verified", "d1": "search.new", "d2": "search.new", "read": "search.new", "no": "organisation.returned"} {
		tell(id, kind)
	}
	if _, err := h.services.Notices.Open(ctx, v, "read"); err != nil {
		t.Fatal(err)
	}
	chores()
	if len(box.sent) != 1 || !strings.Contains(box.sent[0].Text, "https://portal.example/notifications/now") || !strings.Contains(box.sent[0].Text, "https://portal.example/account/mail") {
		t.Errorf("at once: %+v", box.sent)
	}
	box.sent = nil
	*h.clock = time.Date(2026, 11, 25, 7, 59, 59, 0, portal.Shanghai)
	if chores(); len(box.sent) > 0 {
		t.Errorf("before eight: %+v", box.sent)
	}
	*h.clock = h.clock.Add(time.Second)
	// The portal stopped after queueing the message and before noting so.
	unsent := func() {
		for _, id := range []string{"d1", "d2", "now"} {
			if _, err := h.records.Notifications.Mutate(ctx, id, func(n *portal.Notification) error { n.Sent = time.Time{}; return nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	chores()
	unsent()
	chores()
	if len(box.sent) != 1 || !strings.Contains(box.sent[0].Subject, "mail.digest.subject 2") || !strings.Contains(box.sent[0].Text, "/notifications/d1") || strings.Contains(box.sent[0].Text, "/notifications/read") {
		t.Errorf("at eight: %+v", box.sent)
	}
	box.sent = nil
	*h.clock = h.clock.AddDate(0, 0, 1)
	if chores(); len(box.sent) > 0 {
		t.Errorf("the day after: %+v", box.sent)
	}
}
