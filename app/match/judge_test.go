package match

import (
	"math"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

const judgedLines = `{"id":"a","text":"电池","industry_code":"C38","level":"any","coop_mode":null,"style":"std","lexical_gap":true,"judged":[{"code":"1","grade":3},{"code":"2","grade":2},{"code":"3","grade":0}]}

{"id":"b","text":"nurse","industry_code":"Q84","level":"高职","style":"en","judged":[{"code":"4","grade":2}]}
`

func readJudged(t *testing.T) []Judged {
	t.Helper()
	judged, err := ReadJudged(strings.NewReader(judgedLines))
	if err != nil {
		t.Fatal(err)
	}
	return judged
}

func TestReadJudged(t *testing.T) {
	judged := readJudged(t)
	if len(judged) != 2 || !judged[0].Gap || judged[1].Style != "en" {
		t.Fatalf("read %+v", judged)
	}
	if n := judged[1].Need(); n.Text != "nurse" || n.Industry != "Q84" || n.Level != portal.WantVocational {
		t.Errorf("need is %+v", n)
	}
	if _, err := ReadJudged(strings.NewReader("{\"id\":1}\n")); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("error is %v, want the line", err)
	}
}

func TestMeasure(t *testing.T) {
	judged := readJudged(t)[0]
	level := portal.Associate
	run := NewRun(judged, []Ranked{
		{Code: "x", Level: portal.Secondary, A: 9},          // left out
		{Code: "y", Level: portal.VocationalBachelor, A: 9}, // left out
		{Code: "2", Level: level, A: 1},                     // tie: by code
		{Code: "1", Level: level, A: 1},
		{Code: "3", Level: level, A: 5},
		{Code: "z", Level: level, A: .5},
	})
	if got := strings.Join(run.Codes, ""); got != "312z" {
		t.Fatalf("run is %q", got)
	}
	got := run.Measure()
	dcg := 7/math.Log2(3) + 3/math.Log2(4)
	ideal := 7/math.Log2(2) + 3/math.Log2(3)
	want := Figures{Needs: 1, NDCG10: dcg / ideal, Recall20: 1, Recall10: 1, MRR: .5, Trap5: .2}
	if math.Abs(got.NDCG10-want.NDCG10) > 1e-12 || got.Recall10 != want.Recall10 || got.Recall20 != want.Recall20 || got.MRR != want.MRR || got.Trap5 != want.Trap5 {
		t.Errorf("measures are %+v, want %+v", got, want)
	}
	nothing := NewRun(judged, nil).Measure()
	if nothing != (Figures{Needs: 1}) {
		t.Errorf("no answer measures %+v", nothing)
	}
}

func TestMeanOfASlice(t *testing.T) {
	judged := readJudged(t)
	runs := []Run{NewRun(judged[0], nil), NewRun(judged[1], []Ranked{{Code: "4", Level: portal.Associate, A: 1}})}
	if got := Mean(runs, func(j Judged) bool { return j.Style == "en" }); got.Needs != 1 || got.NDCG10 != 1 {
		t.Errorf("English slice is %+v", got)
	}
	if got := Mean(runs, func(Judged) bool { return true }); got.Needs != 2 || got.NDCG10 != .5 {
		t.Errorf("mean is %+v", got)
	}
	if got := Mean(runs, func(Judged) bool { return false }); got != (Figures{}) {
		t.Errorf("an empty slice is %+v", got)
	}
}

func TestFitFindsTheWeightThatMatters(t *testing.T) {
	var judged []Judged
	for range 6 {
		judged = append(judged, readJudged(t)[0])
	}
	rank := func(j Judged, w Weights) []Ranked { // right only when industry outweighs lexical
		return []Ranked{{Code: "3", Level: portal.Associate, A: w.Lexical}, {Code: "1", Level: portal.Associate, A: w.Industry}}
	}
	start := DefaultWeights()
	start.Lexical, start.Industry = 1, .9
	got := Fit(judged, start, 3, rank)
	if got.Weights.Industry <= got.Weights.Lexical {
		t.Errorf("weights are %+v", got.Weights)
	}
	if got.After.NDCG10 <= got.Before.NDCG10 || got.Held.NDCG10 != got.After.NDCG10 || got.Held.Needs != len(judged) {
		t.Errorf("before %v, after %v, held %v", got.Before, got.After, got.Held)
	}
}
