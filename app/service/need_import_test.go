package service_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// askerDesk is the desk of an owner of the fictional enterprise.
func askerDesk(t testing.TB) desk {
	t.Helper()
	d := openDesk(t)
	d.v = asker()
	return d
}

func (d desk) needTemplate(t testing.TB) book {
	t.Helper()
	file, err := d.services.Needs.Template(t.Context(), d.v, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	return openBook(t, file)
}

// ask writes a new row: headings and values in turn.
func (b book) ask(cells ...any) int {
	b.t.Helper()
	rows, err := b.GetRows(b.sheet)
	if err != nil {
		b.t.Fatal(err)
	}
	line := len(rows) + 1
	for i := 0; i < len(cells); i += 2 {
		b.put(line, "needs.import."+cells[i].(string), cells[i+1])
	}
	return line
}

func (d desk) uploadNeeds(t testing.TB, b book) portal.Operation {
	t.Helper()
	op, err := d.services.Needs.Import(t.Context(), d.v, "zh-CN", "需求.xlsx", b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func (d desk) applied(t testing.TB, op portal.Operation) portal.Operation {
	t.Helper()
	op, err := d.services.Operations.Apply(t.Context(), d.v, op.ID)
	if err != nil || op.State != portal.OperationDone {
		t.Fatalf("%s, %+v (%v)", counts(op), op.Failure, err)
	}
	return op
}

func (d desk) undone(t testing.TB, op portal.Operation) portal.Operation {
	t.Helper()
	op, err := d.services.Operations.Undo(t.Context(), d.v, op.ID)
	if err != nil || op.State != portal.OperationUndone {
		t.Fatalf("%s (%v)", counts(op), err)
	}
	return op
}

// titled finds the enterprise's need of a title; the zero value: there is none.
func (d desk) titled(t testing.TB, title string) (found portal.Need) {
	t.Helper()
	err := d.records.Needs.All(t.Context(), []store.Cond{store.Where("enterprise_id", d.v.Record)}, func(rec *portal.Need) error {
		if rec.Title == title {
			found = *rec
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (d desk) need(t testing.TB, id string) portal.Need {
	t.Helper()
	rec, err := d.records.Needs.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

const openNeed = "demo-n001"

func TestNeedsComeFromAWorkbookAndGoBack(t *testing.T) {
	d := askerDesk(t)
	ctx := t.Context()
	b := d.needTemplate(t)
	before := d.need(t, openNeed)
	b.set(openNeed, "needs.import.headcount", "７７人")
	b.ask("title", "涂布机操作工", "text", "会用涂布机\n懂浆料", "industry", 384, "headcount", "12", "level", "wanted.any",
		"mode", "mode.order_class；mode.practice_base", "must_haves", "电工证; 低压证", "publish", "value.no")
	b.ask("text", "装配线班组长", "industry", "C38", "days", 30, "internship", "value.yes", "intern_pay", 3000, "confirmed", "value.yes", "publish", "value.yes")

	op := d.uploadNeeds(t, b)
	if got := counts(op); got != "2 new, 1 changed, 0 withdrawn, 0 faults, draft" {
		t.Fatalf("preview: %s", got)
	}
	page, err := d.services.Operations.Show(ctx, d.v, op.ID, "zh-CN")
	if err != nil || len(page.Changed) != 1 || len(page.Changed[0].Fields) != 1 || page.Changed[0].Fields[0].After != "77" || !slices.Contains(page.Created, "涂布机操作工") {
		t.Errorf("preview: %+v (%v)", page, err)
	}
	if d.titled(t, "涂布机操作工").ID != "" || d.need(t, openNeed).Version != before.Version {
		t.Error("the preview has changed needs")
	}

	*d.clock = now.Add(48 * time.Hour) // it is applied later, and open from then
	op = d.applied(t, op)
	made, published, after := d.titled(t, "涂布机操作工"), d.titled(t, "装配线班组长"), d.need(t, openNeed)
	if made.Status != portal.NeedDraft || made.Industry != "C384" || *made.Headcount != 12 || made.Level != portal.AnyLevel || len(made.Modes) != 2 || len(made.MustHaves) != 2 ||
		made.Text != "会用涂布机\n懂浆料" || made.Origin.Certainty != portal.Demo || made.Events[0].Action != "needs.import" || made.Events[0].By != d.v.Person {
		t.Errorf("made %+v", made)
	}
	if !published.OpenAt(*d.clock) || !published.PublishedAt.Equal(*d.clock) || !published.ExpiresAt.Equal(d.clock.AddDate(0, 0, 30)) || !published.Internship.Standing() || *published.Internship.Pay != 3000 {
		t.Errorf("published %+v", published)
	}
	if after.Status != before.Status || !after.PublishedAt.Equal(before.PublishedAt) || *after.Headcount != 77 || after.Text != before.Text {
		t.Errorf("changed to %+v", after)
	}

	if again := d.uploadNeeds(t, b); again.Total() != 0 || again.Faults != 0 || again.Same == 0 {
		t.Errorf("the same file again: %s, %d the same", counts(again), again.Same)
	}
	if fresh := d.uploadNeeds(t, d.needTemplate(t)); fresh.Total() != 0 || fresh.Faults != 0 {
		t.Errorf("the template as it is: %s", counts(fresh))
	}

	if op = d.undone(t, op); len(op.Kept) > 0 {
		t.Errorf("kept %v", op.Kept)
	}
	if d.titled(t, "涂布机操作工").ID != "" || d.titled(t, "装配线班组长").ID != "" {
		t.Error("what was made is still there")
	}
	if back := d.need(t, openNeed); service.DraftOf(back).Headcount != nil && *back.Headcount == 77 {
		t.Errorf("back to %+v", back)
	}
	if err := d.services.Audit.Chain(ctx, portal.System); err != nil {
		t.Fatal(err)
	}
	if report, err := d.services.Audit.Verify(ctx, portal.System); err != nil || report.Wrong > 0 {
		t.Errorf("the log after undoing: %+v (%v)", report.Faults, err)
	}
	d.applied(t, d.uploadNeeds(t, b)) // and once more
	if err := d.services.Audit.Chain(ctx, portal.System); err != nil {
		t.Fatal(err)
	}
	if report, err := d.services.Audit.Verify(ctx, portal.System); err != nil || report.Wrong > 0 {
		t.Errorf("the log after another import: %+v (%v)", report.Faults, err)
	}
}

func TestNeedImportSaysWhatIsWrong(t *testing.T) {
	d := askerDesk(t)
	ctx := t.Context()
	var foreign string
	if err := d.records.Needs.All(ctx, nil, func(rec *portal.Need) error {
		if rec.EnterpriseID != d.v.Record {
			foreign = rec.ID
		}
		return nil
	}); err != nil || foreign == "" {
		t.Fatalf("no need of another (%v)", err)
	}
	closed, err := d.services.Needs.Draft(ctx, d.v, service.NeedDraft{Title: "旧岗位"}, false)
	if err == nil {
		_, err = d.services.Needs.Close(ctx, d.v, closed.ID, portal.Cancelled)
	}
	if err != nil {
		t.Fatal(err)
	}
	taken := d.need(t, openNeed).Title
	tests := []struct {
		name         string
		cells        []any
		column, text string
	}{
		{"nothing that says what is needed", []any{"headcount", 3}, "text", "problem.need_empty"},
		{"unknown industry", []any{"title", "甲", "industry", "造梦"}, "industry", "problem.unknown_industry 造梦"},
		{"a headcount in words", []any{"title", "甲", "headcount", "三十"}, "headcount", "sheet.not_number 三十"},
		{"a date for a number", []any{"title", "甲", "headcount", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}, "headcount", "sheet.not_number 2026-01-02"},
		{"nobody", []any{"title", "甲", "headcount", 0}, "headcount", "problem.bad_headcount"},
		{"a level there is not", []any{"title", "甲", "level", "博士后"}, "level", "sheet.not_choice"},
		{"a place there is not", []any{"title", "甲", "district", "火星"}, "district", "sheet.not_choice"},
		{"too long a time", []any{"title", "甲", "days", 181}, "days", "problem.days"},
		{"no days at all", []any{"title", "甲", "days", 0}, "days", "problem.days"},
		{"a need of another", []any{"number", foreign, "title", "甲"}, "number", "needs.import.unknown " + foreign},
		{"a made-up number", []any{"number", "nothing", "title", "甲"}, "number", "needs.import.unknown nothing"},
		{"a closed need", []any{"number", closed.ID, "title", "新岗位"}, "number", "needs.import.closed"},
		{"published without an industry", []any{"title", "甲", "text", "乙", "publish", "value.yes"}, "industry", "problem.required"},
		{"interns without the check", []any{"title", "甲", "text", "乙", "industry", "C38", "internship", "value.yes", "publish", "value.yes"}, "confirmed", "need.confirm"},
		{"pay without interns", []any{"title", "甲", "intern_pay", 3000}, "internship", "needs.import.no_interns"},
		{"a title there is already", []any{"title", taken, "text", "别的"}, "title", "needs.import.there " + openNeed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := d.needTemplate(t)
			line := b.ask(tt.cells...)
			op := d.uploadNeeds(t, b)
			page, err := d.services.Operations.Show(ctx, d.v, op.ID, "zh-CN")
			if err != nil || op.Faults != 1 || page.Faults[0].Line != line || !strings.HasPrefix(page.Faults[0].Column, "needs.import."+tt.column) || !strings.HasPrefix(page.Faults[0].Text, tt.text) {
				t.Fatalf("%s: %+v, want line %d (%v)", counts(op), page.Faults, line, err)
			}
			in, err := d.services.Operations.Errors(ctx, d.v, op.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			marked, _ := io.ReadAll(in)
			if words, err := openBook(t, marked).GetCellValue(b.sheet, fmt.Sprintf("A%d", line)); err != nil || !strings.HasPrefix(words, tt.text) {
				t.Errorf("the marked workbook says %q (%v)", words, err)
			}
		})
	}
}

func TestNeedImportRefusesRowsAndFiles(t *testing.T) {
	d := askerDesk(t)
	formula, twice, days := d.needTemplate(t), d.needTemplate(t), d.needTemplate(t)
	line := formula.ask("title", "甲")
	if err := formula.SetCellFormula(formula.sheet, formula.cell(line, "needs.import.headcount"), "=1+1"); err != nil {
		t.Fatal(err)
	}
	twice.ask("title", "甲")
	twice.ask("title", "甲")
	days.set(openNeed, "needs.import.days", 30)
	other := openDesk(t).template(t) // that of a college
	tests := []struct {
		name string
		book book
		text string
	}{
		{"formula", formula, "sheet.formula"},
		{"the same row twice", twice, "needs.import.twice"},
		{"days of an open need", days, "needs.import.renew"},
		{"the workbook of programmes", other, "sheet.no_column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			op := d.uploadNeeds(t, tt.book)
			page, err := d.services.Operations.Show(t.Context(), d.v, op.ID, "zh-CN")
			if err != nil || op.Faults == 0 || !strings.HasPrefix(page.Faults[0].Text, tt.text) {
				t.Errorf("%s: %+v (%v)", counts(op), page.Faults, err)
			}
			if _, err := d.services.Operations.Apply(t.Context(), d.v, op.ID); !errors.Is(err, portal.ErrConflict) {
				t.Errorf("applied: %v", err)
			}
		})
	}
	var bad portal.Invalid
	if _, err := d.services.Needs.Import(t.Context(), d.v, "zh-CN", "x", []byte("title\n")); !errors.As(err, &bad) || bad[0].Key != "import.not_workbook" {
		t.Errorf("no workbook: %v", err)
	}
}

// TestAMendedRowIsNoSecondNeed: somebody mends a row of a file that was applied before.
func TestAMendedRowIsNoSecondNeed(t *testing.T) {
	d := askerDesk(t)
	b := d.needTemplate(t)
	line := b.ask("title", "电工", "text", "低压电工")
	d.applied(t, d.uploadNeeds(t, b))
	b.put(line, "needs.import.headcount", 5)
	if op := d.uploadNeeds(t, b); op.Faults != 1 || op.Created != 0 {
		t.Errorf("mended: %s", counts(op))
	}
	made := d.titled(t, "电工")
	b.put(line, "needs.import.number", made.ID)
	if op := d.uploadNeeds(t, b); op.Faults != 0 || op.Changed != 1 {
		t.Errorf("with its number: %s", counts(op))
	}
	b.put(line, "needs.import.number", "")
	b.put(line, "needs.import.headcount", "")
	b.put(line, "needs.import.industry", "C38")
	if op := d.uploadNeeds(t, b); op.Faults != 1 {
		t.Errorf("mended otherwise: %s", counts(op))
	}

	// The row as it was, to be published: the draft that is there opens.
	b.put(line, "needs.import.number", made.ID)
	b.put(line, "needs.import.publish", "value.yes")
	op := d.applied(t, d.uploadNeeds(t, b))
	if rec := d.need(t, made.ID); !rec.OpenAt(now) || rec.ID != made.ID {
		t.Errorf("published as %+v", rec)
	}
	d.undone(t, op)
	if rec := d.need(t, made.ID); rec.Status != portal.NeedDraft || rec.Days != made.Days || !rec.PublishedAt.IsZero() {
		t.Errorf("a draft again as %+v", rec)
	}

	// Closed, the same row asks for nothing.
	if _, err := d.services.Needs.Close(t.Context(), d.v, made.ID, portal.Cancelled); err != nil {
		t.Fatal(err)
	}
	b.put(line, "needs.import.number", "")
	b.put(line, "needs.import.industry", "")
	if op := d.uploadNeeds(t, b); op.Total() != 0 || op.Faults != 1 {
		t.Errorf("to be published without an industry: %s", counts(op))
	}
	b.put(line, "needs.import.publish", "")
	if op := d.uploadNeeds(t, b); op.Total() != 0 || op.Faults != 0 {
		t.Errorf("closed: %s", counts(op))
	}
}

func TestNeedImportMeetsOthers(t *testing.T) {
	d := askerDesk(t)
	ctx := t.Context()
	b := d.needTemplate(t)
	b.set(openNeed, "needs.import.headcount", 77)
	b.ask("title", "电工", "text", "低压电工")
	op := d.uploadNeeds(t, b)
	rec := d.need(t, openNeed)
	draft := service.DraftOf(rec)
	draft.Anonymous = !draft.Anonymous
	if _, err := d.services.Needs.Edit(ctx, d.v, rec.ID, rec.Version, draft, false); err != nil {
		t.Fatal(err)
	}
	if op, err := d.services.Operations.Apply(ctx, d.v, op.ID); err != nil || op.State != portal.OperationFailed || len(op.Failure) != 1 || op.Failure[0].Field != openNeed {
		t.Errorf("%s, %+v (%v)", counts(op), op.Failure, err)
	}
	if d.titled(t, "电工").ID != "" {
		t.Error("a failed import has made a need")
	}
}

func TestUndoLeavesNeedsOthersBuiltOn(t *testing.T) {
	d := askerDesk(t)
	ctx := t.Context()
	b := d.needTemplate(t)
	for _, title := range []string{"无人问津", "有人来谈", "后来改过"} {
		b.ask("title", title, "text", title+"的岗位", "industry", "C38", "publish", "value.yes")
	}
	op := d.applied(t, d.uploadNeeds(t, b))
	asked, edited := d.titled(t, "有人来谈"), d.titled(t, "后来改过")
	in := portal.Intention{Meta: portal.Meta{ID: "test-intention"}, From: portal.OfCollege, College: "demo-c2", Enterprise: d.v.Record, Need: asked.ID,
		Programmes: []portal.WantedSeats{{Programme: "demo-c2-430504", Name: "x"}}, State: portal.IntentionSent, SentAt: now, WarnAt: now.Add(time.Hour), DueAt: now.Add(2 * time.Hour)}
	if err := d.records.Intentions.Insert(ctx, &in); err != nil {
		t.Fatal(err)
	}
	if _, err := d.services.Needs.Pause(ctx, d.v, edited.ID); err != nil {
		t.Fatal(err)
	}
	op = d.undone(t, op)
	slices.Sort(op.Kept)
	if !slices.Equal(op.Kept, []string{"后来改过", "有人来谈"}) {
		t.Errorf("kept %v", op.Kept)
	}
	if d.titled(t, "无人问津").ID != "" || !d.need(t, asked.ID).OpenAt(now) || d.need(t, edited.ID).Status != portal.NeedPaused {
		t.Error("undoing took too much or too little")
	}
}

func TestWhoMayImportNeeds(t *testing.T) {
	d := askerDesk(t)
	ctx := t.Context()
	drafts, publishing, changing := d.needTemplate(t), d.needTemplate(t), d.needTemplate(t)
	drafts.ask("title", "电工")
	publishing.ask("title", "钳工", "text", "装配钳工", "industry", "C38", "publish", "value.yes")
	changing.set(openNeed, "needs.import.headcount", 77)
	verified := d.uploadNeeds(t, publishing)

	d.v.State = portal.OrganisationRegistered
	for name, tt := range map[string]struct {
		book book
		text string
	}{"publishing": {publishing, "needs.import.may_not_publish"}, "changing what is out": {changing, "needs.import.may_not"}} {
		op := d.uploadNeeds(t, tt.book)
		page, err := d.services.Operations.Show(ctx, d.v, op.ID, "zh-CN")
		if err != nil || op.Faults != 1 || !strings.HasPrefix(page.Faults[0].Text, tt.text) {
			t.Errorf("%s before verification: %s %+v (%v)", name, counts(op), page.Faults, err)
		}
	}
	if _, err := d.services.Operations.Apply(ctx, d.v, verified.ID); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("publishing what was prepared before: %v", err)
	}
	d.undone(t, d.applied(t, d.uploadNeeds(t, drafts))) // drafts wait for nobody

	d.v = asker()
	d.v.Role = portal.Reader
	if _, err := d.services.Needs.Template(ctx, d.v, "en"); err != nil {
		t.Errorf("who only looks downloads: %v", err)
	}
	if _, err := d.services.Needs.Import(ctx, d.v, "en", "x", drafts.bytes()); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("who only looks uploads: %v", err)
	}
	for name, v := range map[string]portal.Viewer{"a college": taker(), "a visitor": portal.Visitor} {
		if _, err := d.services.Needs.Template(ctx, v, "en"); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s downloads: %v", name, err)
		}
		if _, err := d.services.Needs.Import(ctx, v, "en", "x", drafts.bytes()); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s uploads: %v", name, err)
		}
	}
}

// TestPlansOfBeforeAreRead reads what a portal stored that knew operations on programmes
// only.
func TestPlansOfBeforeAreRead(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	id := "demo-c2-" + removedCode
	rec := d.programme(t, id)
	plan := fmt.Sprintf(`{"steps":[{"id":%q,"version":%d,"before":{"id":%q,"college_id":"demo-c2","code":%q,"name":%q}}],"faults":[{"Line":3,"Key":"code","Problem":"import.twice","Args":[2]}]}`,
		id, rec.Version, id, removedCode, rec.Name)
	blob, err := d.records.Engine.PutBlob(ctx, strings.NewReader(plan), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	op := portal.Operation{Meta: portal.Meta{ID: "old"}, Organisation: d.v.Organisation, By: d.v.Person, Kind: "programmes.withdraw", State: portal.OperationDraft, Removed: 1, Steps: blob.ID, At: now}
	if err := d.records.Operations.Insert(ctx, &op); err != nil {
		t.Fatal(err)
	}
	page, err := d.services.Operations.Show(ctx, d.v, "old", "zh-CN")
	if err != nil || len(page.Removed) != 1 || len(page.Faults) != 1 || page.Faults[0].Text != "import.twice 2" {
		t.Errorf("%+v (%v)", page, err)
	}
	d.applied(t, op)
	if _, err := d.records.Programmes.Get(ctx, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("not withdrawn: %v", err)
	}
}

// BenchmarkNeedImport previews and applies a workbook of 1,000 new needs.
func BenchmarkNeedImport(b *testing.B) {
	const rows = 1000
	for b.Loop() {
		b.StopTimer()
		d := askerDesk(b)
		t := d.needTemplate(b)
		first := t.ask("title", "演示岗位 0")
		for i := range rows {
			for at, value := range map[string]any{"C": fmt.Sprintf("演示岗位 %d", i), "D": fmt.Sprintf("第 %d 号产线要能看懂工艺参数的技术员，会用涂布机", i), "E": "C384", "G": 1 + i%90} {
				_ = t.SetCellValue(t.sheet, fmt.Sprintf("%s%d", at, first+i), value)
			}
		}
		file := t.bytes()
		t.Close()
		runtime.GC()
		peak, stop := heapPeak()
		b.StartTimer()
		begun := time.Now()
		op, err := d.services.Needs.Import(b.Context(), d.v, "zh-CN", "x.xlsx", file)
		if err != nil || op.Created != rows {
			b.Fatalf("%s (%v)", counts(op), err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "preview-s")
		begun = time.Now()
		if op, err = d.services.Operations.Apply(b.Context(), d.v, op.ID); err != nil || op.State != portal.OperationRunning {
			b.Fatalf("%s (%v)", counts(op), err)
		}
		if err := service.NewChores(d.rooms, d.services).Once(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "apply-s")
		stop()
		b.ReportMetric(float64(*peak)/(1<<20), "peak-MB")
		if op, err = d.records.Operations.Get(b.Context(), op.ID); err != nil || op.State != portal.OperationDone {
			b.Fatalf("%s (%v)", counts(op), err)
		}
	}
}

// heapPeak watches how much the heap holds, until stopped.
func heapPeak() (peak *uint64, stop func()) {
	peak = new(uint64)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.HeapInuse)
			select {
			case <-end:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(end); <-ended }
}
