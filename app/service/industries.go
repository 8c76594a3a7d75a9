package service

import (
	"strings"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Industries answers the type-ahead over GB/T 4754. It is immutable.
type Industries struct {
	byCode map[string]portal.Industry
	rows   []industryRow
}

type industryRow struct {
	portal.Industry
	name, pinyin, initials string
}

// NewIndustries prepares the table for look-up.
func NewIndustries(table []portal.Industry) *Industries {
	in := &Industries{byCode: make(map[string]portal.Industry, len(table))}
	for _, i := range table {
		in.byCode[i.Code] = i
		pinyin, initials := text.Joined(i.Name)
		in.rows = append(in.rows, industryRow{i, text.Normalize(i.Name), pinyin, initials})
	}
	return in
}

// Get returns the industry of a code in the form C, C38, C384 or C3841.
func (in *Industries) Get(code string) (portal.Industry, bool) {
	i, ok := in.byCode[code]
	return i, ok
}

// Path returns the industry and what it belongs to, the section first.
func (in *Industries) Path(code string) []portal.Industry {
	var path []portal.Industry
	for i, ok := in.byCode[code]; ok; i, ok = in.byCode[i.Parent] {
		path = append([]portal.Industry{i}, path...)
	}
	return path
}

// Find returns up to limit industries whose code, name, pinyin or initials hold what was
// typed: beginnings before insides, broad before narrow, then by code.
func (in *Industries) Find(typed string, limit int) []portal.Industry {
	q := text.Normalize(typed)
	if q == "" {
		return nil
	}
	code := strings.ToUpper(q)
	const ranks = 8
	var found [ranks][]portal.Industry
	for _, row := range in.rows {
		rank := -1
		switch {
		case strings.HasPrefix(row.Code, code), strings.HasPrefix(row.name, q):
			rank = 0
		case strings.Contains(row.name, q):
			rank = 1
		case len(q) > 1 && (strings.HasPrefix(row.pinyin, q) || strings.HasPrefix(row.initials, q)):
			rank = 2
		case len(q) > 2 && (strings.Contains(row.pinyin, q) || strings.Contains(row.initials, q)):
			rank = 3
		default:
			continue
		}
		if len(row.Code) > 3 {
			rank += ranks / 2
		}
		found[rank] = append(found[rank], row.Industry)
	}
	var out []portal.Industry
	for _, f := range found {
		out = append(out, f...)
	}
	return out[:min(limit, len(out))]
}

// Meant finds the code of the industry a person means by a code, with or without its
// letter, a name, or both: the broadest where narrower ones have its name; no name stands
// in two places. What means nothing is returned as it is.
func (in *Industries) Meant(typed string) string {
	name := text.Normalize(typed)
	code, _, _ := strings.Cut(strings.ToUpper(name), " ")
	if _, ok := in.byCode[code]; ok || name == "" {
		return code
	}
	for _, row := range in.rows {
		if row.name == name || row.Code[1:] == code {
			return row.Code
		}
	}
	return typed
}

// Name is the name of an industry; empty when there is none of that code.
func (in *Industries) Name(code string) string {
	found, _ := in.Get(code)
	return found.Name
}
