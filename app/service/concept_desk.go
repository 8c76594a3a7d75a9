package service

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// ConceptDraft is a concept as somebody wrote it. A target is named by its code or its
// exact name.
type ConceptDraft struct {
	Surfaces           []string
	Lang, Kind, Effect string
	TargetKind         string
	Targets            []string
	Weight             string
	Industries         []string
	Source             string
	Replaces           bool
}

// Enter keeps a draft, which changes nothing yet.
func (c *Concepts) Enter(ctx context.Context, v portal.Viewer, d ConceptDraft) (portal.Concept, error) {
	if !portal.CanKeepConcepts(v) {
		return portal.Concept{}, portal.ErrForbidden
	}
	rec := portal.Concept{Meta: portal.Meta{ID: "concept-" + newID()}, State: portal.ConceptDraft, Since: c.Clock().UTC(),
		Origin: portal.Origin{Certainty: portal.Verified, Source: officeSource, Date: c.today()}}
	if err := c.describe(&rec, d); err != nil {
		return rec, err
	}
	fictional, err := c.plays(ctx, v)
	if err != nil {
		return rec, err
	}
	if fictional {
		rec.ID, rec.Origin = demoPrefix+rec.ID, portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	return rec, created(ctx, c.Rooms, c.Records.Concepts, v, "concept.enter", &rec)
}

// Edit changes what a concept says that is neither in force nor before a second person; it
// is a draft again.
func (c *Concepts) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d ConceptDraft) (portal.Concept, error) {
	return c.act(ctx, v, id, version, portal.ConceptEdit, func(rec *portal.Concept) error {
		if rec.State != portal.ConceptDraft {
			rec.State, rec.Since = portal.ConceptDraft, c.Clock().UTC()
		}
		return c.describe(rec, d)
	})
}

// Propose puts a draft before a second person, and tells those who could be that.
func (c *Concepts) Propose(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Concept, error) {
	rec, err := c.act(ctx, v, id, version, portal.ConceptPropose, func(rec *portal.Concept) error {
		rec.Propose(v, c.Clock().UTC())
		return nil
	})
	if err != nil {
		return rec, err
	}
	orgs, err := c.Records.Organisations.GetMany(ctx, []string{portal.OfficeID})
	if err != nil {
		return rec, fault("service.Concepts.Propose", id, err)
	}
	var deciding []portal.Member
	for _, office := range orgs {
		for _, m := range office.Members {
			if m.Person != v.Person && (m.Role == portal.Reviewer || m.Role == portal.Administrator) {
				deciding = append(deciding, m)
			}
		}
	}
	return rec, c.tell(ctx, deciding, rec, "concept.proposed")
}

// tell tells people what became of a concept.
func (c *Concepts) tell(ctx context.Context, whom []portal.Member, rec portal.Concept, kind string, args ...string) error {
	key := "concept/" + rec.ID + "/" + strconv.FormatInt(rec.Version, 10)
	return c.notices.about(ctx, whom, key, kind, "/desk/concepts/"+rec.ID, append([]string{strings.Join(rec.Surfaces, "、")}, args...)...)
}

// Approve puts what another has proposed in force; every portal takes it in by itself.
func (c *Concepts) Approve(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Concept, error) {
	rec, err := c.act(ctx, v, id, version, portal.ConceptApprove, func(rec *portal.Concept) error {
		rec.Approve(v, c.Clock().UTC())
		return nil
	})
	if err != nil {
		return rec, err
	}
	return rec, c.tell(ctx, []portal.Member{{Person: rec.ProposedBy}}, rec, "concept.approved")
}

// Reject turns a proposed concept down.
func (c *Concepts) Reject(ctx context.Context, v portal.Viewer, id string, version int64, reason string) (portal.Concept, error) {
	rec, err := c.act(ctx, v, id, version, portal.ConceptReject, func(rec *portal.Concept) error {
		return rec.End(v, portal.ConceptRejected, strings.TrimSpace(reason), c.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	return rec, c.tell(ctx, []portal.Member{{Person: rec.ProposedBy}}, rec, "concept.rejected", rec.Reason)
}

// Withdraw takes a concept out of force: what the release or an earlier one says counts
// again. One person may do so, since nothing new begins to count.
func (c *Concepts) Withdraw(ctx context.Context, v portal.Viewer, id string, version int64, reason string) (portal.Concept, error) {
	return c.act(ctx, v, id, version, portal.ConceptWithdraw, func(rec *portal.Concept) error {
		return rec.End(v, portal.ConceptWithdrawn, strings.TrimSpace(reason), c.Clock().UTC())
	})
}

// act changes a concept as one of its acts. version is that of the record the person saw.
// What the state no longer allows is a conflict; approving one's own is said to be that.
func (c *Concepts) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.ConceptAct, do func(*portal.Concept) error) (portal.Concept, error) {
	if !v.CanAnalyse() {
		return portal.Concept{}, fault("service.Concepts", id, portal.ErrNotFound)
	}
	return changed(ctx, c.Rooms, c.Records.Concepts, v, id, "concept."+string(act), func(rec *portal.Concept) error {
		switch {
		case !portal.CanKeepConcepts(v):
			return portal.ErrForbidden
		case rec.Version != version:
			return portal.ErrConflict
		case act == portal.ConceptApprove && rec.State == portal.ConceptProposed && !rec.Second(v):
			return portal.Invalid{{Field: "approve", Key: "concept.second"}}
		case !rec.Can(v, act):
			return portal.ErrConflict
		}
		return do(rec)
	})
}

// describe takes a draft over, or says everything that is wrong with it.
func (c *Concepts) describe(rec *portal.Concept, d ConceptDraft) error {
	rec.Surfaces, rec.Targets, rec.Industries = distinctWords(d.Surfaces), nil, nil
	rec.Lang, rec.Kind, rec.Effect, rec.TargetKind = d.Lang, d.Kind, portal.ConceptEffect(d.Effect), d.TargetKind
	rec.Source, rec.Replaces, rec.Weight = strings.TrimSpace(d.Source), d.Replaces, 0
	var bad portal.Invalid
	g := c.Graph()
	for _, said := range d.Targets {
		switch codes := g.Named(d.TargetKind, strings.TrimSpace(said)); {
		case len(codes) == 0:
			bad.Add("targets", "concept.unknown_target", said)
		case len(codes) > 1:
			bad.Add("targets", "concept.several_targets", said, strings.Join(codes, "、"))
		case !slices.Contains(rec.Targets, codes[0]):
			rec.Targets = append(rec.Targets, codes[0])
		}
	}
	if rec.Effect == portal.ConceptPoints {
		rec.Weight, _ = portal.ParseHundredths(d.Weight) // none is out of range
	}
	if rec.Effect == portal.ConceptBlocks || len(d.Targets) == 0 && rec.Effect == portal.ConceptDrops {
		rec.TargetKind = ""
	}
	for _, code := range d.Industries {
		industry, ok := c.match.industries.Get(strings.ToUpper(strings.TrimSpace(code)))
		if division := portal.IndustryDivision(industry.Code); !ok || division == "" {
			bad.Add("industries", "concept.unknown_industry", code)
		} else if !slices.Contains(rec.Industries, division) {
			rec.Industries = append(rec.Industries, division)
		}
	}
	join(&bad, rec.Check())
	bad = slices.DeleteFunc(bad, func(p portal.Problem) bool { // none of those named is known: that is said already
		return p.Field == "targets" && p.Key == "problem.required" && len(d.Targets) > 0
	})
	checkWords(&bad, g, *rec)
	if len(bad) == 0 {
		c.compare(&bad, g, *rec)
	}
	return bad.Err()
}

// distinctWords are words without white space around them, each once.
func distinctWords(words []string) []string {
	var out, seen []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(seen, text.Normalize(w)) {
			out, seen = append(out, w), append(seen, text.Normalize(w))
		}
	}
	return out
}

// checkWords refuses words that no text would be read by, or too many.
func checkWords(bad *portal.Invalid, g *match.Graph, rec portal.Concept) {
	const shortest = 3 // letters of an English word that may count everywhere
	for _, w := range rec.Surfaces {
		latin := strings.IndexFunc(w, func(r rune) bool { return r > 'z' }) < 0
		switch {
		case g.Filler(w):
			bad.Add("surfaces", "concept.filler", w)
		case !match.Findable(w):
			bad.Add("surfaces", "concept.not_findable", w)
		case latin && utf8.RuneCountInString(w) < shortest && len(rec.Industries) == 0:
			bad.Add("surfaces", "concept.short", w)
		case !latin && utf8.RuneCountInString(w) < 2:
			bad.Add("surfaces", "concept.one_character", w)
		}
	}
}

// compare refuses what is there already, unless it is to be replaced, and what is to be
// replaced or dropped and is not there.
func (c *Concepts) compare(bad *portal.Invalid, g *match.Graph, rec portal.Concept) {
	there, mine := map[link]match.Concept{}, normalised(rec.Surfaces)
	for _, con := range g.Concepts() {
		said := slices.DeleteFunc(slices.Clone(con.Surfaces), func(w string) bool { return !slices.Contains(mine, w) })
		for _, l := range linksOf(said, con.Blocks, con.TargetKind, con.Targets) {
			if con.Weight > there[l].Weight {
				there[l] = con
			}
		}
	}
	met, same := 0, 0
	for _, l := range ownLinks(rec) {
		have, ok := there[l]
		name := strings.TrimSpace(l.target + " " + g.TargetName(l.kind, l.target))
		switch {
		case ok && rec.Effect != portal.ConceptDrops && !rec.Replaces && have.Blocks:
			bad.Add("surfaces", "concept.blocks_already", l.word)
		case ok && rec.Effect != portal.ConceptDrops && !rec.Replaces:
			bad.Add("surfaces", "concept.there", l.word, name, portal.Hundredths(100*have.Weight+.5).String())
		case !ok && rec.Effect == portal.ConceptDrops && l.target == "":
			bad.Add("surfaces", "concept.blocks_not", l.word)
		case !ok && rec.Effect == portal.ConceptDrops:
			bad.Add("targets", "concept.not_there", l.word, name)
		}
		if ok {
			met++
			if (have.Blocks || have.Weight == rec.Weight.Float()) && slices.Equal(have.Industries, rec.Industries) {
				same++
			}
		}
	}
	switch {
	case len(*bad) > 0 || !rec.Replaces || rec.Effect == portal.ConceptDrops:
	case met == 0:
		bad.Add("replaces", "concept.nothing_there")
	case same == len(ownLinks(rec)):
		bad.Add("weight", "concept.changes_nothing")
	}
}
