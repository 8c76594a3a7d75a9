package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showSessions lists where somebody is signed in.
func (s *site) showSessions(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	all, err := s.Services.Accounts.Sessions(ctx, r.viewer, r.token)
	if err != nil {
		return err
	}
	p := s.accountPart(ctx, r, "sessions")
	here := views.Section{ID: "here", Title: say("sessions.here")}
	others := views.Section{ID: "others", Title: say("sessions.others")}
	for _, e := range all {
		name := device(say, e.Agent)
		if e.Here {
			here.Facts = []views.Fact{fact(views.Cell{Label: say("sessions.browser"), Text: name}), fact(views.Cell{Label: say("sessions.from"), Text: e.From}),
				fact(views.Cell{Label: say("sessions.begun"), Text: moment(e.Begun)}), fact(views.Cell{Label: say("sessions.seen"), Text: moment(e.Seen)})}
			continue
		}
		f := s.form(r, "/account/sessions/"+url.PathEscape(e.ID)+"/end", "sessions.end")
		f.Title, f.Note, f.Look = name, sessionNote(say, e), "quiet"
		f.Submit = say("sessions.end", name)
		others.Forms = append(others.Forms, *f)
	}
	if len(others.Forms) == 0 {
		others.Empty = &views.Empty{Text: say("sessions.none")}
	} else {
		f := s.form(r, "/account/sessions", "sessions.end_others")
		f.Look = "danger"
		others.Forms = append(others.Forms, *f)
	}
	p.Sections = []views.Section{here, others}
	return s.render(r, "desk", "", p)
}

func sessionNote(say say, e service.SessionEntry) string {
	return say("sessions.note", e.From, moment(e.Begun), moment(e.Seen))
}

func (s *site) endSession(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.EndSession(ctx, r.viewer, r.Params("id")); err != nil {
		return err
	}
	return s.done(r, "session_ended", "/account/sessions")
}

func (s *site) endOthers(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.EndOthers(ctx, r.viewer, r.token); err != nil {
		return err
	}
	return s.done(r, "session_ended", "/account/sessions")
}

// tokensPage lists the tokens of the API somebody has, and makes new ones.
func (s *site) tokensPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.accountPart(ctx, r, "tokens")
	all, err := s.Services.Accounts.Tokens(ctx, r.viewer)
	if err != nil {
		return p, err
	}
	mine := views.Section{ID: "mine", Title: say("tokens.mine")}
	for _, t := range all {
		f := s.form(r, "/account/tokens/"+url.PathEscape(t.ID)+"/revoke", "tokens.revoke")
		f.Title, f.Note, f.Look, f.Confirm = t.Name, s.tokenNote(say, t), "quiet", say("tokens.revoke.confirm", t.Name)
		f.Submit = say("tokens.revoke", t.Name)
		mine.Forms = append(mine.Forms, *f)
	}
	if len(all) == 0 {
		mine.Empty = &views.Empty{Text: say("tokens.none"), Steps: []views.Link{{Text: say("nav.api"), URL: r.to("/api")}}}
	}
	const days = "90"
	scopes := several(must(labelled(s.field(r, "checks", "scope", ""), say("tokens.scope"))), []string{string(portal.ScopeRead)},
		options(say, "tokens.scope.", []portal.Scope{portal.ScopeRead, portal.ScopeWrite})...)
	f := s.form(r, "/account/tokens", "tokens.make", must(labelled(s.field(r, "text", "name", ""), say("tokens.name"))), scopes,
		must(labelled(s.field(r, "number", "days", days), say("tokens.days", service.TokenDays))))
	f.ID = "make"
	p.Sections = []views.Section{mine, {ID: "new", Title: say("tokens.new"), Forms: []views.Form{*f}}}
	return p, nil
}

func (s *site) tokenNote(say say, t portal.Token) string {
	used := say("tokens.unused")
	if !t.Used.IsZero() {
		used = say("tokens.used", moment(t.Used))
	}
	state := say("tokens.until", day(t.ExpiresAt))
	if !t.ExpiresAt.After(s.Clock()) {
		state = say("tokens.ended", day(t.ExpiresAt))
	}
	return strings.Join([]string{strings.Join(translated(say, "tokens.scope.", t.Scopes), say("punctuation.comma")), state, used}, " · ")
}

func (s *site) showTokens(ctx context.Context, r *request) error {
	p, err := s.tokensPage(ctx, r)
	return s.shown(r, p, err)
}

// makeToken shows the new token in its answer, the only place it ever stands.
func (s *site) makeToken(ctx context.Context, r *request) error {
	var scopes []portal.Scope
	for _, scope := range r.values("scope") {
		scopes = append(scopes, portal.Scope(scope))
	}
	days, _ := strconv.Atoi(r.value("days")) // what is no number is no number of days
	token, err := s.Services.Accounts.NewToken(ctx, r.viewer, r.value("name"), scopes, days)
	p, perr := s.tokensPage(ctx, r)
	if perr != nil {
		return perr
	}
	if err != nil {
		return s.refused(r, &p, err)
	}
	say := s.say(r.lang)
	p.Sections = append([]views.Section{{ID: "token", Title: say("tokens.made", r.value("name")), Note: say("tokens.once"), Code: token}}, p.Sections...)
	return s.render(r, "desk", "", p)
}

func (s *site) revokeToken(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.DropToken(ctx, r.viewer, r.Params("id")); err != nil {
		return err
	}
	return s.done(r, "token_revoked", "/account/tokens")
}
