package service

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/seeds"
)

// nouns is everything the seed files say, checked.
type nouns struct {
	colleges     []portal.College
	programmes   []portal.Programme
	specialisms  []portal.Specialism
	enterprises  []portal.Enterprise
	needs        []portal.Need
	partnerships []portal.Partnership
	types        []portal.PartnershipType
	units        []portal.Unit
	resources    []portal.Resource
	incubatees   []portal.Incubatee
	members      []portal.AllianceMember
	pledges      []portal.Pledge
	entries      []portal.AllianceEntry
	indicators   []portal.Indicator
	eventSeeds
	outcomes []seededOutcome
	forms    []portal.ReportForm
	items    []portal.ListItem
	rounds   []portal.Round
}

// rowReader reads seed files and collects what is wrong with them.
type rowReader struct {
	o      SeedOptions
	errors RowErrors
	ids    map[string]map[string]bool // file kind → ids seen
}

func readNouns(o SeedOptions) (nouns, error) {
	r := &rowReader{o: o, ids: map[string]map[string]bool{}}
	n := nouns{}
	n.specialisms = r.specialisms()
	n.colleges = r.colleges()
	n.programmes = r.programmes()
	n.enterprises = r.enterprises()
	n.needs = r.needs()
	n.types = r.types()
	n.units = r.units()
	n.partnerships = r.partnerships()
	r.lives(n.partnerships, n.types)
	n.resources = r.resources()
	n.incubatees, n.members = r.incubatees(), r.allianceMembers()
	n.pledges, n.entries = r.pledges(), r.allianceEntries()
	n.indicators = r.indicators()
	n.eventSeeds = r.events(n)
	n.outcomes = r.outcomes(n.partnerships, n.indicators)
	n.forms = r.forms(n.indicators)
	n.items = append(r.planTasks(n.units), r.listItems(n.units)...)
	n.rounds = r.rounds(n.items, n.partnerships)
	if len(r.errors) > 0 {
		return n, r.errors
	}
	return n, nil
}

// files are the paths a kind of row stands in.
func (r *rowReader) files(name string) []string {
	if r.o.Demo {
		return []string{name, "demo/" + name}
	}
	return []string{name}
}

// each calls fn with every row of the files; a file that cannot be read is an error too.
func (r *rowReader) each(files []string, headings []string, fn func(row)) {
	for _, file := range files {
		for raw, err := range seeds.Rows(r.o.Files, file, headings...) {
			if err != nil {
				r.errors = append(r.errors, unreadable(file, err))
				break
			}
			fn(row{raw, r})
		}
	}
}

// unreadable is the row error of a file that cannot be read on.
func unreadable(file string, err error) RowError {
	const whole = "row"
	var fault *seeds.Fault
	if !errors.As(err, &fault) {
		return RowError{File: file, Field: whole, Reason: err.Error()}
	}
	field := fault.Column
	if field == "" {
		field = whole
	}
	return RowError{fault.File, fault.Line, field, fault.Err.Error()}
}

// row is one line and where its errors go.
type row struct {
	seeds.Row
	reader *rowReader
}

func (w row) fail(field, reason string, args ...any) {
	w.reader.errors = append(w.reader.errors, RowError{w.File, w.Line, field, fmt.Sprintf(reason, args...)})
}

// must returns a cell that may not be empty.
func (w row) must(field string) string {
	v := w.Get(field)
	if v == "" {
		w.fail(field, "is empty")
	}
	return v
}

// number returns a whole number of at least 0, or nil when the cell is empty.
func (w row) number(field string) *int {
	v := w.Get(field)
	if v == "" {
		return nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		w.fail(field, "%q is no whole number of 0 or more", v)
		return nil
	}
	return &n
}

// year returns a year, or 0 when the cell is empty.
func (w row) year(field string) int {
	n := w.number(field)
	if n == nil {
		return 0
	}
	const first, last = 1800, 2100
	if *n < first || *n > last {
		w.fail(field, "%d is no year", *n)
	}
	return *n
}

// date returns a day, a month or a year as written, or nothing when the cell is empty.
func (w row) date(field string) string {
	v := w.Get(field)
	if v == "" {
		return v
	}
	for _, grain := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(grain, v); err == nil {
			return v
		}
	}
	w.fail(field, "%q is no date like 2026, 2026-11 or 2026-11-24", v)
	return v
}

// flag reads 1 as true and an empty cell as false.
func (w row) flag(field string) bool {
	v := w.Get(field)
	if v != "" && v != "1" {
		w.fail(field, "%q is neither 1 nor empty", v)
	}
	return v == "1"
}

// id returns the id of a row and refuses the second of its kind.
func (w row) id(kind, id string) string {
	if w.reader.ids[kind] == nil {
		w.reader.ids[kind] = map[string]bool{}
	}
	if w.reader.ids[kind][id] {
		w.fail("id", "%q stands twice", id)
	}
	w.reader.ids[kind][id] = true
	if w.fictional() != strings.HasPrefix(id, demoPrefix) {
		w.fail("id", "%q: demonstration data, and only it, begins with %s", id, demoPrefix)
	}
	return id
}

// fictional reports whether the row stands among the demonstration data.
func (w row) fictional() bool { return strings.HasPrefix(w.File, "demo/") }

// refers checks that another row of that kind has the id.
func (w row) refers(field, kind, id string) {
	if id != "" && !w.reader.ids[kind][id] {
		w.fail(field, "no row of %s has the id %q", kind, id)
	}
}

// one checks a cell against a closed set.
func one[E ~string](w row, field string, known []E, optional bool) E {
	v := E(w.Get(field))
	if v == "" && optional {
		return v
	}
	if !slices.Contains(known, v) {
		w.fail(field, "%q is not one of %v", v, known)
	}
	return v
}

// many checks a list cell against a closed set.
func many[E ~string](w row, field string, known []E) []E {
	var out []E
	for _, v := range w.List(field) {
		if !slices.Contains(known, E(v)) {
			w.fail(field, "%q is not one of %v", v, known)
		}
		out = append(out, E(v))
	}
	return out
}

// origin reads how sure a row is and where it comes from.
func (w row) origin() portal.Origin {
	o := portal.Origin{Certainty: one(w, "certainty", portal.Certainties[:], false), Source: w.must("source"),
		Date: w.date("date"), URL: w.site("url")}
	if (o.Certainty == portal.Demo) != w.fictional() {
		w.fail("certainty", "%q in %s", o.Certainty, w.File)
	}
	return o
}

// digest is a short hash of a value's JSON.
func digest(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("service.digest(%T): %v", v, err)) // nouns always marshal
	}
	sum := sha256.Sum256(body)
	const bytes = 12
	return hex.EncodeToString(sum[:bytes])
}

// day is the unit of ages in demonstration data.
const day = 24 * time.Hour
