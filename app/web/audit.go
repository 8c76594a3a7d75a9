package web

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const auditPath = "/desk/audit"

// auditFields are the conditions of the audit log, as the address names them.
var auditFields = []struct{ name, kind string }{{"person", "text"}, {"organisation", "text"}, {"action", "select"}, {"record", "text"}, {"from", "date"}, {"until", "date"}}

// auditQuery reads the conditions of the address. Days are those of Shanghai, the last one
// included.
func auditQuery(r *request) (service.AuditQuery, error) {
	var bad portal.Invalid
	date := func(name string) time.Time {
		text := clean(r.Query(name))
		if text == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, text, portal.Shanghai)
		if err != nil {
			bad.Add(name, "audit.bad_date")
		}
		return t
	}
	q := service.AuditQuery{Person: clean(r.Query("person")), Organisation: clean(r.Query("organisation")), Action: clean(r.Query("action")),
		Record: clean(r.Query("record")), From: date("from"), Until: date("until")}
	if !q.Until.IsZero() {
		q.Until = q.Until.AddDate(0, 0, 1)
	}
	return q, bad.Err()
}

// auditAddress is a path of the log under the conditions of the request.
func (s *site) auditAddress(r *request, path, after string) string {
	values := url.Values{}
	for _, f := range auditFields {
		if v := clean(r.Query(f.name)); v != "" {
			values.Set(f.name, v)
		}
	}
	if after != "" {
		values.Set("after", after)
	}
	if len(values) == 0 {
		return r.to(path)
	}
	return r.to(path) + "?" + values.Encode()
}

// auditPage is the log with its conditions, before any entries.
func (s *site) auditPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("audit.title"))
	p.Lead = say("audit.lead")
	actions, err := s.Services.Audit.Actions(ctx, r.viewer)
	if err != nil {
		return p, err
	}
	p.Form = &views.Form{Action: r.to(auditPath), Submit: say("audit.filter"), Get: true, Across: true}
	for _, f := range auditFields {
		field := s.fieldOf(r, "audit.", f.kind, f.name, clean(r.Query(f.name)))
		if f.name == "action" {
			opts := []views.Option{{Text: say("audit.any")}}
			for _, a := range actions {
				opts = append(opts, views.Option{Value: a, Text: s.actionWords(r, a)})
			}
			field = choice(field, opts...)
		}
		p.Form.Fields = append(p.Form.Fields, field)
	}
	p.Links = []views.Link{{Text: say("audit.export"), URL: s.auditAddress(r, auditPath+".csv", "")}, {Text: say("audit.verify"), URL: r.to(auditPath + "/verify")}}
	return p, nil
}

// listAudit is the log, the latest first.
func (s *site) listAudit(ctx context.Context, r *request) error {
	p, err := s.auditPage(ctx, r)
	if err != nil {
		return err
	}
	q, err := auditQuery(r)
	if err != nil {
		return s.refused(r, &p, err)
	}
	const perPage = 50
	page, err := s.Services.Audit.List(ctx, r.viewer, q, r.Query("after"), perPage)
	if err != nil {
		return s.refused(r, &p, err)
	}
	say := s.say(r.lang)
	sec := views.Section{ID: "entries", Title: say("audit.entries")}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("audit.none"), Steps: []views.Link{{Text: say("audit.clear"), URL: r.to(auditPath)}}}
	} else {
		sec.Table = s.auditTable(r, page.Items)
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: s.auditAddress(r, auditPath, page.Next)}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

func (s *site) auditTable(r *request, lines []service.AuditLine) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("audit.entries")}
	for _, key := range []string{"when", "who", "action", "record", "changed", "address"} {
		t.Columns = append(t.Columns, views.Column{Text: say("audit." + key)})
	}
	for _, l := range lines {
		of := views.Cell{Label: say("audit.record"), Text: s.auditRecord(r, l), URL: r.to(auditPath) + "?record=" + url.QueryEscape(l.Record)}
		t.Rows = append(t.Rows, views.Row{
			Name: views.Link{Text: moment(l.Event.At), URL: r.to(auditPath + "/" + strconv.FormatInt(l.Number, 10))}, Note: "#" + strconv.FormatInt(l.Number, 10),
			Cells: []views.Cell{{Label: say("audit.who"), Text: s.auditWho(r, l)}, {Label: say("audit.action"), Text: s.actionWords(r, l.Event.Action)}, of,
				tagCell(say, say("audit.changed"), s.auditChanges(r, l.AuditEntry, 40)), cell(say, say("audit.address"), l.Event.From)}})
	}
	return t
}

// auditWho names who did it, and for whom.
func (s *site) auditWho(r *request, l service.AuditLine) string {
	if l.Event.By == "system" {
		return s.say(r.lang)("audit.system")
	}
	who := orElse(l.Person, l.Event.By)
	if l.Event.Organisation != "" {
		who += " · " + orElse(l.Organisation, l.Event.Organisation)
	}
	return who
}

// auditRecord names what it was done to.
func (s *site) auditRecord(r *request, l service.AuditLine) string {
	noun := l.Collection
	if s.Views.Has(r.lang, "audit.of."+noun) {
		noun = s.say(r.lang)("audit.of." + noun)
	}
	return noun + " " + orElse(l.Of, l.Record)
}

// auditChanges tells of every changed field what it was and is, each cut to so many
// characters.
func (s *site) auditChanges(r *request, e portal.AuditEntry, most int) []string {
	say := s.say(r.lang)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(e.Event.Changed)) {
		c := e.Event.Changed[name]
		label := s.auditField(r, name)
		if c.Before == nil && c.After == nil {
			out = append(out, say("audit.hidden", label))
			continue
		}
		out = append(out, say("audit.change", label, cut(auditValue(say, name, c.Before), most), cut(auditValue(say, name, c.After), most)))
	}
	return out
}

// auditField is the name of a field as its form has it, where it has one.
func (s *site) auditField(r *request, name string) string {
	for _, prefix := range []string{"form.", "column."} {
		if s.Views.Has(r.lang, prefix+name) {
			return s.say(r.lang)(prefix + name)
		}
	}
	return name
}

// auditValue writes a value of a record's JSON; how to reach people is masked.
func auditValue(say say, name string, raw json.RawMessage) string {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil || v == nil {
		return say("audit.empty")
	}
	v = withoutContacts(name, v)
	if text, ok := v.(string); ok {
		return orElse(text, say("audit.empty"))
	}
	body, err := json.Marshal(v)
	if err != nil {
		return say("audit.empty")
	}
	return string(body)
}

// withoutContacts masks telephone numbers and addresses wherever they stand in a value.
func withoutContacts(name string, v any) any {
	switch v := v.(type) {
	case string:
		switch name {
		case "phone":
			return portal.MaskPhone(v)
		case "email":
			return portal.MaskEmail(v)
		}
	case map[string]any:
		for key, inner := range v {
			v[key] = withoutContacts(key, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = withoutContacts(name, inner)
		}
	}
	return v
}

// showAudit is one entry with everything it says.
func (s *site) showAudit(ctx context.Context, r *request) error {
	number, err := strconv.ParseInt(r.Params("number"), 10, 64)
	if err != nil {
		return portal.ErrNotFound
	}
	l, err := s.Services.Audit.Show(ctx, r.viewer, number)
	if err != nil {
		return err
	}
	say, e := s.say(r.lang), l.Event
	p := s.deskPage(ctx, r, say("audit.entry", number))
	p.Lead = s.actionWords(r, e.Action)
	p.Summary = []views.Fact{
		fact(views.Cell{Label: say("audit.when"), Text: moment(e.At)}),
		fact(views.Cell{Label: say("audit.who"), Text: s.auditWho(r, l)}),
		fact(views.Cell{Label: say("audit.record"), Text: s.auditRecord(r, l), URL: r.to(auditPath) + "?record=" + url.QueryEscape(l.Record)}),
		fact(cell(say, say("audit.address"), e.From)),
	}
	changes := views.Section{ID: "changed", Title: say("audit.changed")}
	t := &views.Table{Caption: changes.Title, Columns: []views.Column{{Text: say("audit.field")}, {Text: say("audit.before")}, {Text: say("audit.after")}}}
	const most = 2000
	for _, name := range slices.Sorted(maps.Keys(e.Changed)) {
		c := e.Changed[name]
		before, after := cut(auditValue(say, name, c.Before), most), cut(auditValue(say, name, c.After), most)
		if c.Before == nil && c.After == nil {
			before, after = "***", "***"
		}
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: s.auditField(r, name)},
			Cells: []views.Cell{{Label: say("audit.before"), Text: before}, {Label: say("audit.after"), Text: after}}})
	}
	if len(t.Rows) == 0 {
		changes.Empty = &views.Empty{Text: say("audit.unchanged")}
	}
	changes.Table = t
	chain := views.Section{ID: "chain", Title: say("audit.chain"), Facts: []views.Fact{
		fact(views.Cell{Label: say("audit.hash"), Text: l.Hash}), fact(cell(say, say("audit.hash_before"), l.Before)),
		fact(views.Cell{Label: say("audit.key"), Text: l.Key})}}
	p.Sections = []views.Section{changes, chain}
	return s.render(r, "desk", "", p)
}

// exportAudit sends what the page would show, on all its pages.
func (s *site) exportAudit(ctx context.Context, r *request) error {
	page := func() (views.Desk, error) { return s.auditPage(ctx, r) }
	q, err := auditQuery(r)
	if err != nil {
		return s.again(r, err, page)
	}
	say := s.say(r.lang)
	var rows [][]any
	err = s.Services.Audit.Export(ctx, r.viewer, q, func(l service.AuditLine) error {
		const most = 2000
		rows = append(rows, []any{int(l.Number), l.Event.At.In(portal.Shanghai).Format(time.DateTime), s.auditWho(r, l), l.Event.By, s.actionWords(r, l.Event.Action), l.Event.Action,
			s.auditRecord(r, l), l.Record, strings.Join(s.auditChanges(r, l.AuditEntry, most), listSeparator), l.Event.From, l.Hash})
		return nil
	})
	if err != nil {
		return s.again(r, err, page)
	}
	var head []string
	for _, key := range []string{"number", "when", "who", "person_id", "action", "action_id", "record", "record_id", "changed", "address", "hash"} {
		head = append(head, say("audit."+key))
	}
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="audit-`+s.Clock().In(portal.Shanghai).Format("20060102")+`.csv"`)
	r.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return writeCSV(r.Response().BodyWriter(), head, rows)
}

// verifyAudit examines the log while the auditor waits.
func (s *site) verifyAudit(ctx context.Context, r *request) error {
	report, err := s.Services.Audit.Verify(ctx, r.viewer)
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("audit.verify"))
	p.Lead = say("audit.sound")
	if report.Wrong > 0 {
		p.Lead = say("audit.unsound", report.Wrong)
	}
	for _, f := range []struct {
		key string
		n   int64
	}{{"log_entries", report.Entries}, {"trail_events", report.Events}, {"waiting", report.Waiting}, {"wrong", report.Wrong}} {
		p.Figures = append(p.Figures, views.Figure{Label: say("audit." + f.key), Value: strconv.FormatInt(f.n, 10), Unit: say("audit.unit")})
	}
	sec := views.Section{ID: "end", Title: say("audit.end"), Note: say("audit.end.note"), Facts: []views.Fact{fact(cell(say, say("audit.hash"), report.Hash))}}
	p.Sections = []views.Section{sec}
	if len(report.Faults) > 0 {
		t := &views.Table{Caption: say("audit.wrong"), Columns: []views.Column{{Text: say("audit.fault")}, {Text: say("audit.number"), Number: true}, {Text: say("audit.record")}, {Text: say("audit.event"), Number: true}}}
		for _, f := range report.Faults {
			t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: say("audit.fault." + string(f.Kind))}, Cells: []views.Cell{
				{Label: say("audit.number"), Text: text(known(f.Number)), Number: true}, cell(say, say("audit.record"), f.Record), {Label: say("audit.event"), Text: text(known(f.N)), Number: true}}})
		}
		p.Sections = append(p.Sections, views.Section{ID: "faults", Title: say("audit.wrong"), Table: t})
	}
	return s.render(r, "desk", "", p)
}

// known writes a number; 0 is none.
func known(n int64) any {
	if n == 0 {
		return nil
	}
	return strconv.FormatInt(n, 10)
}
