package apptest

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// The people of the matrix. Records of the enterprise demo-e01 are own to e.*, and foreign
// to everybody else.
var people = map[string]Who{
	"person":  {},
	"e.owner": {Of: "demo-e01", Role: portal.Owner}, "e.editor": {Of: "demo-e01", Role: portal.Editor}, "e.viewer": {Of: "demo-e01", Role: portal.Reader},
	"c.owner": {Of: "demo-c2", Role: portal.Owner}, "c.editor": {Of: "demo-c2", Role: portal.Editor}, "c.viewer": {Of: "demo-c2", Role: portal.Reader},
	"other.e":        {Of: "demo-e02", Role: portal.Owner},
	"other.c":        {Of: "demo-c1", Role: portal.Owner},
	"new.e":          {Of: "demo-e03", Role: portal.Owner, State: portal.OrganisationRegistered},
	"suspended.e":    {Of: "demo-e04", Role: portal.Owner, State: portal.OrganisationSuspended},
	"reviewer":       {Of: portal.OfficeID, Role: portal.Reviewer},
	"analyst":        {Of: portal.OfficeID, Role: portal.Analyst},
	"administrator":  {Of: portal.OfficeID, Role: portal.Administrator},
	"auditor":        {Of: portal.OfficeID, Role: portal.Auditor},
	"~reviewer":      {Of: portal.OfficeID, Role: portal.Reviewer, Unsure: true},
	"~analyst":       {Of: portal.OfficeID, Role: portal.Analyst, Unsure: true},
	"~administrator": {Of: portal.OfficeID, Role: portal.Administrator, Unsure: true},
	"~auditor":       {Of: portal.OfficeID, Role: portal.Auditor, Unsure: true},
}

// groups are names for several of them.
var groups = map[string][]string{
	"e":       {"e.owner", "e.editor", "e.viewer"},
	"c":       {"c.owner", "c.editor", "c.viewer"},
	"es":      {"e.owner", "e.editor", "e.viewer", "other.e", "new.e", "suspended.e"},
	"cs":      {"c.owner", "c.editor", "c.viewer", "other.c"},
	"writers": {"e.owner", "e.editor", "c.owner", "c.editor", "other.e", "other.c", "new.e"},
	"owners":  {"e.owner", "c.owner", "other.e", "other.c", "new.e"},
	"office":  {"reviewer", "analyst", "administrator"},
	"~office": {"~reviewer", "~analyst", "~administrator", "~auditor"}, // the same people in another session
}

// cell is one row of the matrix: a route, an address of it, what is sent, and the answers
// as "who:status …", the later overriding the earlier. * is everybody, login a redirect
// to signing in, 303 one to elsewhere. Forms are such that those who may are told what is
// wrong (422), so that nothing changes.
type cell struct {
	route, address, want string
	form                 url.Values
	file                 bool // sent in parts, with a file of a type that is not taken
	json                 string
}

const (
	all       = "*:200"
	anyMember = "*:200 visitor:login"
	nobody    = "*:404 visitor:login"
)

// matrix is the table. A new route needs a row here.
func matrix(is scene) []cell {
	own, waiting := portal.EnterpriseOrganisation("demo-e01"), portal.EnterpriseOrganisation("demo-e03")
	cells := []cell{
		{route: "GET /sign-in", want: "*:303 visitor:200"},
		{route: "POST /sign-in", want: "*:422", form: url.Values{"email": {"x@example.cn"}, "password": {"wrong"}}},
		{route: "GET /sign-in/code", want: "*:login"},
		{route: "POST /sign-in/code", want: "*:login"},
		{route: "GET /register", want: "*:303 visitor:200"},
		{route: "POST /register", want: "*:422"},
		{route: "GET /check-mail", want: all},
		{route: "GET /forgot", want: all},
		{route: "POST /forgot", want: "*:422", form: url.Values{"email": {"x"}}},
		{route: "GET /links/:token", address: "/links/made-up", want: "*:404"},
		{route: "POST /links/:token", address: "/links/made-up", want: "*:404"},
		{route: "GET /demo/mail", want: all},
		{route: "POST /shortlist", want: "*:404", form: url.Values{"add": {"nothing"}}},

		{route: "GET /desk", want: anyMember},
		{route: "GET /notifications", want: anyMember},
		{route: "GET /notifications", address: "/notifications?after=made-up", want: nobody},
		{route: "POST /notifications", want: "*:303 visitor:login"},
		{route: "GET /notifications/:id", address: "/notifications/" + is.notice, want: nobody + " e.owner:303"},
		{route: "GET /organisation", want: anyMember + " person:303"},
		{route: "GET /organisation/register", want: "*:303 person:200 visitor:login"},
		{route: "POST /organisation/register", want: "*:403 person:422 visitor:login"},
		{route: "GET /organisation/edit", want: "*:403 writers:200 person:404 visitor:login"},
		{route: "POST /organisation/edit", want: "*:403 writers:422 person:404 visitor:login"},
		{route: "POST /organisation/documents", want: "*:403 writers:422 person:404 visitor:login", file: true},
		{route: "GET /organisation/documents/:blob", address: "/organisation/documents/" + is.blob, want: nobody + " e:200"},
		{route: "POST /organisation/invitations", want: "*:403 owners,administrator:422 person:404 visitor:login", form: url.Values{"email": {"x"}}},
		{route: "POST /organisation/invitations/:id", address: "/organisation/invitations/" + is.invitation, want: "*:403 owners,administrator:404 e.owner:303 visitor:login"},
		{route: "GET /organisation/members/:id", address: "/organisation/members/test-demo-e01-editor", want: nobody + " e.owner:200"},
		{route: "POST /organisation/members/:id", address: "/organisation/members/test-demo-e01-editor", want: nobody + " e.owner:422"},
		{route: "POST /organisation/members/:id/remove", address: "/organisation/members/test-demo-e01-owner/remove", want: nobody + " e.owner:422"},
		{route: "GET /desk/organisations", want: nobody + " office:200"},
		{route: "GET /desk/organisations/:id", address: "/desk/organisations/" + own, want: nobody + " office:200"},
		{route: "GET /desk/organisations/:id", address: "/desk/organisations/nothing", want: nobody},
		{route: "POST /desk/organisations/:id", address: "/desk/organisations/" + waiting, want: nobody + " reviewer:422",
			form: url.Values{"to": {"returned"}, "version": {strconv.FormatInt(is.version, 10)}}},
		{route: "GET /desk/organisations/:id/documents/:blob", address: "/desk/organisations/" + own + "/documents/" + is.blob, want: nobody + " e,office:200"},
		{route: "GET /desk/post", want: nobody + " administrator:200"},
		{route: "GET /desk/audit", want: nobody + " auditor:200"},
		{route: "GET /desk/audit.csv", want: nobody + " auditor:200"},
		{route: "GET /desk/audit/verify", want: nobody + " auditor:200"},
		{route: "GET /desk/audit/:number", address: "/desk/audit/1", want: nobody + " auditor:200"},
		{route: "GET /desk/audit/:number", address: "/desk/audit/99999999", want: nobody},

		{route: "GET /account", want: anyMember},
		{route: "POST /account", want: "*:422 visitor:login"},
		{route: "POST /account/password", want: "*:422 visitor:login"},
		{route: "GET /account/factor", want: anyMember},
		{route: "POST /account/factor", want: "*:422 visitor:login"},
		{route: "POST /account/factor/recovery", want: "*:422 visitor:login"},
		{route: "POST /account/factor/off", want: "*:422 visitor:login"},
		{route: "GET /account/sessions", want: anyMember},
		{route: "POST /account/sessions/:id/end", address: "/account/sessions/nothing/end", want: "*:404 visitor:login"},
		{route: "GET /account/tokens", want: anyMember},
		{route: "POST /account/tokens", want: "*:422 visitor:login"},
		{route: "POST /account/tokens/:id/revoke", address: "/account/tokens/nothing/revoke", want: "*:404 visitor:login"},
		{route: "GET /account/mail", want: anyMember},
		{route: "POST /account/mail", want: "*:303 visitor:login"},
		{route: "GET /account/data", want: anyMember},
		{route: "GET /account/data.json", want: anyMember},
		{route: "POST /account/data", want: "*:422 visitor:login"},
		{route: "GET /searches", want: anyMember},
		{route: "POST /searches", want: "*:422 visitor:login"},
		{route: "GET /searches/:id", address: "/searches/" + is.search, want: nobody + " e.owner:303"},
		{route: "GET /searches/:id/edit", address: "/searches/" + is.search + "/edit", want: nobody + " e.owner:200"},
		{route: "POST /searches/:id/edit", address: "/searches/" + is.search + "/edit", want: nobody + " e.owner:422"},
		{route: "POST /searches/:id/feed", address: "/searches/nothing/feed", want: nobody},
		{route: "POST /searches/:id/delete", address: "/searches/nothing/delete", want: nobody},
		{route: "GET /searches/:id/:key.atom", address: "/searches/" + is.search + "/made-up.atom", want: "*:404"},

		{route: "GET /desk/needs", want: nobody + " es,cs:200"},
		{route: "GET /desk/needs.xlsx", want: nobody + " es:200"},
		{route: "POST /desk/needs/import", want: nobody + " es:422", file: true},
		{route: "GET /desk/needs/new", want: "*:403 e.owner,e.editor,other.e,new.e:200 visitor:login"},
		{route: "POST /desk/needs/new", want: "*:403 e.owner,e.editor,other.e,new.e:422 visitor:login"},
		{route: "POST /desk/needs/match", want: "*:403 e.owner,e.editor,other.e,new.e:200 visitor:login"},
		{route: "GET /desk/needs/:id", address: "/desk/needs/demo-n001", want: nobody + " e,office:200"},
		{route: "GET /desk/needs/:id/edit", address: "/desk/needs/demo-n001/edit", want: nobody + " e.owner,e.editor:200 e.viewer,office:403"},
		{route: "POST /desk/needs/:id/edit", address: "/desk/needs/demo-n001/edit", want: nobody + " e.owner,e.editor:422 e.viewer,office:403"},
		{route: "POST /desk/needs/:id/publish", address: "/desk/needs/demo-n001/publish", want: nobody + " e.owner,e.editor:409 e.viewer:403"},
		{route: "POST /desk/needs/:id/pause", address: "/desk/needs/nothing/pause", want: nobody},
		{route: "POST /desk/needs/:id/resume", address: "/desk/needs/demo-n001/resume", want: nobody + " e.owner,e.editor:409 e.viewer:403"},
		{route: "POST /desk/needs/:id/renew", address: "/desk/needs/demo-n001/renew", want: nobody + " e.owner,e.editor:422 e.viewer:403", form: url.Values{"days": {"x"}}},
		{route: "POST /desk/needs/:id/close", address: "/desk/needs/demo-n001/close", want: nobody + " e.owner,e.editor:422 e.viewer:403"},
		{route: "POST /desk/needs/split", want: "*:404 visitor:login", form: url.Values{"parts": {"0"}}},
		{route: "POST /desk/needs/split", want: "*:403 e.owner,e.editor,other.e,new.e:422 visitor:login", form: url.Values{"parts": {"1"}}},
		{route: "POST /desk/needs/:id/feedback", address: "/desk/needs/demo-n001/feedback", want: nobody + " e.owner,e.editor:422 e.viewer:403", form: url.Values{"do": {"unfit:430504"}}},
		{route: "POST /desk/programmes/:id/feedback", address: "/desk/programmes/demo-c2-430504/feedback", want: nobody + " c.owner,c.editor:422 c.viewer:403", form: url.Values{"do": {"unfit:demo-n001"}}},
		{route: "GET /desk/feedback", want: nobody + " office:200"},
		{route: "GET /desk/feedback", address: "/desk/feedback?after=made-up", want: nobody},
		{route: "GET /desk/feedback.jsonl", want: nobody + " office:200"},
		{route: "GET /desk/programmes/:id/needs", address: "/desk/programmes/demo-c2-430504/needs", want: nobody + " c,office:200"},
		{route: "GET /desk/intentions", want: nobody + " es,cs,office:200"},
		{route: "POST /desk/intentions", want: "*:403 e.owner,e.editor,c.owner,c.editor,other.e,other.c:422 visitor:login"},
		{route: "GET /desk/intentions/new", want: "*:403 es,cs:200 visitor:login"},
		{route: "POST /desk/intentions/decline", want: nobody + " es,cs,office:422"},
		{route: "GET /desk/intentions/:id", address: "/desk/intentions/test-intention", want: nobody + " e,c,office:200"},
		{route: "POST /desk/intentions/:id/accept", address: "/desk/intentions/test-intention/accept", want: nobody + " c,e,office:422", form: url.Values{"seats.demo-c2-430504": {"0"}}},
		{route: "POST /desk/intentions/:id/decline", address: "/desk/intentions/test-intention/decline", want: nobody + " c,e,office:422"},
		{route: "POST /desk/intentions/:id/withdraw", address: "/desk/intentions/test-intention/withdraw", want: nobody + " c,e,office:409", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/intentions/:id/message", address: "/desk/intentions/test-intention/message", want: nobody + " c,e,office:422"},
		{route: "GET /desk/intentions/:id/files/:blob", address: "/desk/intentions/test-intention/files/nothing", want: nobody},
		{route: "GET /desk/partnerships", want: nobody + " es,cs,office:200"},
		{route: "GET /desk/partnerships/new", want: "*:403 e.owner,e.editor,c.owner,c.editor,other.e,other.c:200 visitor:login"},
		{route: "POST /desk/partnerships/new", want: "*:403 e.owner,e.editor,c.owner,c.editor,other.e,other.c:422 visitor:login"},
		{route: "GET /desk/partnerships/:id", address: "/desk/partnerships/test-partnership", want: nobody + " e,c,office:200"},
		{route: "GET /desk/partnerships/:id", address: "/desk/partnerships/gz-01", want: nobody},
		{route: "GET /desk/partnerships/:id/edit", address: "/desk/partnerships/test-partnership/edit", want: nobody + " e.owner,e.editor,c.owner,c.editor:200 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/edit", address: "/desk/partnerships/test-partnership/edit", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/assign", address: "/desk/partnerships/test-partnership/assign", want: nobody + " e,c,office:403 reviewer:409"},
		{route: "POST /desk/partnerships/:id/agree", address: "/desk/partnerships/test-partnership/agree", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/confirm", address: "/desk/partnerships/test-partnership/confirm", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/start", address: "/desk/partnerships/test-partnership/start", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/conclude", address: "/desk/partnerships/test-partnership/conclude", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/terminate", address: "/desk/partnerships/test-partnership/terminate", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/agreement", address: "/desk/partnerships/test-partnership/agreement", want: nobody + " e,c,office:200"},
		{route: "POST /desk/partnerships/:id/agreement", address: "/desk/partnerships/test-partnership/agreement", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/agreement/files", address: "/desk/partnerships/test-partnership/agreement/files", want: nobody + " e,c,office:422"},
		{route: "POST /desk/partnerships/:id/agreement/received", address: "/desk/partnerships/test-partnership/agreement/received", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/agreement/extend", address: "/desk/partnerships/test-partnership/agreement/extend", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/milestones/:milestone", address: "/desk/partnerships/test-partnership/milestones/new", want: nobody + " e.owner,e.editor,c.owner,c.editor:200 e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/milestones/:milestone", address: "/desk/partnerships/test-partnership/milestones/m1", want: nobody + " e,c,office:200"},
		{route: "POST /desk/partnerships/:id/milestones/:milestone", address: "/desk/partnerships/test-partnership/milestones/m1", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/milestones/:milestone/reach", address: "/desk/partnerships/test-partnership/milestones/m1/reach", want: nobody + " e.owner,e.editor,c.owner,c.editor:422 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/milestones/:milestone/drop", address: "/desk/partnerships/test-partnership/milestones/m1/drop", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/files/:blob", address: "/desk/partnerships/test-partnership/files/nothing", want: nobody},
		{route: "GET /desk/partnerships/:id/milestones.ics", address: "/desk/partnerships/test-partnership/milestones.ics", want: nobody + " e,c,office:200"},
		{route: "GET /desk/partnerships/:id/incubatees", address: "/desk/partnerships/test-centre/incubatees", want: nobody + " e,c,office:200"},
		{route: "GET /desk/partnerships/:id/incubatees", address: "/desk/partnerships/test-partnership/incubatees", want: nobody},
		{route: "GET /desk/partnerships/:id/incubatees.xlsx", address: "/desk/partnerships/test-centre/incubatees.xlsx", want: nobody + " e,c,office:200"},
		{route: "POST /desk/partnerships/:id/incubatees/import", address: "/desk/partnerships/test-centre/incubatees/import", want: nobody + " e,c,office:422", file: true},
		{route: "GET /desk/partnerships/:id/incubatees/:incubatee", address: "/desk/partnerships/test-centre/incubatees/new", want: nobody + " e.owner,e.editor,c.owner,c.editor:200 e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/incubatees/:incubatee", address: "/desk/partnerships/test-centre/incubatees/test-incubatee", want: nobody + " e,c,office:200"},
		{route: "POST /desk/partnerships/:id/incubatees/:incubatee", address: "/desk/partnerships/test-centre/incubatees/new", want: nobody + " e.owner,e.editor,c.owner,c.editor:422 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/incubatees/:incubatee/strike", address: "/desk/partnerships/test-centre/incubatees/test-incubatee/strike", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 e.viewer,c.viewer,office:403", form: url.Values{"version": {"99"}}},
		{route: "GET /desk/partnerships/:id/members", address: "/desk/partnerships/test-alliance/members", want: nobody + " e,c,other.e,office:200"},
		{route: "POST /desk/partnerships/:id/members/adopt", address: "/desk/partnerships/test-alliance/members/adopt", want: nobody + " e.owner,e.editor,c.owner,c.editor:303 other.e,e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/members/charter", address: "/desk/partnerships/test-alliance/members/charter", want: nobody + " e,c,other.e,office:422", file: true},
		{route: "GET /desk/partnerships/:id/members/charter/:blob", address: "/desk/partnerships/test-alliance/members/charter/nothing", want: nobody},
		{route: "GET /desk/partnerships/:id/members/:member", address: "/desk/partnerships/test-alliance/members/new", want: nobody + " e.owner,e.editor,c.owner,c.editor:200 other.e,e.viewer,c.viewer,office:403"},
		{route: "GET /desk/partnerships/:id/members/:member", address: "/desk/partnerships/test-alliance/members/test-member", want: nobody + " e,c,other.e,office:200"},
		{route: "POST /desk/partnerships/:id/members/:member", address: "/desk/partnerships/test-alliance/members/test-member", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 other.e,e.viewer,c.viewer,office:403", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/partnerships/:id/members/:member/leave", address: "/desk/partnerships/test-alliance/members/test-member/leave", want: nobody + " e.owner,e.editor,c.owner,c.editor:409 other.e,e.viewer,c.viewer,office:403", form: url.Values{"version": {"99"}}},
		{route: "GET /desk/partnerships/:id/pledges", address: "/desk/partnerships/test-alliance/pledges", want: nobody + " e,c,other.e,office:200"},
		{route: "GET /desk/partnerships/:id/pledges/:pledge", address: "/desk/partnerships/test-alliance/pledges/test-pledge", want: nobody + " e,c,other.e,office:200"},
		{route: "GET /desk/partnerships/:id/pledges/:pledge", address: "/desk/partnerships/test-alliance/pledges/new", want: nobody + " e.owner,e.editor,c.owner,c.editor,other.e:200 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/pledges/:pledge", address: "/desk/partnerships/test-alliance/pledges/test-pledge", want: nobody + " e.owner,e.editor,c.owner,c.editor,other.e:409 e.viewer,c.viewer,office:403", form: url.Values{"version": {"99"}}},
		{route: "GET /desk/partnerships/:id/lists/:list", address: "/desk/partnerships/test-alliance/lists/talent", want: nobody + " e,c,other.e,office:200"},
		{route: "GET /desk/partnerships/:id/lists/:list", address: "/desk/partnerships/test-alliance/lists/wishes", want: nobody},
		{route: "POST /desk/partnerships/:id/lists/:list", address: "/desk/partnerships/test-alliance/lists/talent", want: nobody + " e.owner,e.editor,c.owner,c.editor,other.e:422 e.viewer,c.viewer,office:403"},
		{route: "POST /desk/partnerships/:id/lists/:list/close", address: "/desk/partnerships/test-alliance/lists/talent/close", want: nobody + " e.owner,e.editor,c.owner,c.editor,other.e:422 e.viewer,c.viewer,office:403", form: url.Values{"entry": {"test-entry"}}},
		{route: "GET /desk/milestones", want: nobody + " es,cs:200"},
		{route: "POST /desk/milestones", want: nobody + " es,cs:200"},
		{route: "POST /desk/milestones/end", want: "*:303 visitor:login"},
		{route: "GET /desk/milestones/:key.ics", address: "/desk/milestones/made-up.ics", want: "*:404"},
		{route: "GET /desk/units", want: nobody + " office:200"},
		{route: "POST /desk/units", want: nobody + " office:403 administrator:422"},
		{route: "GET /desk/units/:id", address: "/desk/units/city_talent", want: nobody + " office:200"},
		{route: "GET /desk/units/:id", address: "/desk/units/nothing", want: nobody},
		{route: "POST /desk/units/:id", address: "/desk/units/city_talent", want: nobody + " office:403 administrator:409", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/units/:id/abolish", address: "/desk/units/city_talent/abolish", want: nobody + " office:403 administrator:409", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/units/:id/restore", address: "/desk/units/city_talent/restore", want: nobody + " office:403 administrator:409", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/units/:id/move", address: "/desk/units/city_talent/move", want: nobody + " office:403 reviewer:409"},
		{route: "GET /desk/region", want: nobody + " office:200"},
		{route: "POST /desk/region/rebuild", want: nobody + " office:303"},
		{route: "GET /desk/region/partnerships", want: nobody + " office:200"},
		{route: "GET /desk/region/outcomes", address: "/desk/region/outcomes?indicator=employed_total", want: nobody + " office:200"},
		{route: "GET /desk/targets", want: nobody + " office:200"},
		{route: "POST /desk/targets", want: nobody + " analyst:403 reviewer,administrator:422"},
		{route: "POST /desk/targets/drop", want: nobody + " *:403 visitor:login reviewer,administrator:404"},
		{route: "GET /desk/supply", want: nobody + " office:200"},
		{route: "GET /desk/supply/needs", want: nobody + " office:200"},
		{route: "GET /desk/answers", want: nobody + " office:200"},
		{route: "GET /desk/chains", want: nobody + " office:200"},
		{route: "GET /desk/gaps", want: nobody + " office:200"},
		{route: "GET /desk/advice", want: nobody + " cs,office:200"},
		{route: "GET /desk/advice/new", want: nobody + " reviewer,administrator:200"},
		{route: "POST /desk/advice/new", want: nobody + " reviewer,administrator:422"},
		{route: "GET /desk/advice/:id", address: "/desk/advice/nothing", want: nobody},
		{route: "POST /desk/advice/:id", address: "/desk/advice/nothing", form: url.Values{"reply": {"studies"}}, want: nobody},
		{route: "POST /desk/advice/:id/close", address: "/desk/advice/nothing/close", want: nobody + " *:403 visitor:login reviewer,administrator:404"},
		{route: "GET /desk/types", want: nobody + " office:200"},
		{route: "GET /desk/types/:id", address: "/desk/types/tech_service", want: nobody + " office:200"},
		{route: "GET /desk/types/:id", address: "/desk/types/nothing", want: nobody},
		{route: "POST /desk/types/:id", address: "/desk/types/tech_service", want: nobody + " office:403 administrator:422"},
		{route: "GET /desk/resources", want: nobody + " es,cs:200"},
		{route: "GET /desk/resources/new", want: "*:403 writers:200 visitor:login"},
		{route: "POST /desk/resources/new", want: "*:403 writers:422 visitor:login"},
		{route: "GET /desk/resources/:id", address: "/desk/resources/demo-r1", want: nobody + " c,office:200"},
		{route: "GET /desk/resources/:id/edit", address: "/desk/resources/demo-r1/edit", want: nobody + " c.owner,c.editor:200 c.viewer,office:403"},
		{route: "POST /desk/resources/:id/edit", address: "/desk/resources/demo-r1/edit", want: nobody + " c.owner,c.editor:422 c.viewer,office:403"},
		{route: "POST /desk/resources/:id/open", address: "/desk/resources/demo-r1/open", want: nobody + " c.owner,c.editor:409 c.viewer:403"},
		{route: "POST /desk/resources/:id/pause", address: "/desk/resources/nothing/pause", want: nobody},
		{route: "POST /desk/resources/:id/reopen", address: "/desk/resources/demo-r1/reopen", want: nobody + " c.owner,c.editor:409 c.viewer:403"},
		{route: "POST /desk/resources/:id/withdraw", address: "/desk/resources/nothing/withdraw", want: nobody},
		{route: "GET /desk/bookings", want: nobody + " es,cs,office:200"},
		{route: "GET /desk/bookings/new", address: "/desk/bookings/new?resource=demo-r1", want: "*:403 es,cs:200 visitor:login"},
		{route: "GET /desk/bookings/new", address: "/desk/bookings/new?resource=nothing", want: "*:403 es,cs:404 visitor:login"},
		{route: "POST /desk/bookings/new", want: "*:403 e.owner,e.editor,c.owner,c.editor,other.e,other.c:422 visitor:login", form: url.Values{"resource": {"demo-r1"}}},
		{route: "GET /desk/bookings/:id", address: "/desk/bookings/test-booking", want: nobody + " e,c,office:200"},
		{route: "POST /desk/bookings/:id/accept", address: "/desk/bookings/test-booking/accept", want: nobody + " c,e,office:409", form: url.Values{"version": {"99"}}},
		{route: "POST /desk/bookings/:id/accept", address: "/desk/bookings/nothing/accept", want: nobody},
		{route: "POST /desk/bookings/:id/decline", address: "/desk/bookings/test-booking/decline", want: nobody + " c.owner,c.editor:422 e,c.viewer,office:403"},
		{route: "POST /desk/bookings/:id/withdraw", address: "/desk/bookings/test-booking/withdraw", want: nobody + " c,e,office:409", form: url.Values{"version": {"99"}}},
		{route: "GET /events", want: all},
		{route: "GET /events/:id", address: "/events/demo-ev1", want: all},
		{route: "GET /events/:id", address: "/events/test-draft", want: "*:404"},
		{route: "GET /desk/events", want: nobody + " es,cs,office:200"},
		{route: "GET /desk/events/new", want: "*:403 reviewer:200 visitor:login"},
		{route: "POST /desk/events/new", want: "*:403 reviewer:422 visitor:login"},
		{route: "GET /desk/events/:id", address: "/desk/events/demo-ev2", want: nobody + " e,c,other.c,suspended.e,new.e,office:200"},
		{route: "GET /desk/events/:id", address: "/desk/events/test-draft", want: nobody + " office:200"},
		{route: "GET /desk/events/:id/edit", address: "/desk/events/demo-ev2/edit", want: nobody + " office:403 reviewer:200"},
		{route: "POST /desk/events/:id/edit", address: "/desk/events/demo-ev2/edit", want: nobody + " office:403 reviewer:409", form: eventForm()},
		{route: "GET /desk/events/:id/invite", address: "/desk/events/demo-ev2/invite?need=demo-n002", want: nobody + " office:403 reviewer:200"},
		{route: "POST /desk/events/:id/invite", address: "/desk/events/demo-ev2/invite", want: nobody + " office:403 reviewer:422"},
		{route: "POST /desk/events/:id/publish", address: "/desk/events/demo-ev2/publish", want: nobody + " office:403 reviewer:409"},
		{route: "POST /desk/events/:id/cancel", address: "/desk/events/test-draft/cancel", want: nobody + " office:403 reviewer:409"},
		{route: "POST /desk/events/:id/close", address: "/desk/events/demo-ev2/close", want: nobody + " office:403 reviewer:409"},
		{route: "GET /desk/events/:id/parties/:party", address: "/desk/events/demo-ev2/parties/" + own, want: nobody + " e,office:200"},
		{route: "POST /desk/events/:id/parties/:party/accept", address: "/desk/events/demo-ev2/parties/" + own + "/accept", want: nobody + " e.owner,e.editor:422 e.viewer,office:403"},
		{route: "POST /desk/events/:id/parties/:party/decline", address: "/desk/events/demo-ev2/parties/" + own + "/decline", want: nobody + " e.owner,e.editor:409 e.viewer,office:403"},
		{route: "POST /desk/events/:id/parties/:party/leave", address: "/desk/events/demo-ev2/parties/" + own + "/leave", want: nobody + " e.owner,e.editor:409 e.viewer,office:403"},
		{route: "GET /desk/events/:id/meetings/:meeting", address: "/desk/events/demo-ev1/meetings/test-meeting", want: nobody + " e,c,office:200"},
		{route: "POST /desk/events/:id/meetings/:meeting", address: "/desk/events/demo-ev1/meetings/test-meeting", want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor,reviewer:409", form: url.Values{"version": {"99"}, "college_came": {"came"}}},
		{route: "GET /desk/events/:id/timetable.ics", address: "/desk/events/demo-ev1/timetable.ics", want: nobody + " e,c,suspended.e:200"},
		{route: "GET /desk/events/:id/timetable.xlsx", address: "/desk/events/demo-ev1/timetable.xlsx", want: nobody + " office:200"},
		{route: "GET /desk/events/:id/seats", address: "/desk/events/demo-ev2/seats", want: nobody + " office:200"},
		{route: "GET /desk/events/:id/conversion", address: "/desk/events/demo-ev1/conversion?days=90&step=signed", want: nobody + " office:200"},
		{route: "GET /desk/events/:id/conversion", address: "/desk/events/demo-ev1/conversion?days=31&step=signed", want: nobody},
		{route: "GET /indicators/:id", address: "/indicators/joint_courses", want: all},
		{route: "GET /indicators/:id", address: "/indicators/nothing", want: "*:404"},
		{route: "POST /indicators/:id", address: "/indicators/joint_courses", want: "*:403 administrator:422 visitor:login", form: url.Values{"compare": {"ge"}}},
		{route: "GET /desk/outcomes", want: nobody + " es,cs,office:200"},
		{route: "GET /desk/outcomes/:id", address: "/desk/outcomes/test-outcome", want: nobody + " e,c,office:200"},
		{route: "GET /desk/outcomes/:id/correct", address: "/desk/outcomes/test-outcome/correct", want: nobody + " e,c,office:403 e.owner,e.editor:200"},
		{route: "POST /desk/outcomes/:id/correct", address: "/desk/outcomes/test-outcome/correct", want: nobody + " e,c,office:403 e.owner,e.editor:409"},
		{route: "GET /desk/outcomes/:id/files/:blob", address: "/desk/outcomes/test-outcome/files/nothing", want: nobody},
		{route: "GET /desk/partnerships/:id/outcomes", address: "/desk/partnerships/demo-p01/outcomes", want: nobody + " e,c,office:200"},
		{route: "GET /desk/partnerships/:id/outcomes", address: "/desk/partnerships/gz-01/outcomes", want: nobody},
		{route: "GET /desk/partnerships/:id/outcomes.xlsx", address: "/desk/partnerships/demo-p01/outcomes.xlsx", want: nobody + " e,c,office:200"},
		{route: "GET /desk/partnerships/:id/outcomes/new", address: "/desk/partnerships/demo-p01/outcomes/new", want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor:200"},
		{route: "POST /desk/partnerships/:id/outcomes/new", address: "/desk/partnerships/demo-p01/outcomes/new", want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor:422"},
		{route: "POST /desk/partnerships/:id/outcomes/import", address: "/desk/partnerships/demo-p01/outcomes/import", want: nobody + " e,c,office:422", file: true},
		{route: "GET /desk/partnerships/:id/evidence.zip", address: "/desk/partnerships/demo-p01/evidence.zip", want: nobody + " e,c,reviewer:200"},
		{route: "GET /desk/partnerships/:id/evidence.zip", address: "/desk/partnerships/gz-01/evidence.zip", want: nobody},
		{route: "GET /desk/gap-check", want: nobody + " es,cs,office:200"},
		{route: "GET /desk/gap-check", address: "/desk/gap-check?partnership=demo-p01", want: nobody + " e,c,office:200"},
		{route: "GET /desk/gap-check", address: "/desk/gap-check?type=incubation_centre&v.incubatees=x", want: nobody + " es,cs,office:422"},
		{route: "GET /desk/reports", want: nobody + " office:200"},
		{route: "GET /desk/reports", address: "/desk/reports?year=1999", want: nobody + " office:400"},
		{route: "GET /desk/reports/ledger", want: nobody + " office:200"},
		{route: "GET /desk/reports/ledger.xlsx", want: nobody + " office:200"},
		{route: "GET /desk/reports/yearly", want: nobody + " office:200"},
		{route: "GET /desk/reports/yearly.docx", want: nobody + " office:200"},
		{route: "GET /desk/reports/:form", address: "/desk/reports/order_class_summary", want: nobody + " office:200"},
		{route: "GET /desk/reports/:form", address: "/desk/reports/nothing", want: nobody},
		{route: "GET /desk/reports/:form.xlsx", address: "/desk/reports/order_class_summary.xlsx", want: nobody + " office:200"},
		{route: "GET /desk/reports/:form.docx", address: "/desk/reports/order_class_summary.docx", want: nobody + " office:200"},
		{route: "GET /desk/reports/:form/:field", address: "/desk/reports/order_class_summary/order_students", want: nobody + " office:200"},
		{route: "GET /desk/reports/:form/:field", address: "/desk/reports/order_class_summary/nothing", want: nobody},
		{route: "GET /desk/reports/:form/edit", address: "/desk/reports/order_class_summary/edit", want: nobody + " office:403 administrator:200"},
		{route: "POST /desk/reports/:form/edit", address: "/desk/reports/order_class_summary/edit", want: nobody + " office:403 administrator:422"},
		{route: "GET /desk/reports/:form/evidence.zip", address: "/desk/reports/order_class_summary/evidence.zip", want: nobody + " reviewer:200"},
		{route: "GET /yearbook/:year", address: "/yearbook/2025", want: all},
		{route: "GET /yearbook/:year", address: "/yearbook/1999", want: "*:404"},
		{route: "GET /open-data/:file", address: "/open-data/partnerships.csv", want: all},
		{route: "GET /open-data/:file", address: "/open-data/outcomes-2025.json", want: all},
		{route: "GET /open-data/:file", address: "/open-data/persons.csv", want: "*:404"},
		{route: "GET /desk/lists", want: nobody + " office:200"},
		{route: "GET /desk/lists.xlsx", want: nobody + " office:200"},
		{route: "GET /desk/lists/new", want: "*:403 reviewer,administrator:200 visitor:login"},
		{route: "POST /desk/lists/new", want: "*:403 reviewer,administrator:422 visitor:login"},
		{route: "GET /desk/lists/:id", address: "/desk/lists/test-item", want: nobody + " e,c,office:200"},
		{route: "GET /desk/lists/:id", address: "/desk/lists/plan-12-city_education", want: nobody + " office:200"},
		{route: "POST /desk/lists/:id/handle", address: "/desk/lists/test-item/handle", want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor,reviewer,administrator:409"},
		{route: "POST /desk/lists/:id/attach", address: "/desk/lists/test-item/attach", want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor,reviewer,administrator:409"},
		{route: "GET /desk/lists/:id/files/:blob", address: "/desk/lists/test-item/files/nothing", want: nobody},
		{route: "GET /desk/concepts", want: nobody + " office:200"},
		{route: "GET /desk/concepts.xlsx", address: "/desk/concepts.xlsx?q=ct", want: nobody + " office:200"},
		{route: "GET /desk/concepts.csv", want: nobody + " office:200"},
		{route: "GET /desk/concepts/new", want: "*:403 reviewer,administrator:200 visitor:login"},
		{route: "POST /desk/concepts/new", want: "*:403 reviewer,administrator:422 visitor:login"},
		{route: "GET /desk/concepts/:id", address: "/desk/concepts/test-concept", want: nobody + " office:200"},
		{route: "GET /desk/concepts/:id", address: "/desk/concepts/nothing", want: nobody},
		{route: "GET /desk/concepts/:id/preview", address: "/desk/concepts/test-concept/preview", want: nobody + " office:200"},
		{route: "GET /desk/concepts/:id/edit", address: "/desk/concepts/test-concept/edit", want: nobody + " office:403 reviewer,administrator:200"},
		{route: "GET /desk/quality", want: nobody + " office:200"},
		{route: "GET /desk/quality/needs", address: "/desk/quality/needs?from=test&to=test", want: nobody + " office:200"},
		{route: "GET /desk/rounds", want: nobody + " office:200"},
		{route: "POST /desk/rounds", want: "*:403 reviewer,administrator:422 visitor:login"},
		{route: "GET /desk/rounds/:id", address: "/desk/rounds/demo-round-1", want: nobody + " office:200"},
		{route: "GET /desk/rounds/:id", address: "/desk/rounds/nothing", want: nobody},
		{route: "GET /desk/rounds/:id/round.xlsx", address: "/desk/rounds/demo-round-1/round.xlsx", want: nobody + " office:200"},
		{route: "GET /desk/programmes", want: nobody + " cs:200"},
		{route: "GET /desk/programmes.xlsx", want: nobody + " cs:200"},
		{route: "POST /desk/programmes/import", want: nobody + " cs:422", file: true},
		{route: "POST /desk/programmes/confirm", want: nobody + " c.viewer:403 c.owner,c.editor,other.c:303"},
		{route: "GET /desk/programmes/new", want: "*:403 c.owner,c.editor,other.c:200 visitor:login"},
		{route: "POST /desk/programmes/new", want: "*:403 c.owner,c.editor,other.c:422 visitor:login"},
		{route: "GET /desk/programmes/:id", address: "/desk/programmes/demo-c2-430504", want: nobody + " c:200"},
		{route: "POST /desk/programmes/:id", address: "/desk/programmes/demo-c2-430504", want: nobody + " c.viewer:403 c.owner,c.editor:409"},
		{route: "POST /desk/programmes/:id/withdraw", address: "/desk/programmes/nothing/withdraw", want: nobody},
		{route: "GET /desk/imports/:id", address: "/desk/imports/nothing", want: nobody},
		{route: "POST /desk/imports/:id/apply", address: "/desk/imports/nothing/apply", want: nobody},
		{route: "POST /desk/imports/:id/undo", address: "/desk/imports/nothing/undo", want: nobody},
		{route: "GET /desk/imports/:id/errors.xlsx", address: "/desk/imports/nothing/errors.xlsx", want: nobody},
		{route: "GET /api/v1/me", want: "*:401"}, // cookies never authorise the API
		{route: "GET /api/v1/me/notifications", want: "*:401"},

		{route: "GET /compare.xlsx", want: "*:303"}, // without programmes: the page that says so
		{route: "GET /compare.xlsx", address: "/compare.xlsx?id=demo-c2-430504&id=nothing-here", want: all},
		{route: "GET /specialisms/suggest", want: all},
		{route: "GET /static/:name", address: "/static/nothing.css", want: "*:404"},
		{route: "POST /api/v1/match", want: all, json: `{"text":"护理"}`},
		{route: "GET /api/v1/openapi.json", want: all},
	}
	for _, act := range []string{"attach", "confirm", "dispute", "verify", "return"} {
		cells = append(cells, cell{route: "POST /desk/outcomes/:id/" + act, address: "/desk/outcomes/test-outcome/" + act, form: url.Values{"version": {"99"}},
			want: nobody + " e,c,office:403 e.owner,e.editor,c.owner,c.editor,reviewer:409"})
	}
	for _, act := range []string{"edit", "close", "reopen", "supervise", "release"} {
		cells = append(cells, cell{route: "POST /desk/lists/:id/" + act, address: "/desk/lists/test-item/" + act, form: url.Values{"version": {"99"}},
			want: nobody + " e,c,office:403 reviewer,administrator:409"})
	}
	for _, act := range []string{"edit", "propose", "approve", "reject", "withdraw"} {
		cells = append(cells, cell{route: "POST /desk/concepts/:id/" + act, address: "/desk/concepts/test-concept/" + act, form: url.Values{"version": {"99"}},
			want: nobody + " office:403 reviewer,administrator:409"})
	}
	for _, path := range []string{"/", "/yearbook", "/open-data", "/indicators", "/indicators.csv", "/search", "/search/suggest", "/match", "/match/industries", "/needs.atom", "/programmes.atom", "/shortlist", "/compare",
		"/about", "/help", "/privacy", "/accessibility", "/api", "/styleguide", "/livez", "/readyz", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"} {
		cells = append(cells, cell{route: "GET " + path, want: all})
	}
	for _, format := range []string{"", ".xlsx"} {
		cells = append(cells, cell{route: "GET /match/report" + format, address: "/match/report" + format + "?text=" + url.QueryEscape("护工"), want: all},
			cell{route: "GET /match/report" + format, want: "*:303"}, // nothing was asked
			cell{route: "GET /needs/:id/report" + format, address: "/needs/demo-n001/report" + format, want: all}, cell{route: "GET /needs/:id/report" + format, address: "/needs/nothing/report" + format, want: "*:404"})
	}
	for index, id := range map[string]string{"colleges": "demo-c2", "programmes": "demo-c2-430504", "specialisms": "510205", "enterprises": "demo-e01", "needs": "demo-n001", "partnerships": "gz-01", "resources": "demo-r1"} {
		for _, base := range []string{"", "/api/v1"} {
			path := base + "/" + index
			cells = append(cells, cell{route: "GET " + path, want: all},
				cell{route: "GET " + path + "/:id", address: path + "/" + id, want: all}, cell{route: "GET " + path + "/:id", address: path + "/nothing", want: "*:404"})
			for _, format := range []string{".csv", ".xlsx"} {
				cells = append(cells, cell{route: "GET " + path + format, address: path + format + "?q=" + url.QueryEscape("护理"), want: all})
			}
		}
	}
	return append(cells, cell{route: "POST /account/sessions", want: "*:303 visitor,~office:login"}, cell{route: "POST /sign-out", want: "*:303 visitor,~office:login"}) // the last: it ends their sessions
}

// setKept gives demo-c2 and demo-e01 an incubation centre and an alliance, of which demo-e02
// is a member, with one of everything that is kept with them.
func setKept(t *testing.T, a *app.App) {
	t.Helper()
	ctx, now := t.Context(), time.Now().UTC()
	for id, kind := range map[string]portal.Mode{"test-centre": portal.IncubationCentre, "test-alliance": portal.EducationAlliance} {
		once(t, a.Records.Partnerships.Insert(ctx, &portal.Partnership{Meta: portal.Meta{ID: id}, Title: id, Type: kind, Stage: portal.PartnershipRunning, By: portal.CollegeOrganisation("demo-c2"),
			Colleges: []portal.Party{{ID: "demo-c2", Name: "x"}}, Enterprises: []portal.Party{{ID: "demo-e01", Name: "y"}}, Active: now}))
	}
	once(t, a.Records.Incubatees.Insert(ctx, &portal.Incubatee{Meta: portal.Meta{ID: "test-incubatee"}, Partnership: "test-centre", Name: "x", Kind: portal.IncubateeEnterprise, EnteredOn: "2025-01-01"}))
	for id, m := range map[string]portal.AllianceMember{"test-member": {Name: "x", Organisation: portal.CollegeOrganisation("demo-c2")}, "test-member-e": {Name: "y", Organisation: portal.EnterpriseOrganisation("demo-e01")},
		"test-member-o": {Name: "z", Organisation: portal.EnterpriseOrganisation("demo-e02")}} {
		m.ID, m.Partnership, m.Kind, m.Role, m.JoinedOn = id, "test-alliance", portal.MemberEnterprise, portal.MemberOrdinary, "2025-01-01"
		once(t, a.Records.AllianceMembers.Insert(ctx, &m))
	}
	once(t, a.Records.Pledges.Insert(ctx, &portal.Pledge{Meta: portal.Meta{ID: "test-pledge"}, Partnership: "test-alliance", Member: "test-member-o", What: "x", DueOn: "2030-01-01", MadeOn: "2025-01-01"}))
	once(t, a.Records.AllianceEntries.Insert(ctx, &portal.AllianceEntry{Meta: portal.Meta{ID: "test-entry"}, Partnership: "test-alliance", Member: "test-member-o", List: portal.ListTalent, Title: "x", AddedOn: "2025-01-01", State: portal.EntryOpen}))
}

// scene is what the rows name.
type scene struct {
	blob, invitation, notice, search string
	version                          int64 // of the organisation that waits
}

// eventForm is an event without anything wrong, of no version.
func eventForm() url.Values {
	return url.Values{"title": {"x"}, "place": {"y"}, "day": {"2030-01-01"}, "start": {"09:00"}, "minutes": {"10"}, "rounds": {"3"}, "tables": {"4"}, "deadline": {"2030-01-01"}}
}

// setScene gives the enterprise demo-e01 a document, an invitation and a notification.
func setScene(t *testing.T, a *app.App) scene {
	t.Helper()
	ctx, own := t.Context(), portal.EnterpriseOrganisation("demo-e01")
	is := scene{invitation: "test-invitation", notice: "test-notice"}
	blob, err := a.Records.Engine.PutBlob(ctx, strings.NewReader("%PDF-1.4"), 100)
	if err != nil {
		t.Fatal(err)
	}
	is.blob = blob.ID
	_, err = a.Records.Organisations.Mutate(ctx, own, func(o *portal.Organisation) error {
		o.Documents = []portal.Attachment{{Blob: blob.ID, Name: "执照.pdf", Type: "application/pdf"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	once(t, a.Records.Links.Insert(ctx, &portal.Link{Meta: portal.Meta{ID: is.invitation}, Kind: portal.LinkInvite, Email: "x@example.cn", Organisation: own, Role: portal.Reader, ExpiresAt: time.Now().Add(time.Hour)}))
	once(t, a.Records.Notifications.Insert(ctx, &portal.Notification{Meta: portal.Meta{ID: is.notice}, Person: "test-demo-e01-owner", Kind: "organisation.verified", Args: []string{"x"}, Path: "/organisation", At: time.Now()}))
	is.search = "test-search"
	once(t, a.Records.Searches.Insert(ctx, &portal.SavedSearch{Meta: portal.Meta{ID: is.search}, Person: "test-demo-e01-owner", Index: "needs", Name: "x", Query: "q=护理"}))
	now := time.Now().UTC()
	once(t, a.Records.Intentions.Insert(ctx, &portal.Intention{Meta: portal.Meta{ID: "test-intention"}, From: portal.OfEnterprise, College: "demo-c2", Enterprise: "demo-e01",
		Programmes: []portal.WantedSeats{{Programme: "demo-c2-430504", Name: "x"}}, Modes: []portal.Mode{portal.OrderClass}, Text: "x", State: portal.IntentionSent, SentAt: now, WarnAt: now.Add(time.Hour), DueAt: now.Add(2 * time.Hour)}))
	once(t, a.Records.Partnerships.Insert(ctx, &portal.Partnership{Meta: portal.Meta{ID: "test-partnership"}, Title: "x", Type: portal.OrderClass, Stage: portal.PartnershipNegotiating, By: own,
		Colleges: []portal.Party{{ID: "demo-c2", Name: "x"}}, Enterprises: []portal.Party{{ID: "demo-e01", Name: "y"}}, Milestones: []portal.Milestone{{ID: "m1", Title: "x", Due: "2030-01-01"}}, Active: now}))
	once(t, a.Records.Bookings.Insert(ctx, &portal.Booking{Meta: portal.Meta{ID: "test-booking"}, Resource: "demo-r1", Name: "x", Holder: portal.CollegeOrganisation("demo-c2"), Asker: own,
		From: now.Add(time.Hour), To: now.Add(2 * time.Hour), People: 3, Purpose: "x", State: portal.BookingSent, SentAt: now}))
	once(t, a.Records.Events.Insert(ctx, &portal.Event{Meta: portal.Meta{ID: "test-draft"}, Title: "x", Day: "2030-01-01", Start: "09:00", Deadline: "2030-01-01", Minutes: 10, Rounds: 1, Tables: 1, State: portal.EventDraft}))
	once(t, a.Records.Meetings.Insert(ctx, &portal.Meeting{Meta: portal.Meta{ID: "test-meeting"}, Event: "demo-ev1", State: portal.MeetingPlanned, From: now.Add(-time.Hour), To: now,
		Placed: portal.Placed{Proposal: portal.Proposal{Need: "demo-n001", College: "demo-c2", Enterprise: "demo-e01", Programme: "demo-c2-430504"}}}))
	setKept(t, a)
	once(t, a.Records.ListItems.Insert(ctx, &portal.ListItem{Meta: portal.Meta{ID: "test-item"}, List: portal.ProblemList, Title: "x", Partnership: "test-partnership", Source: portal.ByHand, State: portal.ItemOpen, Since: now, Opened: now}))
	once(t, a.Records.Concepts.Insert(ctx, &portal.Concept{Meta: portal.Meta{ID: "test-concept"}, Surfaces: []string{"x"}, Effect: portal.ConceptPoints, TargetKind: "specialism", Targets: []string{"510206"}, Weight: 50, State: portal.ConceptDraft, Since: now}))
	once(t, a.Records.Evaluations.Insert(ctx, &portal.Evaluation{Meta: portal.Meta{ID: "test"}, Slices: []portal.EvaluationSlice{{Kind: "all"}}}))
	running(t, a, "demo-p01")
	once(t, a.Records.Outcomes.Insert(ctx, &portal.Outcome{Meta: portal.Meta{ID: "test-outcome"}, Partnership: "demo-p01", Indicator: "joint_courses", Period: portal.Period{Kind: portal.PeriodYear, From: "2024-01-01", Until: "2024-12-31", Label: "2024"},
		State: portal.OutcomeClaimed, Since: now, Versions: []portal.OutcomeVersion{{Figures: portal.Figures{Value: 600}, Organisation: own, At: now}}}))
	waits, err := a.Records.Organisations.Get(ctx, portal.EnterpriseOrganisation("demo-e03"))
	if err != nil {
		t.Fatal(err)
	}
	is.version = waits.Version
	_, err = a.Services.Accounts.Administrator(ctx, portal.System, "first@example.cn", "第一位") // something for the log
	if err != nil {
		t.Fatal(err)
	}
	chained(t, a)
	return is
}

func TestWhoMayAskWhat(t *testing.T) {
	a := Start(t)
	clients := map[string]*Client{"visitor": NewClient(t, a.Addr())}
	for name, who := range people {
		clients[name] = SignedIn(t, a, who)
	}
	another := SignedIn(t, a, people["e.owner"]).formToken()
	cells := matrix(setScene(t, a))
	everyRouteIsListed(t, a, cells)
	for _, c := range cells {
		method, path, _ := strings.Cut(c.route, " ")
		if c.address == "" {
			c.address = path
		}
		expected := c.answers(t)
		for _, name := range slices.Sorted(maps.Keys(clients)) {
			client, want := clients[name], expected[name]
			is := func(got Answer, what, want string) {
				t.Helper()
				if class := classOf(got); class != want {
					t.Errorf("%s%s by %s at %s: %s, want %s", c.route, what, name, c.address, class, want)
				}
				tellsNoCause(t, c.route, got)
			}
			if method == http.MethodPost && expected["visitor"] == "login" && expected[name] != "login" && path != "/sign-in/code" {
				is(c.ask(client, method, ""), " without a token", "403")
				is(c.ask(client, method, another), " with another session's token", "403")
			}
			is(c.ask(client, method, client.formToken()), "", want)
		}
	}
}

// ask sends what the row says.
func (c cell) ask(client *Client, method, token string) Answer {
	switch {
	case method == http.MethodGet:
		return client.Get(c.address)
	case c.json != "":
		return client.Post(c.address, c.json)
	case c.file:
		var body bytes.Buffer
		parts := multipart.NewWriter(&body)
		parts.WriteField("_token", token)
		w, err := parts.CreateFormFile("document", "note.txt")
		if err != nil {
			client.t.Fatal(err)
		}
		w.Write([]byte("no document"))
		parts.Close()
		return client.do(method, c.address, body.String(), "Content-Type", parts.FormDataContentType())
	}
	form := url.Values{"_token": {token}}
	maps.Copy(form, c.form)
	return client.Submit(c.address, form)
}

// answers reads what the row expects, by person.
func (c cell) answers(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for rule := range strings.FieldsSeq(c.want) {
		whom, status, _ := strings.Cut(rule, ":")
		for who := range strings.SplitSeq(whom, ",") {
			names, several := groups[who]
			if who == "*" {
				names = append(slices.Collect(maps.Keys(people)), "visitor")
			} else if !several {
				names = []string{who}
			}
			for _, name := range names {
				if _, known := people[name]; !known && name != "visitor" {
					t.Fatalf("%s names %q, who is nobody", c.route, name)
				}
				out[name] = status
			}
		}
	}
	return out
}

func classOf(a Answer) string {
	if a.Status == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
		return "login"
	}
	return strconv.Itoa(a.Status)
}

// everyRouteIsListed compares the table with the running program. English addresses have
// the handlers of the Chinese ones, and HEAD those of GET.
func everyRouteIsListed(t *testing.T, a *app.App, cells []cell) {
	t.Helper()
	listed, there := map[string]bool{}, map[string]bool{}
	for _, c := range cells {
		listed[c.route] = true
	}
	for _, route := range a.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if method == http.MethodHead || path == "/en" || strings.HasPrefix(path, "/en/") {
			continue
		}
		there[route] = true
		if !listed[route] {
			t.Errorf("%s has no row in the matrix", route)
		}
	}
	for route := range listed {
		if !there[route] {
			t.Errorf("%s is in the matrix and not in the program", route)
		}
	}
}

// causes are what only operators may read, and marks the words, in small letters, each of them holds: most
// pages hold none, and to look for a pattern takes a hundred times as long.
var (
	causes = regexp.MustCompile(`goroutine \d+ \[|panic:|runtime error|\.go:\d+|SQLITE_|(?i:constraint failed)|\bSELECT [a-z, *]+ FROM\b|E11000|no such file|/tmp/|(?:store|service)\.[A-Za-z]+(?:\.[A-Za-z]+)?\(|invalid character '|strconv\.Parse|context deadline exceeded`)
	marks  = []string{"goroutine ", "panic:", "runtime error", ".go:", "sqlite_", "constraint failed", "select ", "e11000", "no such file", "/tmp/", "store.", "service.", "invalid character '", "strconv.parse", "context deadline exceeded"}
)

func tellsNoCause(t *testing.T, route string, a Answer) {
	t.Helper()
	small := strings.ToLower(a.Body)
	if strings.HasPrefix(a.Body, "PK") || !slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(small, m) }) { // a workbook, or nothing of the kind
		return
	}
	if found := causes.FindString(a.Body); found != "" {
		t.Errorf("%s answers %d with a cause in it: %q", route, a.Status, found)
	}
}
