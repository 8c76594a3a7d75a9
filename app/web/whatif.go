package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// changesSection is what a college would have to change to serve a need better, each
// change with the points it adds.
func (s *site) changesSection(r *request, c service.CollegeChanges) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "changes", Title: say("changes.title"), Note: say("changes.note")}
	switch {
	case c.Best == nil:
		sec.Prose = []string{say("changes.nothing_near")}
	case c.Refused != "":
		sec.Prose = []string{say("changes.refused", c.Best.Offer.Programme.Name, say("changes.because."+string(c.Refused)))}
	default:
		sec.Prose = []string{say("changes.best", c.Best.Offer.Programme.Name, int(math.Round(100*c.Best.S)))}
	}
	if len(c.Changes) == 0 {
		if c.Best != nil {
			sec.Prose = append(sec.Prose, say("changes.none"))
		}
		return sec
	}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("changes.what")}, {Text: say("changes.adds"), Number: true}, {Text: say("changes.then"), Number: true}}}
	for _, change := range c.Changes {
		row := views.Row{Name: views.Link{Text: s.changeWords(say, change)}, Cells: []views.Cell{
			{Label: say("changes.adds"), Text: fmt.Sprintf("+%.1f", 100*change.Adds), Number: true}, {Label: say("changes.then"), Text: fmt.Sprintf("%.1f", 100*change.S), Number: true}}}
		if change.Kind == match.OpenAnother {
			row.Name.URL = r.specialismLink(change.Code, "").URL
		}
		t.Rows = append(t.Rows, row)
	}
	sec.Table = t
	if c.Best != nil && r.viewer.Of(portal.OfCollege) && r.viewer.Record == c.College.ID && portal.CanTell(r.viewer) {
		sec.Actions = []views.Link{{Text: say("changes.edit"), URL: r.to("/desk/programmes/" + c.Best.Offer.Programme.ID)}}
	}
	return sec
}

func (s *site) changeWords(say say, c match.Change) string {
	switch c.Kind {
	case match.TellSeats, match.RaiseSeats:
		return say("changes."+string(c.Kind), c.Seats)
	case match.DeclareMode:
		return say("changes.mode", say("mode."+string(c.Mode)))
	case match.DeclareMust:
		return say("changes.must_have", strings.Join(c.Musts, say("punctuation.comma")))
	case match.OpenAnother:
		return say("changes.open", c.Name, c.Code)
	}
	return say("changes." + string(c.Kind))
}

// collegeChanges is the section for a college that reads a need; none for others.
func (s *site) collegeChanges(ctx context.Context, r *request, need portal.Need) ([]views.Section, error) {
	if !r.viewer.Of(portal.OfCollege) || r.viewer.Record == "" {
		return nil, nil
	}
	c, err := s.Services.Match.Changes(ctx, r.viewer, need.ID, r.viewer.Record)
	if err != nil {
		return nil, err
	}
	return []views.Section{s.changesSection(r, c)}, nil
}

// officeChanges lets the office choose a college and read the same of it.
func (s *site) officeChanges(ctx context.Context, r *request, need portal.Need) (views.Section, error) {
	say := s.say(r.lang)
	chosen := clean(r.Query("college"))
	sec := views.Section{ID: "changes", Title: say("changes.title"), Note: say("changes.choose")}
	if chosen != "" {
		c, err := s.Services.Match.Changes(ctx, r.viewer, need.ID, chosen)
		if err != nil {
			return sec, err
		}
		sec = s.changesSection(r, c)
		sec.Note = say("changes.of", r.collegeLink(c.College).Text)
	}
	colleges := []views.Option{{Text: say("form.choose")}}
	for _, c := range s.Services.Match.Roster.Colleges() {
		link := r.collegeLink(c)
		colleges = append(colleges, views.Option{Value: c.ID, Text: cmp.Or(link.Text, c.ID), Lang: link.Lang})
	}
	sec.Forms = []views.Form{{ID: "college", Get: true, Across: true, Action: r.to("/desk/needs/"+need.ID) + "#changes", Submit: say("changes.show"), Look: "quiet",
		Fields: []views.Field{choice(views.Field{Kind: "select", Name: "college", Label: say("column.college"), Value: chosen}, colleges...)}}}
	return sec, nil
}
