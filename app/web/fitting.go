package web

import (
	"context"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// listFittingNeeds shows a college the open needs that fit any of its programmes.
func (s *site) listFittingNeeds(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	page := 1
	if r.Query("page") != "" {
		page = max(r.QueryInt("page"), 1)
	}
	found, err := s.Services.Needs.FittingCollege(ctx, r.viewer, page)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("fitting.title"))
	p.Lead = say("fitting.lead", found.Total)
	sec := views.Section{ID: "needs", Title: say("fitting.open")}
	switch {
	case found.Degraded:
		p.Lead = say("fitting.degraded")
		sec.Empty = &views.Empty{Text: say("fitting.degraded")}
	case len(found.Items) == 0:
		sec.Empty = &views.Empty{Text: say("fitting.none"), Steps: []views.Link{{Text: say("programme.all_needs"), URL: r.to("/needs")}}}
	default:
		sec.Table = s.needTable(r, sec.Title, found.Items)
	}
	if found.Page < found.Pages {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/desk/needs") + "?page=" + itoa(found.Page+1)}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// fittingSection ranks the open needs a programme fits, with the reasons.
func (s *site) fittingSection(r *request, fits []service.NeedFit, degraded bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "needs", Title: say("fitting.ranked"), Note: say("fitting.note")}
	switch {
	case degraded:
		sec.Note, sec.Empty = "", &views.Empty{Text: say("fitting.degraded")}
	case len(fits) == 0:
		sec.Note, sec.Empty = "", &views.Empty{Text: say("programme.no_needs"), Steps: []views.Link{{Text: say("programme.all_needs"), URL: r.to("/needs")}}}
	}
	for _, f := range fits {
		row := s.matchProgramme(r, nil, f.Offered)
		n := f.Need
		row.Name, row.Badge, row.Shortlist = r.name(n.Title, "", r.to("/needs/"+url.PathEscape(n.ID))), badge(say, n.Origin), nil
		asker := s.askerCell(r, f.NeedEntry)
		row.College = views.Link{Text: asker.Text, URL: asker.URL, Lang: asker.Lang}
		row.Cluster, row.Level = headcountCell(say, n.Headcount).Text, say("fitting.until", day(n.ExpiresAt))
		if n.Headcount == nil {
			row.Cluster = say("fitting.headcount_unknown")
		}
		sec.Matches = append(sec.Matches, row)
	}
	return sec
}

// showFitting is the page of the needs a programme fits.
func (s *site) showFitting(ctx context.Context, r *request) error {
	p, err := s.fittingPage(ctx, r, judging{})
	return s.shown(r, p, err)
}

func (s *site) fittingPage(ctx context.Context, r *request, j judging) (views.Desk, error) {
	id := r.Params("id")
	fits, degraded, err := s.Services.Match.Fitting(ctx, r.viewer, id)
	if err != nil {
		return views.Desk{}, err
	}
	page, err := s.Services.Programmes.Show(ctx, r.viewer, id)
	if err != nil {
		return views.Desk{}, err
	}
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("fitting.of", page.Programme.Name))
	p.Lead = page.College.Name
	p.Links = []views.Link{{Text: say("fitting.programme"), URL: r.to("/programmes/" + url.PathEscape(id))}}
	sec := s.fittingSection(r, fits, degraded)
	if college, _ := portal.SplitProgrammeID(id); r.viewer.Of(portal.OfCollege) && r.viewer.Record == college && portal.CanJudge(r.viewer) && len(sec.Matches) > 0 {
		if j.given, err = s.Services.Feedback.GivenOn(ctx, r.viewer, id, fits); err != nil {
			return p, err
		}
		j.form, j.address = "judge", r.to("/desk/programmes/"+url.PathEscape(id)+"/feedback")
		sec.Judge = &views.VerdictForm{ID: j.form, Action: j.address, Token: r.formToken()}
		for i, fit := range fits {
			sec.Matches[i].Verdict = s.verdictOf(r, j, fit.Need.ID, true)
		}
	}
	p.Sections = []views.Section{sec}
	return p, nil
}

// programmeNeeds is the part of a programme's page about needs: its college sees them
// ranked with reasons, others the newest.
func (s *site) programmeNeeds(ctx context.Context, r *request, page service.ProgrammePage) (views.Section, error) {
	if !portal.CanFollowProgramme(r.viewer, page.Programme.CollegeID) {
		return s.needSection(r, page.Needs, page.Programme.Code), nil
	}
	fits, degraded, err := s.Services.Match.Fitting(ctx, r.viewer, page.Programme.ID)
	sec := s.fittingSection(r, fits, degraded)
	if len(fits) > 0 && portal.CanJudge(r.viewer) {
		sec.More = &views.Link{Text: s.say(r.lang)("feedback.judge_needs"), URL: r.to("/desk/programmes/" + url.PathEscape(page.Programme.ID) + "/needs")}
	}
	return sec, err
}
