package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const conceptsPath = "/desk/concepts"

// conceptRoutes are the pages about the words the match knows, and about how well it does.
func (s *site) conceptRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, conceptsPath, member, s.listConcepts},
		{get, conceptsPath + ".xlsx", member, s.exportConcepts},
		{get, conceptsPath + ".csv", member, s.exportConceptTable},
		{get, conceptsPath + "/new", member, s.showNewConcept},
		{post, conceptsPath + "/new", member, s.newConcept},
		{get, conceptsPath + "/:id", member, s.showConcept},
		{get, conceptsPath + "/:id/preview", member, s.showConceptPreview},
		{get, conceptsPath + "/:id/edit", member, s.showConceptEdit},
		{post, conceptsPath + "/:id/edit", member, s.editConcept},
		{post, conceptsPath + "/:id/propose", member, s.actOnConcept(portal.ConceptPropose)},
		{post, conceptsPath + "/:id/approve", member, s.actOnConcept(portal.ConceptApprove)},
		{post, conceptsPath + "/:id/reject", member, s.actOnConcept(portal.ConceptReject)},
		{post, conceptsPath + "/:id/withdraw", member, s.actOnConcept(portal.ConceptWithdraw)},
		{get, qualityPath, member, s.showQuality},
		{get, qualityPath + "/needs", member, s.compareRuns},
	}
}

// conceptPath is the address of a concept.
func conceptPath(id string) string { return conceptsPath + "/" + url.PathEscape(id) }

// conceptQuery reads what the address narrows the concepts by. What is of no closed set is
// not found.
func conceptQuery(r *request) (service.ConceptQuery, error) {
	get := func(name string) string { return cut(clean(r.Query(name)), maxQuery) }
	q := service.ConceptQuery{Word: get("q"), Target: get("target"), State: portal.ConceptState(get("state")), Kind: get("kind"), From: get("from")}
	if q.State != "" && !slices.Contains(portal.ConceptStates[:], q.State) || q.Kind != "" && !slices.Contains(portal.ConceptKinds[:], q.Kind) ||
		q.From != "" && q.From != service.FromOffice && q.From != service.FromRelease {
		return q, portal.ErrNotFound
	}
	return q, nil
}

// conceptsAddress is a path of the concepts under a query.
func (r *request) conceptsAddress(path string, q service.ConceptQuery) string {
	values := url.Values{}
	for name, value := range map[string]string{"q": q.Word, "target": q.Target, "state": string(q.State), "kind": q.Kind, "from": q.From} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return r.to(path)
	}
	return r.to(path) + "?" + values.Encode()
}

// listConcepts shows the words people use, those of the office first.
func (s *site) listConcepts(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	q, err := conceptQuery(r)
	if err != nil {
		return err
	}
	all, err := s.Services.Concepts.List(ctx, r.viewer, q)
	if err != nil {
		return err
	}
	counts, err := s.Services.Concepts.Counts(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("concept.title"))
	p.Lead = say("concept.lead")
	for _, state := range portal.ConceptStates {
		p.Figures = append(p.Figures, views.Figure{Label: say("concept.state." + string(state)), Value: itoa(counts[state]), Unit: say("concept.unit"),
			URL: r.conceptsAddress(conceptsPath, service.ConceptQuery{State: state, From: service.FromOffice})})
	}
	if portal.CanKeepConcepts(r.viewer) {
		p.Links = append(p.Links, views.Link{Text: say("concept.new"), URL: r.to(conceptsPath + "/new")})
	}
	p.Links = append(p.Links, views.Link{Text: say("concept.export"), URL: r.conceptsAddress(conceptsPath+".xlsx", q)},
		views.Link{Text: say("concept.table"), URL: r.to(conceptsPath + ".csv")}, views.Link{Text: say("tab.desk.quality"), URL: r.to(qualityPath)})
	sec := views.Section{ID: "concepts", Title: say("concept.found", len(all))}
	if len(all) == 0 {
		sec.Empty = &views.Empty{Text: say("concept.none")}
		if portal.CanKeepConcepts(r.viewer) {
			sec.Empty.Steps = []views.Link{{Text: say("concept.new"), URL: r.newConcept(q.Word)}}
		}
	} else {
		sec.Table = s.conceptTable(r, sec.Title, paged(r, &p, all, "target", "state", "kind", "from"))
	}
	p.Sections = []views.Section{s.conceptFilter(r, q), sec}
	return s.render(r, "desk", "", p)
}

// newConcept is the address of the form for a word.
func (r *request) newConcept(word string) string {
	if word == "" {
		return r.to(conceptsPath + "/new")
	}
	return r.to(conceptsPath+"/new") + "?" + url.Values{"word": {word}}.Encode()
}

func (s *site) conceptField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "concept.form.", kind, name, value)
}

func (s *site) conceptFilter(r *request, q service.ConceptQuery) views.Section {
	say := s.say(r.lang)
	any := views.Option{Text: say("list.any")}
	form := views.Form{ID: "narrow", Get: true, Across: true, Action: r.to(conceptsPath), Submit: say("list.filter"), Look: "quiet", Fields: []views.Field{
		s.conceptField(r, "text", "q", q.Word), s.conceptField(r, "text", "target", q.Target),
		choice(s.conceptField(r, "select", "state", string(q.State)), append([]views.Option{any}, options(say, "concept.state.", portal.ConceptStates[:])...)...),
		choice(s.conceptField(r, "select", "kind", q.Kind), append([]views.Option{any}, options(say, "concept.kind.", portal.ConceptKinds[:])...)...),
		choice(s.conceptField(r, "select", "from", q.From), append([]views.Option{any}, options(say, "concept.from.", []string{service.FromOffice, service.FromRelease})...)...)}}
	sec := views.Section{ID: "finding", Title: say("list.filter"), Forms: []views.Form{form}}
	if q != (service.ConceptQuery{}) {
		sec.More = &views.Link{Text: say("concept.all"), URL: r.to(conceptsPath)}
	}
	return sec
}

func (s *site) conceptTable(r *request, caption string, entries []service.ConceptEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption}
	for _, key := range []string{"words", "targets", "weight", "kind", "state"} {
		t.Columns = append(t.Columns, views.Column{Text: say("concept.column." + key), Number: key == "weight"})
	}
	for _, e := range entries {
		t.Rows = append(t.Rows, s.conceptRow(r, e))
	}
	return t
}

func (s *site) conceptRow(r *request, e service.ConceptEntry) views.Row {
	say := s.say(r.lang)
	var row views.Row
	state := views.Cell{Label: say("concept.column.state")}
	of := portal.Concept{Effect: portal.ConceptPoints}
	if e.Own != nil {
		of = *e.Own
		state.Text, row.Note = say("concept.state."+string(of.State)), say("concept.from.office")
		row.Name.URL = r.to(conceptPath(of.ID))
		if of.Origin.Fictional() {
			row.Badge = badge(say, of.Origin)
		}
	} else {
		of.Surfaces, of.Kind, of.TargetKind, of.Targets, of.Weight, of.Industries = e.Row.Surfaces, e.Row.Kind, e.Row.TargetKind, e.Row.Targets, e.Row.Weight, e.Row.Industries
		if e.Row.Blocks {
			of.Effect = portal.ConceptBlocks
		}
		state.Text, row.Note = say("concept.from.release"), e.Row.Source
		if e.Replaced {
			state.Text = say("concept.replaced")
		}
		if portal.CanKeepConcepts(r.viewer) {
			row.Name.URL = r.to(conceptsPath+"/new") + "?row=" + itoa(e.Row.Number)
		}
	}
	row.Name.Text, row.Name.Lang = s.fewWords(r, of.Surfaces), r.han()
	weight := views.Cell{Label: say("concept.column.weight"), Text: "—", Muted: true, Number: true}
	if of.Effect == portal.ConceptPoints {
		weight = views.Cell{Label: weight.Label, Text: of.Weight.String(), Number: true}
	}
	row.Cells = []views.Cell{s.conceptAim(r, of), weight, {Label: say("concept.column.kind"), Text: say("concept.kind." + of.Kind)}, state}
	return row
}

// fewWords are the first of the words, and how many there are.
func (s *site) fewWords(r *request, words []string) string {
	const shown = 4
	if len(words) <= shown {
		return strings.Join(words, "、")
	}
	return s.say(r.lang)("concept.words_more", strings.Join(words[:shown], "、"), len(words))
}

// conceptAim says what a concept points to, or what else it does.
func (s *site) conceptAim(r *request, of portal.Concept) views.Cell {
	say := s.say(r.lang)
	c := views.Cell{Label: say("concept.column.targets")}
	if len(of.Targets) == 0 || of.Effect == portal.ConceptBlocks {
		c.Text = say("concept.aim." + string(of.Effect))
		return c
	}
	const shown = 3
	for _, code := range of.Targets[:min(len(of.Targets), shown)] {
		c.Tags = append(c.Tags, s.targetName(of.TargetKind, code))
	}
	if more := len(of.Targets) - shown; more > 0 {
		c.Tags = append(c.Tags, say("concept.more", more))
	}
	if of.Effect == portal.ConceptDrops {
		c.Tags = append([]string{say("concept.effect.drops")}, c.Tags...)
	}
	if len(of.Industries) > 0 {
		c.Tags = append(c.Tags, say("concept.only_in", strings.Join(of.Industries, " ")))
	}
	return c
}

// targetName is a code with its name.
func (s *site) targetName(kind, code string) string {
	return strings.TrimSpace(code + " " + s.Services.Concepts.Graph().TargetName(kind, code))
}

// exportConcepts sends what the page would show, on all its pages.
func (s *site) exportConcepts(ctx context.Context, r *request) error {
	q, err := conceptQuery(r)
	if err != nil {
		return err
	}
	file, err := s.Services.Concepts.Sheet(ctx, r.viewer, r.lang, q)
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, "concept.sheet"), file)
}

// exportConceptTable sends the table in force in the form of the seeds.
func (s *site) exportConceptTable(ctx context.Context, r *request) error {
	rows, err := s.Services.Concepts.Table(ctx, r.viewer)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="concepts.csv"`)
	body := bufio.NewWriter(r.Response().BodyWriter())
	out := csv.NewWriter(body)
	for _, row := range rows {
		for _, free := range []int{0, len(row) - 1} { // what people have written
			row[free], _ = harmless(row[free]).(string)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return body.Flush()
}

// draftOfRow is the form of a row of the release, to be replaced.
func draftOfRow(row service.ConceptRow) service.ConceptDraft {
	d := service.ConceptDraft{Surfaces: row.Surfaces, Lang: row.Lang, Kind: row.Kind, Effect: string(portal.ConceptPoints), TargetKind: row.TargetKind, Targets: row.Targets,
		Weight: row.Weight.String(), Industries: row.Industries, Replaces: true}
	if row.Blocks {
		d.Kind, d.Effect, d.TargetKind, d.Targets, d.Weight, d.Replaces = portal.ConceptKinds[0], string(portal.ConceptDrops), "", nil, "", false
	}
	return d
}

// draftOfConcept is the form of a concept; of one in force, the form of what is to take its
// place.
func draftOfConcept(c portal.Concept) service.ConceptDraft {
	d := service.ConceptDraft{Surfaces: c.Surfaces, Lang: c.Lang, Kind: c.Kind, Effect: string(c.Effect), TargetKind: c.TargetKind, Targets: c.Targets,
		Industries: c.Industries, Source: c.Source, Replaces: c.Replaces || c.State == portal.ConceptInForce}
	if c.Effect == portal.ConceptPoints {
		d.Weight = c.Weight.String()
	}
	return d
}

// conceptDraft reads a concept from its form.
func (r *request) conceptDraft() service.ConceptDraft {
	return service.ConceptDraft{Surfaces: lines(r.value("surfaces")), Lang: r.value("lang"), Kind: r.value("kind"), Effect: r.value("effect"), TargetKind: r.value("target_kind"),
		Targets: lines(r.value("targets")), Weight: r.value("weight"), Industries: lines(r.value("industries")), Source: r.value("source"), Replaces: r.value("replaces") != ""}
}

// draftAsked is what the address fills the form with: a word, a row of the release, or a
// concept in force.
func (s *site) draftAsked(ctx context.Context, r *request) (service.ConceptDraft, error) {
	d := service.ConceptDraft{Lang: portal.ConceptLanguages[0], Effect: string(portal.ConceptPoints), TargetKind: portal.ConceptTargets[0], Weight: "0.8"}
	if word := cut(clean(r.Query("word")), portal.ConceptWordMost); word != "" {
		d.Surfaces = []string{word}
		if strings.IndexFunc(word, func(c rune) bool { return c > 'z' }) < 0 {
			d.Lang = portal.ConceptLanguages[1]
		}
	}
	if line := r.Query("row"); line != "" {
		n, _ := strconv.Atoi(line) // no number is no row
		row, err := s.Services.Concepts.Row(r.viewer, n)
		return draftOfRow(row), err
	}
	if id := clean(r.Query("of")); id != "" {
		f, err := s.Services.Concepts.Show(ctx, r.viewer, id)
		return draftOfConcept(f.Concept), err
	}
	return d, nil
}
