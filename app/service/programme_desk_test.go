package service_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// desk is a house with words, and a person of a verified fictional college.
type desk struct {
	house
	v portal.Viewer
}

func openDesk(t testing.TB) desk {
	t.Helper()
	h := open(t, true)
	h.rooms.Words = func(_, key string, args ...any) string {
		return strings.TrimSuffix(fmt.Sprintln(append([]any{key}, args...)...), "\n")
	}
	h.services = service.New(h.rooms)
	if _, err := h.services.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	return desk{h, portal.Viewer{Person: "demo-person-college", Organisation: portal.CollegeOrganisation("demo-c2"), Kind: portal.OfCollege,
		State: portal.OrganisationVerified, Record: "demo-c2", Role: portal.Owner}}
}

func (d desk) programme(t testing.TB, id string) portal.Programme {
	t.Helper()
	p, err := d.records.Programmes.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// book is a downloaded workbook that is being changed.
type book struct {
	*excelize.File
	t     testing.TB
	sheet string
}

const bookSheet = "import.sheet"

func (d desk) template(t testing.TB) book {
	t.Helper()
	file, err := d.services.Programmes.Template(t.Context(), d.v, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	return openBook(t, file)
}

func openBook(t testing.TB, file []byte) book {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return book{f, t, f.GetSheetName(0)}
}

// line finds the row of a code, or the first empty one.
func (b book) line(code string) int {
	b.t.Helper()
	rows, err := b.GetRows(b.sheet)
	if err != nil {
		b.t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 0 && row[0] == code {
			return i + 1
		}
	}
	return len(rows) + 1
}

// set writes into the cell of a code under a heading.
func (b book) set(code, heading string, value any) {
	b.t.Helper()
	b.put(b.line(code), heading, value)
}

// put writes into the cell of a line under a heading.
func (b book) put(line int, heading string, value any) {
	b.t.Helper()
	if err := b.SetCellValue(b.sheet, b.cell(line, heading), value); err != nil {
		b.t.Fatal(err)
	}
}

// cell names the cell of a line under a heading.
func (b book) cell(line int, heading string) string {
	b.t.Helper()
	head, err := b.GetRows(b.sheet)
	if err != nil {
		b.t.Fatal(err)
	}
	for i, h := range head[0] {
		if strings.HasPrefix(h, heading) {
			cell, _ := excelize.CoordinatesToCellName(i+1, line)
			return cell
		}
	}
	b.t.Fatalf("no column %s", heading)
	return ""
}

func (b book) bytes() []byte {
	b.t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		b.t.Fatal(err)
	}
	return out.Bytes()
}

func (d desk) upload(t testing.TB, file []byte) portal.Operation {
	t.Helper()
	op, err := d.services.Programmes.Import(t.Context(), d.v, "zh-CN", "专业.xlsx", file)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func counts(op portal.Operation) string {
	return fmt.Sprintf("%d new, %d changed, %d withdrawn, %d faults, %s", op.Created, op.Changed, op.Removed, op.Faults, op.State)
}

const changedCode, removedCode, newCode = "430504", "430307", "510203"

func TestImportRoundTrip(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	b := d.template(t)
	b.set(changedCode, "form.seats_free", 77)
	b.set(changedCode, "form.facilities", "焊接车间; 数控车间；焊接车间")
	b.set(changedCode, "form.offered_modes", "mode.order_class；mode.tech_service")
	b.set(removedCode, "import.column.act", "import.withdraw")
	b.set(newCode, "import.column.code", newCode)
	b.set(newCode, "form.planned_intake", "120")
	file := b.bytes()
	before := d.programme(t, "demo-c2-"+changedCode)

	op := d.upload(t, file)
	if got := counts(op); got != "1 new, 1 changed, 1 withdrawn, 0 faults, draft" {
		t.Fatalf("preview: %s", got)
	}
	page, err := d.services.Operations.Show(ctx, d.v, op.ID, "zh-CN")
	if err != nil || len(page.Changed) != 1 || len(page.Changed[0].Fields) != 3 || page.Changed[0].Fields[0] != (service.FieldChange{Field: "form.seats_free 2026", Before: "36", After: "77"}) {
		t.Errorf("changes: %+v (%v)", page.Changed, err)
	}
	if d.programme(t, before.ID).Version != before.Version {
		t.Error("the preview has changed a programme")
	}

	if op, err = d.services.Operations.Apply(ctx, d.v, op.ID); err != nil || op.State != portal.OperationDone || op.Done != 3 {
		t.Fatalf("applied: %s, %d done (%v)", counts(op), op.Done, err)
	}
	after := d.programme(t, before.ID)
	if *after.SeatsFree != 77 || strings.Join(after.Facilities, " ") != "焊接车间 数控车间" || len(after.Modes) != 2 || after.Duration != before.Duration {
		t.Errorf("changed to %+v", after)
	}
	if after.Origin.Certainty != portal.Demo || after.Origin.Source != "院校填报" || !after.ConfirmedAt.Equal(now) {
		t.Errorf("origin %+v, confirmed %v", after.Origin, after.ConfirmedAt)
	}
	if n := len(after.Events); n == 0 || after.Events[n-1].Action != "programmes.import" || after.Events[n-1].By != d.v.Person {
		t.Errorf("events %+v", after.Events)
	}
	made := d.programme(t, "demo-c2-"+newCode)
	if made.Name != "软件技术" || made.Level != portal.Associate || made.Intakes[0].Count != 120 || made.Intakes[0].Year != 2026 || made.SeatsFree != nil {
		t.Errorf("made %+v", made)
	}
	if _, err := d.records.Programmes.Get(ctx, "demo-c2-"+removedCode); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the withdrawn programme is there: %v", err)
	}

	again := d.upload(t, file)
	if again.Total() != 0 || again.Faults != 0 || again.Same == 0 {
		t.Errorf("the same file again: %s, %d the same", counts(again), again.Same)
	}
	if _, err := d.services.Operations.Apply(ctx, d.v, again.ID); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("applying nothing: %v", err)
	}

	if op, err = d.services.Operations.Undo(ctx, d.v, op.ID); err != nil || op.State != portal.OperationUndone || len(op.Kept) > 0 {
		t.Fatalf("undone: %s, kept %v (%v)", counts(op), op.Kept, err)
	}
	if back := d.programme(t, before.ID); *back.SeatsFree != 36 || len(back.Intakes) != len(before.Intakes) {
		t.Errorf("back to %+v", back)
	}
	d.programme(t, "demo-c2-"+removedCode)
	if _, err := d.records.Programmes.Get(ctx, made.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what was made is still there: %v", err)
	}
}

func TestImportSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		name, heading string
		value         any
		column, text  string
	}{
		{"unknown code", "import.column.code", "999999", "import.column.code", "programme.no_specialism 999999"},
		{"several of that name", "import.column.name", "护理", "import.column.code", "programme.several_specialisms"},
		{"code and name differ", "import.column.name", "护理", "import.column.name", "import.other_name"},
		{"no number", "form.seats_free", "三十", "form.seats_free", "sheet.not_number 三十"},
		{"too many", "form.seats_free", 100001, "form.seats_free", "programme.not_count 100000"},
		{"no choice", "form.enrolment_state", "明年", "form.enrolment_state", "sheet.not_choice.alone 明年"},
		{"one of several modes", "form.offered_modes", "mode.order_class；入股", "form.offered_modes", "sheet.not_choice"},
		{"too long", "form.duration", strings.Repeat("年", 31), "form.duration", "sheet.too_long 30 31"},
		{"long entry", "form.facilities", strings.Repeat("室", 101), "form.facilities", "programme.list 40 100"},
	}
	d := openDesk(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := d.template(t)
			code := changedCode
			if tt.column == "import.column.code" {
				code = "" // a new row
				if tt.heading == "import.column.name" {
					code = "new"
				}
			}
			line := b.line(code)
			b.set(code, tt.heading, tt.value)
			op := d.upload(t, b.bytes())
			if op.Faults != 1 {
				t.Fatalf("%s", counts(op))
			}
			page, err := d.services.Operations.Show(t.Context(), d.v, op.ID, "zh-CN")
			if err != nil || page.Faults[0].Line != line || !strings.HasPrefix(page.Faults[0].Column, tt.column) || !strings.HasPrefix(page.Faults[0].Text, tt.text) {
				t.Errorf("got %+v, want line %d (%v)", page.Faults, line, err)
			}
			if _, err := d.services.Operations.Apply(t.Context(), d.v, op.ID); !errors.Is(err, portal.ErrConflict) {
				t.Errorf("applied: %v", err)
			}
			in, err := d.services.Operations.Errors(t.Context(), d.v, op.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			marked, _ := io.ReadAll(in)
			words, err := openBook(t, marked).GetCellValue(bookSheet, fmt.Sprintf("A%d", line))
			if err != nil || !strings.HasPrefix(words, tt.text) {
				t.Errorf("the marked workbook says %q (%v)", words, err)
			}
		})
	}
}

func TestImportRefusesFiles(t *testing.T) {
	d := openDesk(t)
	formula := d.template(t)
	if err := formula.SetCellFormula(bookSheet, "D2", "=1+1"); err != nil {
		t.Fatal(err)
	}
	merged := d.template(t)
	if err := merged.MergeCell(bookSheet, "D2", "D3"); err != nil {
		t.Fatal(err)
	}
	other := excelize.NewFile()
	defer other.Close()
	twice := d.template(t)
	twice.set("", "import.column.code", changedCode)
	tests := []struct {
		name  string
		file  []byte
		field string // of what is refused at once
		text  string // of the fault otherwise
	}{
		{"formula", formula.bytes(), "", "sheet.formula"},
		{"merged", merged.bytes(), "", "sheet.merged D2:D3"},
		{"another sheet", book{other, t, bookSheet}.bytes(), "", "sheet.no_column"},
		{"a programme twice", twice.bytes(), "", "import.twice"},
		{"no workbook", []byte("code,name\n"), "import.not_workbook", ""},
		{"too large", make([]byte, service.ImportBytes+1), "problem.file_size", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			op, err := d.services.Programmes.Import(t.Context(), d.v, "zh-CN", tt.name, tt.file)
			var bad portal.Invalid
			if tt.field != "" {
				if !errors.As(err, &bad) || bad[0].Key != tt.field || bad[0].Field != "workbook" {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || op.Faults == 0 {
				t.Fatalf("%s (%v)", counts(op), err)
			}
			page, err := d.services.Operations.Show(t.Context(), d.v, op.ID, "zh-CN")
			if err != nil || !strings.HasPrefix(page.Faults[0].Text, tt.text) {
				t.Errorf("got %+v (%v)", page.Faults, err)
			}
		})
	}
}
