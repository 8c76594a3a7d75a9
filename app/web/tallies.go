package web

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// prefill fills in a new outcome what the records kept with its partnership say, and
// returns a note that says so; what somebody has written stays.
func (s *site) prefill(ctx context.Context, r *request, in portal.Partnership, ind portal.Indicator, d *service.OutcomeDraft) (string, error) {
	count, err := s.Services.Outcomes.Kept(ctx, r.viewer, in.ID)
	if err != nil {
		return "", err
	}
	const told = 4 // periods
	today := s.Clock().In(portal.Shanghai).Format(time.DateOnly)
	periods := portal.LastPeriods(ind.Period, today, told)
	label := d.Period
	if label == "" {
		if label = today; len(periods) > 0 {
			label = periods[0].Label
		}
	}
	if chosen, err := portal.ReadPeriod(ind.Period, label, today); err == nil && !ind.Period.Listed() {
		periods = []portal.Period{chosen}
	}
	say := s.say(r.lang)
	var texts []string
	how := ""
	for _, p := range periods {
		t, ok := count(ind, p)
		if !ok { // nothing says it, or not for that time
			continue
		}
		text := s.tallyText(r, t)
		if p.Label != today { // as of which it is anyway
			text = say("tally.of", s.periodText(r, p), text)
		}
		if texts = append(texts, text); s.Views.Has(r.lang, "tally.how."+t.By) {
			how = say("tally.how." + t.By)
		}
		if p.Label == label && r.Method() == fiber.MethodGet {
			d.Period = label
			if !t.Part && !t.Rate {
				d.Value = t.Value.String()
			} else if d.Denominator, d.Counted = t.Denominator.String(), min(p.Until, today); t.Rate {
				d.Numerator = t.Numerator.String()
			}
		}
	}
	if len(texts) == 0 {
		return "", nil
	}
	return strings.TrimSpace(say(keptWords(in), today, strings.Join(texts, say("punctuation.comma"))) + " " + how), nil
}

// keptWords is the key of the words for what is kept with a partnership, as of a day.
func keptWords(in portal.Partnership) string {
	switch {
	case in.HasRoster():
		return "tally.roster"
	case in.SharesEquipment():
		return "tally.bookings"
	}
	return "tally.members"
}

// tallyText is what is kept, as people read it.
func (s *site) tallyText(r *request, t portal.Tally) string {
	say := s.say(r.lang)
	switch {
	case t.Part:
		return say("tally.part", t.Denominator.String())
	case t.Rate:
		return say("outcome.rate", t.Value.String(), t.Numerator.String(), t.Denominator.String())
	}
	return t.Value.String()
}
