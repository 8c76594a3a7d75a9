package service

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Searches is what people do with saved searches (订阅). They find what any visitor would:
// their feeds are read without a session.
type Searches struct {
	Rooms
	notices *Notices
	lists   map[string]followed // by index
}

// followed is a list whose searches can be saved.
type followed struct {
	directory Directory
	added     string // number of the index: since when a record is to be found, in seconds since 1970
	scope     func() search.Filter
	newest    func(context.Context, Listing) ([]Result, error)
}

// Result is a record a saved search has found.
type Result struct {
	ID, Name, Note string
	At             time.Time
	Origin         portal.Origin
}

// newSearches makes the lists of the directories that can be followed.
func newSearches(r Rooms, notices *Notices) *Searches {
	needs, programmes, colleges := &Needs{Rooms: r}, &Programmes{Rooms: r}, &Colleges{r}
	enterprises, partnerships, resources := &Enterprises{r}, &Partnerships{Rooms: r}, &Resources{Rooms: r}
	everything := func() search.Filter { return nil }
	return &Searches{Rooms: r, notices: notices, lists: map[string]followed{
		NeedsIndex: {needs.Directory(), "published", func() search.Filter { return needs.scope(portal.Visitor) }, results(needs.List, func(e NeedEntry) Result {
			return Result{e.Need.ID, e.Need.Title, e.Need.Text, e.Need.PublishedAt, e.Need.Origin}
		})},
		ProgrammesIndex: {programmes.Directory(), "added", everything, results(programmes.List, func(e ProgrammeEntry) Result {
			return Result{e.Programme.ID, e.Programme.Name + " · " + e.College.Name, string(e.Programme.Level), e.Programme.CreatedAt, e.Programme.Origin}
		})},
		CollegesIndex: {colleges.Directory(), "added", everything, results(colleges.List, func(e CollegeEntry) Result {
			return Result{e.College.ID, e.College.Name, e.College.Authority, e.College.CreatedAt, e.College.Origin}
		})},
		EnterprisesIndex: {enterprises.Directory(), "added", everything, results(enterprises.List, func(e EnterpriseEntry) Result {
			return Result{e.Enterprise.ID, e.Enterprise.Name, e.Enterprise.Summary, e.Enterprise.CreatedAt, e.Enterprise.Origin}
		})},
		PartnershipsIndex: {partnerships.Directory(), "added", func() search.Filter { return partnerships.scope(portal.Visitor) }, results(partnerships.List, func(e PartnershipEntry) Result {
			return Result{e.Partnership.ID, e.Partnership.Title, e.Partnership.Summary, e.Partnership.CreatedAt, e.Partnership.Origin}
		})},
		ResourcesIndex: {resources.Directory(), "opened", func() search.Filter { return resources.scope(portal.Visitor) }, results(resources.List, func(e ResourceEntry) Result {
			return Result{e.Resource.ID, e.Resource.Name + " · " + e.Holder.Name, e.Resource.Text, e.Resource.OpenedAt, e.Resource.Origin}
		})},
	}}
}

// results makes results of what a list finds. What it shows for want of an exact find is
// not what was searched for.
func results[T any](list func(context.Context, portal.Viewer, Listing) (Found[T], error), shape func(T) Result) func(context.Context, Listing) ([]Result, error) {
	return func(ctx context.Context, l Listing) ([]Result, error) {
		found, err := list(ctx, portal.Visitor, l)
		if err != nil || found.Widened {
			return nil, err
		}
		out := make([]Result, len(found.Items))
		for i, item := range found.Items {
			out[i] = shape(item)
		}
		return out, nil
	}
}

// Follows reports whether searches of an index can be saved.
func (s *Searches) Follows(index string) bool {
	_, ok := s.lists[index]
	return ok
}

// listing reads the query of an address: the words and the facets of the list, without
// order and page.
func (f followed) listing(query string) (Listing, error) {
	values, err := url.ParseQuery(query)
	const longest = 4000 // some fifty Chinese values
	if err != nil || len(query) > longest {
		return Listing{}, portal.Invalid{{Field: "query", Key: "problem.search"}}
	}
	l := Listing{Text: strings.TrimSpace(values.Get("q")), Refine: map[string][]string{}}
	for field, chosen := range values {
		if f.directory.HasFacet(field) {
			slices.Sort(chosen)
			l.Refine[field] = slices.Compact(chosen)
		}
	}
	return l, nil
}

// canonical is the query of an address that asks for the listing.
func (l Listing) canonical() string {
	values := url.Values(maps.Clone(l.Refine))
	if l.Text != "" {
		values.Set("q", l.Text)
	}
	return values.Encode()
}

// searchesMost is how many searches a person may save.
const searchesMost = 30

// Save keeps a search of a list for the viewer. The same search is kept once.
func (s *Searches) Save(ctx context.Context, v portal.Viewer, index, query, name string) error {
	if !v.SignedIn() {
		return portal.ErrForbidden
	}
	list, ok := s.lists[index]
	if !ok {
		return portal.Invalid{{Field: "query", Key: "problem.search"}}
	}
	l, err := list.listing(query)
	if err != nil {
		return err
	}
	n, err := s.Records.Searches.Count(ctx, store.Where("person", v.Person))
	if err != nil {
		return fault("service.Searches.Save", v.Person, err)
	}
	if n >= searchesMost {
		return portal.Invalid{{Field: "query", Key: "problem.too_many_searches", Args: []any{searchesMost}}}
	}
	now := s.Clock().UTC().Truncate(time.Second)
	saved := portal.SavedSearch{Person: v.Person, Index: index, Query: l.canonical(), Name: shortened(strings.TrimSpace(name), nameMost), Seen: now, Looked: now}
	saved.ID = digest([]string{saved.Person, saved.Index, saved.Query})
	if saved.Name == "" {
		return portal.Invalid{{Field: "name", Key: "problem.required"}}
	}
	if err := s.Records.Searches.Insert(ctx, &saved); !errors.Is(err, store.ErrDuplicate) {
		return fault("service.Searches.Save", v.Person, err)
	}
	return nil
}

// SearchEntry is a saved search with how much is new since its owner last looked; Up is
// false when the search engine did not tell.
type SearchEntry struct {
	portal.SavedSearch
	New int
	Up  bool
}

// List returns the viewer's saved searches by name.
func (s *Searches) List(ctx context.Context, v portal.Viewer) ([]SearchEntry, error) {
	if !v.SignedIn() {
		return nil, nil
	}
	all, err := collect(ctx, s.Records.Searches, store.Where("person", v.Person))
	slices.SortFunc(all, func(a, b portal.SavedSearch) int { return strings.Compare(a.Name, b.Name) })
	out := make([]SearchEntry, len(all))
	for i, saved := range all {
		n, e := s.count(ctx, saved, saved.Looked, s.Clock().Add(time.Second))
		if e != nil && !unanswered(ctx, e) {
			return nil, e
		}
		out[i] = SearchEntry{saved, n, e == nil}
	}
	return out, err
}

// count is how much a search finds of what came to be found from one moment until before
// another. Only what holds all words counts.
func (s *Searches) count(ctx context.Context, saved portal.SavedSearch, from, until time.Time) (int, error) {
	list := s.lists[saved.Index]
	l, err := list.listing(saved.Query)
	if err != nil {
		return 0, err
	}
	when := search.Between{Field: list.added, Low: float64(from.Unix()), High: float64(until.Unix() - 1)}
	q, err := query(list.directory, search.And{list.scope(), when}, l)
	if err != nil {
		return 0, err
	}
	res, err := s.Engine.Search(ctx, q)
	if res.Widened {
		res.Total = 0
	}
	return res.Total, fault("service.Searches.count", saved.ID, err)
}

// Show returns one of the viewer's saved searches.
func (s *Searches) Show(ctx context.Context, v portal.Viewer, id string) (portal.SavedSearch, error) {
	saved, err := s.Records.Searches.Get(ctx, id)
	if err == nil && (!v.SignedIn() || saved.Person != v.Person) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.SavedSearch{}, fault("service.Searches.Show", id, err)
	}
	return saved, nil
}

// mutate changes one of the viewer's saved searches.
func (s *Searches) mutate(ctx context.Context, v portal.Viewer, id string, fn func(*portal.SavedSearch)) (portal.SavedSearch, error) {
	saved, err := s.Records.Searches.Mutate(ctx, id, func(saved *portal.SavedSearch) error {
		if !v.SignedIn() || saved.Person != v.Person {
			return portal.ErrNotFound
		}
		fn(saved)
		return nil
	})
	return saved, fault("service.Searches", id, err)
}

// Look notes that the viewer looks at what a search finds, and returns the path of it, the
// newest first.
func (s *Searches) Look(ctx context.Context, v portal.Viewer, id string) (string, error) {
	saved, err := s.mutate(ctx, v, id, func(saved *portal.SavedSearch) { saved.Looked = s.Clock().UTC().Truncate(time.Second) })
	path := "/" + saved.Index + "?sort=newest"
	if saved.Query != "" {
		path = "/" + saved.Index + "?" + saved.Query + "&sort=newest"
	}
	return path, err
}

// Rename gives a search another name.
func (s *Searches) Rename(ctx context.Context, v portal.Viewer, id, name string) error {
	var bad portal.Invalid
	checkName(&bad, "name", name)
	if err := bad.Err(); err != nil {
		return err
	}
	_, err := s.mutate(ctx, v, id, func(saved *portal.SavedSearch) { saved.Name = strings.TrimSpace(name) })
	return err
}

// NewFeed gives a search a feed, and returns the key in its address this once. An address
// it had before leads nowhere any more.
func (s *Searches) NewFeed(ctx context.Context, v portal.Viewer, id string) (key string, err error) {
	key, hash := secret.NewToken()
	_, err = s.mutate(ctx, v, id, func(saved *portal.SavedSearch) { saved.FeedKey = hash })
	return key, err
}

// Drop removes a search, and the notifications that lead to it.
func (s *Searches) Drop(ctx context.Context, v portal.Viewer, id string) error {
	if _, err := s.Show(ctx, v, id); err != nil {
		return err
	}
	notes, err := collect(ctx, s.Records.Notifications, store.Where("person", v.Person))
	for _, note := range notes {
		if note.Path == searchPath(id) {
			err = errors.Join(err, removeAll(ctx, s.Records.Notifications, store.Where(store.FieldID, note.ID)))
		}
	}
	if err != nil {
		return err
	}
	return fault("service.Searches.Drop", id, s.Records.Searches.Delete(ctx, id, 0))
}

func searchPath(id string) string { return "/searches/" + id }

// Feed returns the newest results of the search whose feed has that key, for anybody who
// knows it.
func (s *Searches) Feed(ctx context.Context, _ portal.Viewer, id, key string, most int) (portal.SavedSearch, []Result, error) {
	saved, err := s.Records.Searches.Get(ctx, id)
	if err == nil && !secret.SameToken(saved.FeedKey, secret.HashToken(key)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.SavedSearch{}, nil, fault("service.Searches.Feed", id, err)
	}
	list := s.lists[saved.Index]
	l, err := list.listing(saved.Query)
	if err != nil {
		return saved, nil, err
	}
	l.Sort, l.Size = "newest", most
	found, err := list.newest(ctx, l)
	return saved, found, err
}

// How often a search is looked at for what is new, and how far behind the index may be.
const (
	newsEvery = time.Hour
	caughtUp  = time.Minute
)

// news tells the owners of searches what is new. An index that is further behind than
// caughtUp makes it miss what comes in late; what is changed until it fits is not new.
func (s *Searches) news(ctx context.Context) error {
	until := s.Clock().UTC().Add(-caughtUp).Truncate(time.Second)
	page, err := s.Records.Searches.Find(ctx, store.Query{Where: []store.Cond{store.Between("seen", nil, until.Add(-newsEvery))}, Sort: "seen", Limit: sendAtOnce})
	err = fault("service.Searches.news", "", err)
	for _, saved := range page.Items {
		e := s.tell(ctx, saved, until)
		if e != nil && unanswered(ctx, e) {
			return err // the next turn finds the same searches
		}
		err = errors.Join(err, e)
	}
	return err
}

// tell tells what is new since a search was last looked at. Done twice it tells once.
func (s *Searches) tell(ctx context.Context, saved portal.SavedSearch, until time.Time) error {
	n, err := s.count(ctx, saved, saved.Seen, until)
	var gone portal.Invalid // a facet the list no longer has
	if err != nil && !errors.As(err, &gone) {
		return err
	}
	if n > 0 {
		p, err := s.Records.Persons.Get(ctx, saved.Person)
		if err != nil {
			return fault("service.Searches.tell", saved.ID, err)
		}
		err = s.notices.tell(ctx, []portal.Person{p}, saved.ID+saved.Seen.String(), "search.new", searchPath(saved.ID), saved.Name, strconv.Itoa(n))
		if err != nil {
			return err
		}
	}
	_, err = s.Records.Searches.Mutate(ctx, saved.ID, func(saved *portal.SavedSearch) error { saved.Seen = until; return nil })
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return fault("service.Searches.tell", saved.ID, err)
}
