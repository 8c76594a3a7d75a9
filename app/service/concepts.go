package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search/text"
)

// Concepts is the words people use for specialisms: those of the release and those the
// office adds, which take effect while the portal runs.
type Concepts struct {
	Rooms
	match   *Match
	notices *Notices
	preview chan struct{} // holds one: previews are worked out one after the other

	cursor store.Cursor
	known  []portal.Meta // the concepts in force as this process last saw them
}

func newConcepts(r Rooms, m *Match, n *Notices) *Concepts {
	return &Concepts{Rooms: r, match: m, notices: n, preview: make(chan struct{}, 1)}
}

// Follow exchanges the graph of this process whenever other concepts are in force, until
// ctx ends; moved is called after each exchange.
func (c *Concepts) Follow(ctx context.Context, moved func()) {
	const every = time.Second
	for ctx.Err() == nil {
		wait := every
		changed, err := c.Step(ctx)
		if changed {
			moved()
		}
		if err != nil && ctx.Err() == nil {
			c.Log.Error("concepts lag behind the store", "error", err)
			wait *= 10
		}
		pause(ctx, wait)
	}
}

// Step takes in what was decided on concepts since the last one, and reports whether the
// graph is another now. One at a time follows.
func (c *Concepts) Step(ctx context.Context) (bool, error) {
	touched := false
	for more := true; more; {
		changes, next, err := c.Records.Concepts.Changes(ctx, c.cursor, store.MaxLimit)
		if err != nil {
			return false, fault("service.Concepts.Step", "", err)
		}
		touched = touched || len(changes) > 0
		c.cursor, more = next, len(changes) == store.MaxLimit
	}
	if !touched {
		return false, nil
	}
	own, err := c.inForce(ctx)
	if err != nil {
		c.cursor = "" // looked at again
		return false, err
	}
	seen := make([]portal.Meta, len(own))
	for i, rec := range own {
		seen[i] = portal.Meta{ID: rec.ID, Version: rec.Version}
	}
	if slices.Equal(seen, c.known) { // a draft, or a change the store repeats
		return false, nil
	}
	g := c.Graph()
	next, err := g.With(withOwn(g, c.Taxonomy, own))
	if err != nil {
		return false, fault("service.Concepts.Step", "", err)
	}
	c.known = seen
	c.Graphs.inForce.Store(next)
	return next != g, nil
}

// inForce are the concepts of the office that count, in the order of their decisions.
func (c *Concepts) inForce(ctx context.Context) ([]portal.Concept, error) {
	own, err := collect(ctx, c.Records.Concepts, store.Where("state", portal.ConceptInForce))
	return asDecided(own), err
}

// ConceptQuery narrows the list; what is empty does not.
type ConceptQuery struct {
	Word   string // in a word
	Target string // a code, or words in the name of a target
	State  portal.ConceptState
	Kind   string
	From   string // FromOffice or FromRelease
}

// Where concepts come from.
const (
	FromOffice  = "office"
	FromRelease = "release"
)

// ConceptEntry is one of the office or a row of the release.
type ConceptEntry struct {
	Own      *portal.Concept
	Row      *ConceptRow
	Replaced bool // the office has decided otherwise on some of the row
}

// List returns the office's concepts, what waits first, and then the rows of the release.
func (c *Concepts) List(ctx context.Context, v portal.Viewer, q ConceptQuery) ([]ConceptEntry, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Concepts.List", "", portal.ErrNotFound)
	}
	own, err := collect(ctx, c.Records.Concepts)
	if err != nil {
		return nil, err
	}
	by := decided(slices.DeleteFunc(slices.Clone(own), func(rec portal.Concept) bool { return rec.State != portal.ConceptInForce }))
	slices.SortFunc(own, func(a, b portal.Concept) int {
		return cmp.Or(cmp.Compare(slices.Index(portal.ConceptStates[:], a.State), slices.Index(portal.ConceptStates[:], b.State)), b.Since.Compare(a.Since), cmp.Compare(a.ID, b.ID))
	})
	sieve := c.sieve(q)
	var out []ConceptEntry
	for i := range own {
		if rec := &own[i]; q.From != FromRelease && (q.State == "" || rec.State == q.State) && sieve(rec.Kind, normalised(rec.Surfaces), rec.TargetKind, rec.Targets) {
			out = append(out, ConceptEntry{Own: rec})
		}
	}
	if q.From == FromOffice || q.State != "" && q.State != portal.ConceptInForce {
		return out, nil
	}
	touched := touches(by)
	for i := range c.Taxonomy.ConceptRows {
		if row := &c.Taxonomy.ConceptRows[i]; sieve(row.Kind, row.words, row.TargetKind, row.Targets) {
			replaced := touched(*row) && slices.ContainsFunc(row.links(), func(l link) bool { return by[l] != "" })
			out = append(out, ConceptEntry{Row: row, Replaced: replaced})
		}
	}
	return out, nil
}

// sieve tells what a query finds.
func (c *Concepts) sieve(q ConceptQuery) func(kind string, words []string, targetKind string, targets []string) bool {
	g, word, target := c.Graph(), text.Normalize(q.Word), strings.TrimSpace(q.Target)
	return func(kind string, words []string, targetKind string, targets []string) bool {
		return (q.Kind == "" || kind == q.Kind) &&
			(word == "" || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, word) })) &&
			(target == "" || slices.ContainsFunc(targets, func(code string) bool {
				return code == target || strings.Contains(g.TargetName(targetKind, code), target)
			}))
	}
}

// Counts counts the office's concepts by state.
func (c *Concepts) Counts(ctx context.Context, v portal.Viewer) (map[portal.ConceptState]int, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Concepts.Counts", "", portal.ErrNotFound)
	}
	groups, err := c.Records.Concepts.GroupCount(ctx, "state")
	return countsOf[portal.ConceptState](groups), fault("service.Concepts.Counts", "", err)
}

// ConceptFile is a concept with what one needs to know to decide on it.
type ConceptFile struct {
	portal.Concept
	People   map[string]string // names by id
	Standing ConceptStanding
}

// ConceptStanding is how much of a concept in force still counts.
type ConceptStanding struct {
	Later   bool     // some of it was decided otherwise later
	Unknown []string // targets the catalogue does not have
}

// Show returns one with the names of those who acted on it.
func (c *Concepts) Show(ctx context.Context, v portal.Viewer, id string) (ConceptFile, error) {
	if !v.CanAnalyse() {
		return ConceptFile{}, fault("service.Concepts.Show", id, portal.ErrNotFound)
	}
	rec, err := c.Records.Concepts.Get(ctx, id)
	if err != nil {
		return ConceptFile{}, fault("service.Concepts.Show", id, err)
	}
	out := ConceptFile{Concept: rec, People: map[string]string{}}
	people, err := c.Records.Persons.GetMany(ctx, compact(rec.ProposedBy, rec.DecidedBy))
	if err != nil {
		return out, fault("service.Concepts.Show", id, err)
	}
	for _, p := range people {
		out.People[p.ID] = p.Name
	}
	for _, code := range rec.Targets {
		if !c.Graph().Points(rec.TargetKind, code) {
			out.Standing.Unknown = append(out.Standing.Unknown, code)
		}
	}
	if rec.State == portal.ConceptInForce {
		own, err := c.inForce(ctx)
		if err != nil {
			return out, err
		}
		by := decided(own)
		out.Standing.Later = slices.ContainsFunc(ownLinks(rec), func(l link) bool { return by[l] != rec.ID })
	}
	return out, nil
}

// Row returns the row of the release with that number.
func (c *Concepts) Row(v portal.Viewer, number int) (ConceptRow, error) {
	if !v.CanAnalyse() || number < 1 || number > len(c.Taxonomy.ConceptRows) {
		return ConceptRow{}, fault("service.Concepts.Row", "", portal.ErrNotFound)
	}
	return c.Taxonomy.ConceptRows[number-1], nil
}
