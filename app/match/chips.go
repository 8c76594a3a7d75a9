package match

// Chip is one addend of S: a part of the relevance or a feature of fit. The chips of a
// result sum to its score.
type Chip struct {
	Part    *Part    // relevance
	Feature *Feature // fit
	Adds    float64
}

// score computes S and the chips that sum to it: each part of A takes Base·Rel in
// proportion, each feature counted adds (1−Base)·Rel·weight·value.
func score(n Need, r *Ranked, o *Offer, w Weights) Offered {
	out := Offered{Offer: o, Ranked: r, Features: features(n, o)}
	counted := 0.0
	for _, f := range out.Features {
		if f.Counted {
			counted += w.of(f.Kind)
			out.Fit += w.of(f.Kind) * f.Value
		}
	}
	if counted > 0 {
		out.Fit /= counted
	}
	out.S = r.Rel * (w.Base + (1-w.Base)*out.Fit)
	out.Chips = make([]Chip, 0, len(r.Parts)+len(out.Features))
	for i := range r.Parts {
		p := &r.Parts[i]
		out.Chips = append(out.Chips, Chip{Part: p, Adds: w.Base * r.Rel * p.Value / r.A})
	}
	for i := range out.Features {
		f := &out.Features[i]
		if f.Counted {
			f.Adds = (1 - w.Base) * r.Rel * f.Value * w.of(f.Kind) / counted
			out.Chips = append(out.Chips, Chip{Feature: f, Adds: f.Adds})
		}
	}
	out.Weakest = weakest(out.Features, w)
	return out
}

// of is the weight of a feature.
func (w Weights) of(k FeatureKind) float64 {
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

// weakest is the counted feature that costs most of the score, or an unknown one that
// weighs more than that cost. There always is one, since level and record always count.
func weakest(features []Feature, w Weights) FeatureKind {
	const unknown = .5 // an unknown feature might as well be half met
	kind, cost := LevelFit, -1.0
	for _, f := range features {
		lost := w.of(f.Kind) * (1 - f.Value)
		if !f.Counted {
			if f.Case != caseUnknown {
				continue
			}
			lost = w.of(f.Kind) * unknown
		}
		if lost > cost {
			kind, cost = f.Kind, lost
		}
	}
	return kind
}
