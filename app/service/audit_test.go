package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
)

// ledger is the services on an empty store, for what is written down of people's doings.
type ledger struct {
	*service.Services
	records *store.Records
	clock   *time.Time
}

func openLog(t *testing.T, engine store.Engine) ledger {
	t.Helper()
	records, err := store.OpenRecords(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	clock := now
	rooms := service.Rooms{Records: records, Clock: func() time.Time { return clock }, Log: slog.New(slog.DiscardHandler),
		Words: func(_, key string, _ ...any) string { return key }}
	return ledger{service.New(rooms), records, &clock}
}

func emptyStore(t *testing.T) store.Engine {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return engine
}

// live does a few things with the portal.
func (l ledger) live(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	if _, err := l.Accounts.Administrator(ctx, portal.System, "zhang@example.cn", "张三"); err != nil {
		t.Fatal(err)
	}
	links, err := l.Accounts.DemoLinks(ctx, portal.System)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if _, err := l.Accounts.SignInByLink(ctx, portal.Viewer{From: "127.0.0.1"}, strings.TrimPrefix(link.Path, "/links/"), "test"); err != nil {
			t.Fatal(err)
		}
		*l.clock = l.clock.Add(time.Second)
	}
}

func (l ledger) chain(t *testing.T) {
	t.Helper()
	if err := l.Audit.Chain(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
}

func (l ledger) verify(t *testing.T) service.AuditReport {
	t.Helper()
	r, err := l.Audit.Verify(t.Context(), portal.System)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatPeopleDoIsChainedOnce(t *testing.T) {
	l := openLog(t, emptyStore(t))
	l.live(t)
	if r := l.verify(t); r.Waiting != r.Events || r.Events == 0 || r.Wrong != 0 {
		t.Errorf("before chaining: %+v", r)
	}
	*l.clock = l.clock.Add(time.Hour)
	if r := l.verify(t); r.Wrong != r.Events || r.Faults[0].Kind != service.AuditUnchained || r.Faults[0].Age < time.Hour {
		t.Errorf("after an hour without chaining: %+v", r)
	}
	for range 3 {
		l.chain(t)
		if r := l.verify(t); r.Wrong != 0 || r.Waiting != 0 || r.Entries != r.Events || r.Hash == "" {
			t.Errorf("chained: %+v", r)
		}
	}
	// A lost record of how far it had come makes it look at everything again, no more.
	if err := l.records.Leases.Delete(t.Context(), "audit", 0); err != nil {
		t.Fatal(err)
	}
	l.chain(t)
	if r := l.verify(t); r.Wrong != 0 || r.Entries != r.Events {
		t.Errorf("chained from the beginning: %+v", r)
	}
}

func TestARecordMadeAnewIsChainedAnew(t *testing.T) {
	l := openLog(t, emptyStore(t))
	l.live(t)
	l.chain(t)
	before := l.verify(t)
	if err := l.records.Persons.Delete(t.Context(), "demo-person-auditor", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	l.chain(t)
	if r := l.verify(t); r.Wrong != 0 || r.Entries <= before.Entries {
		t.Errorf("%d entries before, then %+v", before.Entries, r)
	}
}

func TestOldEventsLeaveTheTrailAndStayInTheLog(t *testing.T) {
	l := openLog(t, emptyStore(t))
	l.live(t)
	l.chain(t)
	*l.clock = l.clock.AddDate(0, 0, 100)
	l.live(t)
	l.chain(t)
	if r := l.verify(t); r.Wrong != 0 || r.Entries <= r.Events {
		t.Errorf("%+v", r)
	}
}

func TestTamperingIsFound(t *testing.T) {
	const auditor = "demo-person-auditor"
	for _, tt := range []struct {
		name   string
		tamper func(t *testing.T, l ledger)
		want   []service.AuditFaultKind
		number int64
	}{
		{"nothing", func(*testing.T, ledger) {}, nil, 0},
		{"an event is changed", func(t *testing.T, l ledger) {
			l.change(t, 3, func(e *portal.AuditEntry) { e.Event.By = "somebody" })
		}, []service.AuditFaultKind{service.AuditAltered, service.AuditEdited}, 3},
		{"an event is changed and hashed again", func(t *testing.T, l ledger) {
			l.change(t, 3, func(e *portal.AuditEntry) { e.Event.By = "somebody"; e.Hash, _ = e.Sum() })
		}, []service.AuditFaultKind{service.AuditUnlinked, service.AuditEdited}, 4},
		{"an entry is removed", func(t *testing.T, l ledger) { l.remove(t, 5) },
			[]service.AuditFaultKind{service.AuditMissing, service.AuditUnchained}, 5},
		{"the last entry is removed", func(t *testing.T, l ledger) { l.remove(t, l.verify(t).Entries) },
			[]service.AuditFaultKind{service.AuditCut, service.AuditUnchained}, 0},
		{"an entry is put in", func(t *testing.T, l ledger) {
			e := l.entry(t, 4)
			e.ID, e.Key, e.Event.Action = e.ID+"x", "another", "person.invented"
			e.Hash, _ = e.Sum()
			if err := l.records.Audit.Insert(t.Context(), &e); err != nil {
				t.Fatal(err)
			}
		}, []service.AuditFaultKind{service.AuditForeign}, 4},
		{"an event nobody has seen is added at the end", func(t *testing.T, l ledger) {
			e := l.entry(t, l.verify(t).Entries)
			p := l.person(t, auditor)
			e.Collection, e.Record, e.Event.N = "persons", auditor, p.Events[len(p.Events)-1].N+1
			e.Key = portal.AuditKey("persons", auditor, p.CreatedAt, e.Event.N)
			if err := e.Follow(l.entry(t, e.Number)); err != nil {
				t.Fatal(err)
			}
			if err := l.records.Audit.Insert(t.Context(), &e); err != nil {
				t.Fatal(err)
			}
		}, []service.AuditFaultKind{service.AuditTaken}, 0},
		{"two entries change places", func(t *testing.T, l ledger) {
			three, four := l.entry(t, 3), l.entry(t, 4)
			l.change(t, 3, func(e *portal.AuditEntry) { e.Key = "for the moment" })
			l.change(t, 4, func(e *portal.AuditEntry) { e.Key, e.Record, e.Event = three.Key, three.Record, three.Event })
			l.change(t, 3, func(e *portal.AuditEntry) { e.Key, e.Record, e.Event = four.Key, four.Record, four.Event })
		}, []service.AuditFaultKind{service.AuditAltered, service.AuditAltered}, 3},
		{"a trail is edited", func(t *testing.T, l ledger) {
			l.edit(t, auditor, func(p *portal.Person) { p.Events[0].From = "elsewhere" })
		}, []service.AuditFaultKind{service.AuditEdited}, 0},
		{"the last event of a trail is taken out", func(t *testing.T, l ledger) {
			l.edit(t, auditor, func(p *portal.Person) { p.Events = p.Events[:len(p.Events)-1] })
		}, []service.AuditFaultKind{service.AuditTaken}, 0},
		{"a whole trail is taken out", func(t *testing.T, l ledger) {
			l.edit(t, auditor, func(p *portal.Person) { p.Events = nil })
		}, []service.AuditFaultKind{service.AuditTaken}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := openLog(t, emptyStore(t))
			l.live(t)
			l.chain(t)
			tt.tamper(t, l)
			*l.clock = l.clock.Add(time.Hour)
			var kinds []service.AuditFaultKind
			r := l.verify(t)
			for _, f := range r.Faults {
				kinds = append(kinds, f.Kind)
			}
			if !slices.Equal(kinds, tt.want) {
				t.Fatalf("found %v, want %v: %+v", kinds, tt.want, r.Faults)
			}
			if tt.number > 0 && r.Faults[0].Number != tt.number {
				t.Errorf("it names entry %d, want %d", r.Faults[0].Number, tt.number)
			}
			if tt.number == 0 && len(r.Faults) > 0 && r.Faults[0].Number == 0 && r.Faults[0].Record == "" {
				t.Errorf("it names nothing: %+v", r.Faults[0])
			}
		})
	}
}

func (l ledger) entry(t *testing.T, n int64) portal.AuditEntry {
	t.Helper()
	e, err := l.records.Audit.Fresh(t.Context(), portal.AuditID(n))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (l ledger) change(t *testing.T, n int64, fn func(*portal.AuditEntry)) {
	t.Helper()
	if _, err := l.records.Audit.Mutate(t.Context(), portal.AuditID(n), func(e *portal.AuditEntry) error { fn(e); return nil }); err != nil {
		t.Fatal(err)
	}
}

func (l ledger) remove(t *testing.T, n int64) {
	t.Helper()
	if err := l.records.Audit.Delete(t.Context(), portal.AuditID(n), 0); err != nil {
		t.Fatal(err)
	}
}

func (l ledger) person(t *testing.T, id string) portal.Person {
	t.Helper()
	p, err := l.records.Persons.Fresh(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (l ledger) edit(t *testing.T, id string, fn func(*portal.Person)) {
	t.Helper()
	if _, err := l.records.Persons.Mutate(t.Context(), id, func(p *portal.Person) error { fn(p); return nil }); err != nil {
		t.Fatal(err)
	}
}

// cut is an engine that ends after a number of writes, as a process does that is killed.
// It writes a batch one after the other, as an engine without transactions does.
type cut struct {
	store.Engine
	left int
}

var errCut = errors.New("killed")

func (c *cut) write() error {
	if c.left == 0 {
		return errCut
	}
	c.left--
	return nil
}

func (c *cut) Insert(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	if err := c.write(); err != nil {
		return doc, err
	}
	return c.Engine.Insert(ctx, coll, doc)
}

func (c *cut) Replace(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	if err := c.write(); err != nil {
		return doc, err
	}
	return c.Engine.Replace(ctx, coll, doc)
}

func (c *cut) InsertMany(ctx context.Context, coll string, docs []store.Document) ([]store.Document, error) {
	for i := range docs {
		var err error
		if docs[i], err = c.Insert(ctx, coll, docs[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func TestAChainerThatIsKilledLosesAndDoublesNothing(t *testing.T) {
	const everything = 1 << 20
	for writes := 0; ; writes++ {
		engine := &cut{Engine: emptyStore(t), left: everything}
		l := openLog(t, engine)
		l.live(t)
		engine.left = writes
		err := l.Audit.Chain(t.Context(), portal.System)
		engine.left = everything
		if err != nil && !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		l.chain(t)
		*l.clock = l.clock.Add(time.Hour)
		if r := l.verify(t); r.Wrong != 0 || r.Waiting != 0 || r.Entries != r.Events {
			t.Fatalf("killed after %d writes: %+v", writes, r)
		}
		if err == nil {
			if entries := l.verify(t).Entries; int64(writes) < entries {
				t.Errorf("%d entries in %d writes", entries, writes)
			}
			return
		}
	}
}

func TestTwoChainersMakeOneChain(t *testing.T) {
	l := openLog(t, emptyStore(t))
	l.live(t)
	done := make(chan error)
	for range 4 {
		go func() { done <- l.Audit.Chain(t.Context(), portal.System) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if r := l.verify(t); r.Wrong != 0 || r.Entries != r.Events {
		t.Errorf("%+v", r)
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	l := openLog(t, emptyStore(t))
	err := l.Accounts.Register(t.Context(), portal.Visitor, service.SignUp{Email: "li@example.cn", Name: "李四", Password: "在贵阳修新能源汽车的人", Consent: true})
	if err != nil {
		t.Fatal(err)
	}
	l.chain(t)
	err = l.records.Audit.All(t.Context(), nil, func(e *portal.AuditEntry) error {
		body, err := json.Marshal(e)
		if strings.Contains(string(body), "argon2id$") || strings.Contains(string(body), "新能源汽车的人") {
			t.Errorf("a password is in the log: %s", body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
