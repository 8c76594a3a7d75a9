package match

import "liangcheng/app/portal"

// Need is what the match reads of a need. Only Text is required.
type Need struct {
	Text      string
	Industry  string // GB/T 4754 code at any depth
	Level     portal.WantedLevel
	Headcount *int // persons; nil is unknown
	Modes     []portal.Mode
	District  portal.District
	Languages []string // asked for in the work; makes international features count
	MustHaves []string // certificates or facilities that must be there
}

// Term is one weighted piece of a need for the search engine to score.
type Term struct {
	Text   string
	Weight float64
	Sound  bool // compare by folded pinyin
}

// LexicalHit is the search engine's score of one specialism and the terms that met it.
// Scores compare within one answer only.
type LexicalHit struct {
	Score float64
	Terms []LexicalTerm
}

// LexicalTerm is one term of a need that met a specialism.
type LexicalTerm struct {
	Text   string
	Fields []string
	Score  float64
}

// Lexical is the search engine's answer: specialism code → hit.
type Lexical map[string]LexicalHit

// soundWeight is what a Latin word counts as possible pinyin of a name.
const soundWeight = .5

// Terms cuts a need into what the engine should score: its words, misspelt ones also as
// they were meant, pinyin as characters. Filler and numbers are left out.
func (g *Graph) Terms(n Need) []Term {
	var terms []Term
	said, _ := n.wanted()
	for _, w := range g.lexicon.read(said).words {
		terms = append(terms, Term{Text: w.text, Weight: w.weight})
		if w.latin {
			terms = append(terms, Term{Text: w.text, Weight: soundWeight, Sound: true})
		}
	}
	return terms
}
