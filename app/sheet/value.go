package sheet

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// read turns a cell into the canonical text of its column. The faults lack line and key.
func (f *field) read(c cell) (string, []Fault) {
	switch {
	case c.formula != "":
		return "", fault("sheet.formula", short(c.formula))
	case c.text == "" && f.Required:
		return "", fault("sheet.required")
	case c.text == "":
		return "", nil
	}
	switch f.Kind {
	case Number:
		if n, ok := whole(c); ok {
			return n, nil
		}
		return "", fault("sheet.not_number", short(c.text))
	case Date:
		if day, ok := date(c); ok {
			return day, nil
		}
		return "", fault("sheet.not_date", short(c.text))
	case Choice:
		return f.choose(c.text)
	case Several:
		return f.several(c.text)
	}
	return f.fit(c.text)
}

func fault(problem string, args ...any) []Fault {
	return []Fault{{Problem: problem, Args: args}}
}

// short cuts a value for a message.
func short(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// fit refuses a text of too many characters.
func (f *field) fit(text string) (string, []Fault) {
	if n := utf8.RuneCountInString(text); n > f.most() {
		return "", fault("sheet.too_long", f.most(), n)
	}
	return text, nil
}

// choose finds a value among the choices, whatever its width, case and spaces.
func (f *field) choose(text string) (string, []Fault) {
	if choice, ok := f.choices[fold(text)]; ok {
		return choice, nil
	}
	const most = 500 // wrong values of a column that are compared with all choices
	near, ok := f.nearest[text]
	if !ok && len(f.nearest) < most {
		near = strings.Join(nearest(text, f.Choices), separator)
		f.nearest[text] = near
	}
	return "", fault("sheet.not_choice", short(text), near)
}

// several reads separated values, each once, in the order given. Only the first five
// wrong ones are named.
func (f *field) several(text string) (string, []Fault) {
	const most = 5
	if _, wrong := f.fit(text); wrong != nil {
		return "", wrong
	}
	var values []string
	var faults []Fault
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '；' || r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if len(f.Choices) > 0 {
			choice, wrong := f.choose(part)
			faults = append(faults, wrong...)
			part = choice
		}
		if len(faults) == most {
			break
		}
		if !slices.Contains(values, part) {
			values = append(values, part)
		}
	}
	switch {
	case len(faults) > 0:
		return "", faults
	case len(values) == 0 && f.Required:
		return "", fault("sheet.required")
	}
	return strings.Join(values, separator), nil
}

// nearest is up to three choices that share the most characters with a value, best first.
func nearest(value string, choices []string) []string {
	const most, alike = 3, .34
	type candidate struct {
		choice string
		score  float64
	}
	var found []candidate
	folded := fold(short(value))
	for _, choice := range choices {
		if s := likeness(folded, fold(choice)); s >= alike {
			found = append(found, candidate{choice, s})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var names []string
	for _, c := range found[:min(most, len(found))] {
		names = append(names, c.choice)
	}
	return names
}

// likeness is the Dice coefficient of the characters of two texts: 0 nothing in common,
// 1 the same characters.
func likeness(a, b string) float64 {
	counts := map[rune]int{}
	for _, r := range a {
		counts[r]++
	}
	common := 0
	for _, r := range b {
		if counts[r] > 0 {
			counts[r]--
			common++
		}
	}
	return 2 * float64(common) / float64(utf8.RuneCountInString(a)+utf8.RuneCountInString(b))
}

// counted is a whole number as people type it: with thousands set apart, a fraction of
// zeros, and a measure word. 万 and 亿 are no measure words: they would change the number.
var counted = regexp.MustCompile(`^(\d+|\d{1,3}(?:,\d{3})+)(?:\.0*)?\s*[人名位个项门家所年月天元]?$`)

// whole reads a whole number of 0 or more, of at most fifteen digits.
func whole(c cell) (string, bool) {
	text := narrow(c.text)
	found := counted.FindStringSubmatch(text)
	if found == nil || c.isDate {
		return "", false
	}
	n := strings.TrimLeft(strings.ReplaceAll(found[1], ",", ""), "0")
	if n == "" {
		n = "0"
	}
	return n, len(n) <= 15
}

var written = regexp.MustCompile(`^(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?(?:[T\s].*)?$|^(\d{4})(\d{2})(\d{2})$`)

// date reads a day.
func date(c cell) (string, bool) {
	if c.day != "" {
		return c.day, true
	}
	found := written.FindStringSubmatch(narrow(c.text))
	if found == nil {
		return "", false
	}
	parts := found[1:4]
	if parts[0] == "" {
		parts = found[4:]
	}
	var n [3]int
	for i, part := range parts {
		n[i], _ = strconv.Atoi(part)
	}
	day := fmt.Sprintf("%04d-%02d-%02d", n[0], n[1], n[2])
	_, err := time.Parse(time.DateOnly, day)
	return day, err == nil
}
