package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

const apiBase = "/api/v1"

// The shapes of the API. Lists carry their total, the counts of their facets and links
// to the neighbouring pages.
type (
	apiList[T any] struct {
		Items    []T                   `json:"items"`
		Total    int                   `json:"total" doc:"records that fit, on all pages"`
		Page     int                   `json:"page"`
		Pages    int                   `json:"pages"`
		Facets   map[string][]apiCount `json:"facets" doc:"values of each facet; the counts of a facet ignore its own choice"`
		Links    apiLinks              `json:"links"`
		Widened  bool                  `json:"widened,omitempty" doc:"nothing held all words; these fit by sound or in part"`
		Degraded bool                  `json:"degraded,omitempty" doc:"the search engine did not answer; names were compared by their beginning and facets not counted"`
	}
	apiCount struct {
		Value string `json:"value"`
		N     int    `json:"n"`
	}
	apiLinks struct {
		Self  string `json:"self"`
		First string `json:"first"`
		Prev  string `json:"prev,omitempty"`
		Next  string `json:"next,omitempty"`
		Last  string `json:"last"`
	}
	apiRef struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	apiCollege struct {
		portal.College
		Programmes int64 `json:"programmes" doc:"programmes held here; for universities not all they offer"`
	}
	apiProgramme struct {
		portal.Programme
		College apiRef         `json:"college"`
		Cluster portal.Cluster `json:"cluster"`
	}
	apiSpecialism struct {
		portal.Specialism
		Offers []apiRef `json:"offers" doc:"programmes of colleges here"`
	}
	apiEnterprise struct {
		portal.Enterprise
		IndustryName string `json:"industry_name,omitempty"`
	}
	apiNeed struct {
		portal.Need
		Enterprise   *apiRef `json:"enterprise,omitempty" doc:"absent while the need is anonymous"`
		IndustryName string  `json:"industry_name,omitempty"`
	}
	apiPartnership struct {
		portal.Partnership
		IndustryName string `json:"industry_name,omitempty"`
	}
	apiResource struct {
		portal.Resource
		HeldBy  apiRef         `json:"held_by" doc:"whose it is; the id is empty where that has no record here"`
		Cluster portal.Cluster `json:"cluster,omitempty"`
	}
)

// apiLister makes the handler of a list: the same service call as the page, as JSON.
func apiLister[T, J any](d service.Directory,
	list func(context.Context, portal.Viewer, service.Listing) (service.Found[T], error), shape func(T) J) func(*site) handler {
	return func(s *site) handler {
		return func(ctx context.Context, r *request) error {
			st, bad := parse(r.Ctx, d)
			if err := bad.Err(); err != nil {
				return badRequest{bad}
			}
			found, err := list(ctx, r.viewer, st.listing())
			if err != nil {
				return err
			}
			out := apiList[J]{Items: make([]J, len(found.Items)), Total: found.Total, Page: found.Page, Pages: found.Pages,
				Facets: map[string][]apiCount{}, Widened: found.Widened, Degraded: found.Degraded}
			for i, item := range found.Items {
				out.Items[i] = shape(item)
			}
			for field, counts := range found.Facets {
				out.Facets[field] = []apiCount{}
				for _, c := range counts {
					out.Facets[field] = append(out.Facets[field], apiCount{c.Value, c.N})
				}
			}
			out.Links = s.links(st, found.Page, found.Pages)
			r.Set(fiber.HeaderLink, out.Links.header())
			return r.JSON(out)
		}
	}
}

// apiShower makes the handler of one record.
func apiShower[T, J any](show func(context.Context, portal.Viewer, string) (T, error), shape func(T) J) func(*site) handler {
	return func(*site) handler {
		return func(ctx context.Context, r *request) error {
			if n := r.Context().QueryArgs().Len(); n > 0 {
				var bad portal.Invalid
				for key := range r.Context().QueryArgs().All() {
					bad.Add(string(key), "problem.unknown_parameter", cut(clean(string(key)), maxChoice))
				}
				return badRequest{bad}
			}
			rec, err := show(ctx, r.viewer, r.Params("id"))
			if err != nil {
				return err
			}
			return r.JSON(shape(rec))
		}
	}
}

func (s *site) links(st state, page, pages int) apiLinks {
	at := func(n int) string { return s.BaseURL + st.onPage(n).URL() }
	l := apiLinks{Self: at(page), First: at(1), Last: at(pages)}
	if page > 1 {
		l.Prev = at(page - 1)
	}
	if page < pages {
		l.Next = at(page + 1)
	}
	return l
}

// header writes the links as RFC 8288 has them.
func (l apiLinks) header() string {
	var parts []string
	for _, p := range []struct{ rel, href string }{
		{"first", l.First}, {"prev", l.Prev}, {"next", l.Next}, {"last", l.Last},
	} {
		if p.href != "" {
			parts = append(parts, "<"+p.href+`>; rel="`+p.rel+`"`)
		}
	}
	return strings.Join(parts, ", ")
}

func shapeCollege(e service.CollegeEntry) apiCollege { return apiCollege{e.College, e.Programmes} }

func shapeCollegePage(p service.CollegePage) apiCollege {
	return apiCollege{p.College, int64(len(p.Programmes))}
}

func shapeProgramme(e service.ProgrammeEntry) apiProgramme {
	p := e.Programme
	p.SeatsFree, p.Promised, p.Trail = p.SeatsLeft(), nil, portal.Trail{}
	return apiProgramme{p, apiRef{e.College.ID, e.College.Name}, e.College.Cluster}
}

func shapeSpecialism(e service.SpecialismEntry) apiSpecialism {
	out := apiSpecialism{Specialism: e.Specialism, Offers: []apiRef{}}
	for _, o := range e.Offers {
		out.Offers = append(out.Offers, apiRef{o.Programme.ID, o.College.Name})
	}
	return out
}

func shapeEnterprise(e service.EnterpriseEntry) apiEnterprise {
	return apiEnterprise{e.Enterprise, e.Industry}
}

func shapeNeed(e service.NeedEntry) apiNeed {
	out := apiNeed{Need: e.Need, IndustryName: e.Industry}
	if e.Enterprise.ID != "" {
		out.Enterprise = &apiRef{e.Enterprise.ID, e.Enterprise.Name}
	}
	return out
}

func shapePartnership(e service.PartnershipEntry) apiPartnership {
	return apiPartnership{e.Partnership, e.Industry}
}

func shapeResource(e service.ResourceEntry) apiResource {
	res := e.Resource
	res.Booked = nil
	return apiResource{res, apiRef{e.Holder.Record, e.Holder.Name}, e.Cluster}
}

// badRequest is a query the API refuses, with what is wrong with it.
type badRequest struct{ portal.Invalid }

// problemDocument is RFC 9457.
type problemDocument struct {
	Type     string        `json:"type"`
	Title    string        `json:"title"`
	Status   int           `json:"status"`
	Detail   string        `json:"detail,omitempty"`
	Instance string        `json:"instance,omitempty" doc:"id of the request, for asking the operator"`
	Errors   []problemItem `json:"errors,omitempty"`
}

type problemItem struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// problem answers an error as application/problem+json in the language asked for.
func (s *site) problem(r *request, code int, err error) error {
	lang := apiLanguage(r)
	doc := problemDocument{Type: "about:blank", Title: http.StatusText(code), Status: code, Instance: requestID(r.Ctx)}
	doc.Detail = s.Views.T(lang, "error."+strconv.Itoa(knownStatus(code))+".lead")
	for _, p := range problemsOf(err) {
		doc.Errors = append(doc.Errors, problemItem{p.Field, s.Views.T(lang, p.Key, p.Args...)})
	}
	r.Status(code)
	if err := r.JSON(doc); err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
	return nil
}
