package service_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// previewed is an upload that makes one programme, changes one and withdraws one.
func (d desk) previewed(t *testing.T) portal.Operation {
	t.Helper()
	b := d.template(t)
	b.set(changedCode, "form.seats_free", 77)
	b.set(removedCode, "import.column.act", "import.withdraw")
	b.set(newCode, "import.column.code", newCode)
	return d.upload(t, b.bytes())
}

func (d desk) edit(t *testing.T, id string, fn func(*service.ProgrammeDraft)) {
	t.Helper()
	p := d.programme(t, id)
	draft := service.ProgrammeDraftOf(p, 2026)
	fn(&draft)
	if _, err := d.services.Programmes.Edit(t.Context(), d.v, id, p.Version, draft); err != nil {
		t.Fatal(err)
	}
}

func TestApplyingTooLateFails(t *testing.T) {
	d := openDesk(t)
	op := d.previewed(t)
	d.edit(t, "demo-c2-"+changedCode, func(p *service.ProgrammeDraft) { p.Note = "别人的话" })
	op, err := d.services.Operations.Apply(t.Context(), d.v, op.ID)
	if err != nil || op.State != portal.OperationFailed || len(op.Failure) != 1 || op.Failure[0].Key != "import.met" {
		t.Fatalf("%s, %+v (%v)", counts(op), op.Failure, err)
	}
	if p := d.programme(t, "demo-c2-"+changedCode); *p.SeatsFree != 36 || p.Note != "别人的话" {
		t.Errorf("the programme is %+v", p)
	}
	d.programme(t, "demo-c2-"+removedCode)
}

// resumed puts an operation that is done back to where a portal died in the middle.
func (d desk) resumed(t *testing.T, op portal.Operation, done int) portal.Operation {
	t.Helper()
	if _, err := d.records.Operations.Mutate(t.Context(), op.ID, func(op *portal.Operation) error {
		op.State, op.Done = portal.OperationRunning, done
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := service.NewChores(d.rooms, d.services).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	op, err := d.records.Operations.Get(t.Context(), op.ID)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func TestWhoeverFindsAnOperationFinishesIt(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	op, err := d.services.Operations.Apply(ctx, d.v, d.previewed(t).ID)
	if err != nil || op.State != portal.OperationDone {
		t.Fatalf("%s (%v)", counts(op), err)
	}
	changed, made := d.programme(t, "demo-c2-"+changedCode), "demo-c2-"+newCode
	if err := d.records.Programmes.Delete(ctx, made, 0); err != nil { // the portal died before
		t.Fatal(err)
	}
	if op = d.resumed(t, op, 0); op.State != portal.OperationDone || op.Done != 3 {
		t.Errorf("%s, %d done", counts(op), op.Done)
	}
	d.programme(t, made)
	if p := d.programme(t, changed.ID); p.Version != changed.Version {
		t.Error("a step was taken twice")
	}

	// This time somebody has made the programme meanwhile: all goes back.
	if err := d.records.Programmes.Delete(ctx, made, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := d.services.Programmes.Create(ctx, d.v, service.ProgrammeDraft{Specialism: newCode, Note: "别人先建的"}); err != nil {
		t.Fatal(err)
	}
	if op = d.resumed(t, op, 2); op.State != portal.OperationFailed || len(op.Failure) != 1 {
		t.Errorf("%s, %+v", counts(op), op.Failure)
	}
	if p := d.programme(t, changed.ID); *p.SeatsFree != 36 {
		t.Errorf("%d seats are left behind", *p.SeatsFree)
	}
	d.programme(t, "demo-c2-"+removedCode)
	if p := d.programme(t, made); p.Note != "别人先建的" {
		t.Errorf("another's programme is %+v", p)
	}
}

func TestUndoLeavesLaterChangesAlone(t *testing.T) {
	d := openDesk(t)
	op, err := d.services.Operations.Apply(t.Context(), d.v, d.previewed(t).ID)
	if err != nil {
		t.Fatal(err)
	}
	id := "demo-c2-" + changedCode
	d.edit(t, id, func(p *service.ProgrammeDraft) { p.Seats = "80" })
	op, err = d.services.Operations.Undo(t.Context(), d.v, op.ID)
	if err != nil || op.State != portal.OperationUndone || len(op.Kept) != 1 || !strings.Contains(op.Kept[0], changedCode) {
		t.Errorf("%s, kept %v (%v)", counts(op), op.Kept, err)
	}
	if p := d.programme(t, id); *p.SeatsFree != 80 {
		t.Errorf("%d seats", *p.SeatsFree)
	}
	d.programme(t, "demo-c2-"+removedCode)
}

func TestWhoMayKeepProgrammes(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	reader, waiting, stranger, firm := d.v, d.v, d.v, d.v
	reader.Role = portal.Reader
	waiting.State = portal.OrganisationRegistered
	stranger.Organisation, stranger.Record = portal.CollegeOrganisation("demo-c1"), "demo-c1"
	firm.Kind, firm.Organisation, firm.Record = portal.OfEnterprise, portal.EnterpriseOrganisation("demo-e01"), "demo-e01"
	const id = "demo-c2-" + changedCode
	op, version, file := d.previewed(t), d.programme(t, id).Version, d.template(t).bytes()
	acts := map[string]func(portal.Viewer) error{
		"look":     func(v portal.Viewer) error { _, err := d.services.Programmes.Own(ctx, v, id); return err },
		"download": func(v portal.Viewer) error { _, err := d.services.Programmes.Template(ctx, v, "en"); return err },
		"see":      func(v portal.Viewer) error { _, err := d.services.Operations.Show(ctx, v, op.ID, "en"); return err },
		"upload": func(v portal.Viewer) error {
			_, err := d.services.Programmes.Import(ctx, v, "zh-CN", "x", file)
			return err
		},
		"apply": func(v portal.Viewer) error { _, err := d.services.Operations.Apply(ctx, v, op.ID); return err },
		"undo":  func(v portal.Viewer) error { _, err := d.services.Operations.Undo(ctx, v, op.ID); return err },
		"edit": func(v portal.Viewer) error {
			_, err := d.services.Programmes.Edit(ctx, v, id, version, service.ProgrammeDraft{})
			return err
		},
		"withdraw": func(v portal.Viewer) error { _, err := d.services.Programmes.Withdraw(ctx, v, id, version); return err },
		"confirm":  func(v portal.Viewer) error { _, err := d.services.Programmes.Confirm(ctx, v); return err },
		"create": func(v portal.Viewer) error {
			_, err := d.services.Programmes.Create(ctx, v, service.ProgrammeDraft{Specialism: "510204"})
			return err
		},
	}
	none, forbidden := portal.ErrNotFound, portal.ErrForbidden
	tests := []struct {
		name string
		v    portal.Viewer
		want map[string]error
	}{
		{"who only looks", reader, map[string]error{"look": nil, "download": nil, "see": nil, "upload": forbidden, "apply": forbidden, "undo": forbidden,
			"edit": forbidden, "withdraw": forbidden, "confirm": forbidden, "create": forbidden}},
		{"a college not verified yet", waiting, map[string]error{"look": nil, "download": nil, "see": nil, "upload": nil, "apply": forbidden, "undo": forbidden,
			"edit": forbidden, "withdraw": forbidden, "confirm": forbidden, "create": forbidden}},
		{"another college", stranger, map[string]error{"look": none, "see": none, "apply": none, "undo": none, "edit": none, "withdraw": none}},
		{"an enterprise", firm, map[string]error{"look": none, "download": none, "see": none, "upload": none, "apply": none, "undo": none,
			"edit": none, "withdraw": none, "confirm": none, "create": forbidden}},
	}
	for _, tt := range tests {
		for act, want := range tt.want {
			t.Run(tt.name+"/"+act, func(t *testing.T) {
				if err := acts[act](tt.v); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			})
		}
	}
}

func TestPromisedSeatsBindTheCollege(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	const id = "demo-c2-" + changedCode
	p, err := d.records.Programmes.Mutate(ctx, id, func(p *portal.Programme) error { return p.Promise("i1", 20) })
	if err != nil {
		t.Fatal(err)
	}
	var bad portal.Invalid
	draft := service.ProgrammeDraftOf(p, 2026)
	draft.Seats = "19"
	if _, err := d.services.Programmes.Edit(ctx, d.v, id, p.Version, draft); !errors.As(err, &bad) || bad[0].Key != "programme.promised" {
		t.Errorf("fewer than promised: %v", err)
	}
	if _, err := d.services.Programmes.Withdraw(ctx, d.v, id, p.Version); !errors.As(err, &bad) || bad[0].Key != "programme.promised_to" {
		t.Errorf("withdrawn: %v", err)
	}
	b := d.template(t)
	b.set(changedCode, "import.column.act", "import.withdraw")
	if op := d.upload(t, b.bytes()); op.Faults != 1 {
		t.Errorf("withdrawn by a workbook: %s", counts(op))
	}
}

func TestConfirmingAndGettingStale(t *testing.T) {
	d := openDesk(t)
	ctx := t.Context()
	if op, err := d.services.Programmes.Confirm(ctx, d.v); err != nil || op.State != portal.OperationDone {
		t.Fatalf("%s (%v)", counts(op), err)
	}
	own, err := d.services.Programmes.Mine(ctx, d.v, "", 1)
	if err != nil || own.All == 0 || own.Stale != 0 {
		t.Errorf("%d of %d are stale at once (%v)", own.Stale, own.All, err)
	}
	*d.clock = now.Add(93 * 24 * time.Hour)
	if own, err = d.services.Programmes.Mine(ctx, d.v, "", 1); err != nil || own.Stale != own.All {
		t.Errorf("%d of %d are stale after a quarter (%v)", own.Stale, own.All, err)
	}
}

// BenchmarkImport previews and applies a workbook of 5,000 programmes, half of them new.
func BenchmarkImport(b *testing.B) {
	const rows = 5000
	for b.Loop() {
		b.StopTimer()
		d := openDesk(b)
		var catalogue []portal.Specialism
		var there []portal.Programme
		for i := range rows {
			code := fmt.Sprintf("9%05d", i)
			s := portal.Specialism{Meta: portal.Meta{ID: code}, Code: code, Name: "演示专业" + code, Level: portal.Associate}
			catalogue = append(catalogue, s)
			if i%2 == 0 {
				there = append(there, portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID("demo-c2", code)}, CollegeID: "demo-c2", Code: code, Name: s.Name, Level: s.Level})
			}
		}
		if err := errors.Join(d.records.Specialisms.InsertMany(b.Context(), catalogue), d.records.Programmes.InsertMany(b.Context(), there)); err != nil {
			b.Fatal(err)
		}
		t := d.template(b)
		for i := range rows {
			code := fmt.Sprintf("9%05d", i)
			line := 2 + i
			_ = t.SetCellValue(bookSheet, fmt.Sprintf("A%d", line), code)
			_ = t.SetCellValue(bookSheet, fmt.Sprintf("B%d", line), "演示专业"+code)
			_ = t.SetCellValue(bookSheet, fmt.Sprintf("F%d", line), i%90)
		}
		file := t.bytes()
		b.StartTimer()
		begun := time.Now()
		op := d.upload(b, file)
		b.ReportMetric(time.Since(begun).Seconds(), "preview-s")
		begun = time.Now()
		op, err := d.services.Operations.Apply(b.Context(), d.v, op.ID)
		if err != nil || op.State != portal.OperationRunning {
			b.Fatalf("%s (%v)", counts(op), err)
		}
		if err := service.NewChores(d.rooms, d.services).Once(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "apply-s")
		if op, err = d.records.Operations.Get(b.Context(), op.ID); err != nil || op.State != portal.OperationDone {
			b.Fatalf("%s (%v)", counts(op), err)
		}
		if _, err := d.records.Programmes.Get(b.Context(), "demo-c2-900001"); errors.Is(err, store.ErrNotFound) {
			b.Fatal("a new programme is missing")
		}
	}
}
