package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/search"
)

// Match answers needs with specialisms and programmes.
type Match struct {
	Rooms
	industries *Industries
	exposure   *Exposure
}

// MatchAnswer is the answer to one need.
type MatchAnswer struct {
	Specialisms []SpecialismMatch
	Answer      match.Answer
	Degraded    bool // the search engine did not answer in time; the in-process index did
}

// SpecialismMatch is a ranked specialism and how many programmes here offer it.
type SpecialismMatch struct {
	match.Ranked
	Class  string
	Offers int
}

// The limits of a need as it is typed, and of an answer.
const (
	MaxNeedText     = 5000 // characters
	MaxHeadcount    = 100000
	specialismsKept = 30
	programmesKept  = 60
)

// Check reports everything wrong with a need before it is matched.
func (m *Match) Check(n match.Need) error {
	var bad portal.Invalid
	if n.Text == "" {
		bad.Add("text", "problem.need_empty")
	}
	if utf8.RuneCountInString(n.Text) > MaxNeedText {
		bad.Add("text", "problem.text_long", MaxNeedText)
	}
	if n.Industry != "" {
		if _, ok := m.industries.Get(n.Industry); !ok {
			bad.Add("industry", "problem.unknown_industry", n.Industry)
		}
	}
	if !slices.Contains(portal.WantedLevels[:], n.Level) {
		bad.Add("level", "problem.unknown_value", string(n.Level))
	}
	if n.Headcount != nil && (*n.Headcount < 1 || *n.Headcount > MaxHeadcount) {
		bad.Add("headcount", "problem.bad_headcount", MaxHeadcount)
	}
	for _, mode := range n.Modes {
		if !mode.Valid() {
			bad.Add("mode", "problem.unknown_value", string(mode))
		}
	}
	if n.District != "" && !n.District.Valid() {
		bad.Add("district", "problem.unknown_place", string(n.District))
	}
	return bad.Err()
}

// Rank matches a need. Filters in relaxed are not applied.
func (m *Match) Rank(ctx context.Context, _ portal.Viewer, n match.Need, relaxed ...match.Filter) (MatchAnswer, error) {
	var out MatchAnswer
	if err := m.Check(n); err != nil {
		return out, err
	}
	g := m.Graph()
	lex, degraded, err := m.lexical(ctx, g, n)
	if err != nil {
		return out, err
	}
	ranked := g.Specialisms(n, lex, match.DefaultWeights())
	out.Degraded = degraded
	ranked = ranked[:min(len(ranked), specialismsKept)]
	codes := make([]string, len(ranked))
	for i, r := range ranked {
		codes[i] = r.Code
	}
	offers := m.Roster.Offers(codes)
	count := map[string]int{}
	for _, o := range offers {
		count[o.Programme.Code]++
	}
	for _, r := range ranked {
		out.Specialisms = append(out.Specialisms, SpecialismMatch{Ranked: r, Class: g.ClassName(r.Code), Offers: count[r.Code]})
	}
	out.Answer = match.Programmes(n, ranked, offers, relaxed, match.DefaultWeights())
	out.Answer.Rotate(n, m.exposure.turn(ctx), programmesKept)
	return out, nil
}

// Ranking returns the specialisms for a need alone.
func (m *Match) Ranking(ctx context.Context, _ portal.Viewer, n match.Need, w match.Weights) ([]match.Ranked, error) {
	g := m.Graph()
	lex, _, err := m.lexical(ctx, g, n)
	if err != nil {
		return nil, err
	}
	return g.Specialisms(n, lex, w), nil
}

// lexical asks the engine; when it does not answer in time the process does.
func (m *Match) lexical(ctx context.Context, g *match.Graph, n match.Need) (lex match.Lexical, degraded bool, err error) {
	q := terms(g, n)
	if len(q.Terms) == 0 {
		return nil, false, nil
	}
	short, cancel := context.WithTimeout(ctx, m.MatchTimeout)
	defer cancel()
	hits, err := m.Engine.Match(short, q)
	if err != nil && m.Fallback != nil && (errors.Is(err, search.ErrDown) || errors.Is(err, context.DeadlineExceeded)) {
		m.Log.Debug("search engine did not answer, matching in process", "error", err)
		degraded = true
		hits, err = m.Fallback.Match(ctx, q)
	}
	if err != nil {
		return nil, degraded, fault("service.Match.lexical", "", err)
	}
	return lexicalOf(hits), degraded, nil
}

// Catalogue fills an index in the process with the specialisms, for when the engine does
// not answer.
func Catalogue(ctx context.Context, r Rooms, e search.Engine) (search.Engine, error) {
	src := from(e, SpecialismsIndex, r.Records.Specialisms, documents{Rooms: r}.specialisms, nil)
	if err := e.Rebuild(ctx, SpecialismsIndex, src.all(ctx)); err != nil {
		return nil, fault("service.Catalogue", "", err)
	}
	return e, nil
}

// terms is what the engine is asked of a need.
func terms(g *match.Graph, n match.Need) search.MatchQuery {
	q := search.MatchQuery{Index: SpecialismsIndex, Limit: 400}
	for _, t := range g.Terms(n) {
		q.Terms = append(q.Terms, search.Term{Text: t.Text, Weight: t.Weight, Sound: t.Sound})
	}
	return q
}

// covering returns the specialisms relevant enough to cover a need. It asks the process,
// where it can, and not a server: an index of a million needs asks as often.
func (m *Match) covering(ctx context.Context, g *match.Graph, n match.Need) ([]string, error) {
	engine := m.Engine
	if m.Fallback != nil {
		engine = m.Fallback
	}
	var lex match.Lexical
	if q := terms(g, n); len(q.Terms) > 0 {
		q.Bare = true
		hits, err := engine.Match(ctx, q)
		if err != nil {
			return nil, fault("service.Match.covering", "", err)
		}
		lex = lexicalOf(hits)
	}
	return g.Covering(n, lex, match.DefaultWeights(), specialismsKept), nil
}

// lexicalOf turns the engine's hits into the value the match reads. Sounds are named only
// where no written word met.
func lexicalOf(hits []search.Hit) match.Lexical {
	lex := make(match.Lexical, len(hits))
	for _, h := range hits {
		written := slices.ContainsFunc(h.Why, func(w search.Why) bool { return w.Kind == search.Exact })
		var terms []match.LexicalTerm
		for _, w := range h.Why {
			if w.Kind == search.Exact || !written {
				terms = append(terms, match.LexicalTerm{Text: w.Term, Fields: w.Fields, Score: w.Score})
			}
		}
		lex[h.ID] = match.LexicalHit{Score: h.Score, Terms: terms}
	}
	return lex
}

// NeedOf is what the match reads of a stored need.
func NeedOf(n portal.Need) match.Need {
	return match.Need{Text: needText(n.Title, n.Text), Industry: n.Industry, Level: n.Level, Headcount: n.Headcount,
		Modes: n.Modes, District: n.District, Languages: n.Languages, MustHaves: n.MustHaves}
}

// needText is the text of a need with its title, which counts once where it only repeats
// how the text begins.
func needText(title, text string) string {
	if title == "" || strings.HasPrefix(text, title) {
		return text
	}
	return title + "。" + text
}
