package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// conceptForm asks what a concept says.
func (s *site) conceptForm(r *request, path, submit string, d service.ConceptDraft) *views.Form {
	say := s.say(r.lang)
	choose := views.Option{Text: say("form.choose")}
	oneToALine := func(name string, values []string, rows int) views.Field {
		f := s.conceptField(r, "area", name, strings.Join(values, "\n"))
		f.Rows = rows
		return f
	}
	source, replaces := must(s.conceptField(r, "text", "source", d.Source)), s.conceptField(r, "tick", "replaces", "")
	source.Most = portal.ConceptTextMost
	if d.Replaces {
		replaces.Value = "1"
	}
	const few, several = 2, 4
	return s.form(r, path, submit, must(oneToALine("surfaces", d.Surfaces, several)),
		must(choice(s.conceptField(r, "radios", "effect", d.Effect), options(say, "concept.effect_help.", portal.ConceptEffects[:])...)),
		choice(s.conceptField(r, "select", "target_kind", d.TargetKind), append([]views.Option{choose}, options(say, "concept.target.", portal.ConceptTargets[:])...)...),
		oneToALine("targets", d.Targets, several), s.conceptField(r, "text", "weight", d.Weight),
		must(choice(s.conceptField(r, "select", "kind", d.Kind), append([]views.Option{choose}, options(say, "concept.kind.", portal.ConceptKinds[:])...)...)),
		must(choice(s.conceptField(r, "radios", "lang", d.Lang), options(say, "concept.lang.", portal.ConceptLanguages[:])...)),
		oneToALine("industries", d.Industries, few), source, replaces)
}

func (s *site) showNewConcept(ctx context.Context, r *request) error {
	if !portal.CanKeepConcepts(r.viewer) {
		return portal.ErrForbidden
	}
	d, err := s.draftAsked(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.newConceptPage(ctx, r, d)
	return s.shown(r, p, err)
}

func (s *site) newConceptPage(ctx context.Context, r *request, d service.ConceptDraft) (views.Desk, error) {
	if !portal.CanKeepConcepts(r.viewer) {
		return views.Desk{}, portal.ErrForbidden
	}
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("concept.new"))
	p.Lead = say("concept.new.lead")
	p.Form = s.conceptForm(r, conceptsPath+"/new", "concept.enter", d)
	p.Links = []views.Link{{Text: say("concept.back"), URL: r.to(conceptsPath)}}
	return p, nil
}

func (s *site) newConcept(ctx context.Context, r *request) error {
	d := r.conceptDraft()
	rec, err := s.Services.Concepts.Enter(ctx, r.viewer, d)
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.newConceptPage(ctx, r, d) })
	}
	return s.done(r, "concept_entered", conceptPath(rec.ID))
}

// showConcept is one concept: what it says, who did what about it, and what one can do.
func (s *site) showConcept(ctx context.Context, r *request) error {
	p, err := s.conceptPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) conceptPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Concepts.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, s.fewWords(r, f.Surfaces))
	p.HeadingLang, p.Kind, p.State, p.Badge = r.han(), say("concept.effect."+string(f.Effect)), say("concept.state."+string(f.State)), badge(say, f.Origin)
	if f.Standing.Later {
		p.Notices = append(p.Notices, say("concept.later"))
	}
	if len(f.Standing.Unknown) > 0 {
		p.Notices = append(p.Notices, say("concept.gone", strings.Join(f.Standing.Unknown, "、")))
	}
	p.Summary = s.conceptFacts(r, f)
	p.Links = []views.Link{{Text: say("concept.preview"), URL: r.to(conceptPath(f.ID) + "/preview")}, {Text: say("concept.back"), URL: r.to(conceptsPath)}}
	if portal.CanKeepConcepts(r.viewer) {
		switch {
		case f.Can(r.viewer, portal.ConceptEdit):
			p.Links = append([]views.Link{{Text: say("concept.act.edit"), URL: r.to(conceptPath(f.ID) + "/edit")}}, p.Links...)
		case f.State == portal.ConceptInForce:
			p.Links = append(p.Links, views.Link{Text: say("concept.change"), URL: r.to(conceptsPath+"/new") + "?" + url.Values{"of": {f.ID}}.Encode()})
		}
	}
	p.Sections = append(p.Sections, s.conceptSays(r, f))
	if acts := s.conceptActs(r, f); len(acts.Forms) > 0 || acts.Note != "" {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.historySection(r, f.Events))
	return p, nil
}

func (s *site) conceptFacts(r *request, f service.ConceptFile) []views.Fact {
	say := s.say(r.lang)
	facts := []views.Fact{fact(views.Cell{Label: say("concept.column.kind"), Text: say("concept.kind." + f.Kind)}), fact(views.Cell{Label: say("concept.column.lang"), Text: say("concept.lang." + f.Lang)})}
	if f.Effect == portal.ConceptPoints {
		facts = append(facts, fact(views.Cell{Label: say("concept.column.weight"), Text: f.Weight.String()}))
	}
	facts = append(facts, fact(views.Cell{Label: say("concept.column.since"), Text: moment(f.Since)}), fact(r.hanCell(say, say("concept.column.source"), f.Source)))
	if name := f.People[f.ProposedBy]; name != "" {
		facts = append(facts, fact(r.hanCell(say, say("concept.proposed_by"), name)))
	}
	if name := f.People[f.DecidedBy]; name != "" {
		facts = append(facts, fact(r.hanCell(say, say("concept.decided_by"), name)))
	}
	if f.Reason != "" {
		facts = append(facts, fact(r.hanCell(say, say("concept.column.reason"), f.Reason)))
	}
	return facts
}

// conceptSays are the words, the targets and the industries in full.
func (s *site) conceptSays(r *request, f service.ConceptFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "says", Title: say("concept.says"), Note: say("concept.effect_help." + string(f.Effect))}
	sec.Groups = []views.TagGroup{{Label: say("concept.column.words"), Tags: f.Surfaces, Lang: r.han()}}
	if len(f.Industries) > 0 {
		var tags []string
		for _, code := range f.Industries {
			tags = append(tags, strings.TrimSpace(code+" "+s.Services.Concepts.Taxonomy.IndustryName(code)))
		}
		sec.Groups = append(sec.Groups, views.TagGroup{Label: say("concept.column.industries"), Tags: tags, Lang: r.han()})
	}
	for _, code := range f.Targets {
		l := views.Link{Text: s.targetName(f.TargetKind, code), Lang: r.han()}
		if f.TargetKind == portal.ConceptTargets[0] {
			l.URL = r.to("/specialisms/" + url.PathEscape(code))
		}
		sec.List = append(sec.List, l)
	}
	return sec
}

// conceptActs are the forms for what the viewer can do now.
func (s *site) conceptActs(r *request, f service.ConceptFile) views.Section {
	say := s.say(r.lang)
	acts := views.Section{ID: "acts", Title: say("list.acts")}
	if f.State == portal.ConceptProposed && portal.CanKeepConcepts(r.viewer) && !f.Second(r.viewer) {
		acts.Note = say("concept.second")
	}
	for _, act := range portal.ConceptActs {
		if act == portal.ConceptEdit || !f.Can(r.viewer, act) {
			continue
		}
		form := s.form(r, conceptPath(f.ID)+"/"+string(act), "concept.act."+string(act))
		form.ID, form.Title, form.Hidden = string(act), say("concept.act."+string(act)), []views.Hidden{{Name: "version", Value: strconv.FormatInt(f.Version, 10)}}
		switch act {
		case portal.ConceptReject, portal.ConceptWithdraw:
			form.Fields, form.Look = []views.Field{must(s.conceptField(r, "area", "reason", ""))}, "quiet"
		default:
			form.Note = say("concept.act_note." + string(act))
		}
		acts.Forms = append(acts.Forms, *form)
	}
	return acts
}

// actOnConcept answers one of the forms of a concept's page.
func (s *site) actOnConcept(act portal.ConceptAct) handler {
	return func(ctx context.Context, r *request) error {
		var err error
		switch c, id, version := s.Services.Concepts, r.Params("id"), r.version(); act {
		case portal.ConceptPropose:
			_, err = c.Propose(ctx, r.viewer, id, version)
		case portal.ConceptApprove:
			_, err = c.Approve(ctx, r.viewer, id, version)
		case portal.ConceptReject:
			_, err = c.Reject(ctx, r.viewer, id, version, r.value("reason"))
		case portal.ConceptWithdraw:
			_, err = c.Withdraw(ctx, r.viewer, id, version, r.value("reason"))
		}
		if err == nil {
			return s.done(r, "concept_"+string(act), conceptPath(r.Params("id")))
		}
		return s.sentBack(r, err, "concept.moved_on", func() (views.Desk, error) { return s.conceptPage(ctx, r) })
	}
}

func (s *site) showConceptEdit(ctx context.Context, r *request) error {
	f, err := s.Services.Concepts.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p, err := s.conceptEditPage(ctx, r, draftOfConcept(f.Concept), f.Version)
	return s.shown(r, p, err)
}

// conceptEditPage is the form of a concept of that version.
func (s *site) conceptEditPage(ctx context.Context, r *request, d service.ConceptDraft, version int64) (views.Desk, error) {
	if !portal.CanKeepConcepts(r.viewer) {
		return views.Desk{}, portal.ErrForbidden
	}
	say, id := s.say(r.lang), r.Params("id")
	p := s.deskPage(ctx, r, say("concept.act.edit"))
	p.Lead = say("concept.new.lead")
	p.Form = s.conceptForm(r, conceptPath(id)+"/edit", "concept.enter", d)
	p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	p.Links = []views.Link{{Text: say("concept.back_to"), URL: r.to(conceptPath(id))}}
	return p, nil
}

// editConcept saves the form, or shows it again with what is wrong; of two who changed the
// same one the second is told, with what stands there now beside their words.
func (s *site) editConcept(ctx context.Context, r *request) error {
	d, id := r.conceptDraft(), r.Params("id")
	_, err := s.Services.Concepts.Edit(ctx, r.viewer, id, r.version(), d)
	if err == nil {
		return s.done(r, "saved", conceptPath(id))
	}
	if errors.Is(err, portal.ErrNotFound) {
		return err
	}
	if !errors.Is(err, portal.ErrConflict) {
		return s.again(r, err, func() (views.Desk, error) { return s.conceptEditPage(ctx, r, d, r.version()) })
	}
	f, err := s.Services.Concepts.Show(ctx, r.viewer, id)
	if err != nil {
		return err
	}
	p, err := s.conceptEditPage(ctx, r, d, f.Version)
	if err != nil {
		return err
	}
	if f.Can(r.viewer, portal.ConceptEdit) {
		return s.late(r, withSections(p, s.theirs(r, append(s.conceptFacts(r, f), fact(s.conceptAim(r, f.Concept))))), "concept.moved_on")
	}
	return s.late(r, p, "concept.moved_on")
}

func withSections(p views.Desk, sections ...views.Section) views.Desk {
	p.Sections = append(p.Sections, sections...)
	return p
}

// showConceptPreview is what would change if a concept were in force.
func (s *site) showConceptPreview(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	f, err := s.Services.Concepts.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	w, err := s.Services.Concepts.Preview(ctx, r.viewer, f.ID)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("concept.preview_of", s.fewWords(r, f.Surfaces)))
	p.Kind, p.State = say("concept.preview"), say("concept.state."+string(f.State))
	p.Lead = say("concept.preview.lead." + map[bool]string{true: "in_force", false: "draft"}[f.State == portal.ConceptInForce])
	p.Links = []views.Link{{Text: say("concept.back_to"), URL: r.to(conceptPath(f.ID))}}
	for _, m := range []struct {
		name          string
		before, after float64
	}{{"ndcg10", w.Before.NDCG10, w.After.NDCG10}, {"recall20", w.Before.Recall20, w.After.Recall20}, {"mrr", w.Before.MRR, w.After.MRR}, {"trap5", w.Before.Trap5, w.After.Trap5}} {
		p.Figures = append(p.Figures, views.Figure{Label: say("quality.measure." + m.name), Value: decimals(m.after), Note: say("quality.before", decimals(m.before), signed(m.after-m.before))})
	}
	words := views.Section{ID: "words", Title: say("concept.preview.words"), Note: say("concept.preview.words_note")}
	words.Table = s.changeTable(r, words.Title, w.Words, changedWords)
	judged := views.Section{ID: "judged", Title: say("concept.preview.judged", len(w.Judged), w.Before.Needs), Note: say("concept.preview.judged_note")}
	if judged.Table = s.changeTable(r, judged.Title, w.Judged, changedJudged); len(w.Judged) == 0 {
		judged.Empty = &views.Empty{Text: say("concept.preview.judged_none")}
	}
	open := views.Section{ID: "open", Title: say("concept.preview.open", len(w.Open)), Note: say("concept.preview.looked", w.Looked)}
	if w.Short {
		open.Note = say("concept.preview.short", w.Looked, len(w.Open))
	}
	if open.Table = s.changeTable(r, open.Title, w.Open, changedOpen); len(w.Open) == 0 {
		open.Empty = &views.Empty{Text: say("concept.preview.open_none")}
	}
	p.Sections = []views.Section{words, open, judged}
	return s.render(r, "desk", "", p)
}

// changed is what a table of changes is about: words by themselves, judged needs or open
// ones.
type changed int

const (
	changedWords changed = iota
	changedJudged
	changedOpen
)

// changeTable shows one by one what enters, leaves and moves among the first ten; of judged
// needs also the measure.
func (s *site) changeTable(r *request, caption string, changes []service.NeedChange, of changed) *views.Table {
	say := s.say(r.lang)
	first := say("noun.need")
	if of == changedWords {
		first = say("concept.column.words")
	}
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: first}}}
	if of == changedJudged {
		t.Columns = append(t.Columns, views.Column{Text: say("quality.measure.ndcg10"), Number: true})
	}
	for _, key := range []string{"enters", "leaves", "moves"} {
		t.Columns = append(t.Columns, views.Column{Text: say("quality.column." + key)})
	}
	for _, c := range changes {
		row := views.Row{Name: views.Link{Text: c.Text, Lang: r.han()}}
		switch of {
		case changedWords:
			row.Name.URL = r.to("/match") + "?" + url.Values{"text": {c.Text}}.Encode()
		case changedOpen:
			row.Name.URL = r.to("/desk/needs/" + url.PathEscape(c.ID))
		case changedJudged:
			row.Note = c.ID
			row.Cells = append(row.Cells, views.Cell{Label: say("quality.measure.ndcg10"), Text: decimals(c.Before.NDCG10) + " → " + decimals(c.After.NDCG10), Number: true})
		}
		row.Cells = append(row.Cells, s.moveCells(r, c.Moves)...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// moveCells are what enters the first ten, leaves them, and moves among them.
func (s *site) moveCells(r *request, moves []match.Move) []views.Cell {
	say := s.say(r.lang)
	cells := []views.Cell{{Label: say("quality.column.enters")}, {Label: say("quality.column.leaves")}, {Label: say("quality.column.moves")}}
	for _, m := range moves {
		name := s.targetName(portal.ConceptTargets[0], m.Code)
		switch {
		case m.Was == 0:
			cells[0].Tags = append(cells[0].Tags, fmt.Sprintf("%s → %d", name, m.Is))
		case m.Is == 0:
			cells[1].Tags = append(cells[1].Tags, fmt.Sprintf("%s ← %d", name, m.Was))
		default:
			cells[2].Tags = append(cells[2].Tags, fmt.Sprintf("%s %d → %d", name, m.Was, m.Is))
		}
	}
	for i := range cells {
		if len(cells[i].Tags) == 0 {
			cells[i].Text, cells[i].Muted = "—", true
		}
	}
	return cells
}

// decimals is a measure as the office reads it.
func decimals(v float64) string { return fmt.Sprintf("%.3f", v) }

// signed is a difference of two measures.
func signed(v float64) string {
	const visible = .0005
	if math.Abs(v) < visible {
		return "±0"
	}
	return fmt.Sprintf("%+.3f", v)
}
