package service_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// changesOf are what a round says has happened to an item.
func changesOf(r portal.Round, id string) string {
	for _, l := range r.Lines {
		if l.Item == id {
			out := make([]string, len(l.Changes))
			for i, c := range l.Changes {
				out[i] = string(c)
			}
			return strings.Join(out, " ")
		}
	}
	return "not told of"
}

func TestARoundNeverChangesAndTheNextTellsWhatDid(t *testing.T) {
	s := approach(t)
	ctx, lists, rounds := t.Context(), s.services.Lists, s.services.Rounds
	s.look(t)
	day := s.clock.In(portal.Shanghai).Format(time.DateOnly)
	for name, v := range map[string]portal.Viewer{"a party": s.college, "an analyst": {Person: "x", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Analyst, State: portal.OrganisationVerified, Sure: true}} {
		if _, err := rounds.Open(ctx, v, "调度", day); !errors.Is(err, portal.ErrForbidden) {
			t.Errorf("%s opens a round: %v", name, err)
		}
	}
	if _, err := rounds.Open(ctx, s.office, " ", "昨天"); err == nil || !strings.Contains(err.Error(), "title") || !strings.Contains(err.Error(), "day") {
		t.Errorf("without a title and a day: %v", err)
	}
	first, err := rounds.Open(ctx, s.office, " 十一月调度 ", day)
	if err != nil {
		t.Fatal(err)
	}
	open, err := s.records.ListItems.Count(ctx, store.OneOf("state", portal.ItemOpen, portal.ItemHandled))
	if err != nil || first.Total().Open != int(open) || first.Number != 2 || first.Before != "demo-round-1" || first.Title != "十一月调度" || first.Origin.Certainty != portal.Demo {
		t.Fatalf("number %d after %q with %d of %d open items, %v", first.Number, first.Before, first.Total().Open, open, err)
	}
	for id, want := range map[string]string{"demo-l1": "overdue supervised", "demo-l2": "new handled", "demo-l3": "closed", "plan-14-city_education": ""} {
		if got := changesOf(first, id); got != want {
			t.Errorf("%s since the round of the demonstration: %q, want %q", id, got, want)
		}
	}
	before, err := json.Marshal(first.Lines)
	if err != nil {
		t.Fatal(err)
	}

	// Much happens, and another round is taken.
	s.later(24 * time.Hour)
	get := func(id string) portal.ListItem {
		t.Helper()
		i, err := s.records.ListItems.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	steps := []func() (portal.ListItem, error){
		func() (portal.ListItem, error) { return lists.Close(ctx, another, "demo-l2", get("demo-l2").Version) },
		func() (portal.ListItem, error) {
			return lists.Reopen(ctx, s.office, "demo-l3", get("demo-l3").Version, "又少了一份")
		},
		func() (portal.ListItem, error) {
			return lists.Supervise(ctx, s.office, "demo-l1", get("demo-l1").Version, false, "已报方案")
		},
		func() (portal.ListItem, error) {
			return lists.Handle(ctx, s.office, "plan-14-city_education", get("plan-14-city_education").Version, "已印发细则", "", nil)
		},
		func() (portal.ListItem, error) {
			return lists.Enter(ctx, s.office, service.ItemDraft{List: portal.TaskList, Title: "新任务", Unit: "city_talent", Due: "2027-01-31"})
		},
	}
	for n, step := range steps {
		if _, err := step(); err != nil {
			t.Fatalf("step %d: %v", n, err)
		}
	}
	s.later(time.Hour)
	second, err := rounds.Open(ctx, another, "又一次", day)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"demo-l1": "released", "demo-l2": "closed", "demo-l3": "reopened overdue", "plan-14-city_education": "handled", "plan-13-city_education": ""} {
		if got := changesOf(second, id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if sum := second.Total(); sum.New != 1 || sum.Closed != 1 || second.Before != first.ID {
		t.Errorf("%+v after %s", sum, second.Before)
	}
	f, err := rounds.Show(ctx, s.office, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	after, err := json.Marshal(f.Lines)
	if err != nil || string(after) != string(before) || f.Version != 1 {
		t.Errorf("the first round has changed: version %d, %v", f.Version, err)
	}
	if f.Taker != "演示·人才办审核" || f.Last.Title != "演示·第一次调度" {
		t.Errorf("taken by %q after %q", f.Taker, f.Last.Title)
	}
	if change, ok := f.Events[0].Changed["lines"]; !ok || change.After != nil {
		t.Error("the log repeats the lines")
	}

	// What was closed before the last round is told of no more.
	s.later(time.Hour)
	third, err := rounds.Open(ctx, s.office, "第三次", day)
	if err != nil || changesOf(third, "demo-l2") != "not told of" || third.Total().New != 0 {
		t.Errorf("%q, %+v, %v", changesOf(third, "demo-l2"), third.Total(), err)
	}
	page, err := rounds.List(ctx, s.office, "", 10)
	if err != nil || len(page.Items) != 4 || page.Items[0].ID != third.ID {
		t.Errorf("%d rounds, %v", len(page.Items), err)
	}
	file, err := rounds.Sheet(ctx, s.office, "zh-CN", second.ID)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := sheet.Read(ctx, file, sheet.Layout{Sheet: "round.sheet", Columns: []sheet.Column{{Key: "title", Title: "list.column.title"}, {Key: "changes", Title: "list.column.changes"}}}, 1000, nil)
	if err != nil || len(rows) != len(second.Lines) {
		t.Fatalf("%d rows of %d: %v", len(rows), len(second.Lines), err)
	}
	for n, l := range second.Lines {
		if rows[n].Cells["title"] != l.Title || strings.Count(rows[n].Cells["changes"], "round.change.") != len(l.Changes) {
			t.Errorf("row %d: %v, want %s", n, rows[n].Cells, l.Title)
		}
	}
	if _, err := rounds.Show(ctx, s.college, second.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college reads a round: %v", err)
	}
}

func TestFictionalListsArePurged(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	s.look(t)
	if _, err := s.services.Rounds.Open(ctx, s.office, "调度", "2026-11-24"); err != nil {
		t.Fatal(err)
	}
	if _, err := service.PurgeDemo(ctx, portal.System, s.records); err != nil {
		t.Fatal(err)
	}
	s.later(2 * time.Hour)
	s.look(t)
	var left []string
	if err := s.records.ListItems.All(ctx, nil, func(i *portal.ListItem) error { left = append(left, i.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"plan-12-city_education", "plan-13-city_education", "plan-14-city_education", "plan-15-guian_economy", "plan-17-huaxi_government"}; !slices.Equal(left, want) {
		t.Errorf("left: %v", left)
	}
	if n, err := s.records.Rounds.Count(ctx); err != nil || n != 0 {
		t.Errorf("%d rounds are left, %v", n, err)
	}
}
