package match

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"liangcheng/app/portal"
)

// Judged is a need with graded specialisms: 3 the one HR would name, 2 routinely hired,
// 1 adjacent and trainable, 0 plausible but wrong.
type Judged struct {
	ID       string  `json:"id"`
	Text     string  `json:"text"`
	Industry string  `json:"industry_code"`
	Level    string  `json:"level"`
	Mode     string  `json:"coop_mode"`
	Style    string  `json:"style"`       // slices the report only
	Gap      bool    `json:"lexical_gap"` // slices the report only
	Grades   []Grade `json:"judged"`
}

// Grade is how well a specialism fits a judged need.
type Grade struct {
	Code  string `json:"code"`
	Grade int    `json:"grade"`
}

// Need is what the match may read of a judged need.
func (j Judged) Need() Need {
	level, _ := portal.ParseWantedLevel(j.Level)
	return Need{Text: j.Text, Industry: j.Industry, Level: level}
}

// ReadJudged reads JSON lines.
func ReadJudged(r io.Reader) ([]Judged, error) {
	var out []Judged
	lines := bufio.NewScanner(r)
	const longest = 1 << 20
	lines.Buffer(nil, longest)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var j Judged
		if err := json.Unmarshal(lines.Bytes(), &j); err != nil {
			return nil, fmt.Errorf("match.ReadJudged: line %d: %w", n, err)
		}
		out = append(out, j)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("match.ReadJudged: %w", err)
	}
	return out, nil
}

// Figures are the means of the measures over needs.
type Figures struct {
	Needs    int     `json:"needs"`
	NDCG10   float64 `json:"ndcg@10"`
	Recall20 float64 `json:"recall@20"`
	Recall10 float64 `json:"recall@10"`
	MRR      float64 `json:"mrr"`
	Trap5    float64 `json:"trap@5"` // share of the first five places taken by grade 0
}

// Run is what the match answered to one judged need: codes, the best first.
type Run struct {
	Judged Judged
	Codes  []string
	Scores []float64
}

// NewRun ranks an answer as it is scored: 中职 and 高职本科 are unjudged and left out,
// ties are broken by code.
func NewRun(j Judged, ranked []Ranked) Run {
	kept := slices.DeleteFunc(slices.Clone(ranked), func(r Ranked) bool {
		return r.Level == portal.Secondary || r.Level == portal.VocationalBachelor
	})
	slices.SortFunc(kept, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.A, a.A), cmp.Compare(a.Code, b.Code))
	})
	run := Run{Judged: j}
	for _, r := range kept {
		run.Codes = append(run.Codes, r.Code)
		run.Scores = append(run.Scores, r.A)
	}
	return run
}

// Measure scores one answer: gain 2^g − 1, unjudged counts as 0, the ideal from all
// judged; recall and reciprocal rank count grades of 2 and more.
func (r Run) Measure() Figures {
	grade := map[string]int{}
	var ideal []int
	relevant := 0
	for _, g := range r.Judged.Grades {
		grade[g.Code] = g.Grade
		ideal = append(ideal, g.Grade)
		if g.Grade >= 2 {
			relevant++
		}
	}
	slices.SortFunc(ideal, func(a, b int) int { return cmp.Compare(b, a) })
	f := Figures{Needs: 1}
	dcg, best := 0.0, 0.0
	const depth, wide, traps = 10, 20, 5
	for i, g := range ideal[:min(len(ideal), depth)] {
		best += gain(g) / math.Log2(float64(i+2))
	}
	for i, code := range r.Codes {
		g, judged := grade[code]
		if i < depth {
			dcg += gain(g) / math.Log2(float64(i+2))
		}
		if g >= 2 {
			if f.MRR == 0 {
				f.MRR = 1 / float64(i+1)
			}
			if i < depth {
				f.Recall10 += 1 / float64(relevant)
			}
			if i < wide {
				f.Recall20 += 1 / float64(relevant)
			}
		}
		if i < traps && judged && g == 0 {
			f.Trap5 += 1.0 / traps
		}
	}
	if best > 0 {
		f.NDCG10 = dcg / best
	}
	return f
}

func gain(grade int) float64 { return math.Exp2(float64(grade)) - 1 }

// Mean averages the measures of the runs that the slice keeps.
func Mean(runs []Run, slice func(Judged) bool) Figures { return mean(measured(runs, slice)) }

func measured(runs []Run, slice func(Judged) bool) []Figures {
	var out []Figures
	for _, r := range runs {
		if slice(r.Judged) {
			out = append(out, r.Measure())
		}
	}
	return out
}

func mean(of []Figures) Figures {
	var sum Figures
	for _, f := range of {
		sum.Needs++
		sum.NDCG10 += f.NDCG10
		sum.Recall20 += f.Recall20
		sum.Recall10 += f.Recall10
		sum.MRR += f.MRR
		sum.Trap5 += f.Trap5
	}
	if n := float64(sum.Needs); n > 0 {
		sum.NDCG10, sum.Recall20, sum.Recall10 = sum.NDCG10/n, sum.Recall20/n, sum.Recall10/n
		sum.MRR, sum.Trap5 = sum.MRR/n, sum.Trap5/n
	}
	return sum
}

// Interval is where the means of the slice lie with a probability of 95 %, were other needs
// of the same kind judged: the percentiles of each measure over needs drawn again with
// replacement (bootstrap). The same runs give the same interval.
func Interval(runs []Run, slice func(Judged) bool) (lowest, most Figures) {
	const (
		draws = 1000
		tail  = draws / 40 // 2.5 % on either side
		seed  = 20261129
	)
	all := measured(runs, slice)
	if len(all) == 0 {
		return lowest, most
	}
	random := rand.New(rand.NewPCG(seed, uint64(len(all))))
	means, drawn := make([]Figures, draws), make([]Figures, len(all))
	for i := range means {
		for k := range drawn {
			drawn[k] = all[random.IntN(len(all))]
		}
		means[i] = mean(drawn)
	}
	lowest.Needs, most.Needs = len(all), len(all)
	values := make([]float64, draws)
	for _, measure := range []func(*Figures) *float64{
		func(f *Figures) *float64 { return &f.NDCG10 }, func(f *Figures) *float64 { return &f.Recall20 },
		func(f *Figures) *float64 { return &f.Recall10 }, func(f *Figures) *float64 { return &f.MRR }, func(f *Figures) *float64 { return &f.Trap5 },
	} {
		for i := range means {
			values[i] = *measure(&means[i])
		}
		slices.Sort(values)
		*measure(&lowest), *measure(&most) = values[tail], values[draws-1-tail]
	}
	return lowest, most
}

// Slice is a part of the judged needs.
type Slice struct {
	Kind, Value string // all, gap, no_gap, style or level, and which
	Keeps       func(Judged) bool
}

// Slices are all needs, those by lexical gap, by style and by level.
func Slices(judged []Judged) []Slice {
	out := []Slice{{"all", "", func(Judged) bool { return true }},
		{"gap", "", func(j Judged) bool { return j.Gap }}, {"no_gap", "", func(j Judged) bool { return !j.Gap }}}
	for _, by := range []struct {
		kind string
		of   func(Judged) string
	}{{"style", func(j Judged) string { return j.Style }}, {"level", func(j Judged) string { return j.Level }}} {
		seen := map[string]bool{}
		for _, j := range judged {
			if value := by.of(j); !seen[value] {
				seen[value] = true
				out = append(out, Slice{by.kind, value, func(j Judged) bool { return by.of(j) == value }})
			}
		}
	}
	return out
}
