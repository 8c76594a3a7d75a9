package portal

import (
	"testing"
	"time"
)

func TestResponseOf(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	sent := now.Add(-30 * day)
	from := func(kind OrganisationKind, state IntentionState, after time.Duration) Intention {
		i := Intention{From: kind, State: state, SentAt: sent, DueAt: sent.Add(14 * day), Origin: Origin{Certainty: Verified}}
		if state == IntentionAccepted || state == IntentionDeclined || state == IntentionWithdrawn {
			i.AnsweredAt = sent.Add(after)
		}
		return i
	}
	answered := func(days ...float64) (out []Intention) {
		for n, d := range days {
			out = append(out, from(OfEnterprise, []IntentionState{IntentionAccepted, IntentionDeclined}[n%2], time.Duration(d*float64(day))))
		}
		return out
	}
	expired := func(n int) (out []Intention) {
		for range n {
			out = append(out, from(OfEnterprise, IntentionExpired, 0))
		}
		return out
	}
	each := func(all []Intention, fn func(*Intention)) []Intention {
		for i := range all {
			fn(&all[i])
		}
		return all
	}
	demo := func(i *Intention) { i.Origin.Certainty = Demo }
	for _, tt := range []struct {
		name      string
		all       []Intention
		fictional bool
		want      Response
	}{
		{"none", nil, false, Response{}},
		{"four are too few", answered(1, 2, 3, 4), false, Response{Over: 4, Answered: 4}},
		{"five", answered(5, 1, 3, 2, 4), false, Response{Over: 5, Answered: 5, Rate: 1, Median: 3}},
		{"six: between the two in the middle", answered(1, 2, 3, 4, 5, 10), false, Response{Over: 6, Answered: 6, Rate: 1, Median: 3.5}},
		{"five over, one answered: a rate without a median", append(answered(1), expired(4)...), false, Response{Over: 5, Answered: 1, Rate: 0.2}},
		{"all run out", expired(5), false, Response{Over: 5}},
		{"run out by the clock, before the sweep", each(expired(5), func(i *Intention) { i.State = IntentionViewed }), false, Response{Over: 5}},
		{"at the very moment of running out", each(expired(5), func(i *Intention) { i.State, i.DueAt = IntentionSent, now }), false, Response{Over: 5}},
		{"still waiting", each(expired(5), func(i *Intention) { i.State, i.DueAt = IntentionSent, now.Add(time.Second) }), false, Response{}},
		{"taken back", []Intention{from(OfEnterprise, IntentionWithdrawn, day)}, false, Response{}},
		{"being accepted", each(expired(1), func(i *Intention) { i.State, i.Accepting, i.AnsweredAt = IntentionViewed, true, sent.Add(day) }), false, Response{Over: 1, Answered: 1}},
		{"sent, not received", []Intention{from(OfCollege, IntentionAccepted, day)}, false, Response{}},
		{"answered 365 days ago", each(answered(1), func(i *Intention) { i.AnsweredAt = now.Add(-responseWindow) }), false, Response{Over: 1, Answered: 1}},
		{"a second longer ago", each(answered(1), func(i *Intention) { i.AnsweredAt = now.Add(-responseWindow - time.Second) }), false, Response{}},
		{"fictional ones do not count for real", append(answered(1, 2, 3, 4), each(answered(9), demo)...), false, Response{Over: 4, Answered: 4}},
		{"real ones do not count for fictional", append(each(answered(1, 1, 2, 3, 3), demo), answered(9)...), true, Response{Over: 5, Answered: 5, Rate: 1, Median: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ResponseOf(tt.all, OfCollege, tt.fictional, now); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
