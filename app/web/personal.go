package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"liangcheng/views"
)

// personalPage lets people take their data with them, and go.
func (s *site) personalPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	me, err := s.Services.Accounts.Me(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.accountPart(ctx, r, "data")
	p.Sections = []views.Section{{ID: "export", Title: say("personal.export"), Note: say("personal.export.note"),
		Actions: []views.Link{{Text: say("personal.export.go"), URL: r.to("/account/data.json")}}}}
	leave := views.Section{ID: "delete", Title: say("personal.delete"), Prose: []string{say("personal.goes"), say("personal.stays"), say("personal.owner")}}
	if me.Demo {
		leave.Prose = []string{say("personal.demo")}
	} else {
		f := s.form(r, "/account/data", "personal.delete.go", s.passwordField(r, "current-password"))
		f.Fields[0].Help, f.Look, f.Confirm = "", "danger", say("personal.delete.confirm")
		leave.Forms = []views.Form{*f}
	}
	p.Sections = append(p.Sections, leave)
	return p, nil
}

func (s *site) showPersonal(ctx context.Context, r *request) error {
	p, err := s.personalPage(ctx, r)
	return s.shown(r, p, err)
}

// sendPersonal sends everything the portal holds about the viewer.
func (s *site) sendPersonal(ctx context.Context, r *request) error {
	d, err := s.Services.Accounts.Personal(ctx, r.viewer)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="portal-personal-data.json"`)
	return r.JSON(d)
}

func (s *site) deleteAccount(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.Delete(ctx, r.viewer, r.FormValue("password")); err != nil {
		return s.again(r, s.barred(r, err, "password"), func() (views.Desk, error) { return s.personalPage(ctx, r) })
	}
	s.dropSession(r)
	s.keepShortlist(r, nil)
	return s.done(r, "deleted", "/")
}
