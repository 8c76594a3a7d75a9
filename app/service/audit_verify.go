package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// AuditReport is what an examination of the log found.
type AuditReport struct {
	Entries int64  // in the log
	Hash    string // of the last one: written down elsewhere, it proves later that none was cut off
	Records int64  // that carry a trail
	Events  int64  // in their trails
	Waiting int64  // not chained yet, younger than auditPatience: normal
	Wrong   int64  // all faults
	Faults  []AuditFault
}

// AuditFault is something wrong with the log, or with the trail of a record.
type AuditFault struct {
	Kind   AuditFaultKind
	Number int64         // of the entry; 0: the fault is in a trail
	Record string        // collection/record
	N      int64         // of the event within the record
	Age    time.Duration // of an event that is not chained
}

// AuditFaultKind is what is wrong.
type AuditFaultKind string

const (
	AuditAltered   AuditFaultKind = "altered"   // the entry's content is not what its hash was made of
	AuditUnlinked  AuditFaultKind = "unlinked"  // the entry does not name the hash of the one before
	AuditMissing   AuditFaultKind = "missing"   // no entry of that number
	AuditForeign   AuditFaultKind = "foreign"   // an entry whose place and number do not agree
	AuditCut       AuditFaultKind = "cut"       // the log ends before, or otherwise than, what is known of it
	AuditEdited    AuditFaultKind = "edited"    // the record tells an event otherwise than the log
	AuditTaken     AuditFaultKind = "taken"     // the log holds an event the record no longer does
	AuditUnchained AuditFaultKind = "unchained" // an event is not in the log
)

// How long an event may wait to be chained, and how many faults a report lists.
const (
	auditPatience  = time.Minute
	auditFaultMost = 200
)

func (r *AuditReport) add(f AuditFault) {
	if r.Wrong++; len(r.Faults) < auditFaultMost {
		r.Faults = append(r.Faults, f)
	}
}

// Verify walks the whole log, then every trail. Nothing is changed.
func (a *Audit) Verify(ctx context.Context, v portal.Viewer) (r AuditReport, err error) {
	if !v.IsSystem() && !v.CanAudit() {
		return r, portal.ErrNotFound
	}
	lease, err := a.Records.Leases.Get(ctx, auditLease)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return r, fault("service.Audit.Verify", "", err)
	}
	if err := a.verifyLog(ctx, lease, &r); err != nil {
		return r, fault("service.Audit.Verify", "log", err)
	}
	for _, src := range allTrailed(a.Records) {
		if err := a.verifyTrails(ctx, src, &r); err != nil {
			return r, fault("service.Audit.Verify", src.name, err)
		}
	}
	return r, nil
}

// verifyLog checks every entry against its hash, its number and the entry before.
func (a *Audit) verifyLog(ctx context.Context, lease portal.Lease, r *AuditReport) error {
	tip, hash := tipOf(lease)
	var last portal.AuditEntry
	err := a.Records.Audit.All(ctx, nil, func(e *portal.AuditEntry) error {
		r.Entries++
		at := func(kind AuditFaultKind) {
			r.add(AuditFault{Kind: kind, Number: e.Number, Record: e.Collection + "/" + e.Record, N: e.Event.N})
		}
		sum, err := e.Sum()
		if err != nil {
			return err
		}
		if sum != e.Hash {
			at(AuditAltered)
		}
		switch {
		case e.ID != portal.AuditID(e.Number) || e.Number <= last.Number:
			at(AuditForeign)
			return nil // what follows is measured by the entry before this one
		case e.Number > last.Number+1:
			for n := last.Number + 1; n < e.Number && r.Wrong < auditFaultMost; n++ {
				r.add(AuditFault{Kind: AuditMissing, Number: n})
			}
		case e.Before != last.Hash:
			at(AuditUnlinked)
		}
		if e.Number == tip && e.Hash != hash {
			at(AuditCut)
		}
		last = *e
		return nil
	})
	if err == nil && last.Number < tip {
		r.add(AuditFault{Kind: AuditCut, Number: tip})
	}
	r.Hash = last.Hash
	return err
}

// verifyTrails checks that every event of every record is in the log as the record tells
// it, and that the record still tells what the log says it did last.
func (a *Audit) verifyTrails(ctx context.Context, src trailed, r *AuditReport) error {
	var several []trail
	err := src.all(ctx, func(t trail) error {
		if several = append(several, t); len(several) < auditPage {
			return nil
		}
		err := a.verifySome(ctx, src, several, r)
		several = several[:0]
		return err
	})
	return errors.Join(err, a.verifySome(ctx, src, several, r))
}

// verifySome checks trails together: the log is asked for all of their events at once.
func (a *Audit) verifySome(ctx context.Context, src trailed, several []trail, r *AuditReport) error {
	var keys []string
	for _, t := range several {
		keys = append(keys, t.keys(src.name)...)
	}
	chained, err := a.chained(ctx, keys)
	if err != nil {
		return err
	}
	for _, t := range several {
		r.Records++
		r.Events += int64(len(t.events))
		faults, waiting, err := a.verifyTrail(src.name, t, chained)
		if err == nil && slices.ContainsFunc(faults, func(f AuditFault) bool { return f.Kind == AuditTaken }) {
			faults, waiting, err = a.verifyAnew(ctx, src, t.record) // or the record has gone on meanwhile
		}
		if err != nil {
			return err
		}
		for _, f := range faults {
			f.Record = src.name + "/" + t.record
			r.add(f)
		}
		r.Waiting += waiting
	}
	return nil
}

// verifyAnew checks the trail of one record as it is now.
func (a *Audit) verifyAnew(ctx context.Context, src trailed, record string) ([]AuditFault, int64, error) {
	t, err := src.get(ctx, record)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	chained, err := a.chained(ctx, t.keys(src.name))
	if err != nil {
		return nil, 0, err
	}
	return a.verifyTrail(src.name, t, chained)
}

// around are the numbers before the first event of a trail, which was dropped for its age,
// and behind its last, which must not be there.
func (t trail) around() (before, behind int64) {
	if n := len(t.events); n > 0 {
		return t.events[0].N - 1, t.events[n-1].N + 1
	}
	return 0, 1
}

// keys are those of the trail's events in the log, and of the two around them.
func (t trail) keys(collection string) []string {
	before, behind := t.around()
	return append(keysOf(t.entries(collection)),
		portal.AuditKey(collection, t.record, t.since, before), portal.AuditKey(collection, t.record, t.since, behind))
}

// verifyTrail checks a trail against the entries of its keys.
func (a *Audit) verifyTrail(collection string, t trail, chained map[string]portal.AuditEntry) (faults []AuditFault, waiting int64, err error) {
	entries := t.entries(collection)
	first, end := t.around()
	older, newer := portal.AuditKey(collection, t.record, t.since, first), portal.AuditKey(collection, t.record, t.since, end)
	if _, ok := chained[older]; !ok && first > 0 {
		faults = append(faults, AuditFault{Kind: AuditUnchained, N: first})
	}
	if e, ok := chained[newer]; ok {
		faults = append(faults, AuditFault{Kind: AuditTaken, Number: e.Number, N: end})
	}
	for i, e := range entries {
		logged, ok := chained[e.Key]
		if i > 0 && e.Event.N != entries[i-1].Event.N+1 {
			faults = append(faults, AuditFault{Kind: AuditTaken, N: entries[i-1].Event.N + 1})
		}
		switch age := a.Clock().Sub(e.Event.At); {
		case !ok && age < auditPatience:
			waiting++
		case !ok:
			faults = append(faults, AuditFault{Kind: AuditUnchained, N: e.Event.N, Age: age})
		default:
			same, err := e.Event.Same(logged.Event)
			if err != nil {
				return nil, 0, err
			}
			if !same {
				faults = append(faults, AuditFault{Kind: AuditEdited, Number: logged.Number, N: e.Event.N})
			}
		}
	}
	return faults, waiting, nil
}
