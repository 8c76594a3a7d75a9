package portal

import (
	"cmp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Round (调度) is how the three lists stood on a day, with what has changed since the round
// before. It never changes once it is taken.
type Round struct {
	Meta
	Trail
	Number int         `json:"number"` // from 1
	Title  string      `json:"title"`
	Day    string      `json:"day"`
	At     time.Time   `json:"at"` // when it was taken
	By     string      `json:"by"` // person
	Before string      `json:"before,omitempty"`
	Lines  []RoundLine `json:"lines"`
	Origin Origin      `json:"origin"`
}

// RoundLine is an item as it stood in a round.
type RoundLine struct {
	Item       string        `json:"item"`
	List       ListKind      `json:"list"`
	Title      string        `json:"title"`
	TitleEn    string        `json:"title_en,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	UnitName   string        `json:"unit_name,omitempty"`
	About      string        `json:"about,omitempty"` // title of its partnership
	Due        string        `json:"due,omitempty"`
	State      ItemState     `json:"state"`
	Overdue    int           `json:"overdue,omitempty"` // days
	Supervised bool          `json:"supervised,omitempty"`
	Changes    []RoundChange `json:"changes,omitempty"`
}

// RoundChange is something that happened to an item since the round before.
type RoundChange string

const (
	ChangeNew        RoundChange = "new"
	ChangeClosed     RoundChange = "closed"
	ChangeHandled    RoundChange = "handled"
	ChangeReopened   RoundChange = "reopened"
	ChangeOverdue    RoundChange = "overdue"
	ChangeSupervised RoundChange = "supervised"
	ChangeReleased   RoundChange = "released"
	ChangeDue        RoundChange = "due"  // another day
	ChangeUnit       RoundChange = "unit" // another unit
)

// The most items of a round, which is one record, and how many days the day of one lies
// from the day it is taken.
const (
	RoundMost = 10_000
	RoundDays = 31
)

// Secret says that the log does not repeat the lines: they stand in the record, which
// never changes.
func (r Round) Secret() []string { return []string{"lines"} }

// RoundID is the id of the round of a number: two people who open one at once open the
// same, and the second is told.
func RoundID(number int) string { return "round-" + strconv.Itoa(number) }

// Check reports what is wrong with the title and the day of a round that comes after
// another, which may be zero.
func (r Round) Check(before Round, now time.Time) error {
	var bad Invalid
	switch n := utf8.RuneCountInString(r.Title); {
	case n == 0:
		bad.Add("title", "problem.required")
	case n > ItemTitleMost:
		bad.Add("title", "problem.too_long", ItemTitleMost)
	}
	from := now.In(Shanghai).AddDate(0, 0, -RoundDays).Format(time.DateOnly)
	until := now.In(Shanghai).AddDate(0, 0, RoundDays).Format(time.DateOnly)
	switch {
	case r.Day == "":
		bad.Add("day", "problem.required")
	case !IsDay(r.Day):
		bad.Add("day", "problem.day")
	case r.Day < from, r.Day > until:
		bad.Add("day", "round.day_far", RoundDays)
	case r.Day < before.Day:
		bad.Add("day", "round.day_before", before.Day)
	}
	return bad.Err()
}

// Take makes the lines of a round of the items that are not closed and those closed since
// the round before. about are the titles of partnerships, by id.
func (r *Round) Take(before Round, items []ListItem, about map[string]string, now time.Time) {
	was := make(map[string]RoundLine, len(before.Lines))
	for _, l := range before.Lines {
		was[l.Item] = l
	}
	r.Before, r.Number, r.At = before.ID, before.Number+1, now
	r.Lines = []RoundLine{}
	order := map[string]string{}
	for _, i := range items {
		l := RoundLine{Item: i.ID, List: i.List, Title: i.Title, TitleEn: i.TitleEn, Unit: i.Unit, UnitName: i.UnitName, About: about[i.Partnership],
			Due: i.Due, State: i.State, Overdue: i.OverdueDays(now), Supervised: i.Supervised != nil && i.State != ItemClosed}
		old, known := was[i.ID]
		if known && old.State == ItemClosed && l.State == ItemClosed {
			continue // told of before
		}
		l.Changes = l.since(old, known)
		r.Lines = append(r.Lines, l)
		order[i.ID] = i.Order()
	}
	slices.SortFunc(r.Lines, func(a, b RoundLine) int {
		return cmp.Or(cmp.Compare(slices.Index(ListKinds[:], a.List), slices.Index(ListKinds[:], b.List)),
			cmp.Compare(a.UnitName, b.UnitName), cmp.Compare(order[a.Item], order[b.Item]), cmp.Compare(a.Item, b.Item))
	})
}

// since is what has happened to an item since a line of it; known says that there is one.
func (l RoundLine) since(old RoundLine, known bool) []RoundChange {
	var out []RoundChange
	note := func(c RoundChange, happened bool) {
		if happened {
			out = append(out, c)
		}
	}
	note(ChangeNew, !known)
	note(ChangeReopened, known && (l.State == ItemOpen && old.State != ItemOpen || l.State == ItemHandled && old.State == ItemClosed))
	note(ChangeHandled, l.State == ItemHandled && old.State != ItemHandled)
	note(ChangeClosed, l.State == ItemClosed)
	note(ChangeOverdue, l.Overdue > 0 && old.Overdue == 0)
	note(ChangeSupervised, l.Supervised && !old.Supervised)
	note(ChangeReleased, !l.Supervised && old.Supervised && l.State != ItemClosed)
	note(ChangeDue, known && l.Due != old.Due)
	note(ChangeUnit, known && l.Unit != old.Unit)
	return out
}

// Is reports whether that has happened to the item since the round before.
func (l RoundLine) Is(c RoundChange) bool { return slices.Contains(l.Changes, c) }

// RoundSum counts the items of one unit on one list. New and Closed are since the round
// before; Open is all that is not closed, of which Handled is ready to be, Overdue late
// and Supervised pressed for.
type RoundSum struct {
	List           ListKind
	Unit, UnitName string
	New, Closed    int
	Open, Handled  int
	Overdue        int
	Supervised     int
}

// Sums counts the lines by list and unit, in their order.
func (r Round) Sums() []RoundSum {
	var out []RoundSum
	for _, l := range r.Lines {
		if n := len(out); n == 0 || out[n-1].List != l.List || out[n-1].UnitName != l.UnitName {
			out = append(out, RoundSum{List: l.List, Unit: l.Unit, UnitName: l.UnitName})
		}
		out[len(out)-1].add(l)
	}
	return out
}

// Total counts all lines.
func (r Round) Total() RoundSum {
	var sum RoundSum
	for _, l := range r.Lines {
		sum.add(l)
	}
	return sum
}

func (s *RoundSum) add(l RoundLine) {
	for _, c := range []struct {
		n  *int
		is bool
	}{{&s.New, l.Is(ChangeNew)}, {&s.Closed, l.State == ItemClosed}, {&s.Open, l.State != ItemClosed}, {&s.Handled, l.State == ItemHandled},
		{&s.Overdue, l.Overdue > 0}, {&s.Supervised, l.Supervised}} {
		if c.is {
			*c.n++
		}
	}
}
