package match

// Chip is one addend of S: a part of the relevance or a feature of fit. The chips of a
// result sum to its score.
type Chip struct {
	Part    *Part    // relevance
	Feature *Feature // fit
	Adds    float64
}

// score computes S.
func score(n *Need, r *Ranked, o *Offer, w *Weights) Offered {
	out := Offered{Offer: o, Ranked: r, need: n, weights: w}
	list := features(n, o)
	for i := range list {
		if f := &list[i]; f.Counted {
			out.Fit += w.of(f.Kind) * f.Value
		}
	}
	if counted := w.counted(&list); counted > 0 {
		out.Fit /= counted
	}
	out.S = r.Rel * (w.Base + (1-w.Base)*out.Fit)
	return out
}

// Features are what the fit is made of, in a fixed order. They are worked out when asked
// for: of a long list few are shown.
func (o Offered) Features() []Feature {
	list := features(o.need, o.Offer)
	counted := o.weights.counted(&list)
	for i := range list {
		if f := &list[i]; f.Counted {
			f.Adds = (1 - o.weights.Base) * o.Ranked.Rel * f.Value * o.weights.of(f.Kind) / counted
		}
	}
	return list[:]
}

// Chips are the addends of S: each part of A takes Base·Rel in proportion, each feature
// counted adds (1−Base)·Rel·weight·value.
func (o Offered) Chips() []Chip {
	r, list := o.Ranked, o.Features()
	out := make([]Chip, 0, len(r.Parts)+len(list))
	for i := range r.Parts {
		p := &r.Parts[i]
		out = append(out, Chip{Part: p, Adds: o.weights.Base * r.Rel * p.Value / r.A})
	}
	for i := range list {
		if f := &list[i]; f.Counted {
			out = append(out, Chip{Feature: f, Adds: f.Adds})
		}
	}
	return out
}

// counted is the weight of the features that count together.
func (w *Weights) counted(list *[6]Feature) float64 {
	sum := 0.0
	for i := range list {
		if list[i].Counted {
			sum += w.of(list[i].Kind)
		}
	}
	return sum
}

// of is the weight of a feature.
func (w *Weights) of(k FeatureKind) float64 {
	switch k {
	case Capacity:
		return w.Capacity
	case LevelFit:
		return w.Level
	case ModeReady:
		return w.Mode
	case Geography:
		return w.Geography
	case TrackRecord:
		return w.Record
	case International:
		return w.International
	}
	return 0
}

// Weakest is the counted feature that costs most of the score, or an unknown one that
// weighs more than that cost. There always is one, since level and record always count.
func (o Offered) Weakest() FeatureKind {
	const unknown = .5 // an unknown feature might as well be half met
	kind, cost := LevelFit, -1.0
	for _, f := range features(o.need, o.Offer) {
		lost := o.weights.of(f.Kind) * (1 - f.Value)
		if !f.Counted {
			if f.Case != caseUnknown {
				continue
			}
			lost = o.weights.of(f.Kind) * unknown
		}
		if lost > cost {
			kind, cost = f.Kind, lost
		}
	}
	return kind
}
