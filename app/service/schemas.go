package service

import "liangcheng/search"

// The names of the indexes, which are also the names of the collections and the paths.
const (
	CollegesIndex     = "colleges"
	ProgrammesIndex   = "programmes"
	SpecialismsIndex  = "specialisms"
	EnterprisesIndex  = "enterprises"
	NeedsIndex        = "needs"
	PartnershipsIndex = "partnerships"
	ResourcesIndex    = "resources"
)

// Schemas describes every index to a search engine. The weights of specialisms are the
// starting point of the match's BM25F.
func Schemas() []search.Schema {
	const name = search.Words | search.Sound | search.Typed
	words := func(field string, weight float64) search.Field {
		return search.Field{Name: field, Role: search.Words, Weight: weight}
	}
	facet := func(field string) search.Field { return search.Field{Name: field, Role: search.Facet} }
	number := func(field string) search.Field { return search.Field{Name: field, Role: search.Number} }
	return []search.Schema{
		{Name: SpecialismsIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			{Name: "code", Role: search.Words | search.Typed, Weight: 3},
			words("posts", 1.2), words("work", 1.2),
			words("occupations", 1), {Name: "courses", Role: search.Words, Weight: .6, B: .5},
			words("class", .5), {Name: "certificates", Role: search.Words, Weight: .2, B: .5},
			facet("level"), facet("class"), facet("category"), facet("offered"), facet("controlled"),
			number("order"), number("position"), number("offers"),
		}},
		{Name: CollegesIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			{Name: "place", Role: search.Words | search.Sound}, words("about", .5), {Name: "programmes", Role: search.Words, Weight: .4, B: .5},
			facet("cluster"), facet("kind"), facet("ownership"), facet("category"), facet("certainty"),
			number("order"), number("programmes"), number("founded"), number("added"),
		}},
		{Name: ProgrammesIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			{Name: "code", Role: search.Words | search.Typed, Weight: 3},
			{Name: "college", Role: search.Words | search.Sound, Weight: 1.5},
			words("posts", .6), words("class", .5), words("place", .4), words("features", .4),
			facet("cluster"), facet("level"), facet("category"), facet("class"), facet("college"),
			facet("ownership"), facet("mode"), facet("enrolment"), facet("seats"), facet("international"), facet("certainty"),
			facet("code"), number("order"), number("seats_free"), number("added"),
		}},
		{Name: EnterprisesIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			words("industry", 1), words("place", 1), words("about", .8),
			facet("section"), facet("industry"), facet("district"), facet("size"), facet("foreign"), facet("certainty"),
			number("order"), number("needs"), number("added"),
		}},
		{Name: NeedsIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			words("text", 1.2), words("industry", .5), words("place", .5), words("enterprise", 1),
			facet("status"), facet("industry"), facet("level"), facet("mode"), facet("district"),
			facet("certainty"), facet("enterprise"), facet("specialism"), facet("covered"), facet("read"),
			number("published"), number("expires"), number("headcount"),
		}},
		{Name: PartnershipsIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			{Name: "parties", Role: search.Words | search.Sound, Weight: 2},
			words("about", .6), words("industry", .4),
			facet("type"), facet("year"), facet("industry"), facet("certainty"), facet("college"), facet("enterprise"), facet("public"),
			facet("stage"), facet("party"), facet("unit"), number("year"), number("added"), number("active"),
		}},
		{Name: ResourcesIndex, Fields: []search.Field{
			{Name: "name", Role: name, Weight: 3},
			{Name: "holder", Role: search.Words | search.Sound, Weight: 1.5},
			words("about", 1), words("related", .8), words("place", .5),
			facet("kind"), facet("cluster"), facet("open_to"), facet("charge"), facet("certainty"),
			facet("college"), facet("enterprise"), facet("public"),
			number("capacity"), number("opened"),
		}},
	}
}
