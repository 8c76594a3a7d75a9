package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/etag"

	"liangcheng/app/portal"
)

// guard is what stands before a handler.
type guard uint8

const (
	open    guard = iota // anyone, answered anew
	cached               // anyone, from the page cache where it can be
	limited              // anyone, but not too often
	member               // people with an account; forms carry the token of their session
	file                 // anyone, without asking who: the answer is the same for all
)

// route is one line of the table: method, path, guard, handler.
type route struct {
	method  string
	path    string
	guard   guard
	handler handler
}

// pages are served in both languages.
func (s *site) pageRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/", cached, s.home},
		{get, "/search", cached, s.showSearch},
		{get, "/search/suggest", cached, s.suggest},
		{get, "/match", limited, s.showMatch},
		{get, reportPath, limited, s.typed(s.showReport)},
		{get, reportPath + ".xlsx", limited, s.typed(s.sendReport)},
		{get, "/match/industries", cached, s.matchIndustries},
		{get, "/colleges", cached, s.listColleges()},
		{get, "/colleges/:id", cached, s.showCollege},
		{get, "/programmes", cached, s.listProgrammes()},
		{get, "/programmes/:id", cached, s.showProgramme},
		{get, "/specialisms", cached, s.listSpecialisms()},
		{get, "/specialisms/suggest", cached, s.suggestSpecialisms},
		{get, "/specialisms/:id", cached, s.showSpecialism},
		{get, "/enterprises", cached, s.listEnterprises()},
		{get, "/enterprises/:id", cached, s.showEnterprise},
		{get, "/needs", cached, s.listNeeds()},
		{get, "/needs/:id", cached, s.showNeed},
		{get, "/needs/:id/report", limited, s.stored(s.showReport)},
		{get, "/needs/:id/report.xlsx", limited, s.stored(s.sendReport)},
		{get, "/partnerships", cached, s.listPartnerships()},
		{get, "/partnerships/:id", cached, s.showPartnership},
		{get, "/resources", cached, s.listResources()},
		{get, "/resources/:id", cached, s.showResource},
		{get, "/events", cached, s.listEvents},
		{get, "/events/:id", cached, s.showEvent},
		{get, "/indicators", cached, s.listIndicators},
		{get, "/indicators.csv", limited, s.exportIndicators},
		{get, "/indicators/:id", cached, s.showIndicator},
		{post, "/indicators/:id", member, s.rewordIndicator},
		{get, "/yearbook", cached, s.listYearbooks},
		{get, "/yearbook/:year", cached, s.showYearbook},
		{get, "/open-data", cached, s.showOpenData},
		{get, "/needs.atom", cached, s.needFeed},
		{get, "/programmes.atom", cached, s.programmeFeed},
		{get, "/shortlist", open, s.showShortlist},
		{post, "/shortlist", open, s.changeShortlist},
		{get, "/compare", open, s.showCompare},
		{get, "/compare.xlsx", limited, s.exportCompare},
		{get, "/about", cached, s.textPage("about")},
		{get, "/help", cached, s.textPage("help")},
		{get, "/privacy", cached, s.textPage("privacy")},
		{get, "/accessibility", cached, s.textPage("accessibility")},
		{get, "/api", cached, s.apiPage},
		{get, "/styleguide", open, s.styleguide},

		{get, "/sign-in", open, s.showSignIn},
		{post, "/sign-in", limited, s.signIn},
		{get, "/sign-in/code", open, s.showCode},
		{post, "/sign-in/code", limited, s.giveCode},
		{post, "/sign-out", member, s.signOut},
		{get, "/register", open, s.showRegister},
		{post, "/register", limited, s.register},
		{get, "/check-mail", open, s.checkMail},
		{get, "/forgot", open, s.showForgot},
		{post, "/forgot", limited, s.forgot},
		{get, "/links/:token", open, s.showLink},
		{post, "/links/:token", limited, s.useLink},
		{get, "/demo/mail", open, s.demoMail},

		{get, "/desk", member, s.showDesk},
		{get, "/notifications", member, s.listNotices},
		{post, "/notifications", member, s.readNotices},
		{get, "/notifications/:id", member, s.openNotice},
		{get, "/account", member, s.showAccount},
		{post, "/account", member, s.editAccount},
		{post, "/account/password", member, s.changePassword},
		{get, "/account/factor", member, s.showFactor},
		{post, "/account/factor", member, s.confirmFactor},
		{post, "/account/factor/recovery", member, s.newRecovery},
		{post, "/account/factor/off", member, s.dropFactor},
		{get, "/account/sessions", member, s.showSessions},
		{post, "/account/sessions", member, s.endOthers},
		{post, "/account/sessions/:id/end", member, s.endSession},
		{get, "/account/tokens", member, s.showTokens},
		{post, "/account/tokens", member, s.makeToken},
		{post, "/account/tokens/:id/revoke", member, s.revokeToken},
		{get, "/account/mail", member, s.showMail},
		{post, "/account/mail", member, s.changeMail},
		{get, "/account/data", member, s.showPersonal},
		{post, "/account/data", member, s.deleteAccount},
		{get, "/account/data.json", member, s.sendPersonal},
		{get, "/searches", member, s.listSearches},
		{post, "/searches", member, s.saveSearch},
		{get, "/searches/:id", member, s.openSearch},
		{get, "/searches/:id/edit", member, s.showSearchEdit},
		{post, "/searches/:id/edit", member, s.renameSearch},
		{post, "/searches/:id/feed", member, s.renewFeed},
		{post, "/searches/:id/delete", member, s.dropSearch},
		{get, "/searches/:id/:key.atom", limited, s.searchFeed},
		{get, "/organisation", member, s.showOrganisation},
		{get, "/organisation/register", member, s.showRegisterOrganisation},
		{post, "/organisation/register", member, s.registerOrganisation},
		{get, "/organisation/edit", member, s.showOrganisationEdit},
		{post, "/organisation/edit", member, s.editOrganisation},
		{post, "/organisation/documents", member, s.attachDocument},
		{get, "/organisation/documents/:blob", member, s.showDocument},
		{post, "/organisation/invitations", member, s.invite},
		{post, "/organisation/invitations/:id", member, s.recall},
		{get, "/organisation/members/:id", member, s.showMember},
		{post, "/organisation/members/:id", member, s.changeMember},
		{post, "/organisation/members/:id/remove", member, s.removeMember},
		{get, "/desk/needs", member, s.listDeskNeeds},
		{get, "/desk/needs.xlsx", member, s.needTemplate},
		{post, "/desk/needs/import", member, s.importNeeds},
		{get, "/desk/needs/new", member, s.showNewNeed},
		{post, "/desk/needs/new", member, s.newNeed},
		{post, "/desk/needs/match", member, s.matchAsTyped},
		{get, "/desk/needs/:id", member, s.showDeskNeed},
		{get, "/desk/needs/:id/edit", member, s.showNeedEdit},
		{post, "/desk/needs/:id/edit", member, s.editNeed},
		{post, "/desk/needs/:id/publish", member, s.publishNeed},
		{post, "/desk/needs/:id/pause", member, s.pauseNeed},
		{post, "/desk/needs/:id/resume", member, s.resumeNeed},
		{post, "/desk/needs/:id/renew", member, s.renewNeed},
		{post, "/desk/needs/:id/close", member, s.closeNeed},
		{get, "/desk/programmes/:id/needs", member, s.showFitting},
		{get, "/desk/organisations", member, s.listOrganisations},
		{get, "/desk/organisations/:id", member, s.showReview},
		{post, "/desk/organisations/:id", member, s.decide},
		{get, "/desk/organisations/:id/documents/:blob", member, s.showReviewDocument},
		{get, "/desk/post", member, s.showPost},
		{get, "/desk/intentions", member, s.listIntentions},
		{post, "/desk/intentions", member, s.sendIntention},
		{get, "/desk/intentions/new", member, s.showApproach},
		{post, "/desk/intentions/decline", member, s.declineIntentions},
		{get, "/desk/intentions/:id", member, s.showIntention},
		{post, "/desk/intentions/:id/accept", member, s.acceptIntention},
		{post, "/desk/intentions/:id/decline", member, s.declineIntention},
		{post, "/desk/intentions/:id/withdraw", member, s.withdrawIntention},
		{post, "/desk/intentions/:id/message", member, s.writeMessage},
		{get, "/desk/intentions/:id/files/:blob", member, s.showIntentionFile},
		{get, "/desk/partnerships", member, s.listDeskPartnerships},
		{get, "/desk/partnerships/new", member, s.showPropose},
		{post, "/desk/partnerships/new", member, s.propose},
		{get, "/desk/partnerships/:id", member, s.showDeskPartnership},
		{get, "/desk/partnerships/:id/edit", member, s.showPartnershipEdit},
		{post, "/desk/partnerships/:id/edit", member, s.editPartnership},
		{post, "/desk/partnerships/:id/agree", member, s.agreePartnership},
		{post, "/desk/partnerships/:id/assign", member, s.assignPartnership},
		{post, "/desk/partnerships/:id/confirm", member, s.confirmPartnership},
		{post, "/desk/partnerships/:id/start", member, s.startPartnership},
		{post, "/desk/partnerships/:id/conclude", member, s.concludePartnership},
		{post, "/desk/partnerships/:id/terminate", member, s.terminatePartnership},
		{get, "/desk/partnerships/:id/agreement", member, s.showAgreement},
		{post, "/desk/partnerships/:id/agreement", member, s.drawAgreement},
		{post, "/desk/partnerships/:id/agreement/files", member, s.attachAgreement},
		{post, "/desk/partnerships/:id/agreement/received", member, s.payAgreement},
		{post, "/desk/partnerships/:id/agreement/extend", member, s.extendAgreement},
		{get, "/desk/partnerships/:id/milestones/:milestone", member, s.showMilestone},
		{post, "/desk/partnerships/:id/milestones/:milestone", member, s.planMilestone},
		{post, "/desk/partnerships/:id/milestones/:milestone/reach", member, s.reachMilestone},
		{post, "/desk/partnerships/:id/milestones/:milestone/drop", member, s.dropMilestone},
		{get, "/desk/partnerships/:id/files/:blob", member, s.showPartnershipFile},
		{get, "/desk/partnerships/:id/milestones.ics", member, s.partnershipMilestones},
		{get, "/desk/partnerships/:id/incubatees", member, s.listIncubatees},
		{get, "/desk/partnerships/:id/incubatees.xlsx", member, s.incubateeTemplate},
		{post, "/desk/partnerships/:id/incubatees/import", member, s.importIncubatees},
		{get, "/desk/partnerships/:id/incubatees/:incubatee", member, s.showIncubatee},
		{post, "/desk/partnerships/:id/incubatees/:incubatee", member, s.saveIncubatee},
		{post, "/desk/partnerships/:id/incubatees/:incubatee/strike", member, s.strikeIncubatee},
		{get, "/desk/partnerships/:id/members", member, s.listMembers},
		{post, "/desk/partnerships/:id/members/adopt", member, s.adoptMembers},
		{post, "/desk/partnerships/:id/members/charter", member, s.attachCharter},
		{get, "/desk/partnerships/:id/members/charter/:blob", member, s.showCharter},
		{get, "/desk/partnerships/:id/members/:member", member, s.showAllianceMember},
		{post, "/desk/partnerships/:id/members/:member", member, s.saveAllianceMember},
		{post, "/desk/partnerships/:id/members/:member/leave", member, s.leaveAlliance},
		{get, "/desk/partnerships/:id/pledges", member, s.listPledges},
		{get, "/desk/partnerships/:id/pledges/:pledge", member, s.showPledge},
		{post, "/desk/partnerships/:id/pledges/:pledge", member, s.savePledge},
		{get, "/desk/partnerships/:id/lists/:list", member, s.listEntries},
		{post, "/desk/partnerships/:id/lists/:list", member, s.addEntry},
		{post, "/desk/partnerships/:id/lists/:list/close", member, s.closeEntry},
		{get, "/desk/milestones", member, s.listMilestones},
		{post, "/desk/milestones", member, s.renewMilestones},
		{post, "/desk/milestones/end", member, s.endMilestones},
		{get, "/desk/milestones/:key.ics", limited, s.milestoneFeed},
		{get, "/desk/units", member, s.listUnits},
		{post, "/desk/units", member, s.addUnit},
		{get, "/desk/units/:id", member, s.showUnit},
		{post, "/desk/units/:id", member, s.editUnit},
		{post, "/desk/units/:id/abolish", member, s.abolishUnit},
		{post, "/desk/units/:id/restore", member, s.restoreUnit},
		{post, "/desk/units/:id/move", member, s.moveUnit},
		{get, regionPath, member, s.showRegion},
		{post, regionPath + "/rebuild", member, s.rebuildRegion},
		{get, regionPath + "/partnerships", member, s.listRegionPartnerships},
		{get, regionPath + "/outcomes", member, s.listRegionOutcomes},
		{get, targetsPath, member, s.listTargets},
		{post, targetsPath, member, s.setTarget},
		{post, targetsPath + "/drop", member, s.dropTarget},
		{get, supplyPath, member, s.showSupply},
		{get, supplyPath + "/needs", member, s.listSupplyNeeds},
		{get, chainsPath, member, s.showChains},
		{get, answersPath, member, s.listAnswerTimes},
		{get, gapsPath, member, s.listGaps},
		{get, advicePath, member, s.listAdvice},
		{get, advicePath + "/new", member, s.showNewAdvice},
		{post, advicePath + "/new", member, s.giveAdvice},
		{get, advicePath + "/:id", member, s.showAdvice},
		{post, advicePath + "/:id", member, s.answerAdvice},
		{post, advicePath + "/:id/close", member, s.closeAdvice},
		{get, "/desk/types", member, s.listTypes},
		{get, "/desk/types/:id", member, s.showType},
		{post, "/desk/types/:id", member, s.editType},
		{get, "/desk/resources", member, s.listDeskResources},
		{get, "/desk/resources/new", member, s.showNewResource},
		{post, "/desk/resources/new", member, s.newResource},
		{get, "/desk/resources/:id", member, s.showDeskResource},
		{get, "/desk/resources/:id/edit", member, s.showResourceEdit},
		{post, "/desk/resources/:id/edit", member, s.editResource},
		{post, "/desk/resources/:id/open", member, s.actOnResource(portal.ActOpen)},
		{post, "/desk/resources/:id/pause", member, s.actOnResource(portal.ActPause)},
		{post, "/desk/resources/:id/reopen", member, s.actOnResource(portal.ActReopen)},
		{post, "/desk/resources/:id/withdraw", member, s.actOnResource(portal.ActRetire)},
		{get, "/desk/bookings", member, s.listBookings},
		{get, "/desk/bookings/new", member, s.showNewBooking},
		{post, "/desk/bookings/new", member, s.sendBooking},
		{get, "/desk/bookings/:id", member, s.showBooking},
		{post, "/desk/bookings/:id/accept", member, s.acceptBooking},
		{post, "/desk/bookings/:id/decline", member, s.declineBooking},
		{post, "/desk/bookings/:id/withdraw", member, s.withdrawBooking},
		{get, "/desk/events", member, s.listDeskEvents},
		{get, "/desk/events/new", member, s.showNewEvent},
		{post, "/desk/events/new", member, s.newEvent},
		{get, "/desk/events/:id", member, s.showDeskEvent},
		{get, "/desk/events/:id/edit", member, s.showEventEdit},
		{post, "/desk/events/:id/edit", member, s.editEvent},
		{get, "/desk/events/:id/invite", member, s.showInvite},
		{post, "/desk/events/:id/invite", member, s.inviteToEvent},
		{post, "/desk/events/:id/publish", member, s.publishEvent},
		{post, "/desk/events/:id/cancel", member, s.cancelEvent},
		{post, "/desk/events/:id/close", member, s.closeEvent},
		{get, "/desk/events/:id/parties/:party", member, s.showParty},
		{post, "/desk/events/:id/parties/:party/accept", member, s.acceptInvitation},
		{post, "/desk/events/:id/parties/:party/decline", member, s.declineInvitation},
		{post, "/desk/events/:id/parties/:party/leave", member, s.leaveEvent},
		{get, "/desk/events/:id/meetings/:meeting", member, s.showMeeting},
		{post, "/desk/events/:id/meetings/:meeting", member, s.attendMeeting},
		{get, "/desk/events/:id/timetable.ics", member, s.sendTimetable},
		{get, "/desk/events/:id/timetable.xlsx", member, s.sendEventWorkbook},
		{get, "/desk/events/:id/seats", member, s.showSeats},
		{get, "/desk/events/:id/conversion", member, s.showConversion},
		{get, "/desk/outcomes", member, s.listWaitingOutcomes},
		{get, "/desk/outcomes/:id", member, s.showOutcome},
		{get, "/desk/outcomes/:id/correct", member, s.showCorrect},
		{post, "/desk/outcomes/:id/correct", member, s.correctOutcome},
		{post, "/desk/outcomes/:id/attach", member, s.attachOutcome},
		{post, "/desk/outcomes/:id/confirm", member, s.answerOutcome(portal.OutcomeConfirm)},
		{post, "/desk/outcomes/:id/dispute", member, s.answerOutcome(portal.OutcomeDispute)},
		{post, "/desk/outcomes/:id/verify", member, s.answerOutcome(portal.OutcomeVerify)},
		{post, "/desk/outcomes/:id/return", member, s.answerOutcome(portal.OutcomeReturn)},
		{get, "/desk/outcomes/:id/files/:blob", member, s.showOutcomeFile},
		{get, "/desk/partnerships/:id/outcomes", member, s.listOutcomes},
		{get, "/desk/partnerships/:id/outcomes.xlsx", member, s.outcomeTemplate},
		{get, "/desk/partnerships/:id/outcomes/new", member, s.showNewOutcome},
		{post, "/desk/partnerships/:id/outcomes/new", member, s.newOutcome},
		{post, "/desk/partnerships/:id/outcomes/import", member, s.importOutcomes},
		{get, "/desk/partnerships/:id/evidence.zip", member, s.partnershipEvidence},
		{get, "/desk/gap-check", member, s.showGaps},
		{get, "/desk/reports", member, s.listReports},
		{get, "/desk/reports/ledger", member, s.showLedger},
		{get, "/desk/reports/ledger.xlsx", member, s.exportLedger},
		{get, "/desk/reports/yearly", member, s.showYearly},
		{get, "/desk/reports/yearly.docx", member, s.yearlyWord},
		{get, "/desk/reports/:form.xlsx", member, s.formBook},
		{get, "/desk/reports/:form.docx", member, s.formWord},
		{get, "/desk/reports/:form", member, s.showForm},
		{get, "/desk/reports/:form/edit", member, s.showFormEdit},
		{post, "/desk/reports/:form/edit", member, s.editForm},
		{get, "/desk/reports/:form/evidence.zip", member, s.formEvidence},
		{get, "/desk/reports/:form/:field", member, s.showReportField},
		{get, "/desk/lists", member, s.listItems},
		{get, "/desk/lists.xlsx", member, s.exportItems},
		{get, "/desk/lists/new", member, s.showNewItem},
		{post, "/desk/lists/new", member, s.newItem},
		{get, "/desk/lists/:id", member, s.showItem},
		{post, "/desk/lists/:id/edit", member, s.editItem},
		{post, "/desk/lists/:id/handle", member, s.handleItem},
		{post, "/desk/lists/:id/attach", member, s.attachItem},
		{post, "/desk/lists/:id/close", member, s.closeItem},
		{post, "/desk/lists/:id/reopen", member, s.reopenItem},
		{post, "/desk/lists/:id/supervise", member, s.superviseItem(true)},
		{post, "/desk/lists/:id/release", member, s.superviseItem(false)},
		{get, "/desk/lists/:id/files/:blob", member, s.showItemFile},
		{get, "/desk/rounds", member, s.listRounds},
		{post, "/desk/rounds", member, s.openRound},
		{get, "/desk/rounds/:id", member, s.showRound},
		{get, "/desk/rounds/:id/round.xlsx", member, s.exportRound},
		{get, "/desk/audit", member, s.listAudit},
		{get, "/desk/audit.csv", member, s.exportAudit},
		{get, "/desk/audit/verify", member, s.verifyAudit},
		{get, "/desk/audit/:number", member, s.showAudit},
		{get, "/desk/programmes", member, s.listOwnProgrammes},
		{get, "/desk/programmes.xlsx", member, s.programmeTemplate},
		{post, "/desk/programmes/import", member, s.importProgrammes},
		{post, "/desk/programmes/confirm", member, s.confirmProgrammes},
		{get, "/desk/programmes/new", member, s.showProgrammeNew},
		{post, "/desk/programmes/new", member, s.createProgramme},
		{get, "/desk/programmes/:id", member, s.showProgrammeEdit},
		{post, "/desk/programmes/:id", member, s.editProgramme},
		{post, "/desk/programmes/:id/withdraw", member, s.withdrawProgramme},
		{get, "/desk/imports/:id", member, s.showOperation},
		{post, "/desk/imports/:id/apply", member, s.applyOperation},
		{post, "/desk/imports/:id/undo", member, s.undoOperation},
		{get, "/desk/imports/:id/errors.xlsx", member, s.operationErrors},
	}
}

// fileRoutes are served once, whatever the language.
func (s *site) fileRoutes() []route {
	const get = fiber.MethodGet
	return []route{
		{get, "/livez", file, s.live},
		{get, "/readyz", file, s.ready},
		{get, "/robots.txt", file, s.robots},
		{get, "/sitemap.xml", limited, s.sitemap},
		{get, "/.well-known/security.txt", file, s.securityText},
		{get, "/static/:name", file, s.asset},
		{get, "/open-data/:file", limited, s.openFile},
	}
}

// routes puts the tables into the application.
func (s *site) routes(app *fiber.App) {
	for _, rt := range s.fileRoutes() {
		s.add(app, rt.path, rt)
	}
	app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}))
	for _, rt := range s.apiRoutes() {
		app.Add(rt.method, apiBase+rt.path, etag.New(), s.limited, s.handle(rt.handler(s)))
	}
	for _, ex := range s.exports() {
		for _, prefix := range []string{"", "/en"} {
			app.Get(prefix+"/"+ex.index+"."+ex.format, s.limited, s.handle(ex.handler(s)))
		}
		app.Get(apiBase+"/"+ex.index+"."+ex.format, s.limited, s.handle(ex.handler(s)))
	}
	for _, rt := range slices.Concat(s.pageRoutes(), s.conceptRoutes(), s.judgingRoutes()) {
		s.add(app, rt.path, rt)
		english := "/en" + rt.path
		if rt.path == "/" {
			english = "/en"
		}
		s.add(app, english, rt)
	}
	app.Use(s.handle(func(context.Context, *request) error { return portal.ErrNotFound }))
}

func (s *site) add(app *fiber.App, path string, rt route) {
	handlers := []fiber.Handler{s.handle(rt.handler)}
	switch rt.guard {
	case file:
		handlers = []fiber.Handler{s.anonymous(rt.handler)}
	case member:
		handlers = []fiber.Handler{s.handle(s.member(rt.handler))}
	case cached:
		handlers = append([]fiber.Handler{s.cached}, handlers...)
	case limited:
		handlers = append([]fiber.Handler{s.limited}, handlers...)
	}
	app.Add(rt.method, path, handlers...)
	if rt.method == fiber.MethodGet {
		app.Head(path, handlers...)
	}
}
