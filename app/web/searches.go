package web

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// followButton saves the search a list shows; nil for visitors, and for lists nobody can
// follow. The name it gets is what the list was narrowed by.
func (s *site) followButton(r *request, index string, st state, p views.Directory) *views.Form {
	if !r.viewer.SignedIn() || !s.Services.Searches.Follows(index) {
		return nil
	}
	st.sort, st.size = "", 0
	name := []string{p.Heading}
	if st.text != "" {
		name = append(name, st.text)
	}
	for _, chip := range p.Chips {
		name = append(name, chip.Text)
	}
	f := s.form(r, "/searches", "searches.follow")
	f.Hidden = []views.Hidden{{Name: "index", Value: index}, {Name: "query", Value: strings.TrimPrefix(st.onPage(1).at("").URL(), "?")},
		{Name: "name", Value: strings.Join(name, " · ")}}
	return f
}

func (s *site) searchesPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("tab.searches"))
	p.Lead = say("searches.lead")
	all, err := s.Services.Searches.List(ctx, r.viewer)
	if err != nil {
		return p, err
	}
	sec := views.Section{ID: "saved", Title: say("searches.saved")}
	if len(all) == 0 {
		sec.Empty = &views.Empty{Text: say("searches.none"), Steps: []views.Link{{Text: say("nav.needs"), URL: r.to("/needs")}, {Text: say("nav.programmes"), URL: r.to("/programmes")}}}
	} else {
		sec.Table = s.searchTable(r, all)
	}
	p.Sections = []views.Section{sec}
	return p, nil
}

func (s *site) searchTable(r *request, all []service.SearchEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("searches.saved"), Columns: []views.Column{{Text: say("searches.name")}, {Text: say("searches.list")},
		{Text: say("searches.new"), Number: true}, {Text: say("searches.since")}, {Text: say("searches.manage")}}}
	for _, e := range all {
		fresh := views.Cell{Label: say("searches.new"), Text: itoa(e.New), Number: true, Muted: e.New == 0}
		if !e.Up {
			fresh = unknownNumber(say, say("searches.new"))
		}
		path := "/searches/" + url.PathEscape(e.ID)
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: e.Name, URL: r.to(path), Lang: r.han()}, Cells: []views.Cell{
			{Label: say("searches.list"), Text: say("nav." + e.Index)}, fresh, {Label: say("searches.since"), Text: moment(e.Looked)},
			{Label: say("searches.manage"), Text: say("searches.manage"), URL: r.to(path + "/edit")}}})
	}
	return t
}

func (s *site) listSearches(ctx context.Context, r *request) error {
	p, err := s.searchesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) saveSearch(ctx context.Context, r *request) error {
	if err := s.Services.Searches.Save(ctx, r.viewer, r.value("index"), r.value("query"), r.value("name")); err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.searchesPage(ctx, r) })
	}
	return s.done(r, "search_saved", "/searches")
}

// openSearch leads to what a search finds, where its notifications lead too.
func (s *site) openSearch(ctx context.Context, r *request) error {
	path, err := s.Services.Searches.Look(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	return s.done(r, "", path)
}

func (s *site) searchPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	saved, err := s.Services.Searches.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	path := "/searches/" + url.PathEscape(saved.ID)
	p := s.deskPage(ctx, r, saved.Name)
	p.HeadingLang, p.Kind = r.han(), say("nav."+saved.Index)
	p.Crumbs = []views.Link{{Text: say("tab.searches"), URL: r.to("/searches")}, {Text: saved.Name, Lang: r.han()}}
	p.Links = []views.Link{{Text: say("searches.show"), URL: r.to(path)}}
	name := s.form(r, path+"/edit", "form.save", must(labelled(s.field(r, "text", "name", saved.Name), say("searches.name"))))
	name.ID = "rename"
	feed := views.Section{ID: "feed", Title: say("searches.feed"), Note: say("searches.feed.none")}
	renew := s.form(r, path+"/feed", "searches.feed.make")
	renew.Look = "quiet"
	if saved.FeedKey != "" {
		feed.Note, renew.Submit, renew.Confirm = say("searches.feed.there"), say("searches.feed.renew"), say("searches.feed.confirm")
	}
	feed.Forms = []views.Form{*renew}
	drop := s.form(r, path+"/delete", "searches.delete")
	drop.Look, drop.Confirm = "danger", say("searches.delete.confirm", saved.Name)
	p.Sections = []views.Section{{ID: "name", Title: say("searches.rename"), Forms: []views.Form{*name}}, feed, {ID: "delete", Title: say("searches.delete"), Forms: []views.Form{*drop}}}
	return p, nil
}

func (s *site) showSearchEdit(ctx context.Context, r *request) error {
	p, err := s.searchPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) renameSearch(ctx context.Context, r *request) error {
	if err := s.Services.Searches.Rename(ctx, r.viewer, r.Params("id"), r.value("name")); err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.searchPage(ctx, r) })
	}
	return s.done(r, "saved", "/searches")
}

// renewFeed shows the address of the feed in its answer, the only place it ever stands.
func (s *site) renewFeed(ctx context.Context, r *request) error {
	id := r.Params("id")
	key, err := s.Services.Searches.NewFeed(ctx, r.viewer, id)
	if err != nil {
		return err
	}
	p, err := s.searchPage(ctx, r)
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	p.Sections = append([]views.Section{{ID: "address", Title: say("searches.feed.address"), Note: say("searches.feed.once"),
		Code: s.BaseURL + r.to("/searches/"+id+"/"+key+".atom")}}, p.Sections...)
	return s.render(r, "desk", "", p)
}

func (s *site) dropSearch(ctx context.Context, r *request) error {
	if err := s.Services.Searches.Drop(ctx, r.viewer, r.Params("id")); err != nil {
		return err
	}
	return s.done(r, "search_deleted", "/searches")
}

// searchFeed is the feed of a saved search, for anybody who knows its address.
func (s *site) searchFeed(ctx context.Context, r *request) error {
	saved, found, err := s.Services.Searches.Feed(ctx, r.viewer, r.Params("id"), r.Params("key"), feedSize)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderCacheControl, "private, no-cache") // the address is a secret
	var entries []atomEntry
	for _, e := range found {
		summary := e.Note
		if e.Origin.Certainty == portal.Demo {
			summary = s.Views.T(r.lang, "certainty.demo") + " · " + summary
		}
		entries = append(entries, s.entry(r, "/"+saved.Index+"/", e.ID, e.Name, summary, e.At))
	}
	return s.feed(r, "nav."+saved.Index, "/"+saved.Index+"?"+saved.Query, entries)
}
