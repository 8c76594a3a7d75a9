package store_test

import (
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
)

// TestRecords stores one record of every noun and finds it by its declared fields.
func TestRecords(t *testing.T) {
	e, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r, err := store.OpenRecords(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	meta, origin := portal.Meta{ID: "x"}, portal.Origin{Certainty: portal.Verified}
	now := time.Now()
	found(t, r.Colleges, &portal.College{Meta: meta, Name: "n", Cluster: portal.Huaxi, Origin: origin},
		store.Where("name", "n"), store.Where("cluster", portal.Huaxi), store.Where("certainty", portal.Verified))
	found(t, r.Programmes, &portal.Programme{Meta: meta, CollegeID: "c", Code: "1", Name: "n", Level: portal.Associate, SeatsFree: new(0)},
		store.Where("college_id", "c"), store.Where("code", "1"), store.Where("level", portal.Associate), store.Where("seats_free", 0))
	found(t, r.Specialisms, &portal.Specialism{Meta: meta, Code: "1", Name: "n", Level: portal.Bachelor, ClassCode: "c"},
		store.Where("code", "1"), store.Where("name", "n"), store.Where("level", portal.Bachelor), store.Where("class_code", "c"))
	found(t, r.Enterprises, &portal.Enterprise{Meta: meta, Name: "n", Industry: "C38", Origin: origin},
		store.Where("name", "n"), store.HasPrefix("industry", "C"), store.Where("certainty", portal.Verified))
	found(t, r.Needs, &portal.Need{Meta: meta, EnterpriseID: "e", Title: "t", Status: portal.NeedOpen, PublishedAt: now, ExpiresAt: now.Add(time.Hour)},
		store.Where("enterprise_id", "e"), store.Where("status", portal.NeedOpen), store.Where("headcount", nil),
		store.Between("published_at", nil, now.Add(time.Minute)), store.Between("expires_at", now, nil))
	found(t, r.Partnerships, &portal.Partnership{Meta: meta, Title: "t", Type: portal.OrderClass, Year: 2025, Origin: origin},
		store.Where("title", "t"), store.Where("type", portal.OrderClass), store.Where("year", 2025))
	found(t, r.Seeded, &portal.Seeded{Meta: meta, Collection: "needs"}, store.Where("collection", "needs"))
}

func found[T any, P interface {
	*T
	Head() *portal.Meta
}](t *testing.T, c *store.Collection[T, P], rec *T, where ...store.Cond) {
	t.Helper()
	if err := c.Insert(t.Context(), rec); err != nil {
		t.Error(err)
		return
	}
	for _, cond := range where {
		if n, err := c.Count(t.Context(), cond); err != nil || n != 1 {
			t.Errorf("%s by %v: got %d, %v, want 1", c.Name(), cond, n, err)
		}
	}
	got, err := c.Get(t.Context(), "x")
	if err != nil || *P(&got).Head() != *P(rec).Head() {
		t.Errorf("%s: got %+v, %v, want %+v", c.Name(), P(&got).Head(), err, P(rec).Head())
	}
}
