package service

import (
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// documents turns records into what the indexes keep of them. It joins what a document
// shows of its neighbours: a programme its college and specialism, a need its enterprise.
type documents struct {
	Rooms
	match  *Match
	atOnce *int // how many more needs are matched now; nil: every one
}

func (d documents) colleges(ctx context.Context, recs []portal.College) ([]search.Document, error) {
	docs := make([]search.Document, 0, len(recs))
	for _, c := range recs {
		var names []string
		categories := map[string]bool{}
		n := 0
		err := d.Records.Programmes.All(ctx, []store.Cond{store.Where("college_id", c.ID)}, func(p *portal.Programme) error {
			names = append(names, p.Name)
			n++
			if s, err := d.Records.Specialisms.Get(ctx, p.Code); err == nil {
				categories[s.CategoryName] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		docs = append(docs, search.Document{ID: c.ID, Version: c.Version,
			Texts: map[string][]string{
				"name":       compact(append([]string{c.Name, c.NameEn, c.SchoolCode}, c.Aliases...)...),
				"place":      compact(c.Address, string(c.District)),
				"about":      compact(c.Authority, c.Note),
				"programmes": names,
			},
			Facets: map[string][]string{
				"cluster": compact(string(c.Cluster)), "kind": compact(string(c.Kind)),
				"ownership": compact(string(c.Ownership)), "category": keys(categories),
				"certainty": {string(c.Origin.Certainty)},
			},
			Numbers: measured(map[string]float64{"order": clusterRank(c.Cluster)*10000 - float64(n), "programmes": float64(n), "founded": year(c.Founded), "added": added(c.Meta)}),
		})
	}
	return docs, nil
}

func (d documents) programmes(ctx context.Context, recs []portal.Programme) ([]search.Document, error) {
	colleges, err := byID(ctx, d.Records.Colleges, recs, func(p portal.Programme) string { return p.CollegeID })
	if err != nil {
		return nil, err
	}
	specialisms, err := byID(ctx, d.Records.Specialisms, recs, func(p portal.Programme) string { return p.Code })
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(recs))
	for i, p := range recs {
		c, s := colleges[p.CollegeID], specialisms[p.Code]
		var posts []string
		if s.Profile != nil {
			posts = append(append(posts, s.Profile.Posts...), s.Profile.Occupations...)
		}
		seats, left := "unknown", p.SeatsLeft()
		switch {
		case left != nil && *left > 0:
			seats = "free"
		case left != nil:
			seats = "none"
		}
		international := []string{}
		if p.International != nil {
			international = []string{"yes"}
		}
		docs[i] = search.Document{ID: p.ID, Version: p.Version,
			Texts: map[string][]string{
				"name": compact(p.Name, s.Name), "code": {p.Code},
				"college": compact(append([]string{c.Name, c.NameEn}, c.Aliases...)...),
				"posts":   posts, "class": compact(s.ClassName, s.CategoryName),
				"place":    compact(c.Address, string(c.District)),
				"features": append(append(compact(p.Facilities...), p.Certificates...), p.Highlights...),
			},
			Facets: map[string][]string{
				"cluster": compact(string(c.Cluster)), "level": {string(p.Level)},
				"category": compact(s.CategoryName), "class": compact(s.ClassName), "college": {p.CollegeID},
				"ownership": compact(string(c.Ownership)), "mode": strs(p.Modes),
				"enrolment": {orElse(string(p.Enrolment), "unknown")}, "seats": {seats},
				"international": international, "certainty": {string(p.Origin.Certainty)}, "code": {p.Code},
			},
			Numbers: measured(map[string]float64{"order": clusterRank(c.Cluster), "seats_free": quantity(left), "added": added(p.Meta)}),
		}
	}
	return docs, nil
}

func (d documents) specialisms(ctx context.Context, recs []portal.Specialism) ([]search.Document, error) {
	codes := make([]string, len(recs))
	for i, s := range recs {
		codes[i] = s.Code
	}
	type offer struct {
		n       int
		cluster map[string]bool
	}
	offers := map[string]*offer{}
	var programmes []portal.Programme
	err := d.Records.Programmes.All(ctx, []store.Cond{store.OneOf("code", codes...)}, func(p *portal.Programme) error {
		programmes = append(programmes, *p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	colleges, err := byID(ctx, d.Records.Colleges, programmes, func(p portal.Programme) string { return p.CollegeID })
	if err != nil {
		return nil, err
	}
	for _, p := range programmes {
		o := offers[p.Code]
		if o == nil {
			o = &offer{cluster: map[string]bool{}}
			offers[p.Code] = o
		}
		o.n++
		o.cluster[string(colleges[p.CollegeID].Cluster)] = true
	}
	docs := make([]search.Document, len(recs))
	for i, s := range recs {
		offered, n := []string{"nowhere"}, 0
		if o := offers[s.Code]; o != nil {
			offered, n = keys(o.cluster), o.n
		}
		docs[i] = search.Document{ID: s.ID, Version: s.Version,
			Texts: specialismTexts(s, d.Taxonomy),
			Facets: map[string][]string{
				"level": {string(s.Level)}, "class": {s.ClassName}, "category": {s.CategoryName},
				"offered": offered, "controlled": flag(s.Controlled),
			},
			Numbers: measured(map[string]float64{"order": -float64(n), "position": position(s), "offers": float64(n)}),
		}
	}
	return docs, nil
}

// specialismTexts holds the fields the match's BM25F weighs, without official links that
// are worth nothing.
func specialismTexts(s portal.Specialism, t Taxonomy) map[string][]string {
	texts := map[string][]string{"name": {s.Name}, "code": {s.Code}, "class": compact(s.ClassName, s.CategoryName)}
	for _, o := range s.Occupations {
		if !t.severed[[2]string{s.Code, o.Code}] {
			texts["occupations"] = append(texts["occupations"], o.Name)
		}
	}
	if p := s.Profile; p != nil {
		texts["posts"], texts["work"] = p.Posts, p.Work
		texts["occupations"] = append(texts["occupations"], p.Occupations...)
		texts["courses"] = append(append([]string{}, p.CoreCourses...), p.BasicCourses...)
		texts["certificates"] = p.Certificates
	}
	return texts
}

func (d documents) enterprises(ctx context.Context, recs []portal.Enterprise) ([]search.Document, error) {
	ids := make([]string, len(recs))
	for i, e := range recs {
		ids[i] = e.ID
	}
	// One count for all: one for each enterprise walks all open needs each time.
	groups, err := d.Records.Needs.GroupCount(ctx, "enterprise_id", store.OneOf("enterprise_id", ids...),
		store.Where("status", portal.NeedOpen), store.Between("expires_at", d.Clock(), nil))
	if err != nil {
		return nil, err
	}
	open := make(map[string]int64, len(groups))
	for _, g := range groups {
		open[g.Value.(string)] = g.N
	}
	docs := make([]search.Document, len(recs))
	for i, e := range recs {
		docs[i] = search.Document{ID: e.ID, Version: e.Version,
			Texts: map[string][]string{
				"name": compact(e.Name, e.NameEn), "industry": compact(d.Taxonomy.IndustryName(e.Industry)),
				"place": compact(e.Place, string(e.District)), "about": compact(e.Summary),
			},
			Facets: map[string][]string{
				"section": section(e.Industry), "industry": compact(portal.IndustryDivision(e.Industry)),
				"district": compact(string(e.District)), "size": compact(e.Size), "foreign": flag(e.Foreign),
				"certainty": {string(e.Origin.Certainty)},
			},
			Numbers: measured(map[string]float64{"order": certaintyRank(e.Origin.Certainty), "needs": float64(open[e.ID]), "added": added(e.Meta)}),
		}
	}
	return docs, nil
}

func (d documents) needs(ctx context.Context, recs []portal.Need) ([]search.Document, error) {
	enterprises, err := byID(ctx, d.Records.Enterprises, recs, func(n portal.Need) string { return n.EnterpriseID })
	if err != nil {
		return nil, err
	}
	fits, err := d.fits(ctx, recs)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(recs))
	for i, n := range recs {
		e := enterprises[n.EnterpriseID]
		var enterprise, enterpriseID []string
		if portal.CanNameEnterprise(portal.Visitor, n) {
			enterprise, enterpriseID = compact(e.Name, e.NameEn), compact(e.ID)
		}
		var covered []string
		fit, known := fits[n.ID]
		switch {
		case !known:
		case d.Roster.Offered(fit.codes):
			covered = []string{"covered"}
		default:
			covered = []string{"gap"}
		}
		docs[i] = search.Document{ID: n.ID, Version: n.Version,
			Texts: map[string][]string{
				"name": {n.Title}, "text": append([]string{n.Text}, n.MustHaves...),
				"industry": compact(d.Taxonomy.IndustryName(n.Industry)), "place": compact(string(n.District)),
				"enterprise": enterprise,
			},
			Facets: map[string][]string{
				"status": {string(n.Status)}, "industry": compact(portal.IndustryDivision(n.Industry)),
				"level": {orElse(string(n.Level), "any")}, "mode": strs(n.Modes), "district": compact(string(n.District)),
				"certainty": {string(n.Origin.Certainty)}, "enterprise": enterpriseID,
				"specialism": fit.codes, "covered": covered, "read": compact(fit.graph),
			},
			Numbers: measured(map[string]float64{"published": float64(n.PublishedAt.Unix()), "expires": float64(n.ExpiresAt.Unix()), "headcount": quantity(n.Headcount)}),
		}
	}
	return docs, nil
}

func (d documents) partnerships(_ context.Context, recs []portal.Partnership) ([]search.Document, error) {
	docs := make([]search.Document, len(recs))
	for i, p := range recs {
		var names, colleges, enterprises []string
		for _, c := range p.Colleges {
			names, colleges = append(names, c.Name), append(colleges, c.ID)
		}
		for _, e := range p.Enterprises {
			names, enterprises = append(names, e.Name), append(enterprises, e.ID)
		}
		for _, i := range p.Institutes {
			names = append(names, i.Name)
		}
		var reported []string
		if p.Year > 0 {
			reported = []string{strconv.Itoa(p.Year)}
		}
		docs[i] = search.Document{ID: p.ID, Version: p.Version,
			Texts: map[string][]string{"name": {p.Title}, "parties": names, "about": compact(p.Summary),
				"industry": compact(d.Taxonomy.IndustryName(p.Industry))},
			Facets: map[string][]string{"type": {string(p.Type)}, "year": reported,
				"industry": compact(portal.IndustryDivision(p.Industry)), "certainty": {string(p.Origin.Certainty)},
				"college": compact(colleges...), "enterprise": compact(enterprises...), "public": flag(p.Public()),
				"stage": compact(string(p.Stage)), "party": p.Organisations(), "unit": compact(append([]string{p.Responsible}, p.Supporting...)...)},
			Numbers: measured(map[string]float64{"year": year(p.Year), "added": added(p.Meta), "active": moved(p.Active)}),
		}
	}
	return docs, nil
}

// getter is the part of a collection byID needs.
type getter[T any] interface {
	GetMany(ctx context.Context, ids []string) ([]T, error)
}

// byID loads the neighbours that recs point to, once each.
func byID[T, R any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, from getter[T], recs []R, id func(R) string) (map[string]T, error) {
	seen := make(map[string]T, len(recs))
	var wanted []string
	for _, r := range recs {
		key := id(r)
		if _, ok := seen[key]; !ok && key != "" {
			var zero T
			seen[key] = zero
			wanted = append(wanted, key)
		}
	}
	found, err := from.GetMany(ctx, wanted)
	if err != nil {
		return nil, err
	}
	clear(seen)
	for i := range found {
		seen[P(&found[i]).Head().ID] = found[i]
	}
	return seen, nil
}

// position orders the catalogue by level and code; the letters of a code do not count.
func position(s portal.Specialism) float64 {
	digits, _ := strconv.Atoi(strings.TrimRight(s.Code, "TK"))
	return float64(slices.Index(portal.Levels[:], s.Level)*10_000_000 + digits)
}

func clusterRank(c portal.Cluster) float64 {
	for i, known := range portal.Clusters {
		if c == known {
			return float64(i)
		}
	}
	return float64(len(portal.Clusters))
}

func certaintyRank(c portal.Certainty) float64 {
	for i, known := range portal.Certainties {
		if c == known {
			return float64(i)
		}
	}
	return float64(len(portal.Certainties))
}

func section(industry string) []string {
	if industry == "" {
		return nil
	}
	return []string{industry[:1]}
}

func flag(b bool) []string {
	if b {
		return []string{"yes"}
	}
	return nil
}

// year maps 0, which stands for an unknown year, to an unknown number.
func year(y int) float64 {
	if y == 0 {
		return math.NaN()
	}
	return float64(y)
}

// quantity maps nil to an unknown number: unknown is not zero.
func quantity(n *int) float64 {
	if n == nil {
		return math.NaN()
	}
	return float64(*n)
}

// added is when a record came to the portal, in seconds since 1970.
func added(m portal.Meta) float64 { return float64(m.CreatedAt.Unix()) }

// moved is when something last happened; never is an unknown number.
func moved(t time.Time) float64 {
	if t.IsZero() {
		return math.NaN()
	}
	return float64(t.Unix())
}

// measured leaves unknown numbers out.
func measured(m map[string]float64) map[string]float64 {
	maps.DeleteFunc(m, func(_ string, v float64) bool { return math.IsNaN(v) })
	return m
}

func compact(ss ...string) []string {
	out := make([]string, 0, len(ss))
	for _, s := range ss {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

// strs gives the plain strings of named ones, such as modes.
func strs[S ~string](named []S) []string {
	out := make([]string, len(named))
	for i, s := range named {
		out[i] = string(s)
	}
	return out
}

// keys returns the non-empty keys of a set in order.
func keys(set map[string]bool) []string {
	return compact(slices.Sorted(maps.Keys(set))...)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
