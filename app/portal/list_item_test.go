package portal

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

var listNow = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// listPeople are those of the outcomes with an id each, and a second reviewer.
func listPeople() map[string]Viewer {
	people := outcomePeople()
	people["reviewer.2"] = people["reviewer"]
	for name, v := range people {
		if v.SignedIn() {
			v.Person = name
			people[name] = v
		}
	}
	return people
}

func TestWhoMayDoWhatWithAnItem(t *testing.T) {
	p := Partnership{Meta: Meta{ID: "p"}, Stage: PartnershipRunning, Colleges: []Party{{ID: "c"}, {ID: "d"}}, Enterprises: []Party{{ID: "e"}}}
	about := ListItem{List: ProblemList, Source: FromMilestone, Partnership: "p"}
	with := func(i ListItem, change func(*ListItem)) ListItem { change(&i); return i }
	handledBy := func(i ListItem, who string) ListItem {
		return with(i, func(i *ListItem) { i.State, i.Handling = ItemHandled, &Handling{By: who} })
	}
	open := with(about, func(i *ListItem) { i.State = ItemOpen })
	closed := with(handledBy(about, "c"), func(i *ListItem) { i.State = ItemClosed })
	const keepers, parties = "reviewer reviewer.2 administr", "e c d"
	for _, tt := range []struct {
		name string
		item ListItem
		act  ItemAct
		want string
	}{
		{"an open one is handled by the parties and the office", open, ItemHandle, keepers + " " + parties},
		{"one about no partnership by the office", with(open, func(i *ListItem) { i.Partnership = "" }), ItemHandle, keepers},
		{"one about another partnership by the office", with(open, func(i *ListItem) { i.Partnership = "q" }), ItemHandle, keepers},
		{"a duty by the office", with(open, func(i *ListItem) { i.List, i.Source = DutyList, FromDuty }), ItemHandle, keepers},
		{"a handled one by nobody", handledBy(about, "c"), ItemHandle, ""},
		{"an open one is closed by nobody", open, ItemClose, ""},
		{"what a party has handled is closed by the office", handledBy(about, "c"), ItemClose, keepers},
		{"what the program has found by the office", handledBy(about, ""), ItemClose, keepers},
		{"what one of the office has handled by another", handledBy(about, "reviewer"), ItemClose, "reviewer.2 administr"},
		{"a closed one by nobody", closed, ItemClose, ""},
		{"an open one is reopened by nobody", open, ItemReopen, ""},
		{"a handled one by the office", handledBy(about, "c"), ItemReopen, keepers},
		{"a closed one by the office", closed, ItemReopen, keepers},
		{"evidence is added by the parties and the office", handledBy(about, "c"), ItemAttach, keepers + " " + parties},
		{"and not to what the program has found", handledBy(about, ""), ItemAttach, ""},
		{"and not to a closed one", closed, ItemAttach, ""},
		{"an open one is supervised by the office", open, ItemSupervise, keepers},
		{"and not twice", with(open, func(i *ListItem) { i.Supervised = &Supervision{} }), ItemSupervise, ""},
		{"and not when it is closed", closed, ItemSupervise, ""},
		{"supervision is ended by the office", with(open, func(i *ListItem) { i.Supervised = &Supervision{} }), ItemRelease, keepers},
		{"and not where there is none", open, ItemRelease, ""},
		{"an open one is edited by the office", open, ItemEdit, keepers},
		{"a handled one by nobody", handledBy(about, "c"), ItemEdit, ""},
		{"a duty by nobody: it follows its partnership", with(open, func(i *ListItem) { i.List, i.Source = DutyList, FromDuty }), ItemEdit, ""},
	} {
		t.Run(string(tt.act)+" "+tt.name, func(t *testing.T) {
			var got []string
			for name, v := range listPeople() {
				if tt.item.Can(v, p, tt.act) {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if want := slices.Sorted(strings.FieldsSeq(tt.want)); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	var see []string
	for _, name := range slices.Sorted(maps.Keys(listPeople())) {
		if CanSeeItem(listPeople()[name], open, p) {
			see = append(see, name)
		}
	}
	if want := strings.Fields("administr analyst c c.reader c.unverified d e e.reader reviewer reviewer.2"); !slices.Equal(see, want) {
		t.Errorf("see it: %v, want %v", see, want)
	}
}

func TestWhatIsWrongWithAnItem(t *testing.T) {
	whole := ListItem{List: ProblemList, Title: "设备未到", Unit: "city_education", Due: "2026-12-24", Clause: "14"}
	for _, tt := range []struct {
		name   string
		change func(*ListItem)
		want   string
	}{
		{"nothing", func(*ListItem) {}, ""},
		{"no list", func(i *ListItem) { i.List = "" }, "list problem.required"},
		{"a made-up list", func(i *ListItem) { i.List = "fourth" }, "list problem.required"},
		{"no title", func(i *ListItem) { i.Title = "" }, "title problem.required"},
		{"a title too long", func(i *ListItem) { i.Title = strings.Repeat("长", ItemTitleMost+1) }, "title problem.too_long"},
		{"a text too long", func(i *ListItem) { i.Text = strings.Repeat("长", ItemTextMost+1) }, "text problem.too_long"},
		{"no unit", func(i *ListItem) { i.Unit = "" }, "unit problem.required"},
		{"no day", func(i *ListItem) { i.Due = "" }, "due problem.required"},
		{"a duty without an end", func(i *ListItem) { i.List, i.Due = DutyList, "" }, ""},
		{"a day that is none", func(i *ListItem) { i.Due = "2026-11-31" }, "due problem.day"},
		{"words for a day", func(i *ListItem) { i.Due = "下月底" }, "due problem.day"},
		{"a day that has passed", func(i *ListItem) { i.Due = "2026-11-23" }, "due list.due_past"},
		{"today", func(i *ListItem) { i.Due = "2026-11-24" }, ""},
		{"a task the plan has not", func(i *ListItem) { i.Clause = "99" }, "clause problem.required"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := whole
			tt.change(&i)
			got := ""
			if bad, _ := i.Check("2026-11-24").(Invalid); len(bad) > 0 {
				got = bad[0].Field + " " + bad[0].Key
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnItemIsOverdue(t *testing.T) {
	for _, tt := range []struct {
		name  string
		due   string
		state ItemState
		days  int
	}{
		{"today", "2026-11-24", ItemOpen, 0},
		{"yesterday", "2026-11-23", ItemOpen, 1},
		{"last month", "2026-10-24", ItemOpen, 31},
		{"handled", "2026-10-24", ItemHandled, 0},
		{"without a day", "", ItemOpen, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := ListItem{Due: tt.due, State: tt.state}
			if got := i.OverdueDays(listNow); got != tt.days || i.OverdueAt(listNow) != (tt.days > 0) {
				t.Errorf("%d days, overdue %v, want %d", got, i.OverdueAt(listNow), tt.days)
			}
		})
	}
	first, second := ListItem{State: ItemOpen, Due: "2026-12-31", Supervised: &Supervision{}}, ListItem{State: ItemOpen, Due: "2026-01-01"}
	none, closed := ListItem{State: ItemOpen}, ListItem{State: ItemClosed, Due: "2025-01-01", Supervised: &Supervision{}}
	if order := []string{first.Order(), second.Order(), none.Order(), closed.Order()}; !slices.IsSorted(order) {
		t.Errorf("the order: %v", order)
	}
}

func TestWhatIsReopenedByAPersonStaysOpen(t *testing.T) {
	reviewer := listPeople()["reviewer"]
	i := ListItem{State: ItemOpen}
	i.Settle(SettledReached, listNow)
	if err := i.Reopen("", listNow); err == nil {
		t.Error("reopened without a reason")
	}
	if err := i.Reopen("证明材料是另一个项目的", listNow); err != nil || !i.Held || i.State != ItemOpen || len(i.Earlier) != 1 {
		t.Errorf("%+v, %v", i, err)
	}
	other := ListItem{State: ItemOpen}
	if err := other.Handle(reviewer, "已办", nil, listNow); err != nil {
		t.Fatal(err)
	}
	if err := other.Reopen("没有办完", listNow); err != nil || other.Held {
		t.Errorf("what a person had handled is held: %v", err)
	}
}
