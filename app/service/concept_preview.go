package service

import (
	"context"
	"slices"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// What a preview may cost: the open needs it looks at, the newest first, those it ranks,
// its words it asks about, and the time it takes.
const (
	previewLooks = 2000
	previewRanks = 20
	previewWords = 8
	previewTime  = 8 * time.Second
)

// ConceptPreview is what would change if a concept were in force.
type ConceptPreview struct {
	Before, After match.Figures // over the judged needs
	Words         []NeedChange  // its first words, each asked for alone
	Judged        []NeedChange  // judged needs that would be answered otherwise
	Open          []NeedChange  // open needs with one of the words, changed or not
	Looked        int           // open needs looked at
	Short         bool          // there are more open needs, or more with the words
}

// NeedChange is what changes in the first ten of a need.
type NeedChange struct {
	ID            string
	Text          string
	Before, After match.Figures // of a judged need
	Moves         []match.Move
}

// Preview works out what a concept would change, or would no longer change where it is in
// force, without changing anything.
func (c *Concepts) Preview(ctx context.Context, v portal.Viewer, id string) (ConceptPreview, error) {
	rec, err := c.Show(ctx, v, id)
	if err != nil {
		return ConceptPreview{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	select {
	case c.preview <- struct{}{}:
		defer func() { <-c.preview }()
	case <-ctx.Done():
		return ConceptPreview{}, fault("service.Concepts.Preview", id, portal.ErrUnavailable)
	}
	before, after, err := c.withAndWithout(ctx, rec.Concept)
	if err != nil {
		return ConceptPreview{}, err
	}
	p := previewing{Concepts: c, words: normalised(rec.Surfaces), before: before, after: after}
	var out ConceptPreview
	if err := p.alone(ctx, rec.Concept, &out); err != nil {
		return out, err
	}
	if err := p.judged(ctx, &out); err != nil {
		return out, err
	}
	return out, p.open(ctx, &out)
}

// withAndWithout are the graphs without a concept and with it as the latest decision.
func (c *Concepts) withAndWithout(ctx context.Context, rec portal.Concept) (before, after *match.Graph, err error) {
	own, err := c.inForce(ctx)
	if err != nil {
		return nil, nil, err
	}
	g := c.Graph()
	others := slices.DeleteFunc(own, func(o portal.Concept) bool { return o.ID == rec.ID })
	if before, err = g.With(withOwn(g, c.Taxonomy, others)); err != nil {
		return nil, nil, fault("service.Concepts.Preview", rec.ID, err)
	}
	if rec.State != portal.ConceptInForce {
		rec.Since = c.Clock().UTC()
	}
	after, err = g.With(withOwn(g, c.Taxonomy, append(others, rec)))
	return before, after, fault("service.Concepts.Preview", rec.ID, err)
}

// previewing is a preview being worked out.
type previewing struct {
	*Concepts
	words         []string
	before, after *match.Graph
}

// says reports whether a need says one of the words. Where none is read nothing changes.
func (p previewing) says(n match.Need) bool {
	mine := func(w string) bool { return slices.Contains(p.words, w) }
	return slices.ContainsFunc(p.before.Said(n), mine) || slices.ContainsFunc(p.after.Said(n), mine)
}

// alone asks for the words by themselves, in the first of the industries they count in.
func (p previewing) alone(ctx context.Context, rec portal.Concept, out *ConceptPreview) error {
	for _, w := range rec.Surfaces[:min(len(rec.Surfaces), previewWords)] {
		need := match.Need{Text: w}
		if len(rec.Industries) > 0 {
			need.Industry = rec.Industries[0]
		}
		moves, err := p.moves(ctx, need)
		if err != nil {
			return err
		}
		out.Words = append(out.Words, NeedChange{Text: w, Moves: moves})
	}
	return nil
}

func (p previewing) judged(ctx context.Context, out *ConceptPreview) error {
	was, _, err := p.match.Answers(ctx, p.before, p.Taxonomy.Judged)
	if err != nil {
		return err
	}
	is := slices.Clone(was)
	for i, j := range p.Taxonomy.Judged {
		if !p.says(j.Need()) {
			continue
		}
		again, _, err := p.match.Answers(ctx, p.after, []match.Judged{j})
		if err != nil {
			return err
		}
		is[i] = again[0]
		if moves := match.Moves(was[i].Codes, is[i].Codes); len(moves) > 0 {
			out.Judged = append(out.Judged, NeedChange{j.ID, j.Text, was[i].Measure(), is[i].Measure(), moves})
		}
	}
	all := func(match.Judged) bool { return true }
	out.Before, out.After = match.Mean(was, all), match.Mean(is, all)
	return nil
}

// open compares the newest open needs that say one of the words.
func (p previewing) open(ctx context.Context, out *ConceptPreview) error {
	q := store.Query{Where: []store.Cond{store.Where("status", portal.NeedOpen), store.Between("expires_at", p.Clock(), nil)},
		Sort: "published_at", Desc: true, Limit: batch}
	for out.Looked < previewLooks {
		page, err := p.Records.Needs.Find(ctx, q)
		if err != nil {
			return fault("service.Concepts.Preview", "", err)
		}
		for _, n := range page.Items {
			need := NeedOf(n)
			out.Looked++
			if !p.says(need) {
				continue
			}
			if len(out.Open) == previewRanks {
				out.Short = true
				return nil
			}
			moves, err := p.moves(ctx, need)
			if err != nil {
				return err
			}
			out.Open = append(out.Open, NeedChange{ID: n.ID, Text: n.Title, Moves: moves})
		}
		if q.After = page.Next; page.Next == "" {
			return nil
		}
	}
	out.Short = true
	return nil
}

func (p previewing) moves(ctx context.Context, n match.Need) ([]match.Move, error) {
	lex, _, err := p.match.lexical(ctx, p.before, n)
	if err != nil {
		return nil, err
	}
	first := func(g *match.Graph) []string {
		var codes []string
		for _, r := range g.Specialisms(n, lex, match.DefaultWeights()) {
			codes = append(codes, r.Code)
		}
		return codes
	}
	return match.Moves(first(p.before), first(p.after)), nil
}
