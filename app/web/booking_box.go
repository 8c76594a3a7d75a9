package web

import (
	"context"
	"net/url"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// bookingsPath is the address of a list of requests.
func bookingsPath(sent bool, state portal.BookingState, after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"box": map[bool]string{true: "sent"}[sent], "state": string(state), "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/desk/bookings"
	}
	return "/desk/bookings?" + q.Encode()
}

// listBookings shows the requests the viewer's side received or sent; schools, which open
// nothing, begin with their own.
func (s *site) listBookings(ctx context.Context, r *request) error {
	say, v := s.say(r.lang), r.viewer
	both := slices.Contains(portal.ResourceHolders[:], v.Kind)
	x := service.BookingBox{Sent: v.Of(portal.OfSchool) || both && r.Query("box") == "sent", State: portal.BookingState(r.Query("state")), After: r.Query("after"), Most: 30}
	if x.State != "" && !slices.Contains(portal.BookingStates[:], x.State) {
		return portal.ErrNotFound
	}
	p := s.deskPage(ctx, r, say("tab.desk.bookings"))
	counts, err := s.Services.Bookings.Counts(ctx, v, x.Sent)
	if err != nil {
		return err
	}
	address := func(sent bool, state portal.BookingState, after string) string {
		return r.to(bookingsPath(sent, state, after))
	}
	for _, st := range portal.BookingStates {
		p.Figures = append(p.Figures, views.Figure{Label: say("booking.state." + string(st)), Value: itoa(counts[st]), Unit: say("booking.unit"), URL: address(x.Sent, st, "")})
	}
	page, err := s.Services.Bookings.List(ctx, v, x)
	if err != nil {
		return err
	}
	title := "booking.received"
	switch {
	case v.Of(portal.Office):
		title = "booking.all"
	case x.Sent:
		title = "booking.mine"
	}
	sec := views.Section{ID: "box", Title: say(title)}
	if x.State != "" {
		sec.Title += " · " + say("booking.state."+string(x.State))
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("booking.none")}
		if x.Sent {
			sec.Empty.Steps = []views.Link{{Text: say("resource.find"), URL: r.to("/resources?open_to=" + string(v.Kind))}}
		}
	} else {
		sec.Table = s.bookingTable(r, sec.Title, page.Items)
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: address(x.Sent, x.State, page.Next)}
	}
	if both {
		sec.Actions = []views.Link{{Text: say(map[bool]string{true: "booking.received", false: "booking.mine"}[x.Sent]), URL: address(!x.Sent, "", "")}}
	}
	if !v.Of(portal.Office) {
		sec.Actions = append(sec.Actions, views.Link{Text: say("resource.find"), URL: r.to("/resources?open_to=" + string(v.Kind))})
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

func (s *site) bookingTable(r *request, caption string, entries []service.BookingEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("noun.resource")}, {Text: say("booking.time")}, {Text: say("booking.form.people"), Number: true},
		{Text: say("booking.asker")}, {Text: say("column.holder")}, {Text: say("column.state")}, {Text: say("intention.sent_at")}}}
	for _, e := range entries {
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: e.Name, URL: r.to("/desk/bookings/" + e.ID), Lang: r.han()}, Note: e.Purpose, Badge: badge(say, e.Origin),
			Cells: []views.Cell{{Label: say("booking.time"), Text: period(e.From, e.To)}, {Label: say("booking.form.people"), Text: say("need.persons", e.People), Number: true},
				r.hanCell(say, say("booking.asker"), e.AskerName), r.hanCell(say, say("column.holder"), e.HolderName),
				{Label: say("column.state"), Text: say("booking.state." + string(e.State))}, {Label: say("intention.sent_at"), Text: day(e.SentAt)}}})
	}
	return t
}
