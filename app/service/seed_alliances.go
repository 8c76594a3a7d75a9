package service

import (
	"strconv"
	"time"

	"liangcheng/app/portal"
)

// before is the day so many days before the loading; empty where the cell is.
func (w row) before(field string) string {
	n := w.number(field)
	if n == nil {
		return ""
	}
	return w.reader.o.Now.In(portal.Shanghai).AddDate(0, 0, -*n).Format(time.DateOnly)
}

// incubatees, members, pledges and entries of lists exist only as demonstration data: real
// partnerships have those their parties enter.
func (r *rowReader) incubatees() []portal.Incubatee {
	if !r.o.Demo {
		return nil
	}
	var out []portal.Incubatee
	r.each([]string{"demo/incubatees.csv"}, []string{"id", "partnership", "name", "kind", "entered_days_ago"}, func(w row) {
		w.refers("partnership", "partnerships.csv", w.must("partnership"))
		i := portal.Incubatee{Meta: portal.Meta{ID: w.id("incubatees.csv", w.must("id"))}, Partnership: w.Get("partnership"), Name: w.must("name"), Kind: one(w, "kind", portal.IncubateeKinds[:], false),
			Field: w.Get("field"), EnteredOn: w.before("entered_days_ago"), LeftReason: w.Get("reason"), Students: count(w.number("students")), Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		i.ByStudents = i.Students > 0
		switch ended := w.before("ended_days_ago"); w.Get("end") {
		case string(portal.IncubateeGraduated):
			i.GraduatedOn = ended
		case string(portal.IncubateeLeft):
			i.LeftOn = ended
		}
		if err := i.Check(r.o.Now.In(portal.Shanghai).Format(time.DateOnly)); err != nil {
			w.fail("row", "%v", err)
		}
		out = append(out, i)
	})
	return out
}

func (r *rowReader) allianceMembers() []portal.AllianceMember {
	if !r.o.Demo {
		return nil
	}
	var out []portal.AllianceMember
	r.each([]string{"demo/alliance_members.csv"}, []string{"id", "partnership", "name", "kind", "role", "joined_days_ago"}, func(w row) {
		w.refers("partnership", "partnerships.csv", w.must("partnership"))
		m := portal.AllianceMember{Meta: portal.Meta{ID: w.id("alliance_members.csv", w.must("id"))}, Partnership: w.Get("partnership"), Name: w.must("name"), Kind: one(w, "kind", portal.MemberKinds[:], false),
			Role: one(w, "role", portal.MemberRoles[:], false), JoinedOn: w.before("joined_days_ago"), LeftOn: w.before("left_days_ago"), LeftNote: w.Get("note"), Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		switch record := w.Get("record"); {
		case record != "" && m.Kind == portal.MemberCollege:
			w.refers("record", "colleges.csv", record)
			m.Organisation = portal.CollegeOrganisation(record)
		case record != "":
			w.refers("record", "enterprises.csv", record)
			m.Organisation = portal.EnterpriseOrganisation(record)
		}
		out = append(out, m)
	})
	return out
}

func (r *rowReader) pledges() []portal.Pledge {
	if !r.o.Demo {
		return nil
	}
	var out []portal.Pledge
	r.each([]string{"demo/pledges.csv"}, []string{"id", "partnership", "member", "what", "made_days_ago", "due_in_days"}, func(w row) {
		w.refers("partnership", "partnerships.csv", w.must("partnership"))
		w.refers("member", "alliance_members.csv", w.must("member"))
		p := portal.Pledge{Meta: portal.Meta{ID: w.id("pledges.csv", w.must("id"))}, Partnership: w.Get("partnership"), Member: w.Get("member"), What: w.must("what"), MadeOn: w.before("made_days_ago"), Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		days, err := strconv.Atoi(w.must("due_in_days")) // below zero: it is late
		if err != nil {
			w.fail("due_in_days", "%v", err)
		}
		today := r.o.Now.In(portal.Shanghai)
		p.DueOn = today.AddDate(0, 0, days).Format(time.DateOnly)
		if told := w.number("told_days_ago"); told != nil {
			if err := p.Advance(portal.System, count(w.number("percent")), w.must("note"), today.AddDate(0, 0, -*told).UTC()); err != nil {
				w.fail("percent", "%v", err)
			}
		}
		out = append(out, p)
	})
	return out
}

func (r *rowReader) allianceEntries() []portal.AllianceEntry {
	if !r.o.Demo {
		return nil
	}
	var out []portal.AllianceEntry
	r.each([]string{"demo/alliance_entries.csv"}, []string{"id", "partnership", "member", "list", "title", "added_days_ago"}, func(w row) {
		w.refers("partnership", "partnerships.csv", w.must("partnership"))
		w.refers("member", "alliance_members.csv", w.must("member"))
		w.refers("need", "needs.csv", w.Get("need"))
		e := portal.AllianceEntry{Meta: portal.Meta{ID: w.id("alliance_entries.csv", w.must("id"))}, Partnership: w.Get("partnership"), Member: w.Get("member"), List: one(w, "list", portal.AllianceLists[:], false),
			Title: w.must("title"), Text: w.Get("text"), Need: w.Get("need"), AddedOn: w.before("added_days_ago"), State: portal.EntryOpen, Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		if ended := w.before("closed_days_ago"); ended != "" {
			if err := e.Close(one(w, "end", portal.EntryEnds[:], false), ended); err != nil {
				w.fail("end", "%v", err)
			}
		}
		out = append(out, e)
	})
	return out
}
