package service

import (
	"sync/atomic"

	"liangcheng/app/match"
)

// Graphs holds the graph in force, which is exchanged as a whole while the portal runs.
// Whoever walks it several times for one answer reads it once.
type Graphs struct{ inForce atomic.Pointer[match.Graph] }

// NewGraphs begins with a graph.
func NewGraphs(g *match.Graph) *Graphs {
	out := &Graphs{}
	out.inForce.Store(g)
	return out
}

// Graph is the graph in force.
func (r Rooms) Graph() *match.Graph { return r.Graphs.inForce.Load() }
