package text

import (
	"bufio"
	_ "embed"
	"strings"
	"sync"
)

// Related terms: "a > b" lets a search for a also find b, "a = b" both ways.
//
//go:embed related.txt
var relatedTable string

// related maps a normalised term to what it also finds.
var related = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	add := func(from, to string) { table[from] = append(table[from], to) }
	lines := bufio.NewScanner(strings.NewReader(relatedTable))
	for lines.Scan() {
		line := lines.Text()
		if from, to, ok := strings.Cut(line, " > "); ok {
			add(Normalize(from), Normalize(to))
		} else if a, b, ok := strings.Cut(line, " = "); ok {
			add(Normalize(a), Normalize(b))
			add(Normalize(b), Normalize(a))
		}
	}
	return table
})

// Related returns what a search for the normalised term also finds, at most a few terms.
func Related(term string) []string { return related()[term] }
