package local

import "slices"

// top keeps the k first of what it is offered, in the order of compare: a heap with the
// last of them at its root.
type top[T any] struct {
	k       int
	compare func(a, b T) int
	kept    []T
}

func (t *top[T]) full() bool { return len(t.kept) == t.k }

// last is what the next offer has to come before, once k are kept.
func (t *top[T]) last() T { return t.kept[0] }

func (t *top[T]) offer(v T) {
	switch {
	case len(t.kept) < t.k:
		t.kept = append(t.kept, v)
		if t.full() {
			for i := t.k/2 - 1; i >= 0; i-- {
				t.sink(i)
			}
		}
	case t.k > 0 && t.compare(v, t.kept[0]) < 0:
		t.kept[0] = v
		t.sink(0)
	}
}

// sink moves the element at i down to where nothing below it comes later.
func (t *top[T]) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(t.kept) {
			return
		}
		if child+1 < len(t.kept) && t.compare(t.kept[child+1], t.kept[child]) > 0 {
			child++
		}
		if t.compare(t.kept[i], t.kept[child]) >= 0 {
			return
		}
		t.kept[i], t.kept[child] = t.kept[child], t.kept[i]
		i = child
	}
}

// sorted returns what was kept, in order.
func (t *top[T]) sorted() []T {
	slices.SortFunc(t.kept, t.compare)
	return t.kept
}
