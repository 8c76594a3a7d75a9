package web

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// object is a JSON object of the OpenAPI document.
type object = map[string]any

// openAPI serves the description of the API, made of the route table and the types of
// the answers.
func (s *site) openAPI(_ context.Context, r *request) error { return r.JSON(s.describe()) }

func (s *site) describe() object {
	say := s.say(english)
	paths := object{}
	schemas := schemaSet{}
	for _, rt := range s.apiRoutes() {
		path := strings.ReplaceAll(rt.path, ":id", "{id}")
		operation := object{
			"summary":     say(rt.summary),
			"operationId": strings.ToLower(rt.method) + strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(path),
			"parameters":  s.parameters(rt),
			"responses":   responses(&schemas, rt),
		}
		if rt.request != nil {
			operation["requestBody"] = object{"required": true, "content": object{fiber.MIMEApplicationJSON: object{"schema": schemas.of(reflect.TypeOf(rt.request))}}}
		}
		if rt.personal() {
			operation["security"] = []object{{"token": []string{}}}
		}
		paths[path] = object{strings.ToLower(rt.method): operation}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": say("site.name"), "version": "1", "description": say("api.lead") + " " + say("api.rules"),
			"license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"servers":  []object{{"url": s.BaseURL + apiBase}},
		"paths":    paths,
		"security": []object{},
		"components": object{"schemas": schemas.done,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer", "description": say("api.token")}}},
	}
}

// parameters are the query of a list, or the id of one record.
func (s *site) parameters(rt apiRoute) []object {
	say := s.say(english)
	param := func(name, in, about string, schema object) object {
		return object{"name": name, "in": in, "required": in == "path", "description": about, "schema": schema}
	}
	text := object{"type": "string"}
	if strings.Contains(rt.path, ":id") {
		return []object{param("id", "path", say("api.param_id"), text)}
	}
	if rt.path == "/me/notifications" {
		return []object{param("after", "query", say("api.param_after"), text)}
	}
	if rt.list == nil {
		return []object{}
	}
	var sorts []string
	for _, sort := range rt.list.Sorts {
		sorts = append(sorts, sort.Name)
	}
	out := []object{
		param("q", "query", say("api.param_q"), object{"type": "string", "maxLength": maxQuery}),
		param("page", "query", say("api.param_page"), object{"type": "integer", "minimum": 1}),
		param("size", "query", say("api.param_size"), object{"type": "integer", "minimum": 1, "maximum": 100}),
		param("sort", "query", say("api.param_sort"), object{"type": "string", "enum": sorts}),
	}
	for _, field := range append(append([]string{}, rt.list.Facets...), rt.list.Filters...) {
		p := param(field, "query", say("api.param_facet", s.facetName(english, rt.list.Index, field)), object{"type": "array", "items": text})
		p["style"], p["explode"] = "form", true
		out = append(out, p)
	}
	return out
}

func responses(schemas *schemaSet, rt apiRoute) object {
	problem := object{"description": "problem", "content": object{"application/problem+json": object{"schema": schemas.of(reflect.TypeFor[problemDocument]())}}}
	ok := object{"description": "ok"}
	if rt.answer != nil {
		ok["content"] = object{fiber.MIMEApplicationJSON: object{"schema": schemas.of(reflect.TypeOf(rt.answer))}}
	} else {
		ok["content"] = object{fiber.MIMEApplicationJSON: object{"schema": object{"type": "object"}}}
	}
	out := object{"200": ok, "429": problem, "default": problem}
	if strings.Contains(rt.path, ":id") {
		out["404"] = problem
	}
	if rt.list != nil || rt.request != nil || rt.path == "/me/notifications" {
		out["400"] = problem
	}
	if rt.personal() {
		out["401"], out["403"] = problem, problem
	}
	return out
}

// schemaSet turns Go types into JSON Schema; named structs are shared.
type schemaSet struct{ done object }

func (s *schemaSet) of(t reflect.Type) object {
	if t == reflect.TypeFor[time.Time]() {
		return object{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.named(t)
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}

func (s *schemaSet) named(t reflect.Type) object {
	name := schemaName(t)
	if s.done == nil {
		s.done = object{}
	}
	if _, ok := s.done[name]; !ok {
		s.done[name] = object{} // a type that holds itself ends here
		properties, required := object{}, []string{}
		s.fields(t, properties, &required)
		s.done[name] = object{"type": "object", "properties": properties, "required": required}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields adds the JSON fields of a struct; those of embedded structs become its own.
func (s *schemaSet) fields(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type == reflect.TypeFor[portal.Trail]() || f.Type == reflect.TypeFor[[]portal.Promise]() || f.Type == reflect.TypeFor[[]portal.Slot]() {
			continue // never shown: who did what, and for whom seats and times are kept
		}
		if f.Anonymous && name == "" {
			s.fields(f.Type, properties, required)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		schema := s.of(f.Type)
		if about := f.Tag.Get("doc"); about != "" {
			schema["description"] = about
		}
		if options == "" && (f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Map) {
			schema["type"] = []string{schema["type"].(string), "null"}
		}
		properties[name] = schema
		if options == "" {
			*required = append(*required, name)
		}
	}
}

// schemaName is the type's name without the prefix of this package's own shapes;
// generic names lose their brackets.
func schemaName(t reflect.Type) string {
	name := t.Name()
	if open := strings.IndexByte(name, '['); open >= 0 {
		inner := name[strings.LastIndexByte(name, '.')+1 : len(name)-1]
		name = strings.TrimPrefix(inner, "api") + strings.TrimPrefix(name[:open], "api")
	}
	return strings.TrimPrefix(name, "api")
}

// apiPage documents the API for people.
func (s *site) apiPage(_ context.Context, r *request) error {
	say := s.say(r.lang)
	p := views.APIPage{Page: s.page(r, say("nav.api")), Spec: apiBase + "/openapi.json"}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav.api")}}
	for _, rt := range s.apiRoutes() {
		e := views.Endpoint{Method: rt.method, Path: apiBase + strings.ReplaceAll(rt.path, ":id", "{id}"), Summary: say(rt.summary)}
		if rt.list != nil {
			var facets []string
			facets = append(append(facets, rt.list.Facets...), rt.list.Filters...)
			e.Parameters = []views.Fact{fact(views.Cell{Label: say("api.parameters"), Tags: append([]string{"q", "page", "size", "sort"}, facets...)})}
			e.Example = "curl '" + s.BaseURL + e.Path + "?q=大数据&size=5'"
		}
		if rt.request != nil {
			e.Example = "curl -X POST " + s.BaseURL + e.Path + ` -H 'Content-Type: application/json' \` + "\n" +
				`  -d '{"text":"动力电池电芯产线技术员","industry":"C38","level":"高职","headcount":30}'`
		}
		if rt.personal() {
			e.Example = "curl -H 'Authorization: Bearer <token>' " + s.BaseURL + e.Path
		}
		p.Endpoints = append(p.Endpoints, e)
	}
	return s.render(r, "api", "", p)
}
