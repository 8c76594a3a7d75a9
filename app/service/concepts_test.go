package service_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/seeds"
)

// officer is a reviewer of the office.
func officer(person string) portal.Viewer {
	return portal.Viewer{Person: person, Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}
}

// cloudWord points a word of the shop floor to 云计算技术应用.
func cloudWord(words ...string) service.ConceptDraft {
	return service.ConceptDraft{Surfaces: words, Lang: "zh", Kind: "dialect", Effect: "points", TargetKind: "specialism", Targets: []string{"510206"}, Weight: "0.9", Source: "企业走访"}
}

// put enters a concept and has a second person approve it.
func (h house) put(t *testing.T, d service.ConceptDraft) portal.Concept {
	t.Helper()
	ctx, first, second := t.Context(), officer("first"), officer("second")
	rec, err := h.services.Concepts.Enter(ctx, first, d)
	if err == nil {
		rec, err = h.services.Concepts.Propose(ctx, first, rec.ID, rec.Version)
	}
	if err == nil {
		rec, err = h.services.Concepts.Approve(ctx, second, rec.ID, rec.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	*h.clock = h.clock.Add(time.Second)
	return rec
}

// first are the specialisms that are ranked first for a text.
func (h house) first(t *testing.T, text string) []string {
	t.Helper()
	a, err := h.services.Match.Rank(t.Context(), portal.Visitor, match.Need{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, s := range a.Specialisms[:min(len(a.Specialisms), 3)] {
		codes = append(codes, s.Code)
	}
	return codes
}

func (h house) step(t *testing.T, want bool) {
	t.Helper()
	if got, err := h.services.Concepts.Step(t.Context()); err != nil || got != want {
		t.Errorf("the graph is another: %v %v, want %v", got, err, want)
	}
}

func TestAConceptCountsOnceASecondPersonHasApprovedIt(t *testing.T) {
	h := indexed(t)
	ctx, concepts, text := t.Context(), h.services.Concepts, "招犇骉工三名"
	before := h.rooms.Graph()
	h.step(t, false)
	if got := h.first(t, text); got != nil {
		t.Fatalf("%s is understood already: %s", text, got)
	}
	first, second := officer("first"), officer("second")
	rec, err := concepts.Enter(ctx, first, cloudWord("犇骉"))
	if err != nil {
		t.Fatal(err)
	}
	h.step(t, false)
	rec, err = concepts.Propose(ctx, first, rec.ID, rec.Version)
	if err != nil {
		t.Fatal(err)
	}
	h.step(t, false)
	var invalid portal.Invalid
	if _, err := concepts.Approve(ctx, first, rec.ID, rec.Version); !errors.As(err, &invalid) || invalid[0].Key != "concept.second" {
		t.Errorf("approved by who has proposed it: %v", err)
	}
	analyst := officer("third")
	analyst.Role = portal.Analyst
	if _, err := concepts.Approve(ctx, analyst, rec.ID, rec.Version); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("approved by an analyst: %v", err)
	}
	for name, v := range map[string]portal.Viewer{"a visitor": portal.Visitor, "an enterprise": {Person: "x", Organisation: "e", Kind: portal.OfEnterprise, Role: portal.Owner, State: portal.OrganisationVerified}} {
		if _, err := concepts.Show(ctx, v, rec.ID); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s is shown a concept: %v", name, err)
		}
		if _, err := concepts.Approve(ctx, v, rec.ID, rec.Version); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s approves: %v", name, err)
		}
	}
	if _, err := concepts.Approve(ctx, second, rec.ID, rec.Version-1); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("approved as it was before: %v", err)
	}
	if got := h.first(t, text); got != nil {
		t.Errorf("what is only proposed counts: %q", got)
	}
	rec, err = concepts.Approve(ctx, second, rec.ID, rec.Version)
	if err != nil {
		t.Fatal(err)
	}
	h.step(t, true)
	h.step(t, false)
	if got := h.first(t, text); !slices.Contains(got, "510206") {
		t.Errorf("%s leads to %q", text, got)
	}
	if len(rec.Events) != 3 || rec.Events[2].Action != "concept.approve" || rec.Events[2].By != "second" {
		t.Errorf("the trail is %+v", rec.Events)
	}
	again, err := service.BuildGraph(ctx, h.records, h.rooms.Taxonomy)
	if err != nil || again.Fingerprint() != h.rooms.Graph().Fingerprint() {
		t.Errorf("a portal that starts now answers otherwise: %v", err)
	}

	if _, err := concepts.Withdraw(ctx, first, rec.ID, rec.Version, " "); !errors.As(err, &invalid) {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	if _, err = concepts.Withdraw(ctx, first, rec.ID, rec.Version, "走访核实有误"); err != nil {
		t.Fatal(err)
	}
	h.step(t, true)
	if h.rooms.Graph().Fingerprint() != before.Fingerprint() {
		t.Error("something of a withdrawn concept stays")
	}
}

func TestConceptsTakeThePlaceOfWhatWasThere(t *testing.T) {
	h := indexed(t)
	weights := func() map[string]float64 {
		out := map[string]float64{}
		for _, c := range h.rooms.Graph().Concepts() {
			for _, code := range c.Targets {
				if slices.Contains(c.Surfaces, "ct") {
					out[code] = max(out[code], c.Weight)
				}
			}
		}
		return out
	}
	seeded := weights()
	if seeded["720502"] != 1 || len(seeded) < 3 {
		t.Fatalf("the release says %v of ct", seeded)
	}
	lower := service.ConceptDraft{Surfaces: []string{"CT"}, Lang: "en", Kind: "equipment", Effect: "points", TargetKind: "specialism", Targets: []string{"720502"}, Weight: "0.3", Industries: []string{"Q84"}, Source: "走访", Replaces: true}
	h.put(t, lower)
	h.step(t, true)
	if got := weights(); got["720502"] != .3 || len(got) != len(seeded) {
		t.Errorf("lowered: %v", got)
	}
	later := lower
	later.Weight = "0.5"
	h.put(t, later)
	h.step(t, true)
	if got := weights(); got["720502"] != .5 || len(got) != len(seeded) {
		t.Errorf("decided again: %v", got)
	}
	h.put(t, service.ConceptDraft{Surfaces: []string{"ct"}, Lang: "en", Kind: "equipment", Effect: "drops", TargetKind: "specialism", Targets: []string{"720502"}, Industries: []string{"Q84"}, Source: "走访"})
	h.step(t, true)
	if got := weights(); len(got) != len(seeded)-1 || got["720502"] != 0 {
		t.Errorf("dropped: %v", got)
	}
	was := h.first(t, "护理")
	h.put(t, service.ConceptDraft{Surfaces: []string{"护理器犇"}, Lang: "zh", Kind: "equipment", Effect: "blocks", Source: "走访"})
	h.step(t, true)
	if said := h.rooms.Graph().Said(match.Need{Text: "护理器犇"}); !slices.Equal(said, []string{"护理器犇"}) || !slices.Equal(h.first(t, "护理"), was) {
		t.Errorf("blocked: %q", said)
	}

	rows, err := h.services.Concepts.Table(t.Context(), officer("first"))
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	whole, _ := seeds.Files().(interface{ ReadFile(string) ([]byte, error) }).ReadFile("concepts.csv")
	taken, err := service.LoadTaxonomy(overlay(t, "concepts.csv", string(whole), file.String()))
	if err != nil {
		t.Fatal(err)
	}
	links := func(concepts []match.Concept) map[string]bool {
		out := map[string]bool{}
		for _, c := range concepts {
			for _, word := range c.Surfaces {
				if c.Blocks {
					out[word+" blocks"] = true
					continue
				}
				for _, code := range c.Targets {
					out[strings.Join(append([]string{word, c.TargetKind, code, portal.Hundredths(100*c.Weight + .5).String()}, c.Industries...), " ")] = true
				}
			}
		}
		return out
	}
	got, want := links(taken.Concepts), links(h.rooms.Graph().Concepts())
	for l := range want {
		if !got[l] {
			t.Errorf("a release that takes the table up lacks %s", l)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the table has %d links, want %d", len(got), len(want))
	}
}

func TestConceptsThatAreRefused(t *testing.T) {
	h := open(t, true)
	change := func(fn func(*service.ConceptDraft)) service.ConceptDraft {
		d := cloudWord("犇骉")
		fn(&d)
		return d
	}
	for _, tt := range []struct {
		name       string
		draft      service.ConceptDraft
		field, key string
	}{
		{"nothing", service.ConceptDraft{}, "surfaces", "problem.required"},
		{"an unknown target", change(func(d *service.ConceptDraft) { d.Targets = []string{"999999"} }), "targets", "concept.unknown_target"},
		{"a name of several", change(func(d *service.ConceptDraft) { d.Targets = []string{"护理"} }), "targets", "concept.several_targets"},
		{"a code of another kind", change(func(d *service.ConceptDraft) { d.TargetKind = "class" }), "targets", "concept.unknown_target"},
		{"no kind of target", change(func(d *service.ConceptDraft) { d.TargetKind, d.Targets = "", nil }), "target_kind", "problem.required"},
		{"only filler", cloudWord("工程师"), "surfaces", "concept.filler"},
		{"signs", cloudWord("，！"), "surfaces", "concept.not_findable"},
		{"a formula", cloudWord("=1+1"), "surfaces", "concept.not_findable"},
		{"one letter", cloudWord("q"), "surfaces", "concept.short"},
		{"two letters everywhere", cloudWord("qx"), "surfaces", "concept.short"},
		{"one character", cloudWord("犇"), "surfaces", "concept.one_character"},
		{"a word longer than a sentence", cloudWord(strings.Repeat("犇骉", 30)), "surfaces", "problem.too_long"},
		{"a weight above one", change(func(d *service.ConceptDraft) { d.Weight = "1.2" }), "weight", "concept.weight"},
		{"no weight", change(func(d *service.ConceptDraft) { d.Weight = "高" }), "weight", "concept.weight"},
		{"weight zero", change(func(d *service.ConceptDraft) { d.Weight = "0" }), "weight", "concept.weight"},
		{"no source", change(func(d *service.ConceptDraft) { d.Source = " " }), "source", "problem.required"},
		{"an unknown industry", change(func(d *service.ConceptDraft) { d.Industries = []string{"ZZ9"} }), "industries", "concept.unknown_industry"},
		{"points there already", change(func(d *service.ConceptDraft) { d.Surfaces, d.Targets = []string{"data centre"}, []string{"510206"} }), "surfaces", "concept.there"},
		{"replaces what is not there", change(func(d *service.ConceptDraft) { d.Replaces = true }), "replaces", "concept.nothing_there"},
		{"replaces by the same", change(func(d *service.ConceptDraft) {
			d.Surfaces, d.Targets, d.Weight, d.Replaces = []string{"data centre"}, []string{"510206"}, "1", true
		}), "weight", "concept.changes_nothing"},
		{"drops what is not there", change(func(d *service.ConceptDraft) { d.Effect = "drops" }), "targets", "concept.not_there"},
		{"lifts a block that is not there", change(func(d *service.ConceptDraft) { d.Effect, d.Targets = "drops", nil }), "surfaces", "concept.blocks_not"},
		{"blocks towards something", change(func(d *service.ConceptDraft) { d.Effect = "blocks" }), "targets", "concept.blocks_nothing"},
		{"blocks what blocks", change(func(d *service.ConceptDraft) {
			d.Surfaces, d.Effect, d.Targets = []string{"五险一金"}, "blocks", nil
		}), "surfaces", "concept.filler"},
		{"blocks what is blocked", change(func(d *service.ConceptDraft) { d.Surfaces, d.Effect, d.Targets = []string{"有食堂"}, "blocks", nil }), "surfaces", "concept.blocks_already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.services.Concepts.Enter(t.Context(), officer("first"), tt.draft)
			var invalid portal.Invalid
			if !errors.As(err, &invalid) || !slices.ContainsFunc(invalid, func(p portal.Problem) bool { return p.Field == tt.field && p.Key == tt.key }) {
				t.Errorf("got %v, want %s: %s", err, tt.field, tt.key)
			}
		})
	}
	for name, d := range map[string]service.ConceptDraft{"two letters in one industry": change(func(d *service.ConceptDraft) { d.Surfaces, d.Industries = []string{"qx"}, []string{"i65"} }),
		"a name for a code": change(func(d *service.ConceptDraft) { d.Targets = []string{"云计算技术应用"} }), "a word of two kinds of letters": cloudWord("犇骉", "z犇"),
		"a block that is lifted": change(func(d *service.ConceptDraft) { d.Surfaces, d.Effect, d.Targets = []string{"有食堂"}, "drops", nil })} {
		if rec, err := h.services.Concepts.Enter(t.Context(), officer("first"), d); err != nil || rec.State != portal.ConceptDraft {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := h.records.Concepts.Count(t.Context(), store.Where("state", portal.ConceptInForce)); err != nil || n != 0 {
		t.Errorf("%d count, %v", n, err)
	}
}

func TestAConceptOfATargetThatIsGoneStopsNothing(t *testing.T) {
	h := open(t, false)
	rec := portal.Concept{Meta: portal.Meta{ID: "old"}, Surfaces: []string{"犇骉"}, Effect: portal.ConceptPoints, TargetKind: "specialism", Targets: []string{"000000", "510206"}, Weight: 90, State: portal.ConceptInForce}
	if err := h.records.Concepts.Insert(t.Context(), &rec); err != nil {
		t.Fatal(err)
	}
	g, err := service.BuildGraph(t.Context(), h.records, h.rooms.Taxonomy)
	if err != nil || !slices.Equal(g.Said(match.Need{Text: "犇骉"}), []string{"犇骉"}) {
		t.Errorf("%v", err)
	}
	h.step(t, true)
	f, err := h.services.Concepts.Show(t.Context(), officer("first"), "old")
	if err != nil || !slices.Equal(f.Standing.Unknown, []string{"000000"}) {
		t.Errorf("%+v, %v", f.Standing, err)
	}
}

// TestAPreviewTellsWhatMovesAndChangesNothing works out a word that an open need says, and
// one that a judged need says.
func TestAPreviewTellsWhatMovesAndChangesNothing(t *testing.T) {
	h := indexed(t)
	ctx, v := t.Context(), officer("first")
	n, err := h.records.Needs.Get(ctx, "demo-n001")
	if err != nil {
		t.Fatal(err)
	}
	n.Meta, n.Title, n.Text, n.Industry, n.Status, n.PublishedAt, n.ExpiresAt = portal.Meta{ID: "demo-word"}, "招犇骉工", "招犇骉工", "", portal.NeedOpen, *h.clock, h.clock.AddDate(0, 0, 30)
	if err := h.records.Needs.Insert(ctx, &n); err != nil {
		t.Fatal(err)
	}
	d := cloudWord("犇骉")
	d.Targets = []string{"590302"}
	rec, err := h.services.Concepts.Enter(ctx, v, d)
	if err != nil {
		t.Fatal(err)
	}
	before := h.rooms.Graph()
	p, err := h.services.Concepts.Preview(ctx, v, rec.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Open) != 1 || p.Open[0].ID != "demo-word" || !slices.ContainsFunc(p.Open[0].Moves, func(m match.Move) bool { return m.Code == "590302" && m.Was == 0 && m.Is > 0 }) {
		t.Errorf("of the open needs: %+v", p.Open)
	}
	if len(p.Words) != 1 || p.Words[0].Text != "犇骉" || !slices.ContainsFunc(p.Words[0].Moves, func(m match.Move) bool { return m.Code == "590302" && m.Is == 1 }) {
		t.Errorf("of the word itself: %+v", p.Words)
	}
	if len(p.Judged) != 0 || p.After != p.Before || p.Before.Needs != 60 {
		t.Errorf("of the judged needs: %+v, %+v → %+v", p.Judged, p.Before, p.After)
	}
	block, err := h.services.Concepts.Enter(ctx, v, service.ConceptDraft{Surfaces: []string{"散落的数据清洗"}, Lang: "zh", Kind: "process", Effect: "blocks", Source: "走访"})
	if err != nil {
		t.Fatal(err)
	}
	p, err = h.services.Concepts.Preview(ctx, v, block.ID)
	if err != nil || len(p.Judged) != 1 || p.Judged[0].ID != "Z004" || p.After == p.Before {
		t.Errorf("of a block: %+v, %+v → %+v, %v", p.Judged, p.Before, p.After, err)
	}
	h.step(t, false)
	if h.rooms.Graph() != before {
		t.Error("a preview has exchanged the graph")
	}
	if _, err := h.services.Concepts.Preview(ctx, portal.Visitor, rec.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor: %v", err)
	}
}

// TestWordsOfRealNeedsAreKeptFromTwoOrganisations writes a name into one need of an
// enterprise, and a word into needs of two.
func TestWordsOfRealNeedsAreKeptFromTwoOrganisations(t *testing.T) {
	h := indexed(t)
	ctx := t.Context()
	pattern, err := h.records.Needs.Get(ctx, "demo-n001")
	if err != nil {
		t.Fatal(err)
	}
	for id, text := range map[string]string{"a 1": "招犇骉，需要龘靐", "a 2": "需要龘靐，13800000000", "b 1": "会犇骉"} {
		n := pattern
		n.Meta, n.EnterpriseID, n.Title, n.Text = portal.Meta{ID: strings.ReplaceAll(id, " ", "-")}, id[:1], "", text
		n.Origin = portal.Origin{Certainty: portal.Verified, Source: "企业填报"}
		if err := h.records.Needs.Insert(ctx, &n); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.chores.Once(ctx); err != nil {
		t.Fatal(err)
	}
	now, err := h.services.Quality.Now(ctx, officer("first"))
	if err != nil || now.Current.ID == "" || now.Current.Slices[0].Needs != 60 {
		t.Fatalf("%+v, %v", now, err)
	}
	words := h.services.Quality.Candidates(now.Current, false)
	if len(words) != 1 || words[0].Text != "犇骉" || words[0].Needs != 2 || words[0].Organisations != 2 {
		t.Errorf("of real needs: %+v", words)
	}
	if len(h.services.Quality.Candidates(now.Current, true)) == 0 {
		t.Error("nothing of the fictional needs")
	}
	h.put(t, cloudWord("犇骉"))
	h.step(t, true)
	if words := h.services.Quality.Candidates(now.Current, false); len(words) != 0 {
		t.Errorf("a word that is a concept meanwhile: %+v", words)
	}
	if err := h.chores.Once(ctx); err != nil {
		t.Fatal(err)
	}
	again, err := h.services.Quality.Now(ctx, officer("first"))
	if err != nil || len(again.Kept) != 2 || again.Current.ID == now.Current.ID {
		t.Fatalf("%d kept, %v", len(again.Kept), err)
	}
	if _, _, changes, err := h.services.Quality.Compare(ctx, officer("first"), now.Current.ID, again.Current.ID); err != nil || len(changes) != 0 {
		t.Errorf("a word no judged need says changes %+v, %v", changes, err)
	}
	if _, err := h.services.Quality.Now(ctx, portal.Visitor); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor: %v", err)
	}
}
