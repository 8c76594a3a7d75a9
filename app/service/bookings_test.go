package service_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// at is a time so many hours from now.
func at(hours float64) time.Time { return now.Add(time.Duration(hours * float64(time.Hour))) }

func asking(resource string, from, to float64) service.BookingDraft {
	return service.BookingDraft{Resource: resource, From: at(from), To: at(to), People: 30, Purpose: "科学课参观"}
}

func TestARequestIsAccepted(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	rec, err := bookings.Send(ctx, school, asking(res.ID, 24, 26))
	if err != nil || rec.Origin.Certainty != portal.Demo {
		t.Fatalf("%+v %v", rec.Origin, err)
	}
	if got := told(t, h, taker().Person, "booking.sent"); got != 1 {
		t.Errorf("the college is told %d times", got)
	}
	seen, err := bookings.Show(ctx, taker(), rec.ID)
	if err != nil || seen.Contact.Phone != "000****2222" || seen.AskerName != "演示·花溪河小学" {
		t.Errorf("before acceptance the college sees %+v of %q (%v)", seen.Contact, seen.AskerName, err)
	}
	if _, err := bookings.Accept(ctx, taker(), rec.ID, seen.Version+1, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("accepting another version: %v", err)
	}
	for name, v := range map[string]portal.Viewer{"the school": school, "a visitor": portal.Visitor, "an enterprise": asker()} {
		if _, err := bookings.Accept(ctx, v, rec.ID, 0, ""); err == nil {
			t.Errorf("%s accepts", name)
		}
	}
	if done, err := bookings.Accept(ctx, taker(), rec.ID, seen.Version, "欢迎"); err != nil || done.State != portal.BookingAccepted {
		t.Fatalf("%s %v", done.State, err)
	}
	for v, phone := range map[*portal.Viewer]string{&school: "000-0000-0000", new(taker()): "000-1111-2222"} {
		if e, err := bookings.Show(ctx, *v, rec.ID); err != nil || e.Contact.Phone != phone {
			t.Errorf("%s sees %+v (%v)", v.Name, e.Contact, err)
		}
	}
	if told(t, h, school.Person, "booking.accepted") != 1 || told(t, h, taker().Person, "booking.agreed") != 1 {
		t.Error("not both sides are told")
	}
	have, _ := h.records.Resources.Get(ctx, res.ID)
	if len(have.Booked) != 1 || have.Booked[0].Booking != rec.ID {
		t.Errorf("held: %+v", have.Booked)
	}
	if err := bookings.Withdraw(ctx, school, rec.ID, 0, "下雨"); err != nil {
		t.Fatal(err)
	}
	have, _ = h.records.Resources.Get(ctx, res.ID)
	if after, err := bookings.Show(ctx, taker(), rec.ID); err != nil || after.State != portal.BookingWithdrawn || after.Settling || len(have.Booked) != 0 {
		t.Errorf("taken back: %+v, held %v (%v)", after.State, have.Booked, err)
	}
}

func TestTwoAcceptancesOfOneTime(t *testing.T) {
	for name, shared := range map[string]bool{"one at a time": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			h, res, school := opened(t, func(d *service.ResourceDraft) { d.SharedUse = shared })
			ctx, bookings := t.Context(), h.services.Bookings
			var sent []portal.Booking
			for i, v := range []portal.Viewer{school, asker(), school, asker()} {
				d := asking(res.ID, 24+float64(i)/2, 26)
				if i > 1 {
					d.From, d.To = at(30), at(32) // the sender has one that waits for the first time
				}
				rec, err := bookings.Send(ctx, v, d)
				if err != nil {
					t.Fatal(err)
				}
				sent = append(sent, rec)
			}
			errs := make([]error, len(sent))
			var wg sync.WaitGroup
			for i, rec := range sent {
				wg.Go(func() { _, errs[i] = bookings.Accept(context.WithoutCancel(ctx), taker(), rec.ID, 0, "") })
			}
			wg.Wait()
			accepted := 0
			for i, rec := range sent {
				have, err := h.records.Bookings.Fresh(ctx, rec.ID)
				if err != nil || have.Settling || (errs[i] == nil) != (have.State == portal.BookingAccepted) {
					t.Errorf("%v leaves it %s, settling %v (%v)", errs[i], have.State, have.Settling, err)
				}
				if errs[i] == nil {
					accepted++
				} else if problem(errs[i]) != "booking.taken" || !have.Waits() {
					t.Errorf("refused: %v", errs[i])
				}
			}
			want := 2
			if shared {
				want = 4
			}
			if after, _ := h.records.Resources.Fresh(ctx, res.ID); accepted != want || len(after.Booked) != want {
				t.Errorf("%d accepted, %d held, want %d", accepted, len(after.Booked), want)
			}
		})
	}
}

func TestWhoeverAnswersSeesWhatIsInTheSameTime(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	first, err := bookings.Send(ctx, asker(), asking(res.ID, 24, 26))
	if err == nil {
		_, err = bookings.Accept(ctx, taker(), first.ID, 0, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	second, err := bookings.Send(ctx, school, asking(res.ID, 25, 27))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := bookings.Show(ctx, taker(), second.ID); err != nil || len(e.Meeting) != 1 || e.Meeting[0].Booking != first.ID || e.Meeting[0].AskerName == "" {
		t.Errorf("the college sees %+v (%v)", e.Meeting, err)
	}
	if e, err := bookings.Show(ctx, school, second.ID); err != nil || e.Meeting != nil {
		t.Errorf("the school learns of others: %+v (%v)", e.Meeting, err)
	}
	if err := bookings.Decline(ctx, taker(), second.ID, 0, "", ""); problem(err) != "problem.required" {
		t.Errorf("declining without a reason: %v", err)
	}
	if err := bookings.Decline(ctx, taker(), second.ID, 0, "taken", "换个时间吧"); err != nil || told(t, h, school.Person, "booking.declined") != 1 {
		t.Errorf("declining: %v", err)
	}
}

func TestWithdrawingAResourceDeclinesWhatWaits(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	waits, err := bookings.Send(ctx, school, asking(res.ID, 24, 26))
	if err != nil {
		t.Fatal(err)
	}
	agreed, err := bookings.Send(ctx, asker(), asking(res.ID, 30, 32))
	if err == nil {
		_, err = bookings.Accept(ctx, taker(), agreed.ID, 0, "")
	}
	if err == nil {
		_, err = h.services.Resources.Act(ctx, taker(), res.ID, portal.ActRetire)
	}
	if err != nil {
		t.Fatal(err)
	}
	waits, _ = h.records.Bookings.Fresh(ctx, waits.ID)
	agreed, _ = h.records.Bookings.Fresh(ctx, agreed.ID)
	if waits.State != portal.BookingDeclined || agreed.State != portal.BookingAccepted || told(t, h, school.Person, "booking.declined") != 1 {
		t.Errorf("what waited is %s, what was agreed %s", waits.State, agreed.State)
	}
}

func TestTheClockOfARequest(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	chores := service.NewChores(h.rooms, h.services)
	rec, err := bookings.Send(ctx, school, asking(res.ID, 24, 26))
	if err != nil {
		t.Fatal(err)
	}
	turn := func() portal.BookingState {
		t.Helper()
		if err := chores.Once(ctx); err != nil {
			t.Fatal(err)
		}
		have, _ := h.records.Bookings.Fresh(ctx, rec.ID)
		return have.State
	}
	*h.clock = at(24).Add(-time.Millisecond)
	if got := turn(); got != portal.BookingSent {
		t.Errorf("just before its time it is %s", got)
	}
	*h.clock = at(24)
	if _, err := bookings.Accept(ctx, taker(), rec.ID, 0, ""); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("accepting at its time: %v", err)
	}
	if got := turn(); got != portal.BookingExpired || turn() != portal.BookingExpired {
		t.Errorf("at its time it is %s", got)
	}
	if told(t, h, school.Person, "booking.expired") != 1 || told(t, h, taker().Person, "booking.missed") != 1 {
		t.Error("not both sides are told once")
	}
}

func TestAnAcceptanceOfARequestCutOffIsFinished(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	rec, err := bookings.Send(ctx, school, asking(res.ID, 24, 26))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.Bookings.Mutate(ctx, rec.ID, func(b *portal.Booking) error { b.Accept("", now); return nil }); err != nil {
		t.Fatal(err)
	}
	*h.clock = time.Now().UTC().Add(2 * time.Minute) // the store's own clock dates the write
	if err := service.NewChores(h.rooms, h.services).Once(ctx); err != nil {
		t.Fatal(err)
	}
	have, err := h.records.Bookings.Fresh(ctx, rec.ID)
	held, _ := h.records.Resources.Fresh(ctx, res.ID)
	if err != nil || have.State != portal.BookingAccepted || len(have.Contacts) != 2 || len(held.Booked) != 1 {
		t.Errorf("%s, held %v (%v)", have.State, held.Booked, err)
	}
}

func TestWhatARequestIsRefusedFor(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, bookings := t.Context(), h.services.Bookings
	change := func(fn func(*portal.Viewer)) portal.Viewer { v := school; fn(&v); return v }
	for _, tt := range []struct {
		name   string
		v      portal.Viewer
		change func(*service.BookingDraft)
		want   string
		err    error
	}{
		{"no purpose", school, func(d *service.BookingDraft) { d.Purpose = " " }, "problem.required", nil},
		{"too many people", school, func(d *service.BookingDraft) { d.People = 41 }, "booking.capacity", nil},
		{"past", school, func(d *service.BookingDraft) { d.From = now }, "booking.past", nil},
		{"too long a message", school, func(d *service.BookingDraft) { d.Text = strings.Repeat("长", 2001) }, "problem.too_long", nil},
		{"its own resource", taker(), nil, "booking.not_for_you", nil},
		{"a kind it is not open to", change(func(v *portal.Viewer) { v.Kind, v.Organisation = portal.OfInstitute, "institute-x" }), nil, "booking.not_for_you", nil},
		{"not verified", change(func(v *portal.Viewer) { v.State = portal.OrganisationRegistered }), nil, "", portal.ErrForbidden},
		{"a reader", change(func(v *portal.Viewer) { v.Role = portal.Reader }), nil, "", portal.ErrForbidden},
		{"a visitor", portal.Visitor, nil, "", portal.ErrForbidden},
		{"no such resource", school, func(d *service.BookingDraft) { d.Resource = "nothing" }, "", portal.ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := asking(res.ID, 24, 26)
			if tt.change != nil {
				tt.change(&d)
			}
			if _, err := bookings.Send(ctx, tt.v, d); err == nil || problem(err) != tt.want || tt.err != nil && !errors.Is(err, tt.err) {
				t.Errorf("got %v, want %q %v", err, tt.want, tt.err)
			}
		})
	}
	if _, err := bookings.Send(ctx, school, asking(res.ID, 24, 26)); err != nil {
		t.Fatal(err)
	}
	if _, err := bookings.Send(ctx, school, asking(res.ID, 25, 28)); problem(err) != "booking.waits_already" {
		t.Errorf("the same once more: %v", err)
	}
	if _, err := h.services.Resources.Act(ctx, taker(), res.ID, portal.ActPause); err != nil {
		t.Fatal(err)
	}
	if _, err := bookings.Send(ctx, school, asking(res.ID, 48, 49)); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("of a paused one: %v", err)
	}
}

// What the parties of a partnership that shares equipment have used of one another's is
// offered as an outcome.
func TestHoursOfUseAreCounted(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	s.typed(t, portal.ResourceSharing)
	holder, asker := s.college.Organisation, s.enterprise.Organisation
	for id, kind := range map[string]portal.ResourceKind{"r-scope": portal.Equipment, "r-hall": portal.Venue} {
		res := portal.Resource{Meta: portal.Meta{ID: id}, Kind: kind, Name: id, Organisation: holder, Origin: portal.Origin{Certainty: portal.Demo}}
		if err := s.records.Resources.Insert(ctx, &res); err != nil {
			t.Fatal(err)
		}
	}
	for id, b := range map[string]portal.Booking{
		"b-used":     {Resource: "r-scope", Asker: asker, State: portal.BookingAccepted},
		"b-stranger": {Resource: "r-scope", Asker: portal.CollegeOrganisation("demo-c3"), State: portal.BookingAccepted},
		"b-hall":     {Resource: "r-hall", Asker: asker, State: portal.BookingAccepted},
		"b-declined": {Resource: "r-scope", Asker: asker, State: portal.BookingDeclined},
	} {
		b.ID, b.Holder, b.From, b.To, b.SentAt, b.Origin = id, holder, at(-50), at(-47.5), at(-90), portal.Origin{Certainty: portal.Demo}
		if err := s.records.Bookings.Insert(ctx, &b); err != nil {
			t.Fatal(err)
		}
	}
	count, err := o.Kept(ctx, s.college, reported)
	if err != nil {
		t.Fatal(err)
	}
	ind, err := s.records.Indicators.Get(ctx, "shared_equipment_hours")
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := count(ind, portal.Period{From: "2026-01-01", Until: "2026-12-31"}); !ok || got.Value.String() != "2.5" {
		t.Errorf("%s hours, want 2.5", got.Value)
	}
}
