package portal

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// eventPeople are the people of the tables below: of the two sides of a meeting, of others
// and of the office.
func eventPeople() map[string]Viewer {
	person := func(kind OrganisationKind, of string, role Role, state OrganisationState) Viewer {
		return Viewer{Person: "p", Organisation: of, Kind: kind, Role: role, State: state, Sure: true}
	}
	return map[string]Viewer{
		"visitor":              {},
		"system":               System,
		"college owner":        person(OfCollege, "college-c1", Owner, OrganisationVerified),
		"college editor":       person(OfCollege, "college-c1", Editor, OrganisationVerified),
		"college reader":       person(OfCollege, "college-c1", Reader, OrganisationVerified),
		"college suspended":    person(OfCollege, "college-c1", Owner, OrganisationSuspended),
		"enterprise owner":     person(OfEnterprise, "enterprise-e1", Owner, OrganisationVerified),
		"enterprise reader":    person(OfEnterprise, "enterprise-e1", Reader, OrganisationVerified),
		"other college":        person(OfCollege, "college-c2", Owner, OrganisationVerified),
		"other enterprise":     person(OfEnterprise, "enterprise-c1", Owner, OrganisationVerified),
		"office reviewer":      person(Office, OfficeID, Reviewer, OrganisationVerified),
		"office analyst":       person(Office, OfficeID, Analyst, OrganisationVerified),
		"office administrator": person(Office, OfficeID, Administrator, OrganisationVerified),
		"office auditor":       person(Office, OfficeID, Auditor, OrganisationVerified),
		"office, one factor":   {Person: "p", Organisation: OfficeID, Kind: Office, Role: Reviewer, State: OrganisationVerified},
	}
}

// onFriday is an event on Friday 27 November 2026 from 14:00, answers until the 25th.
func onFriday(state EventState) Event {
	return Event{Meta: Meta{ID: "ev"}, Title: "对接会", Place: "会议中心", Day: "2026-11-27", Start: "14:00", Minutes: 15, Rounds: 4, Tables: 3, Deadline: "2026-11-25", State: state}
}

// shanghai is a time of November 2026 in Shanghai.
func shanghai(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, Shanghai)
}

// TestWhoMayDoWhatWithAnEvent is the whole table of states, times, viewers and acts: what
// is not listed is refused.
func TestWhoMayDoWhatWithAnEvent(t *testing.T) {
	reviewer, clock := []string{"office reviewer"}, []string{"system"}
	follow := []string{"system", "office reviewer", "office analyst", "office administrator"}
	const see = EventAct("see")
	var everybody []string
	for name := range eventPeople() {
		everybody = append(everybody, name)
	}
	for _, tt := range []struct {
		name   string
		state  EventState
		now    time.Time
		public bool
		may    map[EventAct][]string
	}{
		{"draft", EventDraft, shanghai(20, 9, 0), false, map[EventAct][]string{see: follow, EditEvent: reviewer, InviteTo: reviewer, CancelEvent: reviewer}},
		{"draft, after the last day of answers", EventDraft, shanghai(26, 0, 0), false, map[EventAct][]string{see: follow, EditEvent: reviewer, CancelEvent: reviewer}},
		{"inviting", EventInviting, shanghai(25, 23, 59), true, map[EventAct][]string{see: everybody, EditEvent: reviewer, InviteTo: reviewer, PublishEvent: reviewer, CancelEvent: reviewer}},
		{"inviting, after the last day of answers", EventInviting, shanghai(26, 0, 0), true, map[EventAct][]string{see: everybody, EditEvent: reviewer, PublishEvent: reviewer, CancelEvent: reviewer}},
		{"inviting, begun", EventInviting, shanghai(27, 14, 0), true, map[EventAct][]string{see: everybody, EditEvent: reviewer, CancelEvent: reviewer}},
		{"scheduled", EventScheduled, shanghai(27, 14, 59), true, map[EventAct][]string{see: everybody, CancelEvent: reviewer}},
		{"scheduled, over", EventScheduled, shanghai(27, 15, 0), true, map[EventAct][]string{see: everybody, CancelEvent: reviewer, HoldEvent: clock}},
		{"held", EventHeld, shanghai(28, 9, 0), true, map[EventAct][]string{see: everybody, CloseEvent: reviewer}},
		{"closed", EventClosed, shanghai(28, 9, 0), true, map[EventAct][]string{see: everybody}},
		{"cancelled", EventCancelled, shanghai(20, 9, 0), true, map[EventAct][]string{see: everybody}},
		{"cancelled as a draft", EventCancelled, shanghai(20, 9, 0), false, map[EventAct][]string{see: follow}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := onFriday(tt.state)
			if tt.public {
				e.InvitedAt = shanghai(10, 9, 0)
			}
			for name, v := range eventPeople() {
				if got, want := CanSeeEvent(v, e), slices.Contains(tt.may[see], name); got != want {
					t.Errorf("%s may see: got %v, want %v", name, got, want)
				}
				for _, act := range EventActs {
					if got, want := e.Can(v, act, tt.now), slices.Contains(tt.may[act], name); got != want {
						t.Errorf("%s may %s: got %v, want %v", name, act, got, want)
					}
				}
				settling := e
				settling.Settling = true
				if slices.ContainsFunc(EventActs[:], func(act EventAct) bool { return settling.Can(v, act, tt.now) }) {
					t.Errorf("%s acts while it is being settled", name)
				}
			}
		})
	}
}

// TestWhoMayAnswerAnInvitation is the same table of invitations.
func TestWhoMayAnswerAnInvitation(t *testing.T) {
	party, office := []string{"college owner", "college editor"}, []string{"office reviewer"}
	follow := []string{"system", "college owner", "college editor", "college reader", "college suspended", "office reviewer", "office analyst", "office administrator"}
	for _, tt := range []struct {
		name          string
		event         EventState
		state         InvitationState
		now           time.Time
		answer, leave []string
	}{
		{"sent", EventInviting, InvitationSent, shanghai(25, 23, 59), party, nil},
		{"accepted", EventInviting, InvitationAccepted, shanghai(25, 23, 59), party, nil},
		{"declined", EventInviting, InvitationDeclined, shanghai(25, 23, 59), party, nil},
		{"after the last day", EventInviting, InvitationSent, shanghai(26, 0, 0), nil, nil},
		{"published", EventScheduled, InvitationAccepted, shanghai(26, 9, 0), nil, party},
		{"published, declined", EventScheduled, InvitationDeclined, shanghai(26, 9, 0), nil, nil},
		{"published, left", EventScheduled, InvitationLeft, shanghai(26, 9, 0), nil, nil},
		{"published, over", EventScheduled, InvitationAccepted, shanghai(27, 15, 0), nil, nil},
		{"held", EventHeld, InvitationAccepted, shanghai(28, 9, 0), nil, nil},
		{"cancelled", EventCancelled, InvitationSent, shanghai(20, 9, 0), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inv := Invitation{Kind: OfCollege, Record: "c1", Organisation: "college-c1", State: tt.state}
			for name, v := range eventPeople() {
				if got, want := CanSeeInvitation(v, inv), slices.Contains(follow, name); got != want {
					t.Errorf("%s may see: got %v, want %v", name, got, want)
				}
				for act, who := range map[InvitationAct][]string{AnswerInvitation: tt.answer, LeaveEvent: tt.leave} {
					if got, want := inv.Can(v, act, onFriday(tt.event), true, tt.now), slices.Contains(who, name); got != want {
						t.Errorf("%s may %s: got %v, want %v", name, act, got, want)
					}
					// Of a party without an account the office notes the answer.
					if got, want := inv.Can(v, act, onFriday(tt.event), false, tt.now), len(who) > 0 && slices.Contains(append(office, who...), name); got != want {
						t.Errorf("unclaimed: %s may %s: got %v, want %v", name, act, got, want)
					}
				}
			}
		})
	}
}

// TestWhoMayNoteWhoCame is the table of meetings.
func TestWhoMayNoteWhoCame(t *testing.T) {
	sides := []string{"college owner", "college editor", "enterprise owner", "office reviewer"}
	see := []string{"system", "college owner", "college editor", "college reader", "college suspended", "enterprise owner", "enterprise reader", "office reviewer", "office analyst", "office administrator"}
	from := shanghai(27, 14, 15)
	for _, tt := range []struct {
		name string
		m    Meeting
		in   EventState
		now  time.Time
		may  []string
	}{
		{"before it begins", Meeting{}, EventScheduled, from.Add(-time.Millisecond), nil},
		{"from its beginning", Meeting{}, EventScheduled, from, sides},
		{"after the event", Meeting{EnterpriseCame: Absent}, EventHeld, from.AddDate(0, 1, 0), sides},
		{"after the event is closed", Meeting{}, EventClosed, from.AddDate(0, 1, 0), nil},
		{"once it is an intention", Meeting{Intention: "i"}, EventHeld, from, nil},
		{"while it becomes one", Meeting{Settling: true}, EventHeld, from, nil},
		{"cancelled", Meeting{State: MeetingCancelled}, EventScheduled, from, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.From, tt.m.College, tt.m.Enterprise = from, "c1", "e1"
			if tt.m.State == "" {
				tt.m.State = MeetingPlanned
			}
			for name, v := range eventPeople() {
				if got, want := CanSeeMeeting(v, tt.m), slices.Contains(see, name); got != want {
					t.Errorf("%s may see: got %v, want %v", name, got, want)
				}
				if got, want := tt.m.CanAttend(v, onFriday(tt.in), tt.now), slices.Contains(tt.may, name); got != want {
					t.Errorf("%s may note: got %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestWhatIsWrongWithAnEvent(t *testing.T) {
	now := shanghai(20, 9, 0)
	for _, tt := range []struct {
		name   string
		change func(*Event)
		want   []string
	}{
		{"nothing", func(*Event) {}, nil},
		{"today, answers until today", func(e *Event) { e.Day, e.Deadline = "2026-11-20", "2026-11-20" }, nil},
		{"nothing said", func(e *Event) { *e = Event{} }, []string{"title problem.required", "place problem.required", "day problem.required", "deadline problem.required", "start problem.required", "minutes event.range", "rounds event.range", "tables event.range"}},
		{"a day in the past", func(e *Event) { e.Day, e.Deadline = "2026-11-19", "2026-11-19" }, []string{"day event.day_past", "deadline event.deadline_past"}},
		{"more tables, once all have answered", func(e *Event) { e.Deadline, e.InvitedAt = "2026-11-19", now.AddDate(0, 0, -9) }, nil},
		{"no day", func(e *Event) { e.Day = "2026-02-30" }, []string{"day event.bad_day"}},
		{"answers after the event", func(e *Event) { e.Deadline = "2026-11-28" }, []string{"deadline event.deadline_late"}},
		{"no time", func(e *Event) { e.Start = "25:00" }, []string{"start event.bad_time"}},
		{"no rounds", func(e *Event) { e.Rounds = 0 }, []string{"rounds event.range"}},
		{"four minutes", func(e *Event) { e.Minutes = 4 }, []string{"minutes event.range"}},
		{"121 minutes", func(e *Event) { e.Minutes = 121 }, []string{"minutes event.range"}},
		{"until midnight", func(e *Event) { e.Start, e.Minutes, e.Rounds = "22:00", 30, 4 }, nil},
		{"past midnight", func(e *Event) { e.Start, e.Minutes, e.Rounds = "22:01", 30, 4 }, []string{"rounds event.past_midnight"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := onFriday(EventDraft)
			tt.change(&e)
			var bad Invalid
			errors.As(e.Check(now), &bad)
			var got []string
			for _, p := range bad {
				got = append(got, p.Field+" "+p.Key)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWishesOfAParty(t *testing.T) {
	all := []Proposal{{Need: "n1", College: "c1", S: .4}, {Need: "n2", College: "c1", S: .6}, {Need: "n3", College: "c1", S: .5}}
	for _, tt := range []struct {
		name  string
		most  int
		ranks map[string]int
		want  string // needs in the order of the list, or the problem
	}{
		{"no order", 2, nil, "n2 n3 n1"},
		{"the weakest first", 2, map[string]int{"n1@c1": 1}, "n1 n2 n3"},
		{"two ranked, with a gap", 2, map[string]int{"n1@c1": 3, "n3@c1": 1}, "n3 n1 n2"},
		{"one struck out", 4, map[string]int{"n2@c1": 0}, "n3 n1"},
		{"another's proposal", 4, map[string]int{"n9@c9": 0}, "n2 n3 n1"},
		{"none wanted", 4, map[string]int{"n1@c1": 0, "n2@c1": 0, "n3@c1": 0}, "most event.all_struck"},
		{"no meetings", 0, nil, "most event.most"},
		{"more meetings than rounds", 5, nil, "most event.most"},
		{"a rank twice", 1, map[string]int{"n1@c1": 1, "n2@c1": 1}, "rank.n2@c1 event.rank_twice"},
		{"a rank too high", 1, map[string]int{"n1@c1": 4}, "rank.n1@c1 event.rank"},
		{"a rank below nothing", 1, map[string]int{"n1@c1": -1}, "rank.n1@c1 event.rank"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inv := Invitation{Kind: OfCollege, State: InvitationSent}
			err := inv.Accept(onFriday(EventInviting), all, tt.most, tt.ranks, shanghai(20, 9, 0))
			var bad Invalid
			got := ""
			if errors.As(err, &bad) {
				got = bad[0].Field + " " + bad[0].Key
			} else {
				for _, p := range inv.List(all) {
					got += p.Need + " "
				}
				got = got[:len(got)-1]
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAListEndsAfterFifteen is of a party that gives no order.
func TestAListEndsAfterFifteen(t *testing.T) {
	var all []Proposal
	for i := range 20 {
		all = append(all, Proposal{Need: string(rune('a' + i)), College: "c1", S: float64(i) / 20})
	}
	college, enterprise := Invitation{Kind: OfCollege}, Invitation{Kind: OfEnterprise, Needs: []string{"a", "b"}}
	if got := college.List(all); len(got) != ListMost || got[0].Need != "t" {
		t.Errorf("of a college %d, the first %q", len(got), got[0].Need)
	}
	if got := enterprise.List(all); len(got) != 20 {
		t.Errorf("of an enterprise with two needs %d", len(got))
	}
}

func TestOthersSeeNeitherTimetableNorPeople(t *testing.T) {
	e := onFriday(EventScheduled)
	e.Timetable, e.By, e.Pairing = []Placed{{Round: 1}}, "somebody", Pairing{Chosen: 1}
	e.Note(AuditEvent{Action: "event.publish", By: "somebody"})
	for name, v := range eventPeople() {
		got := e.For(v)
		if all := CanFollowEvents(v); len(got.Timetable) > 0 != all || got.By != "" != all || len(got.Events) > 0 {
			t.Errorf("%s sees %+v", name, got)
		}
	}
}
