package web

import (
	"net/url"

	"liangcheng/app/match"
	"liangcheng/views"
)

// hints are what the text of a need says besides the work: each leads to the same match
// with that field filled in, and nothing is filled in unasked.
func (s *site) hints(r *request, f matchForm) []views.Link {
	say, h := s.say(r.lang), match.ReadHints(f.Text)
	var out []views.Link
	with := func(name string, values ...string) string {
		q := url.Values{}
		for key, value := range r.Context().QueryArgs().All() {
			q.Add(string(key), string(value))
		}
		q[name] = values
		return r.to("/match") + "?" + q.Encode() + "#answer"
	}
	add := func(key, value, address string) {
		out = append(out, views.Link{Text: say("hint."+key, value), URL: address})
	}
	if h.Headcount != nil && f.need.Headcount == nil {
		n := itoa(*h.Headcount)
		add("headcount", n, with("headcount", n))
	}
	if h.Level != "" && f.need.Level == "" {
		add("level", say("wanted."+string(h.Level)), with("level", string(h.Level)))
	}
	if h.District != "" && f.need.District == "" {
		add("district", string(h.District), with("district", string(h.District)))
	}
	if len(h.Modes) > 0 && len(f.need.Modes) == 0 {
		words, values := "", make([]string, len(h.Modes))
		for i, m := range h.Modes {
			if values[i] = string(m); i > 0 {
				words += say("punctuation.comma")
			}
			words += say("mode." + string(m))
		}
		add("mode", words, with("mode", values...))
	}
	for _, post := range match.SplitPosts(f.Text) {
		q := url.Values{"text": {post.Text}, "headcount": {itoa(post.Headcount)}}
		if f.Industry != "" {
			q.Set("industry", f.Industry)
		}
		out = append(out, views.Link{Text: say("hint.post", post.Title, post.Headcount), URL: r.to("/match") + "?" + q.Encode() + "#answer"})
	}
	for _, said := range h.Without {
		out = append(out, views.Link{Text: say("hint.without", said)})
	}
	return out
}
