package web

import (
	"context"
	"fmt"
	"math"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const chainsPath = "/desk/chains"

// The picture of the chains, in units of its own.
const (
	flowWidth, flowTop, flowHeight = 1080, 34, 460
	flowBar, flowGap, flowLeast    = 10, 10, 4
)

// flowColumns are where the four columns of bars begin.
var flowColumns = [...]int{150, 400, 640, 900}

// showChains draws what leads from education to innovation.
func (s *site) showChains(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	chains, err := s.Services.Supply.Chains(ctx, r.viewer, s.Services.Region)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("chains.title"))
	p.Lead = say("chains.lead")
	p.Links = []views.Link{{Text: say("region.back"), URL: r.to(regionPath)}, {Text: say("supply.title"), URL: r.to(supplyPath)}}
	if chains.Counting {
		p.Lead = say("region.counting")
		return s.render(r, "desk", "", p)
	}
	p.Sections = []views.Section{{ID: "chains", Title: say("chains.picture"), Flow: s.flow(r, chains), Print: true}}
	return s.render(r, "desk", "", p)
}

// chainNode is a bar of the picture while it is laid out.
type chainNode struct {
	in, out   float64 // shares of what comes and what goes
	y, height float64
	inAt      float64 // where the next band arrives and leaves
	outAt     float64
}

// flow lays the chains out: bars in the order of what they stand for, as high as the larger
// of what comes and what goes.
func (s *site) flow(r *request, chains service.Chains) *views.Flow {
	say := s.say(r.lang)
	f := &views.Flow{Caption: say("chains.caption"), Width: flowWidth, Height: flowTop + flowHeight + 10, Note: say("chains.note", moment(s.Clock()))}
	f.Table = views.Table{Caption: say("chains.picture"), Columns: []views.Column{{Text: say("chains.from")}, {Text: say("chains.to")}, {Text: say("attention.n"), Number: true}, {Text: say("outcome.column.unit")}}}
	var columns [4]map[string]*chainNode
	var order [4][]string
	var totals [3]int
	for i := range columns {
		columns[i] = map[string]*chainNode{}
	}
	node := func(column int, name string) *chainNode {
		n := columns[column][name]
		if n == nil {
			n = &chainNode{}
			columns[column][name] = n
			order[column] = append(order[column], name)
		}
		return n
	}
	for i, links := range chains.Links {
		for _, l := range links {
			totals[i] += l.N
		}
		for _, l := range links {
			share := float64(l.N) / float64(totals[i])
			node(i, l.From).out += share
			node(i+1, l.To).in += share
		}
	}
	scale := math.Inf(1)
	for i := range columns {
		sum := 0.0
		for _, n := range columns[i] {
			sum += max(n.in, n.out)
		}
		if sum > 0 {
			scale = min(scale, (flowHeight-float64(flowGap*len(columns[i])))/sum)
		}
	}
	for i := range columns {
		y := float64(flowTop)
		f.Heads = append(f.Heads, views.FlowText{X: flowColumns[i], Y: 16, Anchor: "start", Text: say(fmt.Sprint("chains.column.", i))})
		for _, name := range order[i] {
			n := columns[i][name]
			n.y, n.height = y, max(scale*max(n.in, n.out), flowLeast)
			n.inAt, n.outAt = n.y, n.y
			y += n.height + flowGap
			f.Nodes = append(f.Nodes, s.flowNode(r, i, name, n))
		}
	}
	for i, links := range chains.Links {
		for _, l := range links {
			from, to := columns[i][l.From], columns[i+1][l.To]
			width := scale * float64(l.N) / float64(totals[i])
			x1, x2 := float64(flowColumns[i]+flowBar), float64(flowColumns[i+1])
			y1, y2, middle := from.outAt+width/2, to.inAt+width/2, (x1+x2)/2
			from.outAt += width
			to.inAt += width
			a, b := s.chainName(r, i, l.From), s.chainName(r, i+1, l.To)
			unit := say(fmt.Sprint("chains.unit.", i))
			f.Bands = append(f.Bands, views.FlowBand{Kind: i, Width: max(int(math.Round(width)), 1), Text: fmt.Sprint(a.Text, " → ", b.Text, ": ", l.N, " ", unit),
				Path: fmt.Sprintf("M%.0f %.1fC%.0f %.1f %.0f %.1f %.0f %.1f", x1, y1, middle, y1, middle, y2, x2, y2)})
			f.Table.Rows = append(f.Table.Rows, views.Row{Name: a, Cells: []views.Cell{{Label: say("chains.to"), Text: b.Text, Lang: b.Lang},
				{Label: say("attention.n"), Text: itoa(l.N), Number: true, URL: s.chainBehind(r, i, l)}, {Label: say("outcome.column.unit"), Text: unit}}})
		}
	}
	return f
}

// flowNode is a bar with its name: in the first column to the left of it, else to the right.
func (s *site) flowNode(r *request, column int, name string, n *chainNode) views.FlowNode {
	words := s.chainName(r, column, name)
	text := views.FlowText{X: flowColumns[column] + flowBar + 6, Y: int(n.y+n.height/2) + 4, Anchor: "start", Text: cut(words.Text, 16), Lang: words.Lang}
	if column == 0 {
		text.X, text.Anchor = flowColumns[0]-6, "end"
	}
	return views.FlowNode{X: flowColumns[column], Y: int(n.y), Width: flowBar, Height: max(int(n.height), flowLeast), Name: text}
}

// chainName says what a bar stands for.
func (s *site) chainName(r *request, column int, name string) views.Link {
	if name == service.ChainOther {
		return views.Link{Text: s.say(r.lang)("chains.other")}
	}
	switch column {
	case 0:
		return r.name(name, "", "")
	case 1:
		return views.Link{Text: s.wantedWords(r, name)}
	case 2:
		return s.sectionName(r, name)
	}
	return views.Link{Text: s.say(r.lang)("mode." + name)}
}

// wantedWords says a level as employers ask for it; one nobody knows is shown as it is.
func (s *site) wantedWords(r *request, level string) string {
	if level == service.NoValue {
		level = "any"
	}
	if s.Views.Has(r.lang, "wanted."+level) {
		return s.say(r.lang)("wanted." + level)
	}
	return cut(level, maxChoice)
}

// chainBehind leads to what a link counts; what is gathered from several has no list.
func (s *site) chainBehind(r *request, i int, l service.ChainLink) string {
	if l.From == service.ChainOther || l.To == service.ChainOther {
		return ""
	}
	q := url.Values{}
	switch i {
	case 0:
		q.Set("category", l.From)
		for _, level := range portal.Levels {
			if portal.WantedLevel(l.To) == portal.WantBachelor && level == portal.VocationalBachelor || portal.WantedLevel(l.To).Takes(level) && level != portal.VocationalBachelor {
				q.Add("level", string(level))
			}
		}
		return r.to("/programmes") + "?" + q.Encode()
	case 1:
		q = url.Values{"open": {"yes"}, "level": {l.From}, "section": {l.To}}
		return r.to(supplyPath+"/needs") + "?" + q.Encode()
	}
	q = url.Values{"section": {l.From}, "type": {l.To}}
	return r.to(regionPath+"/partnerships") + "?" + q.Encode()
}
