package web

import (
	"context"
	"encoding/xml"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// An Atom feed (RFC 4287).
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		Title   string      `xml:"title"`
		ID      string      `xml:"id"`
		Updated string      `xml:"updated"`
		Links   []atomLink  `xml:"link"`
		Author  string      `xml:"author>name"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Link    atomLink `xml:"link"`
		Summary string   `xml:"summary"`
	}
)

const feedSize = 50

// needFeed is the newest open needs of a filter.
func (s *site) needFeed(ctx context.Context, r *request) error {
	st, _ := parse(r.Ctx, s.Services.Needs.Directory())
	l := st.listing()
	l.Sort, l.Page, l.Size = "newest", 1, feedSize
	found, err := s.Services.Needs.List(ctx, r.viewer, l)
	if err != nil {
		return err
	}
	var entries []atomEntry
	for _, e := range found.Items {
		summary := e.Need.Text
		if e.Need.Origin.Fictional() {
			summary = s.Views.T(r.lang, "certainty.demo") + " · " + summary
		}
		entries = append(entries, s.entry(r, "/needs/", e.Need.ID, e.Need.Title, summary, e.Need.PublishedAt))
	}
	return s.feed(r, "needs.heading", "/needs", entries)
}

// programmeFeed is the programmes of a filter.
func (s *site) programmeFeed(ctx context.Context, r *request) error {
	st, _ := parse(r.Ctx, s.Services.Programmes.Directory())
	l := st.listing()
	l.Page, l.Size = 1, feedSize
	found, err := s.Services.Programmes.List(ctx, r.viewer, l)
	if err != nil {
		return err
	}
	var entries []atomEntry
	for _, e := range found.Items {
		entries = append(entries, s.entry(r, "/programmes/", e.Programme.ID, e.Programme.Name+" · "+e.College.Name,
			source(s.say(r.lang), e.Programme.Origin), e.Programme.ChangedAt))
	}
	return s.feed(r, "programmes.heading", "/programmes", entries)
}

func (s *site) entry(r *request, path, id, title, summary string, updated time.Time) atomEntry {
	address := s.BaseURL + r.to(path+url.PathEscape(id))
	return atomEntry{Title: title, ID: address, Updated: rfc3339(updated), Link: atomLink{"alternate", address}, Summary: summary}
}

func (s *site) feed(r *request, title, path string, entries []atomEntry) error {
	updated := ""
	for _, e := range entries {
		updated = max(updated, e.Updated)
	}
	self := s.BaseURL + r.OriginalURL()
	f := atomFeed{Lang: r.lang, Title: s.Views.T(r.lang, title) + " - " + s.Views.T(r.lang, "site.name"), ID: self,
		Updated: orElse(updated, rfc3339(s.Clock())), Author: s.Views.T(r.lang, "site.name"), Entries: entries,
		Links: []atomLink{{"self", self}, {"alternate", s.BaseURL + r.to(path)}}}
	return sendXML(r, "application/atom+xml; charset=utf-8", f)
}

func sendXML(r *request, mediaType string, v any) error {
	body, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, mediaType)
	return r.Send(append([]byte(xml.Header), body...))
}

// A sitemap with the other language of each page.
type (
	urlSet struct {
		XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		XHTML   string    `xml:"xmlns:xhtml,attr"`
		URLs    []siteURL `xml:"url"`
	}
	siteURL struct {
		Loc   string    `xml:"loc"`
		Links []altLink `xml:"xhtml:link"`
	}
	altLink struct {
		Rel  string `xml:"rel,attr"`
		Lang string `xml:"hreflang,attr"`
		Href string `xml:"href,attr"`
	}
)

// sitemap lists every public page; demonstration records are not for search engines.
func (s *site) sitemap(ctx context.Context, r *request) error {
	set := urlSet{XHTML: "http://www.w3.org/1999/xhtml"}
	const most = 50000 // of the protocol
	add := func(path string) {
		if len(set.URLs) < most {
			u := siteURL{Loc: s.BaseURL + path}
			for _, lang := range views.Languages {
				u.Links = append(u.Links, altLink{"alternate", lang, s.BaseURL + views.Localized(lang, path)})
			}
			set.URLs = append(set.URLs, u)
		}
	}
	for _, path := range []string{"/", "/match", "/programmes", "/colleges", "/needs", "/enterprises", "/partnerships", "/resources", "/events", "/specialisms", "/indicators", "/yearbook", "/open-data", "/about", "/help", "/privacy", "/accessibility", "/api"} {
		add(path)
	}
	real := func(o portal.Origin, path, id string) error {
		if !o.Fictional() {
			add(path + url.PathEscape(id))
		}
		return nil
	}
	all := service.Listing{}
	for _, walk := range []func() error{
		func() error {
			return s.Services.Colleges.Each(ctx, r.viewer, all, func(e service.CollegeEntry) error { return real(e.College.Origin, "/colleges/", e.College.ID) })
		},
		func() error {
			return s.Services.Programmes.Each(ctx, r.viewer, all, func(e service.ProgrammeEntry) error { return real(e.Programme.Origin, "/programmes/", e.Programme.ID) })
		},
		func() error {
			return s.Services.Specialisms.Each(ctx, r.viewer, all, func(e service.SpecialismEntry) error {
				return real(e.Specialism.Origin, "/specialisms/", e.Specialism.Code)
			})
		},
		func() error {
			return s.Services.Enterprises.Each(ctx, r.viewer, all, func(e service.EnterpriseEntry) error {
				return real(e.Enterprise.Origin, "/enterprises/", e.Enterprise.ID)
			})
		},
		func() error {
			return s.Services.Partnerships.Each(ctx, r.viewer, all, func(e service.PartnershipEntry) error {
				return real(e.Partnership.Origin, "/partnerships/", e.Partnership.ID)
			})
		},
		func() error {
			return s.Services.Resources.Each(ctx, r.viewer, all, func(e service.ResourceEntry) error { return real(e.Resource.Origin, "/resources/", e.Resource.ID) })
		},
	} {
		if err := walk(); err != nil {
			return err
		}
	}
	return sendXML(r, "application/xml; charset=utf-8", set)
}

func (s *site) robots(_ context.Context, r *request) error {
	r.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return r.SendString("User-agent: *\nDisallow: /match?\nDisallow: /search\nDisallow: /compare\nDisallow: /shortlist\n\nSitemap: " + s.BaseURL + "/sitemap.xml\n")
}

// securityText tells who to write to about a weakness (RFC 9116).
func (s *site) securityText(_ context.Context, r *request) error {
	r.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	const valid = 180 * 24 * time.Hour
	return r.SendString("Contact: " + s.BaseURL + "/about#contact\nExpires: " + s.Clock().UTC().Add(valid).Format(time.RFC3339) +
		"\nPreferred-Languages: zh, en\nCanonical: " + s.BaseURL + "/.well-known/security.txt\n")
}
