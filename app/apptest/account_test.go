package apptest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"liangcheng/app"
)

var linkOnPage = regexp.MustCompile(`/links/[\w-]+`)

// led fails unless the answer leads to a path.
func led(t testing.TB, a Answer, path string) {
	t.Helper()
	if got := a.Header.Get("Location"); a.Status != http.StatusSeeOther || got != path {
		t.Fatalf("status %d to %q, want %q: %v", a.Status, got, path, a.Text("p", "fault"))
	}
}

const (
	accountPassword = "一只白鹭飞过花溪河 2026"
	nextPassword    = "清镇的红枫湖有多少岛 41"
)

// registered is a visitor who opened an account with that address and signed in.
func registered(t *testing.T, a *app.App, email string) *Client {
	t.Helper()
	c := NewClient(t, a.Addr())
	led(t, c.Submit("/register", url.Values{"email": {email}, "person_name": {"王小花"}, "phone": {"13800000000"}, "password": {accountPassword}, "consent": {"1"}}), "/check-mail")
	confirmed := false // the mails of one second stand in no order; links of others are used
	for _, link := range linkOnPage.FindAllString(c.Get("/demo/mail").Body, -1) {
		confirmed = confirmed || c.Submit(link, url.Values{}).Status == http.StatusSeeOther
	}
	if !confirmed {
		t.Fatal("no link to confirm the address")
	}
	led(t, signIn(c, email, accountPassword, ""), "/desk")
	return c
}

func signIn(c *Client, email, password, next string) Answer {
	return c.Submit("/sign-in", url.Values{"email": {email}, "password": {password}, "next": {next}})
}

func contains(t *testing.T, a Answer, texts ...string) {
	t.Helper()
	main := strings.Join(a.Text("main", ""), " ")
	for _, text := range texts {
		if !strings.Contains(main, text) {
			t.Errorf("the page does not say %q: status %d, %.600s", text, a.Status, main)
		}
	}
}

func TestAccount(t *testing.T) {
	a := Start(t)
	t.Run("pages in both languages", func(t *testing.T) { accountPages(t, a) })
	t.Run("profile and password", func(t *testing.T) { profileAndPassword(t, a) })
	t.Run("second factor", func(t *testing.T) { secondFactor(t, a) })
	t.Run("devices", func(t *testing.T) { devices(t, a) })
	t.Run("tokens and the API", func(t *testing.T) { tokensAndAPI(t, a) })
	t.Run("saved searches", func(t *testing.T) { savedSearches(t, a) })
	t.Run("mail wishes and links of mails", func(t *testing.T) { mailLinks(t, a) })
	t.Run("data and deletion", func(t *testing.T) { dataAndDeletion(t, a) })
	t.Run("redirects stay here", func(t *testing.T) { redirects(t, a) })
	t.Run("visitors sign in first", func(t *testing.T) {
		c := NewClient(t, a.Addr())
		led(t, c.Get("/account/data"), "/sign-in?next="+url.QueryEscape("/account/data"))
		led(t, c.Submit("/account/data", url.Values{"password": {"x"}}), "/sign-in?next="+url.QueryEscape("/desk"))
	})
	t.Run("a form without its token", func(t *testing.T) {
		c := registered(t, a, "forged@example.cn")
		if got := c.Submit("/account/sessions", url.Values{}).Status; got != http.StatusForbidden {
			t.Errorf("status %d", got)
		}
	})
}

func accountPages(t *testing.T, a *app.App) {
	c := registered(t, a, "pages@example.cn")
	key := regexp.MustCompile(`\b[a-z_]+\.[a-z_]+(\.[a-z_]+)*\b`)
	for _, path := range []string{"/account", "/account/factor", "/account/sessions", "/account/tokens", "/account/mail", "/account/data", "/searches"} {
		for _, prefix := range []string{"", "/en"} {
			got := c.Get(prefix + path)
			if got.Status != http.StatusOK || len(got.Text("h1", "")) != 1 {
				t.Errorf("%s%s: status %d", prefix, path, got.Status)
			}
			main := strings.ReplaceAll(strings.Join(got.Text("main", ""), " "), "pages@example.cn", "")
			if m := key.FindString(main); m != "" && !strings.HasPrefix(m, "www.") {
				t.Errorf("%s%s: a key stands on the page: %s", prefix, path, m)
			}
			if got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s%s may be kept by browsers", prefix, path)
			}
		}
	}
}

func profileAndPassword(t *testing.T, a *app.App) {
	c, other := registered(t, a, "person@example.cn"), NewClient(t, a.Addr())
	led(t, signIn(other, "person@example.cn", accountPassword, ""), "/desk")
	bad := c.Send("/account", url.Values{"_form": {"profile"}, "person_name": {""}, "phone": {"call me"}, "language": {"zh-CN"}})
	if bad.Status != http.StatusUnprocessableEntity || len(bad.Text("p", "fault")) != 2 || !strings.Contains(bad.Body, `value="call me"`) {
		t.Errorf("status %d, faults %q", bad.Status, bad.Text("p", "fault"))
	}
	led(t, c.Send("/account", url.Values{"_form": {"profile"}, "person_name": {"李花溪"}, "phone": {""}, "language": {"en"}}), "/account")
	if who := c.Get("/account").Text("span", "who"); !slices.Contains(who, "李花溪") {
		t.Errorf("named %q", who)
	}
	change := func(old, fresh string) Answer {
		return c.Send("/account/password", url.Values{"_form": {"password"}, "old_password": {old}, "password": {fresh}})
	}
	wrong := change("wrong", nextPassword)
	contains(t, wrong, "密码不对")
	if strings.Contains(wrong.Body, nextPassword) {
		t.Error("a password comes back")
	}
	led(t, change(accountPassword, nextPassword), "/account")
	led(t, other.Get("/account"), "/sign-in?next="+url.QueryEscape("/account"))
	if got := signIn(other, "person@example.cn", accountPassword, ""); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the old password: status %d", got.Status)
	}
	led(t, signIn(other, "person@example.cn", nextPassword, ""), "/desk")
	led(t, c.Send("/sign-out", url.Values{}), "/")
	led(t, c.Get("/desk"), "/sign-in?next="+url.QueryEscape("/desk"))
}

func secondFactor(t *testing.T, a *app.App) {
	const email = "factor@example.cn"
	c := registered(t, a, email)
	page := c.Get("/account/factor")
	key := page.Text("code", "secret")
	if len(key) != 1 || !strings.Contains(page.Body, `<figure class="qr"><svg`) {
		t.Fatalf("no key or no picture: %q", key)
	}
	code := func(at time.Time) string {
		out, err := totp.GenerateCode(key[0], at)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	wrong := c.Send("/account/factor", url.Values{"_form": {"confirm"}, "code": {"12"}})
	contains(t, wrong, "验证码不对")
	now := time.Now()
	codes := c.Send("/account/factor", url.Values{"_form": {"confirm"}, "code": {code(now)}})
	recovery := regexp.MustCompile(`[0-9a-z]{5}-[0-9a-z]{5}`).FindAllString(strings.Join(codes.Text("ul", ""), " "), -1)
	if len(recovery) != 10 || !strings.Contains(codes.Body, "data-print") {
		t.Fatalf("recovery codes %q", recovery)
	}
	if again := c.Get("/account/factor"); strings.Contains(again.Body, recovery[0]) || strings.Contains(again.Body, key[0]) {
		t.Error("secrets are shown again")
	}

	enter := func() *Client {
		c := NewClient(t, a.Addr())
		led(t, signIn(c, email, accountPassword, "/account/tokens"), "/sign-in/code?next="+url.QueryEscape("/account/tokens"))
		led(t, c.Get("/account/tokens"), "/sign-in?next="+url.QueryEscape("/account/tokens")) // not in yet
		return c
	}
	give := func(c *Client, code string) Answer {
		return c.Submit("/sign-in/code", url.Values{"code": {code}, "next": {"/account/tokens"}})
	}
	in := enter()
	contains(t, give(in, code(now)), "验证码不对或已经用过") // the one that set it up
	led(t, give(in, code(now.Add(30*time.Second))), "/account/tokens")
	in = enter()
	led(t, give(in, strings.ToUpper(recovery[2])), "/account/tokens")
	contains(t, give(enter(), recovery[2]), "验证码不对或已经用过")
	contains(t, in.Get("/account/factor"), "还剩 9 个")

	fresh := in.Send("/account/factor/recovery", url.Values{"_form": {"recovery"}, "code": {recovery[0]}})
	renewed := regexp.MustCompile(`[0-9a-z]{5}-[0-9a-z]{5}`).FindString(strings.Join(fresh.Text("ul", ""), " "))
	contains(t, in.Send("/account/factor/off", url.Values{"_form": {"switch-off"}, "code": {recovery[1]}}), "验证码不对")
	led(t, in.Send("/account/factor/off", url.Values{"_form": {"switch-off"}, "code": {renewed}}), "/account/factor")
	led(t, signIn(NewClient(t, a.Addr()), email, accountPassword, ""), "/desk")
	mails := strings.Join(c.Get("/demo/mail").Text("main", ""), " ")
	for _, subject := range []string{"两步验证已开启", "恢复码已重新生成", "两步验证已关闭"} {
		if !strings.Contains(mails, subject) {
			t.Errorf("no mail says %s", subject)
		}
	}
}

func devices(t *testing.T, a *app.App) {
	const email = "devices@example.cn"
	c := registered(t, a, email)
	phone, plain := NewClient(t, a.Addr()), NewClient(t, a.Addr())
	form := url.Values{"email": {email}, "password": {accountPassword}}
	led(t, phone.Submit("/sign-in", form, "User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0.5 Safari/604"), "/desk")
	led(t, plain.Submit("/sign-in", form, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "/desk")
	page := c.Get("/account/sessions")
	contains(t, page, "这台设备", "微信 WeChat（iPhone）", "Firefox（Linux）", "127.0.0.1")
	var ends []string
	for n := range page.elements("form") {
		if action := attr(n, "action"); strings.HasSuffix(action, "/end") && strings.Contains(textOf(n), "Firefox") {
			ends = append(ends, action)
		}
	}
	if len(ends) != 1 {
		t.Fatalf("to end Firefox: %q", ends)
	}
	stranger := registered(t, a, "stranger@example.cn")
	if got := stranger.Send(ends[0], url.Values{}).Status; got != http.StatusNotFound {
		t.Errorf("another may end it: status %d", got)
	}
	led(t, c.Send(ends[0], url.Values{}), "/account/sessions")
	led(t, plain.Get("/desk"), "/sign-in?next="+url.QueryEscape("/desk"))
	if got := phone.Get("/desk").Status; got != http.StatusOK {
		t.Errorf("the telephone: status %d", got)
	}
	led(t, c.Send("/account/sessions", url.Values{}), "/account/sessions")
	led(t, phone.Get("/desk"), "/sign-in?next="+url.QueryEscape("/desk"))
	contains(t, c.Get("/account/sessions"), "没有其他设备登录")
}

func tokensAndAPI(t *testing.T, a *app.App) {
	c := registered(t, a, "api@example.cn")
	bad := c.Send("/account/tokens", url.Values{"_form": {"make"}, "name": {""}, "days": {"9999"}})
	if bad.Status != http.StatusUnprocessableEntity || len(bad.Text("p", "fault")) != 3 {
		t.Errorf("status %d, faults %q", bad.Status, bad.Text("p", "fault"))
	}
	made := c.Send("/account/tokens", url.Values{"_form": {"make"}, "name": {"报表"}, "days": {"30"}, "scope": {"read"}})
	token := made.Text("code", "secret")
	if len(token) != 1 || len(token[0]) != 43 {
		t.Fatalf("token %q", token)
	}
	list := c.Get("/account/tokens")
	if strings.Contains(list.Body, token[0]) {
		t.Error("the token is shown again")
	}
	contains(t, list, "报表", "还没有用过")

	api := NewClient(t, a.Addr())
	me := api.Get("/api/v1/me", "Authorization", "Bearer "+token[0])
	if got := decode[map[string]any](t, me); got["email"] != "api@example.cn" || got["organisation"] != nil || me.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("who am I: %s", me.Body)
	}
	for _, tt := range []struct {
		name   string
		client *Client
		path   string
		header []string
		want   int
	}{
		{"without a token", api, "/api/v1/me", nil, http.StatusUnauthorized},
		{"a token made up", api, "/api/v1/me", []string{"Authorization", "Bearer abc"}, http.StatusUnauthorized},
		{"a bad token on an open route", api, "/api/v1/needs", []string{"Authorization", "Bearer abc"}, http.StatusUnauthorized},
		{"a cookie", c, "/api/v1/me", nil, http.StatusUnauthorized},
		{"a cookie for notifications", c, "/api/v1/me/notifications", nil, http.StatusUnauthorized},
		{"notifications", api, "/api/v1/me/notifications", []string{"Authorization", "Bearer " + token[0]}, http.StatusOK},
		{"an unknown parameter", api, "/api/v1/me/notifications?page=2", []string{"Authorization", "Bearer " + token[0]}, http.StatusBadRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.client.Get(tt.path, tt.header...)
			if got.Status != tt.want {
				t.Fatalf("status %d, want %d: %s", got.Status, tt.want, got.Body)
			}
			if got.Status >= 400 && !strings.HasPrefix(got.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("it is %s", got.Header.Get("Content-Type"))
			}
			if (got.Header.Get("WWW-Authenticate") != "") != (tt.want == http.StatusUnauthorized) {
				t.Errorf("asks for %q", got.Header.Get("WWW-Authenticate"))
			}
		})
	}
	if got := api.Post("/api/v1/match", `{"text":"新能源汽车三电维修"}`, "Authorization", "Bearer "+token[0]).Status; got != http.StatusOK {
		t.Errorf("a match by a token that reads: status %d", got)
	}
	contains(t, c.Get("/account/tokens"), "最近使用")
	revoke := regexp.MustCompile(`/account/tokens/\w+/revoke`).FindString(list.Body)
	if got := registered(t, a, "thief@example.cn").Send(revoke, url.Values{}).Status; got != http.StatusNotFound {
		t.Errorf("another may revoke it: status %d", got)
	}
	led(t, c.Send(revoke, url.Values{}), "/account/tokens")
	if got := api.Get("/api/v1/me", "Authorization", "Bearer "+token[0]).Status; got != http.StatusUnauthorized {
		t.Errorf("revoked: status %d", got)
	}
}

func dataAndDeletion(t *testing.T, a *app.App) {
	const email = "leaving@example.cn"
	c := registered(t, a, email)
	c.Send("/account/tokens", url.Values{"_form": {"make"}, "name": {"报表"}, "days": {"30"}, "scope": {"read"}})
	file := c.Get("/account/data.json")
	if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(file.Header.Get("Content-Type"), "application/json") {
		t.Errorf("it comes as %v", file.Header)
	}
	data := decode[struct {
		Person   map[string]any
		Sessions []map[string]any
		Tokens   []map[string]any
	}](t, file)
	if data.Person["email"] != email || len(data.Sessions) != 1 || len(data.Tokens) != 1 {
		t.Errorf("exported: %s", file.Body)
	}
	for _, secret := range []string{"argon2id", `"password":`, `"factor":`} {
		if strings.Contains(file.Body, secret) && !strings.Contains(file.Body, secret+"{}") {
			t.Errorf("the file holds %s", secret)
		}
	}
	contains(t, c.Send("/account/data", url.Values{"password": {"wrong"}}), "密码不对")
	gone := c.Send("/account/data", url.Values{"password": {accountPassword}})
	led(t, gone, "/")
	contains(t, c.Get("/"), "账号已注销")
	led(t, c.Get("/account"), "/sign-in?next="+url.QueryEscape("/account"))
	if got := signIn(NewClient(t, a.Addr()), email, accountPassword, ""); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("signing in afterwards: status %d", got.Status)
	}
	registered(t, a, email) // the address is free again
}

func redirects(t *testing.T, a *app.App) {
	const email = "redirect@example.cn"
	registered(t, a, email)
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/a\r\nLocation: //evil.example", "javascript:alert(1)", "evil.example"} {
		c := NewClient(t, a.Addr())
		if body := c.Get("/sign-in?next=" + url.QueryEscape(next)).Body; strings.Contains(body, "evil.example") && !strings.Contains(body, `name="next" value=""`) {
			t.Errorf("%q stands in the form", next)
		}
		led(t, signIn(c, email, accountPassword, next), "/desk")
		led(t, c.Get("/sign-in?next="+url.QueryEscape(next)), "/desk")
	}
}
