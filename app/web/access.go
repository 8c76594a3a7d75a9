package web

import (
	"liangcheng/app/portal"
	"liangcheng/views"
)

// barrier is the key of why somebody who is signed in may only look.
func barrier(v portal.Viewer) string {
	switch {
	case v.Organisation == "":
		return "access.no_organisation"
	case v.State == portal.OrganisationSuspended:
		return "access.suspended"
	case v.Kind == portal.Office && !v.Sure:
		return "desk.factor_needed"
	case v.Role == portal.Reader:
		return "access.viewer"
	case v.Kind != portal.Office && v.State != portal.OrganisationVerified:
		return "access.unverified"
	}
	return "access.other"
}

// whyNot says why somebody who is signed in may only look, and who can change that.
func (s *site) whyNot(r *request) string {
	say, v := s.say(r.lang), r.viewer
	return say(barrier(v), say("kind."+string(v.Kind)), say("role."+string(v.Role)))
}

// forbiddenPage tells somebody who is signed in why they may not do what they asked for,
// and leads to where that can be changed.
func (s *site) forbiddenPage(r *request, code int) error {
	say := s.say(r.lang)
	p := views.ErrorPage{Page: s.page(r, say("access.title")), Code: code, Heading: say("access.title"), Lead: s.whyNot(r), Request: requestID(r.Ctx)}
	p.NoIndex, p.Failed, p.Steps = true, true, s.waysOn(r)
	return s.renderFailure(r, p)
}

// waysOn lead on from where somebody may only look.
func (s *site) waysOn(r *request) []views.Link {
	say := s.say(r.lang)
	way := views.Link{Text: say("access.step_people"), URL: r.to("/organisation")}
	switch barrier(r.viewer) {
	case "access.no_organisation":
		way = views.Link{Text: say("organisation.register"), URL: r.to("/organisation/register")}
	case "desk.factor_needed":
		way = views.Link{Text: say("factor.set_up"), URL: r.to("/account/factor")}
	}
	return []views.Link{{Text: say("access.step_desk"), URL: r.to("/desk")}, way}
}
