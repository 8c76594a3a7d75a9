package portal

import (
	"slices"
	"time"
	"unicode/utf8"
)

// ConceptState is where a concept of the office stands.
type ConceptState string

const (
	ConceptDraft     ConceptState = "draft"
	ConceptProposed  ConceptState = "proposed"
	ConceptInForce   ConceptState = "in_force"
	ConceptRejected  ConceptState = "rejected"
	ConceptWithdrawn ConceptState = "withdrawn"
)

// ConceptStates lists the states, what waits for somebody first.
var ConceptStates = [...]ConceptState{ConceptProposed, ConceptDraft, ConceptInForce, ConceptRejected, ConceptWithdrawn}

// ConceptEffect is what a concept does.
type ConceptEffect string

const (
	ConceptPoints ConceptEffect = "points" // its words point to its targets
	ConceptBlocks ConceptEffect = "blocks" // its words, and shorter ones inside them, point nowhere
	ConceptDrops  ConceptEffect = "drops"  // its words no longer point to its targets; without any they no longer block
)

// ConceptEffects lists the effects in the order people choose from.
var ConceptEffects = [...]ConceptEffect{ConceptPoints, ConceptBlocks, ConceptDrops}

// ConceptKinds lists what a word can be the name of.
var ConceptKinds = [...]string{"post", "equipment", "process", "software", "certificate", "material", "product", "dialect"}

// ConceptTargets lists what a word can point to.
var ConceptTargets = [...]string{"specialism", "class", "occupation"}

// ConceptLanguages lists the languages of words.
var ConceptLanguages = [...]string{"zh", "en"}

// Concept (概念词) is words people use and what they point to, as the office has entered
// them beside those of the release. What is in force takes the place of what the release,
// or an earlier one of the office, says of the same word and target.
type Concept struct {
	Meta
	Trail
	Surfaces   []string      `json:"surfaces"`
	Lang       string        `json:"lang"`
	Kind       string        `json:"kind"`
	Effect     ConceptEffect `json:"effect"`
	TargetKind string        `json:"target_kind,omitempty"`
	Targets    []string      `json:"targets,omitempty"` // codes
	Weight     Hundredths    `json:"weight,omitempty"`  // above 0, at most 1
	Industries []string      `json:"industries,omitempty"`
	Source     string        `json:"source"`
	Replaces   bool          `json:"replaces,omitempty"` // what is in force of a word and target
	State      ConceptState  `json:"state"`
	Since      time.Time     `json:"since"`                 // in that state
	ProposedBy string        `json:"proposed_by,omitempty"` // person
	DecidedBy  string        `json:"decided_by,omitempty"`  // person
	Reason     string        `json:"reason,omitempty"`      // why it was rejected or withdrawn
	Origin     Origin        `json:"origin"`
}

// The most words and targets of a concept, and the most characters of its texts.
const (
	ConceptWordsMost   = 30
	ConceptTargetsMost = 30
	ConceptWordMost    = 40
	ConceptTextMost    = 200
)

// ConceptAct is something one does with a concept.
type ConceptAct string

const (
	ConceptEdit     ConceptAct = "edit"
	ConceptPropose  ConceptAct = "propose"
	ConceptApprove  ConceptAct = "approve"  // by another than who has proposed it
	ConceptReject   ConceptAct = "reject"   // for a reason
	ConceptWithdraw ConceptAct = "withdraw" // for a reason
)

// ConceptActs lists every act in the order people are offered them.
var ConceptActs = [...]ConceptAct{ConceptPropose, ConceptApprove, ConceptReject, ConceptWithdraw, ConceptEdit}

// CanKeepConcepts reports whether the viewer enters, proposes and decides on concepts.
// Analysts only read them.
func CanKeepConcepts(v Viewer) bool { return v.CanReview() || v.CanAdminister() }

// Can reports whether the viewer may do that with the concept as it stands.
func (c Concept) Can(v Viewer, act ConceptAct) bool {
	if !CanKeepConcepts(v) {
		return false
	}
	switch act {
	case ConceptEdit:
		return c.State != ConceptProposed && c.State != ConceptInForce
	case ConceptPropose:
		return c.State == ConceptDraft
	case ConceptApprove:
		return c.State == ConceptProposed && c.Second(v)
	case ConceptReject:
		return c.State == ConceptProposed
	case ConceptWithdraw:
		return c.State == ConceptInForce
	}
	return false
}

// Second reports whether the viewer is another person than the one who has proposed it.
func (c Concept) Second(v Viewer) bool { return c.ProposedBy != v.Person }

// Propose puts a draft before a second person.
func (c *Concept) Propose(v Viewer, now time.Time) {
	c.State, c.Since, c.ProposedBy, c.DecidedBy, c.Reason = ConceptProposed, now, v.Person, "", ""
}

// Approve puts a proposed concept in force.
func (c *Concept) Approve(v Viewer, now time.Time) {
	c.State, c.Since, c.DecidedBy = ConceptInForce, now, v.Person
}

// End rejects a proposed concept, or withdraws one that is in force.
func (c *Concept) End(v Viewer, state ConceptState, reason string, now time.Time) error {
	switch {
	case reason == "":
		return Invalid{{Field: "reason", Key: "problem.required"}}
	case utf8.RuneCountInString(reason) > ConceptTextMost:
		return Invalid{{Field: "reason", Key: "problem.too_long", Args: []any{ConceptTextMost}}}
	}
	c.State, c.Since, c.DecidedBy, c.Reason = state, now, v.Person, reason
	return nil
}

// Check says everything that is wrong with what was entered, as far as it can be told
// without the catalogue. A target nobody knows is found by whoever has that.
func (c Concept) Check() error {
	var bad Invalid
	switch {
	case len(c.Surfaces) == 0:
		bad.Add("surfaces", "problem.required")
	case len(c.Surfaces) > ConceptWordsMost:
		bad.Add("surfaces", "concept.many", ConceptWordsMost)
	}
	for _, s := range c.Surfaces {
		if utf8.RuneCountInString(s) > ConceptWordMost {
			bad.Add("surfaces", "problem.too_long", ConceptWordMost)
			break
		}
	}
	among := func(field, value string, values []string) {
		if !slices.Contains(values, value) {
			bad.Add(field, "problem.required")
		}
	}
	among("lang", c.Lang, ConceptLanguages[:])
	among("kind", c.Kind, ConceptKinds[:])
	if !slices.Contains(ConceptEffects[:], c.Effect) {
		bad.Add("effect", "problem.required")
	}
	if c.Effect == ConceptPoints || len(c.Targets) > 0 {
		among("target_kind", c.TargetKind, ConceptTargets[:])
	}
	switch {
	case c.Effect == ConceptPoints && len(c.Targets) == 0:
		bad.Add("targets", "problem.required")
	case c.Effect == ConceptBlocks && len(c.Targets) > 0:
		bad.Add("targets", "concept.blocks_nothing")
	case len(c.Targets) > ConceptTargetsMost:
		bad.Add("targets", "concept.many", ConceptTargetsMost)
	}
	if c.Effect == ConceptPoints && (c.Weight <= 0 || c.Weight > hundred) {
		bad.Add("weight", "concept.weight")
	}
	switch {
	case c.Source == "":
		bad.Add("source", "problem.required")
	case utf8.RuneCountInString(c.Source) > ConceptTextMost:
		bad.Add("source", "problem.too_long", ConceptTextMost)
	}
	return bad.Err()
}
