package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
	"liangcheng/search/local"
)

// outbox keeps what was sent.
type outbox struct{ sent []portal.Mail }

func (o *outbox) Send(_ context.Context, m portal.Mail) error {
	o.sent = append(o.sent, m)
	return nil
}

func (o *outbox) Kept(int) ([]portal.Mail, error) { return nil, nil }

// subjects are those of the messages sent since the last asking.
func (o *outbox) subjects() (out []string) {
	for _, m := range o.sent {
		out = append(out, m.Subject)
	}
	o.sent = nil
	return out
}

// bare is a house without seeds.
func bare(t testing.TB) house {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	records, err := store.OpenRecords(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	clock := now
	nothing, err := match.NewGraph(match.Facts{})
	if err != nil {
		t.Fatal(err)
	}
	return house{records: records, clock: &clock, rooms: service.Rooms{Records: records, Graphs: service.NewGraphs(nothing), Engine: local.New(service.Schemas()...),
		Clock: func() time.Time { return clock }, Log: slog.New(slog.DiscardHandler)}}
}

// post is a house whose post can be read. Words are their keys.
func post(t testing.TB, h house) (house, *outbox, func()) {
	t.Helper()
	box := &outbox{}
	h.rooms.Mailer, h.rooms.BaseURL = box, "https://portal.example"
	h.rooms.Words = func(_, key string, args ...any) string { return strings.TrimSpace(key + " " + fmt.Sprint(args...)) }
	h.services = service.New(h.rooms)
	chores := service.NewChores(h.rooms, h.services)
	return h, box, func() {
		t.Helper()
		if err := chores.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

const goodPassword = "一只白鹭飞过花溪河 2026"

var linkInMail = regexp.MustCompile(`/links/(\S+)`)

// enrolled registers somebody and confirms their address.
func enrolled(t testing.TB, h house, box *outbox, chores func(), email string) portal.Viewer {
	t.Helper()
	a := h.services.Accounts
	if err := a.Register(t.Context(), portal.Visitor, service.SignUp{Email: email, Name: "王小花", Phone: "138 0000 0000", Password: goodPassword, Consent: true, Language: "zh-CN"}); err != nil {
		t.Fatal(err)
	}
	chores()
	if err := a.Confirm(t.Context(), portal.Visitor, linkInMail.FindStringSubmatch(box.sent[len(box.sent)-1].Text)[1]); err != nil {
		t.Fatal(err)
	}
	box.sent = nil
	v, _ := signedIn(t, h, email, goodPassword)
	return v
}

func signedIn(t testing.TB, h house, email, password string) (portal.Viewer, string) {
	t.Helper()
	a := h.services.Accounts
	e, err := a.SignIn(t.Context(), portal.Viewer{From: "10.0.0.1"}, email, password, "Firefox/1")
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := a.Viewer(t.Context(), e.Token, "10.0.0.1")
	if err != nil || !v.SignedIn() {
		t.Fatalf("not signed in: %v", err)
	}
	return v, e.Token
}

// refusal is the key of the first problem of an error; empty: it is none.
func refusal(err error) string {
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		return invalid[0].Key
	}
	return ""
}

func TestSessionsEndByThemselves(t *testing.T) {
	h, box, chores := post(t, bare(t))
	enrolled(t, h, box, chores, "a@example.cn")
	for _, tt := range []struct {
		name  string
		steps []time.Duration // pauses between uses
		want  bool
	}{
		{"used at once", []time.Duration{0}, true},
		{"idle to the last second", []time.Duration{portal.SessionIdle - time.Second}, true},
		{"idle too long", []time.Duration{portal.SessionIdle}, false},
		{"used again and again", []time.Duration{20 * time.Minute, 20 * time.Minute, 20 * time.Minute}, true},
		{"in use for half a day", slicesOf(20*time.Minute, 36), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := *h.clock
			defer func() { *h.clock = begun }()
			_, token := signedIn(t, h, "a@example.cn", goodPassword)
			got := false
			for _, step := range tt.steps {
				*h.clock = h.clock.Add(step)
				v, _, err := h.services.Accounts.Viewer(t.Context(), token, "")
				if err != nil {
					t.Fatal(err)
				}
				got = v.SignedIn()
			}
			if got != tt.want {
				t.Errorf("signed in: %v, want %v", got, tt.want)
			}
		})
	}
}

func slicesOf(d time.Duration, n int) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = d
	}
	return out
}

func TestGuessingIsSlowedAndTellsNothing(t *testing.T) {
	h, box, chores := post(t, bare(t))
	enrolled(t, h, box, chores, "known@example.cn")
	a := h.services.Accounts
	try := func(email, from string) error {
		_, err := a.SignIn(t.Context(), portal.Viewer{From: from}, email, "wrong password", "")
		return err
	}
	for i, email := range []string{"known@example.cn", "nobody@example.cn"} {
		var barred *service.Barred
		n := 0
		for ; n < 10; n++ {
			err := try(email, fmt.Sprintf("10.1.%d.%d", i, n)) // from ever another address
			if errors.As(err, &barred) {
				break
			}
			if refusal(err) != "sign_in.refused" {
				t.Fatalf("%s: %v", email, err)
			}
		}
		if n != 5 || barred.Until.Sub(*h.clock) != 2*time.Second {
			t.Errorf("%s: barred after %d tries until %v", email, n, barred)
		}
	}
	*h.clock = h.clock.Add(3 * time.Second)
	if err := try("known@example.cn", "10.2.0.1"); refusal(err) != "sign_in.refused" {
		t.Errorf("after waiting: %v", err)
	}
	*h.clock = h.clock.Add(3 * time.Second)
	var barred *service.Barred
	if err := try("known@example.cn", "10.2.0.1"); !errors.As(err, &barred) {
		t.Errorf("the wait did not grow: %v", err)
	}
	for range 6 {
		try("ever@example.cn", "10.9.9.9")
		try("another@example.cn", "10.9.9.9")
	}
	if err := try("third@example.cn", "10.9.9.9"); !errors.As(err, &barred) {
		t.Errorf("one address may guess at many accounts: %v", err)
	}
}

func TestLinksWorkOnceAndForAWhile(t *testing.T) {
	h, box, chores := post(t, bare(t))
	enrolled(t, h, box, chores, "a@example.cn")
	a := h.services.Accounts
	forgot := func() string {
		if err := a.Forgot(t.Context(), portal.Visitor, "a@example.cn"); err != nil {
			t.Fatal(err)
		}
		chores()
		return linkInMail.FindStringSubmatch(box.sent[len(box.sent)-1].Text)[1]
	}
	_, old := signedIn(t, h, "a@example.cn", goodPassword)
	token := forgot()
	if err := a.Reset(t.Context(), portal.Visitor, token, "另一句没人会猜到的话 7", false); err != nil {
		t.Fatal(err)
	}
	if v, _, _ := a.Viewer(t.Context(), old, ""); v.SignedIn() {
		t.Error("a session outlives the reset")
	}
	if err := a.Reset(t.Context(), portal.Visitor, token, "第三句没人会猜到的话 8", false); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a link works twice: %v", err)
	}
	late := forgot()
	*h.clock = h.clock.Add(portal.LinkReset.Lasts())
	if err := a.Reset(t.Context(), portal.Visitor, late, "第四句没人会猜到的话 9", false); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a link works too late: %v", err)
	}
	box.sent = nil
	if err := a.Forgot(t.Context(), portal.Visitor, "nobody@example.cn"); err != nil {
		t.Errorf("an unknown address is told: %v", err)
	}
	if chores(); len(box.sent) > 0 {
		t.Errorf("an unknown address is written to: %+v", box.sent)
	}
}

func TestAdministratorsOfTheCommandLineConsent(t *testing.T) {
	h, _, _ := post(t, bare(t))
	a := h.services.Accounts
	path, err := a.Administrator(t.Context(), portal.System, "zhang@example.cn", "张三")
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(path, "/links/")
	if got := refusal(a.Reset(t.Context(), portal.Visitor, token, goodPassword, false)); got != "problem.consent" {
		t.Errorf("without consent: %q", got)
	}
	if err := a.Reset(t.Context(), portal.Visitor, token, goodPassword, true); err != nil {
		t.Fatal(err)
	}
	all, err := h.records.Persons.Find(t.Context(), store.Query{})
	if err != nil || len(all.Items) != 1 || all.Items[0].Consent.Version != portal.ConsentVersion {
		t.Errorf("the consent is not on record: %+v, %v", all.Items, err)
	}
}

func TestPasswordChange(t *testing.T) {
	h, box, chores := post(t, bare(t))
	v := enrolled(t, h, box, chores, "a@example.cn")
	a := h.services.Accounts
	_, here := signedIn(t, h, "a@example.cn", goodPassword)
	_, there := signedIn(t, h, "a@example.cn", goodPassword)
	const fresh = "清镇的红枫湖有多少岛 41"
	if got := refusal(a.SetPassword(t.Context(), v, here, "wrong", fresh)); got != "account.password_refused" {
		t.Errorf("with a wrong old one: %s", got)
	}
	if got := refusal(a.SetPassword(t.Context(), v, here, goodPassword, "1234567890")); !strings.HasPrefix(got, "password.") {
		t.Errorf("a weak new one: %s", got)
	}
	if err := a.SetPassword(t.Context(), v, here, goodPassword, fresh); err != nil {
		t.Fatal(err)
	}
	if v, _, _ := a.Viewer(t.Context(), there, ""); v.SignedIn() {
		t.Error("another session goes on")
	}
	if v, _, _ := a.Viewer(t.Context(), here, ""); !v.SignedIn() {
		t.Error("this session has ended")
	}
	if chores(); strings.Join(box.subjects(), "|") != "mail.security.password.subject" {
		t.Error("nobody was told by e-mail")
	}
}

func TestFactorOfTheOffice(t *testing.T) {
	h, box, chores := post(t, bare(t))
	v := enrolled(t, h, box, chores, "a@example.cn")
	a := h.services.Accounts
	_, token := signedIn(t, h, "a@example.cn", goodPassword)
	offer, err := a.OfferFactor(t.Context(), v, "两城")
	if err != nil {
		t.Fatal(err)
	}
	code := func() string {
		*h.clock = h.clock.Add(time.Minute) // a code works once
		c, err := totp.GenerateCode(offer.Secret, *h.clock)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := a.ConfirmFactor(t.Context(), v, token, code()); err != nil {
		t.Fatal(err)
	}
	office := v
	office.Organisation, office.Kind = portal.OfficeID, portal.Office
	if got := refusal(a.DropFactor(t.Context(), office, code())); got != "factor.office_needs" {
		t.Errorf("the office drops it: %s", got)
	}
	for range 5 {
		if got := refusal(a.DropFactor(t.Context(), v, "000000")); got != "sign_in.code_refused" {
			t.Errorf("a wrong code: %s", got)
		}
	}
	var barred *service.Barred
	if _, err := a.NewRecovery(t.Context(), v, "000000"); !errors.As(err, &barred) {
		t.Errorf("codes may be guessed here: %v", err)
	}
	codes, err := a.NewRecovery(t.Context(), v, code())
	if err != nil {
		t.Fatal(err)
	}
	*h.clock = h.clock.Add(time.Second)
	if err := a.DropFactor(t.Context(), v, codes[3]); err != nil {
		t.Errorf("by a recovery code: %v", err)
	}
	chores()
	if got := strings.Join(box.subjects(), "|"); got != "mail.security.factor_on.subject|mail.security.recovery.subject|mail.security.factor_off.subject" {
		t.Errorf("told by e-mail: %s", got)
	}
}

func TestDeletingAnAccount(t *testing.T) {
	h, box, chores := post(t, bare(t))
	ctx, a := t.Context(), h.services.Accounts
	v := enrolled(t, h, box, chores, "a@example.cn")
	org, err := h.services.Organisations.Register(ctx, v, service.Enrol{Kind: portal.OfSchool, CreditCode: "91350100M000100Y43", Name: "某小学",
		Contact: portal.Contact{Name: "王", Phone: "0851-0000000", Email: "x@example.cn"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.Organisations.Mutate(ctx, org.ID, func(o *portal.Organisation) error { return o.Join("other", portal.Reader, now) }); err != nil {
		t.Fatal(err)
	}
	v, token := signedIn(t, h, "a@example.cn", goodPassword)
	if _, err := a.NewToken(ctx, v, "程序", []portal.Scope{portal.ScopeRead}, 3); err != nil {
		t.Fatal(err)
	}
	if err := h.services.Searches.Save(ctx, v, service.NeedsIndex, "q=数据", "数据"); err != nil {
		t.Fatal(err)
	}
	if got := refusal(a.Delete(ctx, v, "wrong")); got != "account.password_refused" {
		t.Errorf("with a wrong password: %s", got)
	}
	if got := refusal(a.Delete(ctx, v, goodPassword)); got != "organisation.last_owner" {
		t.Errorf("the last owner leaves others behind: %s", got)
	}
	if _, err := h.records.Organisations.Mutate(ctx, org.ID, func(o *portal.Organisation) error { return o.Leave("other") }); err != nil {
		t.Fatal(err)
	}
	if err := a.Delete(ctx, v, goodPassword); err != nil {
		t.Fatal(err)
	}
	p, err := h.records.Persons.Get(ctx, v.Person)
	if err != nil || p.Name+p.Phone+p.Password != "" || p.Gone.IsZero() || p.Factor != nil || strings.Contains(written(t, p), "王小花") || strings.Contains(written(t, p), "example.cn") {
		t.Errorf("still there: %+v (%v)", p, err)
	}
	own := store.Where("person", v.Person)
	for name, count := range map[string]func(context.Context, ...store.Cond) (int64, error){"sessions": h.records.Sessions.Count, "tokens": h.records.Tokens.Count,
		"searches": h.records.Searches.Count, "links": h.records.Links.Count, "notifications": h.records.Notifications.Count} {
		if n, err := count(ctx, own); err != nil || n > 0 {
			t.Errorf("%d %s are left (%v)", n, name, err)
		}
	}
	if v, _, _ := a.Viewer(ctx, token, ""); v.SignedIn() {
		t.Error("still signed in")
	}
	if o, err := h.records.Organisations.Get(ctx, org.ID); err != nil || len(o.Members) != 0 || o.State != portal.OrganisationReturned {
		t.Errorf("the organisation: %+v (%v)", o, err)
	}
	again := enrolled(t, h, box, chores, "a@example.cn") // the address is free again
	if _, err := h.services.Organisations.Register(ctx, again, service.Enrol{Kind: portal.OfSchool, CreditCode: "91350100M000100Y43", Name: "某小学",
		Contact: portal.Contact{Name: "王", Phone: "0851-0000000", Email: "x@example.cn"}}); err != nil {
		t.Errorf("the organisation cannot be registered anew: %v", err)
	}
}

// written is a value as the store keeps it.
func written(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
