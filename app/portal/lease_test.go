package portal

import (
	"testing"
	"time"
)

func TestLease(t *testing.T) {
	start := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	const most = 10 * time.Second
	var l Lease
	for _, step := range []struct {
		name   string
		do     func() bool
		want   bool
		holder string
		token  int64
	}{
		{"nobody holds it: a takes", func() bool { return l.Take("a", start, most) }, true, "a", 1},
		{"a holds it: b is refused", func() bool { return l.Take("b", start.Add(9*time.Second), most) }, false, "a", 1},
		{"a renews", func() bool { return l.Renew("a", 1, start.Add(9*time.Second), most) }, true, "a", 1},
		{"renewed: b is refused", func() bool { return l.Take("b", start.Add(18*time.Second), most) }, false, "a", 1},
		{"run out: b takes", func() bool { return l.Take("b", start.Add(19*time.Second), most) }, true, "b", 2},
		{"a comes back and is fenced", func() bool { return l.Renew("a", 1, start.Add(19*time.Second), most) }, false, "b", 2},
		{"a cannot release it", func() bool { l.Release("a", 1); return true }, true, "b", 2},
		{"a seizes it", func() bool { l.Seize("a", start.Add(20*time.Second), most); return true }, true, "a", 3},
		{"a releases it", func() bool { l.Release("a", 3); return true }, true, "", 3},
		{"released: b takes at once", func() bool { return l.Take("b", start.Add(20*time.Second), most) }, true, "b", 4},
	} {
		if got := step.do(); got != step.want || l.Holder != step.holder || l.Token != step.token {
			t.Errorf("%s: %v, held by %q with token %d; want %v, %q, %d", step.name, got, l.Holder, l.Token, step.want, step.holder, step.token)
		}
	}
	if !l.HeldBy("b", 4, start.Add(29*time.Second)) || l.HeldBy("b", 4, start.Add(30*time.Second)) || l.HeldBy("b", 3, start) {
		t.Error("b holds it to the end of its time, with its own token only")
	}
}
