package service

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// Import checks an uploaded workbook of needs and keeps what applying it would do, or what
// is wrong with it. Needs that are not in it stay as they are.
//
// A row with a number is the need of that number. A row without one is a new need, known
// by what it says: its id is made of that, so that the same file sent again finds it there
// and changes nothing. If there is a need of the same title that says something else, the
// row is refused: more likely than not somebody has mended a row of a file that was
// applied before, and would get the need twice without noticing. A column for numbers of
// the enterprise's own would tell both cases apart, but clerks begin such numbers anew with
// every file, and last month's needs would be overwritten.
func (n *Needs) Import(ctx context.Context, v portal.Viewer, lang, name string, file []byte) (portal.Operation, error) {
	var op portal.Operation
	all, err := n.own(ctx, v)
	if err != nil {
		return op, err
	}
	if !portal.CanDraftNeed(v) {
		return op, portal.ErrForbidden
	}
	r := needReader{Needs: n, viewer: v, there: map[string]portal.Need{}, titles: map[string]string{}, lines: map[string]int{}}
	book := func(lang string) sheetBook[needRow] { return n.newBook(lang, n.Clock()).sheetBook }
	if r.reading, err = readBook[portal.Need](ctx, lang, name, file, book); err != nil {
		return op, err
	}
	for _, rec := range all {
		if r.there[rec.ID] = rec; rec.Status != portal.NeedClosed {
			r.titles[rec.Title] = rec.ID
		}
	}
	if r.origin, err = n.origin(ctx, v); err != nil {
		return op, err
	}
	for _, row := range r.rows {
		if id := row.Cells[columnNumber]; id != "" {
			r.takeKnown(row, id)
		} else {
			r.takeNew(row)
		}
	}
	return propose(ctx, n.operations, v, r.reading)
}

// needReader turns rows into steps.
type needReader struct {
	*Needs
	reading[portal.Need, needRow]
	viewer portal.Viewer
	origin portal.Origin
	there  map[string]portal.Need // of the enterprise, by id
	titles map[string]string      // ids of those not closed
	lines  map[string]int         // where an id was first named
}

// twice reports whether an id was named before.
func (r *needReader) twice(line int, id string) bool {
	first, twice := r.lines[id]
	if twice {
		r.fail(line, columnNumber, "needs.import.twice", first)
	} else {
		r.lines[id] = line
	}
	return twice
}

func (r *needReader) publishes(row sheet.Row) bool {
	return row.Cells[columnPublish] == r.book.say("value."+yes)
}

// takeKnown reads a row that names a need. Publishing is for drafts and asks nothing of
// one that is out.
func (r *needReader) takeKnown(row sheet.Row, id string) {
	current, there := r.there[id]
	if !there {
		r.fail(row.Line, columnNumber, "needs.import.unknown", shortened(id, nameMost))
		return
	}
	if r.twice(row.Line, id) {
		return
	}
	had := rowOf(DraftOf(current), current.Status)
	said := r.book.over(had, row)
	publish := r.publishes(row) && current.Status == portal.NeedDraft
	switch {
	case len(r.book.changes(had, said)) == 0 && !publish:
		r.same++
	case current.Status == portal.NeedClosed:
		r.fail(row.Line, columnNumber, "needs.import.closed")
	case !portal.CanEditNeed(r.viewer, current):
		r.fail(row.Line, columnNumber, "needs.import.may_not")
	default:
		if d, ok := r.checked(row.Line, current, said, publish); ok {
			r.write(step[portal.Need]{ID: id, Version: current.Version, Before: &current}, current, d, publish)
		}
	}
}

// takeNew reads a row without a number.
func (r *needReader) takeNew(row sheet.Row) {
	rec := portal.Need{EnterpriseID: r.viewer.Record, Status: portal.NeedDraft}
	publish := r.publishes(row)
	d, ok := r.checked(row.Line, rec, r.book.over(needRow{}, row), publish)
	if !ok {
		return
	}
	rec.ID = r.idOf(d)
	if r.twice(row.Line, rec.ID) {
		return
	}
	have, there := r.there[rec.ID]
	switch taken := r.titles[d.Title]; {
	case there && have.Status == portal.NeedClosed: // it was here, and is done with
		r.same++
	case there && len(r.book.changes(rowOf(DraftOf(have), have.Status), rowOf(d, have.Status))) > 0, !there && taken != "":
		r.fail(row.Line, "title", "needs.import.there", taken)
	case there && publish && have.Status == portal.NeedDraft:
		r.write(step[portal.Need]{ID: have.ID, Version: have.Version, Before: &have}, have, d, publish)
	case there:
		r.same++
	default:
		r.write(step[portal.Need]{ID: rec.ID}, rec, d, publish)
	}
}

// idOf is the id of a need that says this.
func (r *needReader) idOf(d NeedDraft) string {
	said := []string{r.viewer.Record}
	for _, c := range r.book.columns {
		said = append(said, c.value(rowOf(d, portal.NeedDraft)))
	}
	body, err := json.Marshal(said)
	if err != nil {
		panic(err) // texts
	}
	sum := sha256.Sum256(body)
	const long = 16 // bytes: as random as the id of any record
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:long]))
}

// checked is the draft of a row for a need, unless something is wrong with it.
func (r *needReader) checked(line int, rec portal.Need, said needRow, publish bool) (NeedDraft, bool) {
	before := len(r.faults)
	d := said.draft()
	if publish && !r.viewer.CanSpeak() {
		r.fail(line, columnPublish, "needs.import.may_not_publish")
	}
	if rec.Status != portal.NeedDraft && said.days != "" {
		r.fail(line, "days", "needs.import.renew")
	}
	if !said.internship && said.pay+said.wage != "" {
		r.fail(line, "internship", "needs.import.no_interns")
	}
	r.refused(line, r.check(&d, publish || rec.Status != portal.NeedDraft))
	return d, len(r.faults) == before
}

// write adds the step that brings a need to what a row says. A need that is to be
// published is open in the plan and still has the days it asked for: they count from when
// the operation is decided.
func (r *needReader) write(st step[portal.Need], rec portal.Need, d NeedDraft, publish bool) {
	rec.Trail, rec.Origin = portal.Trail{}, r.origin
	d.write(&rec, r.viewer, r.now())
	if publish {
		rec.Status = portal.NeedOpen
	}
	st.After = &rec
	r.steps = append(r.steps, st)
}

// needOperations lets operations change needs.
func needOperations(n *Needs, o *Operations) *operated[portal.Need, *portal.Need] {
	return enrol(o, &operated[portal.Need, *portal.Need]{records: n.Records.Needs,
		name:   func(rec portal.Need) string { return rec.Title },
		book:   func(lang string, at time.Time) operatedBook[portal.Need] { return n.newBook(lang, at) },
		hidden: func(st step[portal.Need]) bool { return unpublished(st.Before) && unpublished(st.After) },
		begin: func(rec *portal.Need, at time.Time) {
			if rec.Status == portal.NeedOpen && rec.Days > 0 {
				rec.Status = portal.NeedDraft
				_ = rec.Publish(at.Truncate(time.Millisecond)) // a draft with checked days opens
			}
		},
		needed: n.approached})
}

func unpublished(rec *portal.Need) bool { return rec == nil || rec.Status == portal.NeedDraft }

// approached are those of the needs the steps published about which somebody has sent an
// intention: taking them back would leave it without its need.
func (n *Needs) approached(ctx context.Context, steps []step[portal.Need]) (map[string]bool, error) {
	var ids []string
	for _, st := range steps {
		if unpublished(st.Before) && !unpublished(st.After) {
			ids = append(ids, st.ID)
		}
	}
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	err := n.Records.Intentions.All(ctx, []store.Cond{store.OneOf("need", ids...)}, func(in *portal.Intention) error {
		out[in.Need] = true
		return nil
	})
	return out, fault("service.Needs.approached", "", err)
}
