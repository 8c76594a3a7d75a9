package match

import (
	"math"
	"math/rand/v2"
	"testing"
)

// filled is how many seats a way to fill uses and what it costs; ok is false where it is
// none.
func filled(wanted, free []int, supplies []Supply, seats []int) (n int, cost float64, ok bool) {
	has, gives := make([]int, len(wanted)), make([]int, len(free))
	for i, s := range supplies {
		if seats[i] < 0 {
			return 0, 0, false
		}
		has[s.Need] += seats[i]
		gives[s.Programme] += seats[i]
		n += seats[i]
		cost += float64(seats[i]) * (1 - s.S)
	}
	for i := range has {
		if has[i] > wanted[i] {
			return 0, 0, false
		}
	}
	for i := range gives {
		if gives[i] > free[i] {
			return 0, 0, false
		}
	}
	return n, cost, true
}

// TestAllocateAgainstEveryAllocation fills as many seats as any way, at the least cost of
// those that fill as many.
func TestAllocateAgainstEveryAllocation(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 1500 {
		wanted, free := make([]int, 1+r.IntN(3)), make([]int, 1+r.IntN(3))
		for i := range wanted {
			wanted[i] = r.IntN(4)
		}
		for i := range free {
			free[i] = r.IntN(4)
		}
		supplies := make([]Supply, r.IntN(6))
		for i := range supplies {
			supplies[i] = Supply{r.IntN(len(wanted)), r.IntN(len(free)), float64(r.IntN(101)) / 100}
		}
		bestN, bestCost := 0, 0.0
		seats := make([]int, len(supplies))
		var try func(i int)
		try = func(i int) {
			if i == len(supplies) {
				if n, cost, ok := filled(wanted, free, supplies, seats); ok && (n > bestN || n == bestN && cost < bestCost) {
					bestN, bestCost = n, cost
				}
				return
			}
			for seats[i] = 0; seats[i] <= wanted[supplies[i].Need]; seats[i]++ {
				try(i + 1)
			}
			seats[i] = 0
		}
		try(0)
		got, lacking := Allocate(wanted, free, supplies)
		n, cost, ok := filled(wanted, free, supplies, got)
		if !ok || n != bestN || math.Abs(cost-bestCost) > 1e-9 {
			t.Fatalf("%v %v %+v: %v fills %d at %v, best %d at %v", wanted, free, supplies, got, n, cost, bestN, bestCost)
		}
		checkLacking(t, wanted, supplies, got, lacking)
	}
}

func checkLacking(t *testing.T, wanted []int, supplies []Supply, seats, lacking []int) {
	t.Helper()
	for i, w := range wanted {
		for k, s := range supplies {
			if s.Need == i {
				w -= seats[k]
			}
		}
		if w != lacking[i] {
			t.Fatalf("need %d lacks %d, want %d", i, lacking[i], w)
		}
	}
}

func FuzzAllocate(f *testing.F) {
	f.Add([]byte("订单班名额"))
	f.Add([]byte{3, 3, 9, 1, 0, 2, 5, 7, 0, 0, 90, 1, 1, 40, 2, 0, 70})
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func(n int) int {
			if len(data) == 0 {
				return 0
			}
			v := int(data[0]) % n
			data = data[1:]
			return v
		}
		wanted, free := make([]int, 1+next(10)), make([]int, 1+next(10))
		for i := range wanted {
			wanted[i] = next(200)
		}
		for i := range free {
			free[i] = next(200)
		}
		var supplies []Supply
		for len(data) > 2 {
			supplies = append(supplies, Supply{next(len(wanted)), next(len(free)), float64(next(101)) / 100})
		}
		seats, lacking := Allocate(wanted, free, supplies)
		if _, _, ok := filled(wanted, free, supplies, seats); !ok {
			t.Fatalf("%v %v %+v: %v is more than wanted or free", wanted, free, supplies, seats)
		}
		checkLacking(t, wanted, supplies, seats, lacking)
		left := append([]int{}, free...)
		for i, s := range supplies {
			left[s.Programme] -= seats[i]
		}
		for _, s := range supplies {
			if lacking[s.Need] > 0 && left[s.Programme] > 0 {
				t.Fatalf("need %d lacks %d and programme %d has %d left", s.Need, lacking[s.Need], s.Programme, left[s.Programme])
			}
		}
	})
}
