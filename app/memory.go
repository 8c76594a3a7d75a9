package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryGoal is where the collector begins to work harder in a small installation: what
// the process takes under load stays near it. A larger one takes twice what it keeps, as
// the collector does by itself: a limit below that would have it do nothing but collect.
const memoryGoal = 112 << 20

// limitMemory sets the limit for what is kept now.
func limitMemory() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	const room = 2
	debug.SetMemoryLimit(max(memoryGoal, room*int64(live[0].Value.Uint64())+memoryGoal/room))
}

// watchMemory lets the limit follow what is kept.
func watchMemory(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			limitMemory()
		}
	}
}
