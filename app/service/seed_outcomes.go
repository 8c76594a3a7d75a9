package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// seededOutcome is an outcome of a fictional partnership. Its periods count back from the
// day of loading, and its id is made of them: the row keeps a key of its own, by which a
// later loading knows it again.
type seededOutcome struct {
	key    string
	rec    portal.Outcome
	proven bool // evidence is to be attached
}

// outcomes exist only as demonstration data, of fictional partnerships.
func (r *rowReader) outcomes(partnerships []portal.Partnership, indicators []portal.Indicator) []seededOutcome {
	if !r.o.Demo {
		return nil
	}
	parties := map[string]portal.Partnership{}
	for _, p := range partnerships {
		parties[p.ID] = p
	}
	dictionary := map[string]portal.Indicator{}
	for _, i := range indicators {
		dictionary[i.ID] = i
	}
	var out []seededOutcome
	r.each([]string{"demo/outcomes.csv"}, []string{"id", "partnership", "indicator", "state", "by"}, func(w row) {
		key := w.id("outcomes.csv", w.must("id"))
		w.refers("partnership", "partnerships.csv", w.must("partnership"))
		w.refers("indicator", "indicators.csv", w.must("indicator"))
		p, ind := parties[w.Get("partnership")], dictionary[w.Get("indicator")]
		if p.ID == "" || ind.ID == "" {
			return
		}
		if !ind.For(p.Type) || p.Agreement.From == "" {
			w.fail("indicator", "%q is not entered of %s", ind.ID, p.ID)
			return
		}
		if rec, ok := w.outcome(p, ind); ok {
			out = append(out, seededOutcome{key, rec, rec.State == portal.OutcomeVerified || rec.State == portal.OutcomeConfirmed})
		}
	})
	return out
}

// outcome makes the outcome of a row, or says what is wrong with it.
func (w row) outcome(p portal.Partnership, ind portal.Indicator) (portal.Outcome, bool) {
	today := w.reader.o.Now.In(portal.Shanghai)
	period, err := portal.ReadPeriod(ind.Period, w.period(ind.Period, p, today), today.Format(time.DateOnly))
	if err != nil {
		w.fail("back", "%v", err)
		return portal.Outcome{}, false
	}
	figures := func(value string) (portal.Figures, bool) {
		text := portal.FiguresText{Value: value, Numerator: w.Get("numerator"), Denominator: w.Get("denominator"), Note: w.Get("note")}
		if until, err := time.Parse(time.DateOnly, period.Until); err == nil {
			text.Counted = until.AddDate(0, count(w.number("counted_months")), 0).Format(time.DateOnly)
		}
		f, err := portal.ReadFigures(ind, period, text, today.Format(time.DateOnly))
		if err != nil {
			w.fail("value", "%v", err)
		}
		return f, err == nil
	}
	current, ok := figures(w.Get("value"))
	rec := portal.Outcome{Meta: portal.Meta{ID: portal.OutcomeID(p.ID, ind.ID, period)}, Partnership: p.ID, Indicator: ind.ID, Period: period,
		Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
	if before := w.Get("before"); before != "" {
		first, fine := figures(before)
		ok = ok && fine && w.lead(&rec, p, period, first, portal.OutcomeDisputed)
	}
	return rec, ok && w.lead(&rec, p, period, current, one(w, "state", portal.OutcomeStates[:], false))
}

// period is the label of the period a row means: so many whole ones back, or ending so many
// days ago. The partnership must have begun by then, on whatever day this is loaded.
func (w row) period(kind portal.PeriodKind, p portal.Partnership, today time.Time) string {
	begun, err := time.ParseInLocation(time.DateOnly, p.Agreement.From, portal.Shanghai)
	if err != nil {
		w.fail("partnership", "%s has not begun", p.ID)
	}
	const year, batch = 365, 120 // days
	age, until := int(today.Sub(begun)/day), today
	if ago := w.number("day_ago"); ago != nil {
		until = today.AddDate(0, 0, -*ago)
		if age < *ago {
			w.fail("day_ago", "%s had not begun", p.ID)
		}
	} else {
		back := count(w.number("back"))
		if age < (back+1)*year {
			w.fail("back", "%s had not begun", p.ID)
		}
		over := today.Year() - 1 - back // the last whole calendar year, or further back
		school := over
		if today.Month() >= time.September {
			school++
		}
		switch kind {
		case portal.PeriodYear:
			return strconv.Itoa(over)
		case portal.PeriodQuarter:
			return strconv.Itoa(over) + "Q4"
		case portal.PeriodAcademic:
			return fmt.Sprintf("%d-%d", school-1, school)
		case portal.PeriodCohort:
			return strconv.Itoa(school)
		}
		until = time.Date(over, time.December, 31, 0, 0, 0, 0, portal.Shanghai)
	}
	if label := until.Format(time.DateOnly); !kind.Spans() {
		return label
	}
	return until.AddDate(0, 0, -batch).Format(time.DateOnly) + "/" + until.Format(time.DateOnly)
}

// lead enters a version and takes it to a state, as the parties and the office would have:
// so many days ago, but not before the period was over.
func (w row) lead(rec *portal.Outcome, p portal.Partnership, period portal.Period, f portal.Figures, to portal.OutcomeState) bool {
	const asked, answered = 12, 5 // days before the last step
	last := w.reader.o.Now.UTC().AddDate(0, 0, -count(w.number("since_ago")))
	if to == portal.OutcomeDisputed && w.Get("before") != "" {
		last = last.AddDate(0, 0, -asked-1)
	}
	at := func(days int) time.Time {
		when := last.AddDate(0, 0, -days)
		if over, err := time.ParseInLocation(time.DateOnly, period.Until, portal.Shanghai); err == nil && when.Before(over) {
			return over.UTC()
		}
		return when
	}
	sides := p.Organisations() // those of the colleges come first
	mine, theirs := sides[0], sides[len(sides)-1]
	if one(w, "by", []string{string(portal.OfCollege), string(portal.OfEnterprise)}, false) == string(portal.OfEnterprise) {
		mine, theirs = theirs, mine
	}
	steps := map[portal.OutcomeState][]portal.OutcomeAct{portal.OutcomeConfirmed: {portal.OutcomeConfirm}, portal.OutcomeDisputed: {portal.OutcomeDispute},
		portal.OutcomeVerified: {portal.OutcomeConfirm, portal.OutcomeVerify}, portal.OutcomeReturned: {portal.OutcomeConfirm, portal.OutcomeReturn}}[to]
	errs := []error{rec.Enter(portal.Viewer{Organisation: mine}, f, nil, at(asked*min(len(steps), 1)))}
	for i, act := range steps {
		who, reason := theirs, ""
		if act == portal.OutcomeVerify || act == portal.OutcomeReturn {
			who = portal.OfficeID
		}
		if act == portal.OutcomeDispute || act == portal.OutcomeReturn {
			reason = w.must("reason")
		}
		errs = append(errs, rec.Answer(portal.Viewer{Organisation: who}, act, reason, at(answered*(len(steps)-1-i))))
	}
	err := errors.Join(errs...)
	if err != nil {
		w.fail("state", "%v", err)
	}
	return err == nil
}

// loadOutcomes writes the outcomes that no loading has written before. Those that somebody
// has changed or removed since are left as they are.
func loadOutcomes(ctx context.Context, rec *store.Records, rows []seededOutcome, report *SeedReport, progress Progress) error {
	if len(rows) == 0 {
		return nil
	}
	name := rec.Outcomes.Name()
	known := map[string]bool{}
	err := rec.Seeded.All(ctx, []store.Cond{store.Where("collection", name)}, func(s *portal.Seeded) error {
		known[s.Record] = true
		return nil
	})
	var fresh []portal.Outcome
	var marks []portal.Seeded
	evidence := map[string]portal.Attachment{} // one file a partnership and year
	for _, row := range rows {
		if known[row.key] || err != nil {
			continue
		}
		if row.proven {
			var a portal.Attachment
			if a, err = fictionalEvidence(ctx, rec, row.rec, evidence); err == nil {
				row.rec.Attach(a)
			}
		}
		fresh = append(fresh, row.rec)
		marks = append(marks, portal.Seeded{Meta: portal.Meta{ID: name + "/" + row.key}, Collection: name, Record: row.key, RecordVersion: 1})
	}
	if err != nil {
		return err
	}
	for from := 0; from < len(fresh); from += batch {
		until := min(from+batch, len(fresh))
		if err := insertMissing(ctx, rec.Outcomes, fresh[from:until]); err != nil {
			return err
		}
		if err := rec.Seeded.InsertMany(ctx, marks[from:until]); err != nil {
			return err
		}
		report.Inserted[name] = until
		if progress != nil {
			progress(name, int64(until), int64(len(fresh)))
		}
	}
	return nil
}

// fictionalEvidence is the file that stands for the evidence of a fictional partnership in
// a year. It says what it is.
func fictionalEvidence(ctx context.Context, rec *store.Records, o portal.Outcome, have map[string]portal.Attachment) (portal.Attachment, error) {
	about := o.Partnership + " " + strconv.Itoa(o.Period.Year())
	if a, ok := have[about]; ok {
		return a, nil
	}
	body := smallPDF("FICTIONAL EVIDENCE - demonstration data, not a record of anything", about)
	blob, err := rec.Engine.PutBlob(ctx, bytes.NewReader(body), DocumentBytes)
	if err != nil {
		return portal.Attachment{}, err
	}
	have[about] = portal.Attachment{Blob: blob.ID, Name: "演示·佐证材料（虚构）" + strings.ReplaceAll(about, " ", "-") + ".pdf", Type: "application/pdf",
		Size: blob.Size, Hash: blob.SHA256, At: o.Versions[len(o.Versions)-1].At}
	return have[about], nil
}

// smallPDF is a page with lines of ASCII text that hold no brackets.
func smallPDF(lines ...string) []byte {
	var text strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&text, "BT /F1 14 Tf 50 %d Td (%s) Tj ET\n", 780-30*i, line)
	}
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", text.Len(), text.String()), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	places := make([]int, len(objects))
	for i, object := range objects {
		places[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// purgeEvidence removes the files of demonstration outcomes, before the outcomes go.
func purgeEvidence(ctx context.Context, rec *store.Records) error {
	blobs := map[string]bool{}
	err := rec.Outcomes.All(ctx, []store.Cond{store.Where("certainty", portal.Demo)}, func(o *portal.Outcome) error {
		for _, ver := range o.Versions {
			for _, a := range ver.Evidence {
				blobs[a.Blob] = true
			}
		}
		return nil
	})
	for _, blob := range keys(blobs) {
		if gone := rec.Engine.DeleteBlob(ctx, blob); gone != nil && !errors.Is(gone, store.ErrNotFound) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
