package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Quality is how well the match does on needs judged by hand, and which words of real
// needs it does not know.
type Quality struct {
	Rooms
	match *Match
}

// What is kept of evaluations, and how often the words of needs are looked through.
const (
	evaluationsKept = 20
	unmetEvery      = 24 * time.Hour
	unmetLooks      = 20_000 // needs, the newest
	unmetKept       = 200    // words, of real needs and of fictional ones each
	unmetUsers      = 2      // needs and organisations a word of real needs is kept from
)

// Answers are what the match answers to judged needs by a graph. degraded says that the
// search engine left some of it to the process.
func (m *Match) Answers(ctx context.Context, g *match.Graph, judged []match.Judged) (runs []match.Run, degraded bool, err error) {
	weights := match.DefaultWeights()
	weights.Floor = 0 // the measures reach below what people are shown
	runs = make([]match.Run, len(judged))
	for i, j := range judged {
		lex, weak, err := m.lexical(ctx, g, j.Need())
		if err != nil {
			return nil, false, err
		}
		degraded = degraded || weak
		runs[i] = match.NewRun(j, g.Specialisms(j.Need(), lex, weights))
	}
	return runs, degraded, ctx.Err()
}

// engine is the name of what answers the lexical part.
func (q *Quality) engine() string {
	if q.Fallback != nil {
		return "meilisearch"
	}
	return "local"
}

// current is the id of the evaluation of what answers now.
func (q *Quality) current(g *match.Graph) string {
	return digest([]string{g.Fingerprint(), q.engine(), digest(q.Taxonomy.Judged)})
}

// evaluate measures the match where that was not done since it last changed, and looks
// through the words of the needs once a day.
func (q *Quality) evaluate(ctx context.Context) error {
	g := q.Graph()
	id := q.current(g)
	rec, err := q.Records.Evaluations.Get(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Quality.evaluate", id, err)
	}
	now := q.Clock().UTC()
	if err == nil && now.Sub(rec.Unmet.At) < unmetEvery {
		return nil
	}
	if err != nil {
		runs, degraded, err := q.match.Answers(ctx, g, q.Taxonomy.Judged)
		if err != nil || degraded { // measured when the engine answers
			return err
		}
		rec = evaluationOf(runs)
	}
	if rec.Unmet, err = q.unmet(ctx, g, now); err != nil {
		return err
	}
	rec.At, rec.Graph, rec.Engine, rec.Judged = now, g.Fingerprint(), q.engine(), digest(q.Taxonomy.Judged)
	_, err = q.Records.Evaluations.MutateOrInsert(ctx, id, func(have *portal.Evaluation) error {
		meta := have.Meta
		*have = rec
		have.Meta = meta
		return nil
	})
	if err != nil {
		return fault("service.Quality.evaluate", id, err)
	}
	return q.prune(ctx)
}

// prune drops all but the latest evaluations.
func (q *Quality) prune(ctx context.Context) error {
	page, err := q.Records.Evaluations.Find(ctx, store.Query{Sort: "at", Desc: true})
	for _, old := range page.Items[min(len(page.Items), evaluationsKept):] {
		if e := q.Records.Evaluations.Delete(ctx, old.ID, 0); e != nil && !errors.Is(e, store.ErrNotFound) {
			err = errors.Join(err, e)
		}
	}
	return fault("service.Quality.prune", "", err)
}

func evaluationOf(runs []match.Run) portal.Evaluation {
	var out portal.Evaluation
	judged := make([]match.Judged, len(runs))
	for i, r := range runs {
		judged[i] = r.Judged
		out.Needs = append(out.Needs, portal.EvaluatedNeed{ID: r.Judged.ID, Of: figuresOf(r.Measure()), First: r.Codes[:min(len(r.Codes), match.MovesWithin)]})
	}
	for _, s := range match.Slices(judged) {
		lowest, most := match.Interval(runs, s.Keeps)
		mean := match.Mean(runs, s.Keeps)
		out.Slices = append(out.Slices, portal.EvaluationSlice{Kind: s.Kind, Value: s.Value, Needs: mean.Needs,
			Mean: figuresOf(mean), Lowest: figuresOf(lowest), Most: figuresOf(most)})
	}
	return out
}

func figuresOf(f match.Figures) portal.MatchFigures {
	return portal.MatchFigures{NDCG10: f.NDCG10, Recall20: f.Recall20, MRR: f.MRR, Trap5: f.Trap5}
}

// unmet counts the words of published needs that meet nothing.
func (q *Quality) unmet(ctx context.Context, g *match.Graph, now time.Time) (portal.Unmet, error) {
	out := portal.Unmet{At: now}
	type uses struct {
		needs int
		by    map[string]bool // enterprises
	}
	seen := map[bool]map[string]*uses{false: {}, true: {}}
	page := store.Query{Where: []store.Cond{store.Known("published_at")}, Sort: "published_at", Desc: true, Limit: batch}
	for out.Needs < unmetLooks {
		needs, err := q.Records.Needs.Find(ctx, page)
		if err != nil {
			return out, fault("service.Quality.unmet", "", err)
		}
		for _, n := range needs.Items {
			out.Needs++
			words := seen[n.Origin.Fictional()]
			for _, w := range g.Unmet(NeedOf(n)) {
				if words[w] == nil {
					words[w] = &uses{by: map[string]bool{}}
				}
				words[w].needs++
				words[w].by[n.EnterpriseID] = true
			}
		}
		if page.After = needs.Next; needs.Next == "" {
			break
		}
	}
	for demo, words := range seen {
		var kept []portal.UnmetWord
		for w, u := range words {
			if demo || u.needs >= unmetUsers && len(u.by) >= unmetUsers {
				kept = append(kept, portal.UnmetWord{Text: w, Needs: u.needs, Organisations: len(u.by), Demo: demo})
			}
		}
		slices.SortFunc(kept, func(a, b portal.UnmetWord) int {
			return cmp.Or(cmp.Compare(b.Needs, a.Needs), cmp.Compare(b.Organisations, a.Organisations), cmp.Compare(a.Text, b.Text))
		})
		out.Words = append(out.Words, kept[:min(len(kept), unmetKept)]...)
	}
	slices.SortStableFunc(out.Words, func(a, b portal.UnmetWord) int { return cmp.Compare(b.Needs, a.Needs) })
	return out, nil
}

// QualityNow is what the office reads of the match.
type QualityNow struct {
	Current portal.Evaluation   // zero while what answers now was not measured yet
	Kept    []portal.Evaluation // the latest first
}

// Now returns the evaluation of what answers now, and those that are kept.
func (q *Quality) Now(ctx context.Context, v portal.Viewer) (QualityNow, error) {
	var out QualityNow
	if !v.CanAnalyse() {
		return out, fault("service.Quality.Now", "", portal.ErrNotFound)
	}
	page, err := q.Records.Evaluations.Find(ctx, store.Query{Sort: "at", Desc: true, Limit: evaluationsKept})
	if err != nil {
		return out, fault("service.Quality.Now", "", err)
	}
	out.Kept = page.Items
	id := q.current(q.Graph())
	for _, e := range out.Kept {
		if e.ID == id {
			out.Current = e
		}
	}
	return out, nil
}

// Candidates are the words of an evaluation that no concept has meanwhile.
func (q *Quality) Candidates(e portal.Evaluation, demo bool) []portal.UnmetWord {
	g := q.Graph()
	return slices.DeleteFunc(slices.Clone(e.Unmet.Words), func(w portal.UnmetWord) bool {
		return w.Demo != demo || len(g.Unmet(match.Need{Text: w.Text})) == 0
	})
}

// Compare tells, need by need, what another evaluation answered otherwise, the greatest
// difference first. Needs that are not in both are left out.
func (q *Quality) Compare(ctx context.Context, v portal.Viewer, before, after string) (was, is portal.Evaluation, changes []NeedChange, err error) {
	if !v.CanAnalyse() {
		return was, is, nil, fault("service.Quality.Compare", before, portal.ErrNotFound)
	}
	if was, err = q.Records.Evaluations.Get(ctx, before); err == nil {
		is, err = q.Records.Evaluations.Get(ctx, after)
	}
	if err != nil {
		return was, is, nil, fault("service.Quality.Compare", before+" "+after, err)
	}
	old := map[string]portal.EvaluatedNeed{}
	for _, n := range was.Needs {
		old[n.ID] = n
	}
	texts := map[string]string{}
	for _, j := range q.Taxonomy.Judged {
		texts[j.ID] = j.Text
	}
	measures := func(f portal.MatchFigures) match.Figures {
		return match.Figures{NDCG10: f.NDCG10, Recall20: f.Recall20, MRR: f.MRR, Trap5: f.Trap5}
	}
	for _, n := range is.Needs {
		o, ok := old[n.ID]
		c := NeedChange{n.ID, orElse(texts[n.ID], n.ID), measures(o.Of), measures(n.Of), match.Moves(o.First, n.First)}
		if ok && (len(c.Moves) > 0 || o.Of != n.Of) {
			changes = append(changes, c)
		}
	}
	slices.SortStableFunc(changes, func(a, b NeedChange) int {
		size := func(c NeedChange) float64 { return max(c.After.NDCG10-c.Before.NDCG10, c.Before.NDCG10-c.After.NDCG10) }
		return cmp.Or(cmp.Compare(size(b), size(a)), strings.Compare(a.ID, b.ID))
	})
	return was, is, changes, nil
}

// judged reads the needs the match is measured on; the catalogue is known by then.
func (r *rowReader) judged() []match.Judged {
	var out []match.Judged
	r.each([]string{"judged.csv"}, []string{"id", "text", "industry", "level", "style", "lexical_gap", "grade_3", "grade_2", "grade_1", "grade_0", "source"}, func(w row) {
		w.must("source")
		j := match.Judged{ID: w.id("judged.csv", w.must("id")), Text: w.must("text"), Industry: w.must("industry"), Level: w.must("level"), Style: w.must("style"), Gap: w.Get("lexical_gap") == "yes"}
		w.refers("industry", "industries.csv", j.Industry)
		if _, ok := portal.ParseWantedLevel(j.Level); !ok {
			w.fail("level", "%q is no level", j.Level)
		}
		for grade, column := range []string{"grade_0", "grade_1", "grade_2", "grade_3"} {
			for _, code := range w.List(column) {
				w.refers(column, "specialisms.csv", code)
				j.Grades = append(j.Grades, match.Grade{Code: code, Grade: grade})
			}
		}
		out = append(out, j)
	})
	return out
}
