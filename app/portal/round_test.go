package portal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// lineOf is what a round tells of an item, in short: its changes, then how it stands.
func lineOf(r Round, id string) string {
	for _, l := range r.Lines {
		if l.Item == id {
			return fmt.Sprint(l.Changes, " ", l.State, " ", l.Overdue, " ", l.Supervised)
		}
	}
	return "not told of"
}

func TestWhatHasChangedSinceTheRoundBefore(t *testing.T) {
	then, now := listNow.AddDate(0, 0, -30), listNow
	item := func(state ItemState) ListItem {
		i := ListItem{Meta: Meta{ID: "i"}, List: ProblemList, State: state, Due: "2026-12-31", Unit: "a"}
		if state != ItemOpen {
			i.Handling = &Handling{By: "x"}
		}
		return i
	}
	with := func(i ListItem, change func(*ListItem)) *ListItem { change(&i); return &i }
	as := func(state ItemState) *ListItem { return with(item(state), func(*ListItem) {}) }
	for _, tt := range []struct {
		name     string
		was, now *ListItem // nil: not there
		want     string
	}{
		{"nothing", as(ItemOpen), as(ItemOpen), "[] open 0 false"},
		{"a new one", nil, as(ItemOpen), "[new] open 0 false"},
		{"a new one that is late", nil, with(item(ItemOpen), func(i *ListItem) { i.Due = "2026-11-20" }), "[new overdue] open 4 false"},
		{"one opened and handled in between", nil, as(ItemHandled), "[new handled] handled 0 false"},
		{"one opened and closed in between", nil, as(ItemClosed), "[new closed] closed 0 false"},
		{"handled", as(ItemOpen), as(ItemHandled), "[handled] handled 0 false"},
		{"closed", as(ItemHandled), as(ItemClosed), "[closed] closed 0 false"},
		{"closed before", as(ItemClosed), as(ItemClosed), "not told of"},
		{"reopened when it was handled", as(ItemHandled), as(ItemOpen), "[reopened] open 0 false"},
		{"reopened when it was closed", as(ItemClosed), as(ItemOpen), "[reopened] open 0 false"},
		{"reopened and handled again", as(ItemClosed), as(ItemHandled), "[reopened handled] handled 0 false"},
		{"late since", with(item(ItemOpen), func(i *ListItem) { i.Due = "2026-11-20" }), with(item(ItemOpen), func(i *ListItem) { i.Due = "2026-11-20" }), "[overdue] open 4 false"},
		{"late before", with(item(ItemOpen), func(i *ListItem) { i.Due = "2026-10-20" }), with(item(ItemOpen), func(i *ListItem) { i.Due = "2026-10-20" }), "[] open 35 false"},
		{"supervised", as(ItemOpen), with(item(ItemOpen), func(i *ListItem) { i.Supervised = &Supervision{} }), "[supervised] open 0 true"},
		{"no longer supervised", with(item(ItemOpen), func(i *ListItem) { i.Supervised = &Supervision{} }), as(ItemOpen), "[released] open 0 false"},
		{"due later", as(ItemOpen), with(item(ItemOpen), func(i *ListItem) { i.Due = "2027-01-31" }), "[due] open 0 false"},
		{"given to another unit", as(ItemOpen), with(item(ItemOpen), func(i *ListItem) { i.Unit = "b" }), "[unit] open 0 false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, round Round
			items := func(i *ListItem) []ListItem {
				if i == nil {
					return nil
				}
				return []ListItem{*i}
			}
			before.Take(Round{}, items(tt.was), nil, then)
			before.ID = "before"
			round.Take(before, items(tt.now), nil, now)
			if got := lineOf(round, "i"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if round.Before != "before" || round.Number != 2 {
				t.Errorf("number %d after %s", round.Number, round.Before)
			}
		})
	}
}

func TestSumsOfARoundAreThoseOfItsLines(t *testing.T) {
	var items []ListItem
	for n := range 60 {
		i := ListItem{Meta: Meta{ID: fmt.Sprint(n)}, List: ListKinds[n%3], UnitName: string(rune('a' + n%4)), State: ItemStates[n%2], Due: "2026-12-31"}
		if n%5 == 0 {
			i.Due = "2026-11-01"
		}
		if n%7 == 0 {
			i.Supervised = &Supervision{}
		}
		items = append(items, i)
	}
	var r Round
	r.Take(Round{}, items, nil, listNow)
	var sum RoundSum
	var order []string
	for _, s := range r.Sums() {
		sum.New, sum.Closed, sum.Open, sum.Handled = sum.New+s.New, sum.Closed+s.Closed, sum.Open+s.Open, sum.Handled+s.Handled
		sum.Overdue, sum.Supervised = sum.Overdue+s.Overdue, sum.Supervised+s.Supervised
		order = append(order, fmt.Sprint(slices.Index(ListKinds[:], s.List), s.UnitName))
	}
	if sum != r.Total() || sum.Open != 60 || sum.New != 60 || sum.Handled != 30 || sum.Supervised != 9 {
		t.Errorf("the sums: %+v, the lines: %+v", sum, r.Total())
	}
	if !slices.IsSorted(order) || len(order) != 12 {
		t.Errorf("by list and unit: %v", order)
	}
}

func TestWhatIsWrongWithARound(t *testing.T) {
	last := Round{Day: "2026-11-20"}
	for _, tt := range []struct{ name, title, day, want string }{
		{"nothing", "十一月调度", "2026-11-24", ""},
		{"no title", "", "2026-11-24", "problem.required"},
		{"a title too long", strings.Repeat("长", ItemTitleMost+1), "2026-11-24", "problem.too_long"},
		{"no day", "调度", "", "problem.required"},
		{"a day that is none", "调度", "2026-13-01", "problem.day"},
		{"a mistyped year", "调度", "2062-11-24", "round.day_far"},
		{"before the last round", "调度", "2026-11-19", "round.day_before"},
		{"the day of the last round", "调度", "2026-11-20", ""},
		{"next week", "调度", "2026-12-01", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if bad, _ := (Round{Title: tt.title, Day: tt.day}).Check(last, listNow).(Invalid); len(bad) > 0 {
				got = bad[0].Key
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNextDue(t *testing.T) {
	milestones := []Milestone{{ID: "a", Due: "2026-01-01", Done: "2026-01-01"}, {ID: "b", Due: "2026-05-01"}, {ID: "c", Due: "2026-03-01"}}
	for _, tt := range []struct {
		name  string
		stage PartnershipStage
		want  string
	}{{"running", PartnershipRunning, "2026-03-01"}, {"signed", PartnershipSigned, "2026-03-01"}, {"negotiating", PartnershipNegotiating, ""}, {"concluded", PartnershipConcluded, ""}} {
		if got := (Partnership{Stage: tt.stage, Milestones: milestones}).NextDue(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
