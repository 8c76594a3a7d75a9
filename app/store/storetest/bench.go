package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// benchRecords is how many records the benchmarks run on.
const benchRecords = 100_000

// Bench measures an engine through the typed collection on 100,000 records of about
// 700 bytes.
func Bench(b *testing.B, empty func(t testing.TB) Place) {
	h := settle(b, empty(b))
	r := rand.New(rand.NewPCG(5, 6))
	fill := mixed(r)
	for first := 0; first < benchRecords; first += store.MaxLimit {
		items := make([]Item, store.MaxLimit)
		for i := range items {
			items[i] = benchItem(first + i)
			fill(i, &items[i])
		}
		must(b, h.items.InsertMany(b.Context(), items))
	}
	for _, bench := range []struct {
		name string
		run  func(b *testing.B, h *house)
	}{
		{"Get/same 1000", func(b *testing.B, h *house) { benchGet(b, h, 1000) }},
		{"Get/all", func(b *testing.B, h *house) { benchGet(b, h, benchRecords) }},
		{"GetMany20/same 1000", func(b *testing.B, h *house) { benchGetMany(b, h, 1000) }},
		{"GetMany20/all", func(b *testing.B, h *house) { benchGetMany(b, h, benchRecords) }},
		{"Fresh", benchFresh},
		{"Find20/by time", func(b *testing.B, h *house) { benchFind(b, h, store.Query{Sort: "due", Desc: true, Limit: 20}) }},
		{"Find20/one city by number", func(b *testing.B, h *house) {
			benchFind(b, h, store.Query{Where: []store.Cond{store.Where("city", "花溪")}, Sort: "n", Limit: 20})
		}},
		{"Find20/one city by id", func(b *testing.B, h *house) {
			benchFind(b, h, store.Query{Where: []store.Cond{store.Where("city", "花溪")}, Limit: 20})
		}},
		{"Count/one condition", func(b *testing.B, h *house) { benchCount(b, h, store.Where("city", "花溪")) }},
		{"Count/two conditions", func(b *testing.B, h *house) { benchCount(b, h, store.Where("city", "花溪"), store.Where("n", 1)) }},
		{"GroupCount/all", func(b *testing.B, h *house) { benchGroup(b, h) }},
		{"GroupCount/filtered", func(b *testing.B, h *house) { benchGroup(b, h, store.Where("n", 1)) }},
		{"GroupSum", benchSum},
		{"Changes/none", benchNoChanges},
		{"Insert", benchInsert},
		{"InsertMany1000", benchInsertMany},
		{"Mutate/one writer", benchMutate},
		{"Mutate/16 writers of 16 records", func(b *testing.B, h *house) { benchMutateCrowd(b, h, crowd) }},
		{"Mutate/16 writers of one record", func(b *testing.B, h *house) { benchMutateCrowd(b, h, 1) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			bench.run(b, h)
		})
	}
}

func benchItem(i int) Item {
	return Item{Meta: portal.Meta{ID: fmt.Sprintf("item-%06d", i)}, Code: fmt.Sprintf("code-%06d", i),
		Tags: []string{strings.Repeat("产线技术员", 12), strings.Repeat("process ", 40)}}
}

func benchGet(b *testing.B, h *house, of int) {
	r := rand.New(rand.NewPCG(7, 8))
	for b.Loop() {
		_, err := h.items.Get(b.Context(), fmt.Sprintf("item-%06d", r.IntN(of)))
		must(b, err)
	}
}

func benchGetMany(b *testing.B, h *house, of int) {
	r := rand.New(rand.NewPCG(7, 8))
	wanted := make([]string, 20)
	for b.Loop() {
		for i := range wanted {
			wanted[i] = fmt.Sprintf("item-%06d", r.IntN(of))
		}
		_, err := h.items.GetMany(b.Context(), wanted)
		must(b, err)
	}
}

func benchFresh(b *testing.B, h *house) {
	r := rand.New(rand.NewPCG(7, 8))
	for b.Loop() {
		_, err := h.items.Fresh(b.Context(), fmt.Sprintf("item-%06d", r.IntN(benchRecords)))
		must(b, err)
	}
}

// benchFind reads the tenth page of a query.
func benchFind(b *testing.B, h *house, q store.Query) {
	for range 9 {
		page, err := h.items.Find(b.Context(), q)
		must(b, err)
		q.After = page.Next
	}
	for b.Loop() {
		_, err := h.items.Find(b.Context(), q)
		must(b, err)
	}
}

func benchCount(b *testing.B, h *house, where ...store.Cond) {
	for b.Loop() {
		_, err := h.items.Count(b.Context(), where...)
		must(b, err)
	}
}

func benchGroup(b *testing.B, h *house, where ...store.Cond) {
	for b.Loop() {
		_, err := h.items.GroupCount(b.Context(), "city", where...)
		must(b, err)
	}
}

func benchSum(b *testing.B, h *house) {
	for b.Loop() {
		_, err := h.items.GroupSum(b.Context(), "city", "n")
		must(b, err)
	}
}

func benchNoChanges(b *testing.B, h *house) {
	tip, err := h.items.Tip(b.Context())
	must(b, err)
	for b.Loop() {
		_, _, err := h.items.Changes(b.Context(), tip, store.MaxLimit)
		must(b, err)
	}
}

// fresh numbers the records the benchmarks insert: b.Run may call a function again.
func fresh(b *testing.B, h *house) int {
	n, err := h.items.Count(b.Context())
	must(b, err)
	return int(n)
}

func benchInsert(b *testing.B, h *house) {
	n := fresh(b, h)
	for b.Loop() {
		item := benchItem(n)
		must(b, h.items.Insert(b.Context(), &item))
		n++
	}
}

func benchInsertMany(b *testing.B, h *house) {
	n := fresh(b, h)
	for b.Loop() {
		items := make([]Item, store.MaxLimit)
		for i := range items {
			items[i] = benchItem(n)
			n++
		}
		must(b, h.items.InsertMany(b.Context(), items))
	}
}

func benchMutate(b *testing.B, h *house) {
	for b.Loop() {
		_, err := h.items.Mutate(b.Context(), "item-000001", add(1))
		must(b, err)
	}
}

func benchMutateCrowd(b *testing.B, h *house, records int) {
	b.SetParallelism(crowd / 2) // times GOMAXPROCS, on the two cores this was first run on
	var member atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		id := fmt.Sprintf("item-%06d", member.Add(1)%int64(records))
		for pb.Next() {
			if _, err := h.items.Mutate(b.Context(), id, add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
