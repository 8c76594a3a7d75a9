package web

import (
	"math"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// responseFact says how an organisation answers the intentions it receives, as of today.
func (s *site) responseFact(r *request, f portal.Response) views.Fact {
	say := s.say(r.lang)
	c := views.Cell{Label: say("response.title"), Text: say("response.few"), Muted: !f.HasRate()}
	if f.HasRate() {
		c.Text = say("response.rate", int(math.Round(100*f.Rate)))
	}
	if f.HasMedian() {
		c.Text += say("response.separator") + say("response.median", strconv.FormatFloat(math.Round(10*f.Median)/10, 'f', -1, 64))
	}
	note := say("response.as_of", day(s.Clock()))
	if f.HasRate() {
		note = say("response.note", f.Over, day(s.Clock()))
	}
	return views.Fact{Cell: c, Note: note}
}
