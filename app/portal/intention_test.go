package portal

import (
	"slices"
	"testing"
	"time"
)

// TestWhoMayDoWhatWithAnIntention is the whole table of states, roles and acts: what is
// not listed is refused.
func TestWhoMayDoWhatWithAnIntention(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	person := func(kind OrganisationKind, record string, role Role, state OrganisationState) Viewer {
		return Viewer{Person: "p", Organisation: string(kind) + record, Kind: kind, Record: record, Role: role, State: state, Sure: true}
	}
	viewers := map[string]Viewer{
		"visitor":               {},
		"system":                System,
		"sender owner":          person(OfEnterprise, "e1", Owner, OrganisationVerified),
		"sender editor":         person(OfEnterprise, "e1", Editor, OrganisationVerified),
		"sender reader":         person(OfEnterprise, "e1", Reader, OrganisationVerified),
		"sender suspended":      person(OfEnterprise, "e1", Owner, OrganisationSuspended),
		"addressee owner":       person(OfCollege, "c1", Owner, OrganisationVerified),
		"addressee editor":      person(OfCollege, "c1", Editor, OrganisationVerified),
		"addressee reader":      person(OfCollege, "c1", Reader, OrganisationVerified),
		"addressee unverified":  person(OfCollege, "c1", Owner, OrganisationRegistered),
		"other college":         person(OfCollege, "c2", Owner, OrganisationVerified),
		"other enterprise":      person(OfEnterprise, "c1", Owner, OrganisationVerified),
		"office reviewer":       person(Office, "", Reviewer, OrganisationVerified),
		"office administrator":  person(Office, "", Administrator, OrganisationVerified),
		"office auditor":        person(Office, "", Auditor, OrganisationVerified),
		"office without second": {Person: "p", Organisation: OfficeID, Kind: Office, Role: Reviewer, State: OrganisationVerified},
	}
	write := map[IntentionAct][]string{ActWrite: {"sender owner", "sender editor", "addressee owner", "addressee editor"}}
	waiting := map[IntentionAct][]string{
		ActView: {}, ActAccept: {"addressee owner", "addressee editor"}, ActDecline: {"addressee owner", "addressee editor"},
		ActWithdraw: {"sender owner", "sender editor"}, ActWrite: write[ActWrite],
	}
	sent := map[IntentionAct][]string{ActView: {"addressee owner", "addressee editor", "addressee reader", "addressee unverified"},
		ActAccept: waiting[ActAccept], ActDecline: waiting[ActDecline], ActWithdraw: waiting[ActWithdraw], ActWrite: write[ActWrite]}
	over := map[IntentionAct][]string{ActExpire: {"system"}}
	for _, tt := range []struct {
		name string
		in   Intention
		may  map[IntentionAct][]string
	}{
		{"sent", Intention{State: IntentionSent, DueAt: now.Add(time.Millisecond)}, sent},
		{"viewed", Intention{State: IntentionViewed, DueAt: now.Add(time.Hour)}, waiting},
		{"sent, at the boundary", Intention{State: IntentionSent, DueAt: now}, over},
		{"viewed, over", Intention{State: IntentionViewed, DueAt: now.Add(-time.Hour)}, over},
		{"being accepted", Intention{State: IntentionViewed, Accepting: true, DueAt: now.Add(time.Hour)}, nil},
		{"being accepted, over", Intention{State: IntentionViewed, Accepting: true, DueAt: now.Add(-time.Hour)}, nil},
		{"accepted", Intention{State: IntentionAccepted, DueAt: now.Add(-time.Hour)}, write},
		{"declined", Intention{State: IntentionDeclined, DueAt: now.Add(time.Hour)}, nil},
		{"withdrawn", Intention{State: IntentionWithdrawn, DueAt: now.Add(time.Hour)}, nil},
		{"expired", Intention{State: IntentionExpired, DueAt: now.Add(-time.Hour)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.From, tt.in.College, tt.in.Enterprise = OfEnterprise, "c1", "e1"
			for name, v := range viewers {
				for _, act := range []IntentionAct{ActView, ActAccept, ActDecline, ActWithdraw, ActWrite, ActExpire} {
					if got, want := tt.in.CanAct(v, act, now), slices.Contains(tt.may[act], name); got != want {
						t.Errorf("%s may %s: got %v, want %v", name, act, got, want)
					}
				}
			}
		})
	}
}

func TestWhoSeesAnIntention(t *testing.T) {
	in := Intention{From: OfCollege, College: "c1", Enterprise: "e1"}
	for _, tt := range []struct {
		name string
		v    Viewer
		want bool
	}{
		{"visitor", Visitor, false},
		{"system", System, true},
		{"the college", Viewer{Organisation: "college-c1", Kind: OfCollege, Record: "c1", Role: Reader, State: OrganisationVerified}, true},
		{"the enterprise, suspended", Viewer{Organisation: "enterprise-e1", Kind: OfEnterprise, Record: "e1", Role: Owner, State: OrganisationSuspended}, true},
		{"a college of the enterprise's id", Viewer{Organisation: "college-e1", Kind: OfCollege, Record: "e1"}, false},
		{"a school without a record", Viewer{Organisation: "school-x", Kind: OfSchool}, false},
		{"reviewer", Viewer{Organisation: OfficeID, Kind: Office, Role: Reviewer, Sure: true}, true},
		{"reviewer without a second factor", Viewer{Organisation: OfficeID, Kind: Office, Role: Reviewer}, false},
		{"auditor", Viewer{Organisation: OfficeID, Kind: Office, Role: Auditor, Sure: true}, false},
	} {
		if got := CanSeeIntention(tt.v, in); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestReminders(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	in := Intention{WarnAt: day(8), DueAt: day(15)}
	for reminded, want := range []time.Time{day(8), day(11).Add(12 * time.Hour), day(15)} {
		in.Reminded = reminded
		if got := in.Remind(); !got.Equal(want) {
			t.Errorf("after %d reminders: got %v, want %v", reminded, got, want)
		}
	}
}

func TestSeatsArePromisedOnce(t *testing.T) {
	free := func(n int) *int { return &n }
	for _, tt := range []struct {
		name  string
		free  *int
		held  []Promise
		want  int
		left  *int
		refus bool
	}{
		{"within", free(30), nil, 30, free(0), false},
		{"one too many", free(30), nil, 31, nil, true},
		{"others hold some", free(30), []Promise{{"a", 10}}, 21, nil, true},
		{"the same again", free(30), []Promise{{"x", 30}}, 30, free(0), false},
		{"the same, more", free(30), []Promise{{"x", 10}}, 31, nil, true},
		{"unknown", nil, []Promise{{"a", 100}}, 100, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Programme{SeatsFree: tt.free, Promised: tt.held}
			if err := p.Promise("x", tt.want); (err != nil) != tt.refus {
				t.Fatalf("got %v", err)
			}
			if left := p.SeatsLeft(); !tt.refus && (left == nil) != (tt.left == nil) || left != nil && tt.left != nil && *left != *tt.left {
				t.Errorf("left %v, want %v", left, tt.left)
			}
			p.Release("x")
			for _, have := range p.Promised {
				if have.Intention == "x" {
					t.Error("still held after Release")
				}
			}
		})
	}
}
