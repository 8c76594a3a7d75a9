package meili

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// Attributes of an indexed document beside those of the schema's fields.
const (
	idAttr      = "id"
	versionAttr = "version"
	wordsAttr   = "t"    // words the document can be found by, for filters
	spellAttr   = "s"    // the same, as its names are spelled
	textAttr    = "text" // normalised texts by field, for the reasons of a hit
	sizeAttr    = "size" // grams of the name: of equal hits the shorter name stands first
)

// format is raised whenever documents or settings are made otherwise.
const format = 1

// levels is how many degrees of BM25F the index tells apart; found on the judged needs.
const levels = 16

// shape is what an index of the server is made like for a schema.
type shape struct {
	schema search.Schema
	words  []search.Field // fields searched as text, in the order of the schema
	name   int            // which of them weighs most
	ranked []string       // searched attributes, the best first; see ranks
}

func newShape(schema search.Schema) *shape {
	s := &shape{schema: schema}
	for _, f := range schema.Fields {
		if f.Role&search.Words != 0 {
			f.Weight, f.B = cmp.Or(f.Weight, 1), cmp.Or(f.B, defaultB)
			s.words = append(s.words, f)
		}
	}
	for i, f := range s.words {
		if f.Weight > s.words[s.name].Weight {
			s.name = i
		}
	}
	for rank := range levels * len(s.words) {
		level, field := s.ranks(rank)
		s.ranked = append(s.ranked, fmt.Sprintf("w%02d_%s", level, s.words[field].Name))
	}
	return s
}

// ranks says what the searched attribute of that rank holds: words whose BM25F in the
// document is of that level and comes most from that field. An index by impact (Anh &
// Moffat 2001): ranking by attribute ranks by BM25F, and the rank tells the score.
func (s *shape) ranks(rank int) (level, field int) {
	return levels - 1 - rank/len(s.words), rank % len(s.words)
}

// rankOf is the inverse of ranks.
func (s *shape) rankOf(level, field int) int { return (levels-1-level)*len(s.words) + field }

// has reports whether the schema has a field of that name in that role.
func (s *shape) has(name string, role search.Role) bool {
	return slices.ContainsFunc(s.schema.Fields, func(f search.Field) bool { return f.Name == name && f.Role&role != 0 })
}

// attrs are the attributes of all fields in one role.
func (s *shape) attrs(role search.Role, attr func(string) string) []string {
	var out []string
	for _, f := range s.schema.Fields {
		if f.Role&role != 0 {
			out = append(out, attr(f.Name))
		}
	}
	return out
}

func facetAttr(field string) string  { return "f_" + field }
func numberAttr(field string) string { return "n_" + field }

// hash tells indexes of this schema, format and server apart from all others. The
// server's minor version belongs to it: a later one may index otherwise.
func (s *shape) hash(server string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s %+v", format, levels, server, s.schema))
	return hex.EncodeToString(sum[:4])
}

// rankingRules end with the id, so that every order is total.
func rankingRules() []string {
	return []string{"sort", "attributeRank", sizeAttr + ":asc", idAttr + ":asc"}
}

// unlimited stands for no limit of hits.
const unlimited = 1 << 31

// facetValues is how many values of one facet the server counts at most.
const facetValues = 10000

// cutoff is after how many milliseconds the server answers with what it has. It must not
// come before the timeout of a call: half an answer has a wrong total.
const cutoff = 60000

// settings are the settings of the index, without those that meilisearch-go cannot state
// in one piece: filterable attributes by rule, and facet search off.
func (s *shape) settings() *meilisearch.Settings {
	off := "disabled"
	return &meilisearch.Settings{
		RankingRules:         rankingRules(),
		SearchableAttributes: s.ranked,
		DisplayedAttributes:  []string{idAttr, versionAttr, textAttr},
		SortableAttributes:   append(s.attrs(search.Number, numberAttr), idAttr, sizeAttr),
		ProximityPrecision:   meilisearch.ByAttribute,
		PrefixSearch:         &off,
		SearchCutoffMs:       cutoff,
		Pagination:           &meilisearch.Pagination{MaxTotalHits: unlimited},
		Faceting: &meilisearch.Faceting{MaxValuesPerFacet: facetValues,
			SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount}},
		TypoTolerance: &meilisearch.TypoTolerance{Enabled: false, DisableOnWords: []string{}, DisableOnAttributes: []string{},
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 9}},
	}
}

// filterable are the rules of what can be filtered by: words and values by equality,
// numbers by range. What the server prepares for ranges also finds a beginning among the
// many spellings: of 62,000 documents in 12 ms, otherwise in 76.
func (s *shape) filterable() []any {
	rule := func(comparison bool, attrs []string) meilisearch.AttributeRule {
		return meilisearch.AttributeRule{AttributePatterns: attrs,
			Features: meilisearch.AttributeFeatures{Filter: meilisearch.FilterFeatures{Equality: true, Comparison: comparison}}}
	}
	return []any{
		rule(false, append(s.attrs(search.Facet, facetAttr), wordsAttr)),
		rule(true, append(s.attrs(search.Number, numberAttr), spellAttr)),
	}
}
