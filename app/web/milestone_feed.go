package web

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/calendar"
	"liangcheng/app/service"
	"liangcheng/views"
)

const milestonesPath = "/desk/milestones"

// listMilestones shows what the viewer's organisation has to reach, and the address of its
// private calendar.
func (s *site) listMilestones(ctx context.Context, r *request) error {
	p, err := s.milestonesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) milestonesPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	all, err := s.Services.Milestones.Mine(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	since, err := s.Services.Milestones.Since(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("milestones.title"))
	p.Lead = say("milestones.lead")
	p.Links = []views.Link{{Text: say("tab.desk.partnerships"), URL: r.to(partnershipsPath)}}
	var open []service.MilestoneEntry
	for _, e := range all {
		if e.Done == "" {
			open = append(open, e)
		}
	}
	sec := views.Section{ID: "open", Title: say("milestones.open", len(open))}
	if len(open) == 0 {
		sec.Empty = &views.Empty{Text: say("milestones.none")}
	} else {
		sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("noun.partnership")}, {Text: say("partnership.form.due")}, {Text: say("column.state")}}}
		for _, e := range paged(r, &p, open) {
			sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(e.Title, e.TitleEn, r.to(milestonePath(e))), Cells: []views.Cell{linkCell(say("noun.partnership"), r.name(e.In.Title, "", r.to(partnershipPath(e.In.ID)))),
				{Label: say("partnership.form.due"), Text: e.Due}, {Label: say("column.state"), Text: s.milestoneState(r, e.Milestone)}}})
		}
	}
	feed := views.Section{ID: "feed", Title: say("milestones.feed"), Note: say("milestones.feed.none")}
	renew := s.form(r, milestonesPath, "milestones.feed.make")
	renew.Look = "quiet"
	feed.Forms = []views.Form{*renew}
	if !since.IsZero() {
		feed.Note = say("milestones.feed.there", day(since))
		feed.Forms[0].Submit, feed.Forms[0].Confirm = say("searches.feed.renew"), say("searches.feed.confirm")
		end := s.form(r, milestonesPath+"/end", "milestones.feed.end")
		end.Look = "danger"
		feed.Forms = append(feed.Forms, *end)
	}
	p.Sections = []views.Section{sec, feed}
	return p, nil
}

func milestonePath(e service.MilestoneEntry) string {
	return partnershipPath(e.In.ID) + "/milestones/" + url.PathEscape(e.ID)
}

// renewMilestones shows the address of the calendar in its answer, the only place it ever
// stands.
func (s *site) renewMilestones(ctx context.Context, r *request) error {
	key, err := s.Services.Milestones.NewFeed(ctx, r.viewer)
	if err != nil {
		return err
	}
	p, err := s.milestonesPage(ctx, r)
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	p.Sections = append([]views.Section{{ID: "address", Title: say("milestones.address"), Note: say("milestones.feed.once"), Code: s.BaseURL + r.to(milestonesPath+"/"+key+".ics")}}, p.Sections...)
	return s.render(r, "desk", "", p)
}

func (s *site) endMilestones(ctx context.Context, r *request) error {
	if err := s.Services.Milestones.EndFeed(ctx, r.viewer); err != nil {
		return err
	}
	return s.done(r, "saved", milestonesPath)
}

// milestoneFeed is somebody's private calendar, for anybody who knows its address.
func (s *site) milestoneFeed(ctx context.Context, r *request) error {
	entries, err := s.Services.Milestones.Feed(ctx, r.viewer, r.Params("key"))
	if err != nil {
		return err
	}
	return s.sendCalendar(r, s.say(r.lang)("milestones.title"), entries)
}

// partnershipMilestones is the calendar of one partnership.
func (s *site) partnershipMilestones(ctx context.Context, r *request) error {
	p, entries, err := s.Services.Milestones.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	r.Attachment("milestones.ics")
	return s.sendCalendar(r, p.Title, entries)
}

// sendCalendar sends milestones as days of a calendar. A milestone keeps its UID; the
// version of its partnership rises with every change.
func (s *site) sendCalendar(r *request, name string, entries []service.MilestoneEntry) error {
	say := s.say(r.lang)
	host := "portal"
	if at, err := url.Parse(s.BaseURL); err == nil && at.Host != "" {
		host = at.Host
	}
	out := make([]calendar.Entry, len(entries))
	for i, e := range entries {
		title := e.In.Title + " · " + r.either(e.Title, e.TitleEn)
		if e.Done != "" {
			title = say("milestones.done", title)
		}
		note := []string{say("milestones.state", s.milestoneState(r, e.Milestone))}
		if e.In.Origin.Fictional() {
			note = append(note, say("certainty.demo"))
		}
		changed := e.In.ChangedAt
		if changed.IsZero() {
			changed = s.Clock()
		}
		out[i] = calendar.Entry{UID: e.In.ID + "-" + e.ID + "@" + host, Title: title, Note: strings.Join(note, "\n"), URL: s.BaseURL + r.to(milestonePath(e)), Day: e.Due,
			Changed: changed.UTC().Truncate(time.Second), Version: int(e.In.Version)}
	}
	var body bytes.Buffer
	if err := calendar.Write(&body, name, out); err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, calendar.Type)
	r.Set(fiber.HeaderCacheControl, "private, no-cache") // the address is a secret
	return r.Send(body.Bytes())
}
