package portal

import (
	"errors"
	"slices"
	"testing"
)

func TestWhoMayEditUnits(t *testing.T) {
	for _, tt := range []struct {
		name       string
		who        Viewer
		edit, move bool
	}{
		{"a visitor", Visitor, false, false}, {"a college", ofCollege, false, false}, {"a reviewer", ofOffice, false, true},
		{"a reviewer without a second factor", with(ofOffice, func(v *Viewer) { v.Sure = false }), false, false},
		{"an administrator", with(ofOffice, func(v *Viewer) { v.Role = Administrator }), true, false},
		{"an analyst", with(ofOffice, func(v *Viewer) { v.Role = Analyst }), false, false},
		{"an auditor", with(ofOffice, func(v *Viewer) { v.Role = Auditor }), false, false},
	} {
		if got := CanEditUnits(tt.who); got != tt.edit {
			t.Errorf("%s edits: %v", tt.name, got)
		}
		if got := CanMoveUnits(tt.who); got != tt.move {
			t.Errorf("%s moves: %v", tt.name, got)
		}
	}
}

func TestAUnitIsAbolishedOnceAndRestored(t *testing.T) {
	const today = "2026-11-28"
	u := Unit{Meta: Meta{ID: "a"}, Name: "甲局"}
	for name, err := range map[string]error{"tomorrow": u.Abolish("2026-11-29", "", today), "no day": u.Abolish("", "b", today), "into itself": u.Abolish(today, "a", today), "restored while it lives": u.Restore()} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := u.Abolish(today, "b", today); err != nil || u.Lives() || u.Successor != "b" {
		t.Errorf("%+v, %v", u, err)
	}
	if err := u.Abolish(today, "", today); !errors.Is(err, ErrConflict) {
		t.Errorf("abolished twice: %v", err)
	}
	if err := u.Restore(); err != nil || !u.Lives() || u.Successor != "" {
		t.Errorf("%+v, %v", u, err)
	}
	if err := u.Reword("", []string{"99"}); err == nil {
		t.Error("a unit without a name, with a task that is none")
	}
}

func TestMovingAPartnershipToAnotherUnit(t *testing.T) {
	for _, tt := range []struct {
		name             string
		responsible      string
		supporting, then []string
		is               string
	}{
		{"responsible", "old", []string{"x"}, []string{"x"}, "new"},
		{"supporting", "x", []string{"y", "old"}, []string{"y", "new"}, "x"},
		{"the successor supports it already", "old", []string{"new", "x"}, []string{"x"}, "new"},
		{"the successor answers for it already", "new", []string{"old", "x"}, []string{"x"}, "new"},
		{"both support it", "x", []string{"old", "new"}, []string{"new"}, "x"},
	} {
		p := Partnership{Responsible: tt.responsible, Supporting: tt.supporting}
		p.MoveUnit("old", "new")
		if p.Responsible != tt.is || !slices.Equal(p.Supporting, tt.then) {
			t.Errorf("%s: %s, %v", tt.name, p.Responsible, p.Supporting)
		}
	}
}

func TestNotificationsInTheLanguageOfTheReader(t *testing.T) {
	n := Notification{Args: []string{"项目", Bilingual("挂牌", "Opening"), Bilingual("验收", "")}}
	for english, want := range map[bool][]any{false: {"项目", "挂牌", "验收"}, true: {"项目", "Opening", "验收"}} {
		if got := n.Words(english); !slices.Equal(got, want) {
			t.Errorf("english %v: %v, want %v", english, got, want)
		}
	}
}
