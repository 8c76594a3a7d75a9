package portal

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"
)

// ListKind is one of the three lists the plan asks for (筑府办函〔2023〕24号, task 1).
type ListKind string

const (
	ProblemList ListKind = "problem"        // 问题清单
	TaskList    ListKind = "task"           // 发展任务清单
	DutyList    ListKind = "responsibility" // 运行责任清单
)

// ListKinds lists the three in the order of the plan.
var ListKinds = [...]ListKind{ProblemList, TaskList, DutyList}

// ItemState is where an item of a list stands.
type ItemState string

const (
	ItemOpen    ItemState = "open"
	ItemHandled ItemState = "handled" // something was done: ready to be closed
	ItemClosed  ItemState = "closed"  // by a second person of the office
)

// ItemStates lists the states in the order of a life.
var ItemStates = [...]ItemState{ItemOpen, ItemHandled, ItemClosed}

// ItemSource is what an item was made from.
type ItemSource string

const (
	ByHand        ItemSource = "hand"      // entered by the office
	FromMilestone ItemSource = "milestone" // not reached in its time
	FromOutcome   ItemSource = "outcome"   // disputed
	FromDormancy  ItemSource = "dormancy"  // nothing happens in the partnership
	FromDuty      ItemSource = "duty"      // the unit that answers for a signed partnership
	FromPlan      ItemSource = "plan"      // a task of the plan
)

// ProblemDays is how many days there are to put a problem right that the program has
// found; the office may set another day.
const ProblemDays = 30

// ListItem (三清单条目) is an item of the problem, task or responsibility list. What the
// program makes has an id of what it was made from, so that it is made once.
type ListItem struct {
	Meta
	Trail
	List        ListKind     `json:"list"`
	Title       string       `json:"title"`
	TitleEn     string       `json:"title_en,omitempty"`
	Text        string       `json:"text,omitempty"`
	TextEn      string       `json:"text_en,omitempty"`
	Unit        string       `json:"unit,omitempty"`      // that owns it
	UnitName    string       `json:"unit_name,omitempty"` // as it was called: a unit may be abolished
	Clause      string       `json:"clause,omitempty"`    // of the plan
	Partnership string       `json:"partnership,omitempty"`
	Due         string       `json:"due,omitempty"` // day in Shanghai
	Source      ItemSource   `json:"source"`
	Of          string       `json:"of,omitempty"` // the milestone or outcome it was made from
	State       ItemState    `json:"state"`
	Since       time.Time    `json:"since"` // in that state
	Opened      time.Time    `json:"opened"`
	Handling    *Handling    `json:"handling,omitempty"`
	Earlier     []Handling   `json:"earlier,omitempty"`   // before it was reopened
	ClosedBy    string       `json:"closed_by,omitempty"` // person
	Supervised  *Supervision `json:"supervised,omitempty"`
	Reason      string       `json:"reason,omitempty"` // why it was last reopened, supervised or released
	Told        bool         `json:"told,omitempty"`   // the office knows that it is overdue
	Held        bool         `json:"held,omitempty"`   // open again although it was settled: a person says so
	Origin      Origin       `json:"origin"`
}

// Handling is what was done about an item. Of what the program has found to be settled,
// Found says how, and there is no person.
type Handling struct {
	Text         string       `json:"text,omitempty"`
	Found        Settled      `json:"found,omitempty"`
	Evidence     []Attachment `json:"evidence,omitempty"`
	By           string       `json:"by,omitempty"` // person
	Organisation string       `json:"organisation,omitempty"`
	At           time.Time    `json:"at"`
}

// Settled is how what an item was made from came to an end.
type Settled string

const (
	SettledReached  Settled = "reached"  // the milestone was
	SettledMoved    Settled = "moved"    // the milestone was taken off, or is due on another day
	SettledAnswered Settled = "answered" // the outcome is no longer disputed
	SettledActive   Settled = "active"   // something happens in the partnership again
	SettledReplaced Settled = "replaced" // another unit answers for the partnership, or none
	SettledOver     Settled = "over"     // the partnership has ended
	SettledGone     Settled = "gone"     // the partnership is no longer here
)

// Supervision (督办) marks an item the office presses for.
type Supervision struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"` // person
	At     time.Time `json:"at"`
}

// ItemAct is something one does with an item.
type ItemAct string

const (
	ItemHandle    ItemAct = "handle"    // say what was done
	ItemAttach    ItemAct = "attach"    // add evidence of it
	ItemClose     ItemAct = "close"     // by another than who has handled it
	ItemReopen    ItemAct = "reopen"    // for a reason
	ItemSupervise ItemAct = "supervise" // for a reason
	ItemRelease   ItemAct = "release"   // from supervision, for a reason
	ItemEdit      ItemAct = "edit"
)

// ItemActs lists every act in the order people are offered them.
var ItemActs = [...]ItemAct{ItemHandle, ItemClose, ItemAttach, ItemReopen, ItemSupervise, ItemRelease, ItemEdit}

// The longest texts of an item, in characters.
const (
	ItemTitleMost  = 80
	ItemTextMost   = 1000
	ItemReasonMost = 300
)

// CanKeepLists reports whether the viewer enters, supervises and closes items and opens
// rounds. Analysts only read them.
func CanKeepLists(v Viewer) bool { return v.CanReview() || v.CanAdminister() }

// CanSeeItem reports whether the viewer may read the item: the office all of them, the
// parties those about their partnership. p is zero where the item is about none.
func CanSeeItem(v Viewer, i ListItem, p Partnership) bool {
	return v.IsSystem() || v.CanAnalyse() || i.concerns(v, p)
}

// concerns reports whether the viewer works for a party of the partnership it is about.
func (i ListItem) concerns(v Viewer, p Partnership) bool {
	return i.Partnership != "" && i.Partnership == p.ID && p.Has(v)
}

// Can reports whether the viewer may do that with the item as it stands. Who answers for
// a partnership is a matter of the office alone.
func (i ListItem) Can(v Viewer, p Partnership, act ItemAct) bool {
	if !i.Allows(v, p, act) {
		return false
	}
	switch act {
	case ItemHandle:
		return i.State == ItemOpen
	case ItemAttach:
		return i.State == ItemHandled && i.Handling.By != "" && len(i.Handling.Evidence) < EvidenceMost
	case ItemClose:
		return i.State == ItemHandled && i.Second(v)
	case ItemReopen:
		return i.State != ItemOpen
	case ItemSupervise:
		return i.State != ItemClosed && i.Supervised == nil
	case ItemRelease:
		return i.State != ItemClosed && i.Supervised != nil
	case ItemEdit:
		return i.State == ItemOpen && i.Source != FromDuty // which follows its partnership
	}
	return false
}

// Allows reports whether the act is the viewer's to do with the item, whatever its state.
func (i ListItem) Allows(v Viewer, p Partnership, act ItemAct) bool {
	party := i.concerns(v, p) && v.CanSpeak() && i.List != DutyList
	return CanKeepLists(v) || party && (act == ItemHandle || act == ItemAttach)
}

// Second reports whether the viewer is another person than the one who has handled it.
func (i ListItem) Second(v Viewer) bool { return i.Handling != nil && i.Handling.By != v.Person }

// OverdueAt reports whether nothing was done about it in its time.
func (i ListItem) OverdueAt(now time.Time) bool {
	return i.State == ItemOpen && i.Due != "" && i.Due < now.In(Shanghai).Format(time.DateOnly)
}

// OverdueDays is by how many days it is overdue.
func (i ListItem) OverdueDays(now time.Time) int {
	due, err := time.ParseInLocation(time.DateOnly, i.Due, Shanghai)
	if err != nil || !i.OverdueAt(now) {
		return 0
	}
	return int(now.Sub(due).Hours() / 24)
}

// Tell is when the office is told that it is overdue; zero when there is nothing to tell.
func (i ListItem) Tell() time.Time {
	due, err := time.ParseInLocation(time.DateOnly, i.Due, Shanghai)
	if err != nil || i.State != ItemOpen || i.Told {
		return time.Time{}
	}
	return due.AddDate(0, 0, 1)
}

// Order is the place of the item in a list, compared as text: what is supervised first,
// what was closed last, and by the day it is due; of those without one the oldest first.
func (i ListItem) Order() string {
	class := "1"
	switch {
	case i.State == ItemClosed:
		class = "2"
	case i.Supervised != nil:
		class = "0"
	}
	return class + cmp.Or(i.Due, "9") + i.Opened.UTC().Format("20060102150405")
}

// Check reports what is wrong with an item somebody enters or edits.
func (i ListItem) Check(today string) error {
	var bad Invalid
	if !slices.Contains(ListKinds[:], i.List) {
		bad.Add("list", "problem.required")
	}
	switch n := utf8.RuneCountInString(i.Title); {
	case n == 0:
		bad.Add("title", "problem.required")
	case n > ItemTitleMost:
		bad.Add("title", "problem.too_long", ItemTitleMost)
	}
	if utf8.RuneCountInString(i.Text) > ItemTextMost {
		bad.Add("text", "problem.too_long", ItemTextMost)
	}
	if i.Unit == "" {
		bad.Add("unit", "problem.required")
	}
	switch {
	case i.Due == "" && i.List != DutyList: // a duty may have no end
		bad.Add("due", "problem.required")
	case i.Due != "" && !IsDay(i.Due):
		bad.Add("due", "problem.day")
	case i.Due != "" && i.Due < today:
		bad.Add("due", "list.due_past")
	}
	if i.Clause != "" && !slices.Contains(PlanClauses[:], i.Clause) {
		bad.Add("clause", "problem.required")
	}
	return bad.Err()
}

// Handle notes what a person has done about it.
func (i *ListItem) Handle(v Viewer, text string, evidence []Attachment, now time.Time) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return Invalid{{Field: "done", Key: "problem.required"}}
	case n > ItemTextMost:
		return Invalid{{Field: "done", Key: "problem.too_long", Args: []any{ItemTextMost}}}
	}
	i.Handling = &Handling{Text: text, Evidence: evidence, By: v.Person, Organisation: v.Organisation, At: now}
	i.State, i.Since = ItemHandled, now
	return nil
}

// Settle notes that what it was made from has come to an end by itself.
func (i *ListItem) Settle(how Settled, now time.Time) {
	i.Handling = &Handling{Found: how, At: now}
	i.State, i.Since = ItemHandled, now
}

// Attach adds evidence of what was done.
func (i *ListItem) Attach(a Attachment) {
	h := *i.Handling
	h.Evidence = append(slices.Clone(h.Evidence), a)
	i.Handling = &h
}

// Evidence is all that was attached to it, of what was done before it was reopened too.
func (i ListItem) Evidence() []Attachment {
	var out []Attachment
	for _, h := range i.Earlier {
		out = append(out, h.Evidence...)
	}
	if i.Handling != nil {
		out = append(out, i.Handling.Evidence...)
	}
	return out
}

// Close ends it.
func (i *ListItem) Close(v Viewer, now time.Time) {
	i.State, i.Since, i.ClosedBy = ItemClosed, now, v.Person
}

// Reopen begins it anew; what was done about it before is kept.
func (i *ListItem) Reopen(reason string, now time.Time) error {
	if err := i.because(reason); err != nil {
		return err
	}
	i.Held = i.Held || i.Handling.Found != ""
	i.again(now)
	return nil
}

func (i *ListItem) again(now time.Time) {
	i.Earlier = append(slices.Clone(i.Earlier), *i.Handling)
	i.State, i.Since, i.Handling, i.ClosedBy, i.Told = ItemOpen, now, nil, "", false
}

// Supervise sets the mark of supervision.
func (i *ListItem) Supervise(v Viewer, reason string, now time.Time) error {
	if err := i.because(reason); err != nil {
		return err
	}
	i.Supervised = &Supervision{Reason: reason, By: v.Person, At: now}
	return nil
}

// Release takes the mark of supervision off.
func (i *ListItem) Release(reason string) error {
	if err := i.because(reason); err != nil {
		return err
	}
	i.Supervised = nil
	return nil
}

// because takes over the reason of an act that must have one.
func (i *ListItem) because(reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return Invalid{{Field: "reason", Key: "problem.required"}}
	case n > ItemReasonMost:
		return Invalid{{Field: "reason", Key: "problem.too_long", Args: []any{ItemReasonMost}}}
	}
	i.Reason = reason
	return nil
}

// Plan sets another day by which it is due; the office is told again when that is over.
func (i *ListItem) Plan(due string) {
	if due != i.Due {
		i.Due, i.Told = due, false
	}
}

// Follow brings an item of the program to what it would be made as today, and reports
// whether that changed anything: one that was settled by itself opens again, a duty is due
// at the end of its agreement, and one without a unit takes that of its partnership.
func (i *ListItem) Follow(now ListItem, at time.Time) bool {
	before := *i
	if i.Handling != nil && i.Handling.Found != "" {
		i.again(at)
	}
	if i.State == ItemOpen && i.Source == FromDuty {
		i.Plan(now.Due)
	}
	if i.Unit == "" {
		i.Unit, i.UnitName = now.Unit, now.UnitName
	}
	return i.State != before.State || i.Due != before.Due || i.Unit != before.Unit
}

// Ended is how what an item was made from has ended, by its partnership as it stands now.
func (i ListItem) Ended(p Partnership) Settled {
	switch {
	case p.ID == "":
		return SettledGone
	case i.Source == FromOutcome:
		return SettledAnswered
	case p.Stage.Over():
		return SettledOver
	case i.Source == FromDormancy:
		return SettledActive
	case i.Source == FromDuty:
		return SettledReplaced
	}
	if m, ok := p.Milestone(i.Of); ok && m.Done != "" {
		return SettledReached
	}
	return SettledMoved
}
