package apptest

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// chained waits for nothing: it chains now.
func chained(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.Services.Audit.Chain(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
}

func TestTheAuditorReadsWhatWasDone(t *testing.T) {
	a := Start(t)
	reviewer := SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Reviewer})
	SignedIn(t, a, Who{Of: "demo-e02", Role: portal.Owner, State: portal.OrganisationRegistered})
	org, err := a.Records.Organisations.Get(t.Context(), portal.EnterpriseOrganisation("demo-e02"))
	if err != nil {
		t.Fatal(err)
	}
	decided := reviewer.Send("/desk/organisations/"+org.ID, url.Values{"to": {"returned"}, "reason": {"=营业执照看不清"}, "version": {strconv.FormatInt(org.Version, 10)}})
	if decided.Status != http.StatusSeeOther {
		t.Fatalf("deciding: %d", decided.Status)
	}
	owner := SignedIn(t, a, Who{Of: "demo-e01", Role: portal.Owner})
	owner.Send("/organisation/documents", nil)
	chained(t, a)

	auditor := SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Auditor})
	page := auditor.Get("/desk/audit?action=organisation.returned")
	if page.Status != http.StatusOK || len(page.Text("a", "name")) != 1 {
		t.Fatalf("status %d with %q", page.Status, page.Text("a", "name"))
	}
	text := strings.Join(page.Text("main", ""), " ")
	for _, want := range []string{"退回", "测试·reviewer · 人才办", "机构 " + org.Name, "理由：空 → =营业执照看不清", "状态：registered → returned", "127.0.0.1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %.900s", want, text)
		}
	}
	for query, want := range map[string]int{
		"person=test-office-reviewer@example.cn": 1, "person=" + url.QueryEscape("测试·reviewer"): 1, "person=" + url.QueryEscape("张三"): 0,
		"organisation=" + url.QueryEscape("人才办") + "&record=" + org.ID: 1, "record=nothing": 0,
		"action=organisation.returned&from=" + tomorrow(): 0, "action=organisation.returned&until=" + tomorrow(): 1,
	} {
		if got := len(auditor.Get("/desk/audit?"+query).Text("a", "name")); got != want {
			t.Errorf("%s finds %d, want %d", query, got, want)
		}
	}
	for query, want := range map[string]string{"from=31.01.2026": "#f-from", "person=nobody": "#f-person"} {
		a := auditor.Get("/desk/audit?" + query)
		if a.Status != http.StatusUnprocessableEntity || !slices.Contains(a.Links(), want) {
			t.Errorf("%s: status %d without a link to %s", query, a.Status, want)
		}
	}
	file := auditor.Get("/desk/audit.csv?action=organisation.returned")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || !strings.Contains(rows[1][8], "营业执照看不清") {
		t.Errorf("the file holds %q (%v)", rows, err)
	}
	if one := auditor.Get(page.Links()[slices.IndexFunc(page.Links(), func(l string) bool { return strings.HasPrefix(l, "/desk/audit/") && l != "/desk/audit/verify" })]); one.Status != http.StatusOK || !strings.Contains(one.Body, "=营业执照看不清") {
		t.Errorf("one entry: status %d", one.Status)
	}
	if v := auditor.Get("/desk/audit/verify"); v.Status != http.StatusOK || !strings.Contains(v.Body, "日志完整") {
		t.Errorf("examined: status %d: %.600s", v.Status, strings.Join(v.Text("main", ""), " "))
	}
}

func TestReadingTheAuditLogIsWrittenDown(t *testing.T) {
	a := Start(t)
	first := SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Auditor})
	for range 3 {
		first.Get("/desk/audit")
		first.Get("/en/desk/audit?action=audit.read")
	}
	first.Get("/desk/audit.csv")
	first.Get("/desk/audit.csv")
	p, err := a.Records.Persons.Get(t.Context(), "test-office-auditor")
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range p.Events {
		actions = append(actions, e.Action)
	}
	if want := []string{"audit.read", "audit.export", "audit.export"}; !slices.Equal(actions, want) {
		t.Errorf("written down: %v, want %v", actions, want)
	}
}

func TestTheAuditLogIsReadPageByPage(t *testing.T) {
	a := Start(t)
	const events = 120
	for i := range events {
		p := portal.Person{Meta: portal.Meta{ID: "many-" + strconv.Itoa(i)}, Email: strconv.Itoa(i) + "@example.cn"}
		p.Note(portal.AuditEvent{At: time.Now().Add(-time.Duration(i) * time.Minute).UTC(), By: "many", Action: "person.register"})
		if err := a.Records.Persons.Insert(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
	}
	chained(t, a)
	auditor := SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Auditor})
	var seen []string
	for path, pages := "/desk/audit?action=person.register", 0; path != "" && pages < 10; pages++ {
		page, here := auditor.Get(path), path
		for _, l := range page.Links() {
			if id, ok := strings.CutPrefix(l, "/desk/audit?record=many-"); ok {
				seen = append(seen, id)
			}
		}
		path = ""
		for _, l := range page.Links() {
			if l != here && strings.HasPrefix(l, "/desk/audit?") && strings.Contains(l, "after=") {
				path = l
			}
		}
	}
	if len(seen) != events || seen[0] != "0" || seen[events-1] != strconv.Itoa(events-1) {
		t.Errorf("%d entries, from %s to %s", len(seen), seen[0], seen[len(seen)-1])
	}
	if a := auditor.Get("/desk/audit?after=made-up"); a.Status != http.StatusNotFound {
		t.Errorf("a made-up page: status %d", a.Status)
	}
}

func tomorrow() string { return time.Now().In(portal.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly) }
