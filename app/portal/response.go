package portal

import (
	"slices"
	"time"
)

// Response is how an organisation answers the intentions it receives, published instead
// of stars: only what five or more cases stand behind.
type Response struct {
	Over     int     // answered, or run out without an answer
	Answered int     // accepted or declined in time
	Rate     float64 // Answered ÷ Over; 0 unless HasRate
	Median   float64 // days from sending to the answer; 0 unless HasMedian
}

const (
	responseLeast  = 5
	responseWindow = 365 * 24 * time.Hour
)

// ResponsesSince is when what may count at the given time was sent at the earliest: an
// intention waits for its answer no longer than a quarter.
func ResponsesSince(now time.Time) time.Time {
	return now.Add(-responseWindow - 90*24*time.Hour)
}

// HasRate reports whether enough intentions are over for a rate.
func (r Response) HasRate() bool { return r.Over >= responseLeast }

// HasMedian reports whether enough were answered for a median.
func (r Response) HasMedian() bool { return r.Answered >= responseLeast }

// ResponseOf counts the intentions sent to a side that were answered, or ran out, within
// the last 365 days; those their sender took back do not count. What fictional
// organisations did counts for fictional ones alone.
func ResponseOf(all []Intention, side OrganisationKind, fictional bool, now time.Time) Response {
	var r Response
	var days []float64
	for _, i := range all {
		over, answered := i.over(now)
		if i.To() != side || i.Origin.Fictional() != fictional || over.IsZero() || over.After(now) || now.Sub(over) > responseWindow {
			continue
		}
		r.Over++
		if answered {
			r.Answered++
			days = append(days, over.Sub(i.SentAt).Hours()/24)
		}
	}
	if r.HasRate() {
		r.Rate = float64(r.Answered) / float64(r.Over)
	}
	if r.HasMedian() {
		r.Median = median(days)
	}
	return r
}

// over is when the side an intention was sent to answered it, or let it run out; zero:
// neither yet, or it was taken back.
func (i Intention) over(now time.Time) (at time.Time, answered bool) {
	switch {
	case i.State == IntentionWithdrawn:
		return time.Time{}, false
	case i.State == IntentionAccepted, i.State == IntentionDeclined, i.Accepting:
		return i.AnsweredAt, true
	case i.State == IntentionExpired, !i.DueAt.After(now):
		return i.DueAt, false
	}
	return time.Time{}, false
}

// median is the middle of the values, or between the two in the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
