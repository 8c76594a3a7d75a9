package service

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// PledgeDraft is what a member promises.
type PledgeDraft struct {
	Member, What, DueOn string
}

// acting is an alliance with a member the viewer may enter something for.
func (a *Alliances) acting(ctx context.Context, v portal.Viewer, id, member string) (AllianceFile, portal.AllianceMember, error) {
	f, err := a.Show(ctx, v, id)
	if err != nil {
		return f, portal.AllianceMember{}, err
	}
	if len(f.May) == 0 {
		return f, portal.AllianceMember{}, portal.ErrForbidden
	}
	at := slices.IndexFunc(f.May, func(m portal.AllianceMember) bool { return m.ID == member })
	if at < 0 {
		return f, portal.AllianceMember{}, portal.Invalid{{Field: "member", Key: "problem.required"}}
	}
	return f, f.May[at], nil
}

// Pledge enters what a member promises to do.
func (a *Alliances) Pledge(ctx context.Context, v portal.Viewer, id string, d PledgeDraft) (portal.Pledge, error) {
	f, m, err := a.acting(ctx, v, id, d.Member)
	rec := portal.Pledge{What: strings.TrimSpace(d.What), DueOn: d.DueOn, MadeOn: f.Today}
	var bad portal.Invalid
	if join(&bad, err); err != nil && len(bad) == 0 {
		return rec, err
	}
	longer(&bad, "what", rec.What, reasonMost)
	if len(f.Book.Pledges) >= portal.PledgesMost {
		bad.Add("what", "alliance.pledges_full", portal.PledgesMost)
	}
	if join(&bad, rec.Check(f.Today)); len(bad) > 0 {
		return rec, bad
	}
	rec.ID, rec.Partnership, rec.Member, rec.Origin = idUnder(f.In), id, m.ID, originOf(f.In, f.Today)
	if err := created(ctx, a.Rooms, a.Records.Pledges, v, "pledge.make", &rec); err != nil {
		return rec, err
	}
	return rec, a.outcomes.moved(ctx, f.In)
}

// Advance notes how far a pledge has come, in percent. Those of a member that has left stay
// as they are.
func (a *Alliances) Advance(ctx context.Context, v portal.Viewer, id, pledge string, version int64, percent, note string) (portal.Pledge, error) {
	f, err := a.Show(ctx, v, id)
	if err != nil {
		return portal.Pledge{}, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(percent, "%")))
	if err != nil {
		n = -1 // no number is no percentage
	}
	note = strings.TrimSpace(note)
	rec, err := changed(ctx, a.Rooms, a.Records.Pledges, v, pledge, "pledge.advance", func(p *portal.Pledge) error {
		switch m := f.Member(p.Member); {
		case p.Partnership != id:
			return portal.ErrNotFound
		case m.LeftOn != "" && len(f.May) > 0:
			return portal.ErrConflict
		case !portal.CanActFor(v, f.In, m):
			return portal.ErrForbidden
		case p.Version != version:
			return portal.ErrConflict
		}
		var bad portal.Invalid
		if longer(&bad, "note", note, reasonMost); len(bad) > 0 {
			return bad
		}
		return p.Advance(v, n, note, a.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	return rec, a.outcomes.moved(ctx, f.In)
}

// EntryDraft is an entry of one of the lists of an alliance.
type EntryDraft struct {
	Member, Title, Text string
	Need                string // id of an open need of the member; empty: none
}

// Add puts an entry in one of the lists.
func (a *Alliances) Add(ctx context.Context, v portal.Viewer, id string, list portal.AllianceList, d EntryDraft) (portal.AllianceEntry, error) {
	f, m, err := a.acting(ctx, v, id, d.Member)
	rec := portal.AllianceEntry{List: list, Title: strings.TrimSpace(d.Title), Text: strings.TrimSpace(d.Text), AddedOn: f.Today, State: portal.EntryOpen}
	var bad portal.Invalid
	if join(&bad, err); err != nil && len(bad) == 0 {
		return rec, err
	}
	if !f.In.HasLists() || !slices.Contains(portal.AllianceLists[:], list) {
		return rec, fault("service.Alliances.Add", string(list), portal.ErrNotFound)
	}
	if rec.Title == "" {
		bad.Add("title", "problem.required")
	}
	longer(&bad, "title", rec.Title, titleMost)
	longer(&bad, "text", rec.Text, summaryMost)
	if len(f.Book.Entries) >= portal.AllianceEntriesMost {
		bad.Add("title", "alliance.entries_full", portal.AllianceEntriesMost)
	}
	if d.Need != "" {
		needs, err := a.OpenNeeds(ctx, v, f)
		if err != nil {
			return rec, err
		}
		if rec.Need = d.Need; list != portal.ListTalent || !slices.ContainsFunc(needs, func(n portal.Need) bool { return n.ID == d.Need && asks(n, m) }) {
			bad.Add("need", "alliance.need")
		}
	}
	if len(bad) > 0 {
		return rec, bad
	}
	rec.ID, rec.Partnership, rec.Member, rec.Origin = idUnder(f.In), id, m.ID, originOf(f.In, f.Today)
	if err := created(ctx, a.Rooms, a.Records.AllianceEntries, v, "alliance_entry.add", &rec); err != nil {
		return rec, err
	}
	return rec, a.outcomes.moved(ctx, f.In)
}

func asks(n portal.Need, m portal.AllianceMember) bool {
	return portal.EnterpriseOrganisation(n.EnterpriseID) == m.Organisation
}

// OpenNeeds are the published needs of the members the viewer may enter something for.
// Anonymous ones are not among them: an entry names its member.
func (a *Alliances) OpenNeeds(ctx context.Context, v portal.Viewer, f AllianceFile) ([]portal.Need, error) {
	var enterprises []string
	for _, m := range f.May {
		if id, ok := strings.CutPrefix(m.Organisation, portal.EnterpriseOrganisation("")); ok {
			enterprises = append(enterprises, id)
		}
	}
	if len(enterprises) == 0 {
		return nil, nil
	}
	all, err := collect(ctx, a.Records.Needs, store.OneOf("enterprise_id", enterprises...), store.Where("status", portal.NeedOpen))
	return slices.DeleteFunc(all, func(n portal.Need) bool { return n.Anonymous || !n.OpenAt(a.Clock()) }), err
}

// Close ends an entry: it was met, or is withdrawn. Nothing else of an entry changes, so it
// does not matter in which version the person saw it.
func (a *Alliances) Close(ctx context.Context, v portal.Viewer, id, entry string, to portal.EntryState) (portal.AllianceEntry, error) {
	f, err := a.Show(ctx, v, id)
	switch {
	case err != nil:
		return portal.AllianceEntry{}, err
	case entry == "":
		return portal.AllianceEntry{}, portal.Invalid{{Field: "entry", Key: "problem.required"}}
	}
	rec, err := changed(ctx, a.Rooms, a.Records.AllianceEntries, v, entry, "alliance_entry.close", func(e *portal.AllianceEntry) error {
		m := f.Member(e.Member)
		switch {
		case e.Partnership != id:
			return portal.ErrNotFound
		case !portal.CanActFor(v, f.In, m) && !f.Keep: // those of a member that has left the parties close
			return portal.ErrForbidden
		}
		return e.Close(to, f.Today)
	})
	if err != nil {
		return rec, err
	}
	return rec, a.outcomes.moved(ctx, f.In)
}
