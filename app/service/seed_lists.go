package service

import (
	"slices"
	"time"

	"liangcheng/app/portal"
)

// planTasks are the tasks of the plan, in its words: one item for the unit it names first.
func (r *rowReader) planTasks(units []portal.Unit) []portal.ListItem {
	var out []portal.ListItem
	r.each([]string{"plan_tasks.csv"}, []string{"clause", "units", "title", "title_en", "text", "due", "source", "date"}, func(w row) {
		clause := one(w, "clause", portal.PlanClauses[:], false)
		i := portal.ListItem{List: portal.TaskList, Title: w.must("title"), TitleEn: w.must("title_en"), Text: w.must("text"), Clause: clause, Due: w.date("due"),
			Source: portal.FromPlan, State: portal.ItemOpen, Origin: portal.Origin{Certainty: portal.Verified, Source: w.must("source"), Date: w.date("date")}}
		for n, id := range w.List("units") {
			at := slices.IndexFunc(units, func(u portal.Unit) bool { return u.ID == id && slices.Contains(u.Clauses, clause) })
			if at < 0 {
				w.fail("units", "units.csv has no %q with task %s", id, clause)
			} else if n == 0 {
				i.Unit, i.UnitName = id, units[at].Name
			}
		}
		i.ID = w.id("plan_tasks.csv", "plan-"+clause+"-"+i.Unit)
		if day, err := time.Parse(time.DateOnly, i.Origin.Date); err == nil {
			i.Opened, i.Since = day, day
		}
		out = append(out, i)
	})
	return out
}

// The fictional people who have handled and closed fictional items.
const (
	demoHandler = "demo-person-reviewer"
	demoCloser  = "demo-person-administrator"
)

// listItems are fictional items, as if the office had entered them, counted from the day
// of loading.
func (r *rowReader) listItems(units []portal.Unit) []portal.ListItem {
	if !r.o.Demo {
		return nil
	}
	today := r.o.Now.UTC().Truncate(day)
	var out []portal.ListItem
	r.each([]string{"demo/list_items.csv"}, []string{"id", "list", "title", "text", "unit", "opened_days_ago", "due_days", "state"}, func(w row) {
		w.refers("unit", "units.csv", w.must("unit"))
		w.refers("partnership", "partnerships.csv", w.Get("partnership"))
		ago := func(field string) time.Time { return today.AddDate(0, 0, -count(w.number(field))) }
		i := portal.ListItem{Meta: portal.Meta{ID: w.id("list_items.csv", w.must("id"))}, List: one(w, "list", portal.ListKinds[:], false), Title: w.must("title"), Text: w.must("text"),
			Unit: w.Get("unit"), Partnership: w.Get("partnership"), Source: portal.ByHand, State: one(w, "state", portal.ItemStates[:], false),
			Opened: ago("opened_days_ago"), Since: ago("opened_days_ago"), Reason: w.Get("reason"), Told: true, Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		i.Due = i.Opened.AddDate(0, 0, count(w.number("due_days"))).Format(time.DateOnly)
		for _, u := range units {
			if u.ID == i.Unit {
				i.UnitName = u.Name
			}
		}
		if i.State != portal.ItemOpen {
			i.Handling = &portal.Handling{Text: w.must("done"), By: demoHandler, Organisation: portal.OfficeID, At: ago("handled_days_ago")}
			i.Since = i.Handling.At
		}
		if i.State == portal.ItemClosed {
			i.Since, i.ClosedBy = ago("closed_days_ago"), demoCloser
		}
		if w.Get("supervised_days_ago") != "" {
			i.Supervised = &portal.Supervision{Reason: i.Reason, By: demoHandler, At: ago("supervised_days_ago")}
		}
		out = append(out, i)
	})
	return out
}

// rounds are fictional ones, of how the items stood on their days.
func (r *rowReader) rounds(items []portal.ListItem, partnerships []portal.Partnership) []portal.Round {
	if !r.o.Demo {
		return nil
	}
	about := map[string]string{}
	for _, p := range partnerships {
		about[p.ID] = p.Title
	}
	var out []portal.Round
	before := portal.Round{}
	r.each([]string{"demo/rounds.csv"}, []string{"id", "title", "days_ago"}, func(w row) {
		at := r.o.Now.UTC().Truncate(day).AddDate(0, 0, -count(w.number("days_ago")))
		rec := portal.Round{Meta: portal.Meta{ID: w.id("rounds.csv", w.must("id"))}, Title: w.must("title"), Day: at.Format(time.DateOnly), By: demoHandler,
			Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource}}
		var then []portal.ListItem
		for _, i := range items {
			if !i.Opened.After(at) {
				then = append(then, stoodAt(i, at))
			}
		}
		rec.Take(before, then, about, at)
		out, before = append(out, rec), rec
	})
	return out
}

// stoodAt is an item as it stood at a time.
func stoodAt(i portal.ListItem, at time.Time) portal.ListItem {
	if i.State == portal.ItemClosed && i.Since.After(at) {
		i.State, i.Since, i.ClosedBy = portal.ItemHandled, i.Handling.At, ""
	}
	if i.State == portal.ItemHandled && i.Since.After(at) {
		i.State, i.Since, i.Handling = portal.ItemOpen, i.Opened, nil
	}
	if i.Supervised != nil && i.Supervised.At.After(at) {
		i.Supervised = nil
	}
	return i
}
