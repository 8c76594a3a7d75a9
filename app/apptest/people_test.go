package apptest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Who is somebody tests sign in as. The zero value is a person of no organisation.
type Who struct {
	Demo   string                   // words in the name of a fictional person of demo mode, who comes in by their link
	Of     string                   // id of the college or enterprise they work for, or "office"
	Role   portal.Role              // what they do there
	State  portal.OrganisationState // of the organisation; empty: verified
	Unsure bool                     // the second factor was not given
}

// SignedIn makes the person, and the organisation where it is not there yet, and returns
// a client with a session of theirs. It is how tests sign in where signing in is not what
// they are about. The same person may sign in several times.
func SignedIn(t testing.TB, a *app.App, who Who) *Client {
	t.Helper()
	c := NewClient(t, a.Addr())
	if who.Demo != "" {
		led(t, c.Submit(demoLink(t, a, who.Demo), nil), "/desk")
		return c
	}
	now, err := a.Records.Engine.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := portal.Person{Meta: portal.Meta{ID: "test-" + who.Of + "-" + string(who.Role)}, Name: "测试·" + string(who.Role), Confirmed: now,
		Consent: portal.Consent{Version: portal.ConsentVersion, At: now}}
	p.Email = p.ID + "@example.cn"
	if who.Of != "" {
		p.Organisation = joined(t, a, who, p.ID, now)
	}
	once(t, a.Records.Persons.Insert(t.Context(), &p))
	token, hash := secret.NewToken()
	s := portal.Session{Meta: portal.Meta{ID: hash}, Person: p.ID, Begun: now, Sure: !who.Unsure}
	s.Touch(now)
	once(t, a.Records.Sessions.Insert(t.Context(), &s))
	at, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar.SetCookies(at, []*http.Cookie{{Name: sessionCookie, Value: token, Path: "/"}})
	return c
}

// joined makes a person a member of the organisation, and returns its id.
func joined(t testing.TB, a *app.App, who Who, person string, now time.Time) string {
	t.Helper()
	ctx := t.Context()
	o := portal.Organisation{Record: who.Of, State: portal.OrganisationVerified, Submitted: now, Contact: portal.Contact{Name: "联系人", Phone: "0851-80000000", Email: "a@example.cn"},
		Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	if who.State != "" {
		o.State = who.State
	}
	if who.Of == portal.OfficeID {
		o.ID, o.Kind, o.Name, o.Record = portal.OfficeID, portal.Office, "人才办", ""
	} else if c, err := a.Records.Colleges.Get(ctx, who.Of); err == nil {
		o.ID, o.Kind, o.Name = portal.CollegeOrganisation(c.ID), portal.OfCollege, c.Name
	} else {
		e, err := a.Records.Enterprises.Get(ctx, who.Of)
		if err != nil {
			t.Fatal(err)
		}
		o.ID, o.Kind, o.Name, o.Enterprise = portal.EnterpriseOrganisation(e.ID), portal.OfEnterprise, e.Name, &e
	}
	once(t, a.Records.Organisations.Insert(ctx, &o))
	_, err := a.Records.Organisations.Mutate(ctx, o.ID, func(o *portal.Organisation) error { return o.Join(person, who.Role, now) })
	if err != nil {
		t.Fatal(err)
	}
	return o.ID
}

// demoLink is a one-time link into the account of the fictional person whose name holds
// these words.
func demoLink(t testing.TB, a *app.App, name string) string {
	t.Helper()
	links, err := a.Services.Accounts.DemoLinks(t.Context(), portal.System)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if strings.Contains(l.Name, name) {
			return l.Path
		}
	}
	t.Fatalf("there is nobody called %s", name)
	return ""
}

// once accepts that a record is there already.
func once(t testing.TB, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, store.ErrDuplicate) {
		t.Fatal(err)
	}
}
