package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const reportPath = "/match/report"

func needReportPath(id string) string { return "/needs/" + url.PathEscape(id) + "/report" }

// How much of an answer goes on the one page of a report, and how many reasons for each.
const (
	reportProgrammes  = 5
	reportSpecialisms = 6
	reportReasons     = 2
	reportText        = 240 // characters of the need
	reportPosts       = 6
)

// matchReport is a need, what was found for it, and where the report of it is.
type matchReport struct {
	text  string
	facts []views.Fact
	posts []postAnswer
	back  views.Link
	book  string // address of the workbook
}

// postAnswer is what was found for one post of a need; a need of one has no title.
type postAnswer struct {
	title  string
	wanted int
	service.MatchAnswer
}

// postAnswers matches a need, each of its posts by itself.
func (s *site) postAnswers(ctx context.Context, r *request, n match.Need, relaxed ...match.Filter) ([]postAnswer, error) {
	posts := match.SplitPosts(n.Text)
	if len(posts) == 0 {
		answer, err := s.Services.Match.Rank(ctx, r.viewer, n, relaxed...)
		return []postAnswer{{MatchAnswer: answer}}, err
	}
	if err := s.Services.Match.Check(n); err != nil {
		return nil, err
	}
	var out []postAnswer
	for _, post := range posts[:min(len(posts), reportPosts)] {
		one := n
		one.Text, one.Headcount = post.Text, &post.Headcount
		answer, err := s.Services.Match.Rank(ctx, r.viewer, one, relaxed...)
		if err != nil {
			return nil, err
		}
		out = append(out, postAnswer{post.Title, post.Headcount, answer})
	}
	return out, nil
}

// several reports whether each post of the need has its own answer.
func (rep *matchReport) several() bool { return len(rep.posts) > 1 }

// typed makes a handler of what is done with the report of a need as it was typed into the
// form; one that was typed wrongly goes back there.
func (s *site) typed(do func(*request, *matchReport) error) handler {
	return func(ctx context.Context, r *request) error {
		rep, err := s.typedReport(ctx, r)
		var bad portal.Invalid
		if errors.As(err, &bad) {
			return r.Redirect(r.asked("/match"), fiber.StatusSeeOther)
		}
		if err != nil {
			return err
		}
		return do(r, rep)
	}
}

// stored makes a handler of what is done with the report of a need that is kept.
func (s *site) stored(do func(*request, *matchReport) error) handler {
	return func(ctx context.Context, r *request) error {
		rep, err := s.storedReport(ctx, r)
		if err != nil {
			return err
		}
		return do(r, rep)
	}
}

func (s *site) typedReport(ctx context.Context, r *request) (*matchReport, error) {
	f := s.readNeed(r)
	posts, err := s.postAnswers(ctx, r, f.need, f.relaxed...)
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return nil, err
	}
	if bad := append(invalid, f.bad...); len(bad) > 0 {
		return nil, bad
	}
	say := s.say(r.lang)
	out := &matchReport{text: f.Text, posts: posts, back: views.Link{Text: say("match.title"), URL: r.asked("/match")}, book: r.asked(reportPath + ".xlsx")}
	for _, c := range []views.Cell{r.hanCell(say, say("column.industry"), f.IndustryName), headcountCell(say, f.need.Headcount), {Label: say("column.level"), Text: say("wanted." + orElse(string(f.need.Level), "any"))},
		tagCell(say, say("column.modes"), translated(say, "mode.", f.need.Modes)), r.hanCell(say, say("column.district"), f.District), r.hanCell(say, say("column.languages"), strings.Join(f.need.Languages, "、"))} {
		if !c.Muted { // else it was not asked for
			c.Number = false
			out.facts = append(out.facts, fact(c))
		}
	}
	return out, nil
}

func (s *site) storedReport(ctx context.Context, r *request) (*matchReport, error) {
	e, err := s.Services.Needs.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return nil, err
	}
	posts, err := s.postAnswers(ctx, r, service.NeedOf(e.Need))
	path := needReportPath(e.Need.ID)
	return &matchReport{text: e.Need.Text, facts: s.needFacts(r, e, false), posts: posts,
		back: views.Link{Text: e.Need.Title, URL: r.to("/needs/" + url.PathEscape(e.Need.ID)), Lang: r.han()}, book: r.to(path + ".xlsx")}, err
}

// showReport is an answer on one page, to be printed and taken along.
func (s *site) showReport(r *request, rep *matchReport) error {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("match.report")), Kind: say("match.report.made", s.today()), Heading: say("match.report"), Lead: cut(rep.text, reportText)}
	p.NoIndex, p.Summary = true, rep.facts
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, rep.back, {Text: say("match.report")}}
	about := views.Section{ID: "about", Title: say("match.report.about"), Prose: []string{say("match.sum"), say("match.report.method")}}
	most := max(reportProgrammes/len(rep.posts), 2)
	for i, post := range rep.posts {
		if post.Degraded && len(p.Notices) == 0 {
			p.Notices = append(p.Notices, say("match.degraded"))
		}
		s.Services.Exposure.Saw(post.MatchAnswer, most)
		sum := s.reportedSum(r, post)
		if sum.ID += strconv.Itoa(i); i == 0 {
			sum.Print, sum.Actions = true, []views.Link{{Text: say("report.xlsx"), URL: rep.book}}
		}
		p.Sections = append(p.Sections, sum)
		if len(post.Answer.Offered) > 0 {
			p.Sections = append(p.Sections, s.reportedProgrammes(r, post, i, most))
		}
		if len(post.Specialisms) > 0 && !rep.several() {
			p.Sections = append(p.Sections, s.reportedSpecialisms(r, post.MatchAnswer))
		}
		for _, removed := range post.Answer.Removed {
			about.Prose = append(about.Prose, postTitle(say, post)+removedText(say, removed))
		}
	}
	p.Sections = append(p.Sections, about)
	return s.render(r, "desk", "", p)
}

// postTitle leads a text about one of several posts.
func postTitle(say say, post postAnswer) string {
	if post.title == "" {
		return ""
	}
	return post.title + say("punctuation.colon")
}

// reportedSum says how much was found for a post, and what nobody here offers or several
// must supply together.
func (s *site) reportedSum(r *request, post postAnswer) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "sum", Title: say("match.answer", len(post.Specialisms), len(post.Answer.Offered))}
	if post.title != "" {
		sec.Title = say("match.report.of", post.title, post.wanted) + say("punctuation.colon") + sec.Title
	}
	if g := post.Answer.Gap; g != nil {
		gap := s.gap(r, g)
		sec.Prose, sec.List = append(sec.Prose, gap.Text), gap.Wanted
	}
	if b := s.bundle(r, post.Answer.Bundle); b != nil {
		sec.Prose, sec.List = append(sec.Prose, b.Text), append(sec.List, b.Parts...)
	}
	if len(post.Specialisms) == 0 {
		sec.Empty = &views.Empty{Text: say("match.nothing"), Steps: []views.Link{{Text: say("match.nothing_help"), URL: r.to("/help") + "#match"}}}
	}
	return sec
}

// reportedProgrammes are the best programmes with what speaks for each.
func (s *site) reportedProgrammes(r *request, post postAnswer, i, most int) views.Section {
	say, offered := s.say(r.lang), post.Answer.Offered
	shown := offered[:min(len(offered), most)]
	sec := views.Section{ID: "best" + strconv.Itoa(i), Title: postTitle(say, post) + say("match.report.programmes", len(shown), len(offered))}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.programme")}, {Text: say("noun.college")}, {Text: say("column.cluster")}, {Text: say("match.points"), Number: true}, {Text: say("match.report.reasons")}, {Text: say("match.report.weakest")}}}
	for _, o := range shown {
		p := s.matchProgramme(r, nil, o)
		var reasons []string
		for _, i := range mostFirst(o.Chips()) {
			if chip := p.Chips[i]; len(reasons) < reportReasons && chip.Kind != string(match.PartLevel) { // the level was asked for, and is told above
				reasons = append(reasons, chip.Text+" "+chip.Points)
			}
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: p.Name, Badge: p.Badge, Cells: []views.Cell{linkCell(say("noun.college"), p.College), {Label: say("column.cluster"), Text: p.Cluster},
			{Label: say("match.points"), Text: itoa(p.Percent), Number: true}, {Label: say("match.report.reasons"), Text: strings.Join(reasons, listSeparator)}, dashed(say("match.report.weakest"), weakestText(say, o))}})
	}
	return sec
}

// mostFirst are the places of the addends of a score, what adds most first.
func mostFirst(chips []match.Chip) []int {
	places := make([]int, len(chips))
	for i := range chips {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(chips[b].Adds, chips[a].Adds) })
	return places
}

// reportedSpecialisms are the specialisms that fit best, offered here or not.
func (s *site) reportedSpecialisms(r *request, a service.MatchAnswer) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "specialisms", Title: say("match.specialisms")}
	for _, sp := range a.Specialisms[:min(len(a.Specialisms), reportSpecialisms)] {
		m := s.matchSpecialism(r, sp)
		m.Name.Text = say("match.report.specialism", m.Name.Text, m.Level, m.Percent, m.Offers)
		sec.List = append(sec.List, m.Name)
	}
	return sec
}

// sendReport sends an answer as a workbook: the need, all programmes, every addend of every
// score, and the specialisms.
func (s *site) sendReport(r *request, rep *matchReport) error {
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	defer b.close()
	for _, write := range []func(*request, *workbook, *matchReport) error{s.needSheet, s.programmeSheets, s.specialismSheet} {
		if err := write(r, b, rep); err != nil {
			return err
		}
	}
	var file bytes.Buffer
	if err := b.writeTo(&file); err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, "match.report"), file.Bytes())
}

func (s *site) needSheet(r *request, b *workbook, rep *matchReport) error {
	say := s.say(r.lang)
	rows := [][]any{{say("match.report.text"), rep.text}, {say("match.report.day"), s.today()}}
	for _, f := range rep.facts {
		rows = append(rows, []any{f.Label, orElse(f.Text, strings.Join(f.Tags, listSeparator))})
	}
	for _, post := range rep.posts {
		lead := postTitle(say, post)
		if g := post.Answer.Gap; g != nil {
			rows = append(rows, []any{say("match.report.gap"), lead + s.gap(r, g).Text})
		}
		if bundle := s.bundle(r, post.Answer.Bundle); bundle != nil {
			rows = append(rows, []any{say("match.report.bundle"), lead + bundle.Text})
			for _, part := range bundle.Parts {
				rows = append(rows, []any{nil, part.Text})
			}
		}
		for _, removed := range post.Answer.Removed {
			rows = append(rows, []any{say("match.removed"), lead + removedText(say, removed)})
		}
	}
	rows = append(rows, []any{say("match.report.about"), say("match.sum")}, []any{nil, say("match.report.method")})
	return b.filled(say("noun.need"), s.heads(r, "word.what", "word.is"), rows)
}

// programmeSheets are all programmes, and every addend of their scores.
func (s *site) programmeSheets(r *request, b *workbook, rep *matchReport) error {
	say := s.say(r.lang)
	var rows, addends [][]any
	for _, post := range rep.posts {
		for i, o := range post.Answer.Offered {
			p := s.matchProgramme(r, nil, o)
			rows = append(rows, []any{post.title, i + 1, o.Offer.Programme.Code, p.Name.Text, p.College.Text, p.Cluster, p.Level, inPoints(o.S), weakestText(say, o), p.Badge.Text})
			adds := o.Chips()
			for n, c := range p.Chips {
				addends = append(addends, []any{post.title, i + 1, p.Name.Text, p.College.Text, c.Text, inPoints(adds[n].Adds), c.Source})
			}
		}
	}
	err := b.filled(say("match.programmes"), s.heads(r, "match.report.post", "match.report.rank", "column.code", "noun.programme", "noun.college", "column.cluster", "column.level", "match.points", "match.report.weakest", "column.certainty"), rows)
	if err != nil {
		return err
	}
	return b.filled(say("match.report.addends"), s.heads(r, "match.report.post", "match.report.rank", "noun.programme", "noun.college", "match.report.reason", "match.points", "column.source"), addends)
}

func (s *site) specialismSheet(r *request, b *workbook, rep *matchReport) error {
	var rows [][]any
	for _, post := range rep.posts {
		for i, sp := range post.Specialisms {
			m := s.matchSpecialism(r, sp)
			var why []string
			for _, c := range m.Chips {
				why = append(why, c.Text)
			}
			rows = append(rows, []any{post.title, i + 1, sp.Code, m.Name.Text, m.Level, sp.Class, inPoints(sp.Rel), sp.Offers, strings.Join(why, listSeparator)})
		}
	}
	return b.filled(s.say(r.lang)("match.specialisms"), s.heads(r, "match.report.post", "match.report.rank", "column.code", "noun.specialism", "column.level", "column.class", "match.points", "match.report.offers", "match.report.reasons"), rows)
}

// inPoints is a share of one as points of 100, as a spreadsheet keeps it.
func inPoints(share float64) float64 { return math.Round(10000*share) / 100 }
