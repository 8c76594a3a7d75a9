package service

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"liangcheng/app/portal"
)

// Bundle is the evidence of verified outcomes, to be handed over in one file.
type Bundle struct {
	Name  string // of the file, without its ending
	Title string
	Items []BundleItem
}

// BundleItem is one file of evidence with its place in the bundle.
type BundleItem struct {
	Path string
	Of   OutcomeEntry
	File portal.Attachment
}

// Evidence is the bundle of a partnership, for those who may see its evidence.
func (r *Reports) Evidence(ctx context.Context, v portal.Viewer, partnership string) (Bundle, error) {
	p, err := r.Records.Partnerships.Get(ctx, partnership)
	if err == nil && !(p.Followed() && portal.CanFollowPartnership(v, p) && portal.CanSeeFew(v, p)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return Bundle{}, fault("service.Reports.Evidence", partnership, err)
	}
	all, err := dictionary(ctx, r.Rooms)
	if err != nil {
		return Bundle{}, err
	}
	entries, err := r.outcomesOf(ctx, v, []portal.Partnership{p}, all)
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{Name: "evidence-" + safeName(p.ID), Title: p.Title}
	b.take("", entries[p.ID])
	return b, r.exported(ctx, v, "evidence.export", "partnerships/"+p.ID)
}

// FormEvidence is the bundle of a form and year: whoever verifies outcomes may have it.
func (r *Reports) FormEvidence(ctx context.Context, v portal.Viewer, id string, year int) (Bundle, error) {
	if !portal.CanBundle(v) {
		return Bundle{}, fault("service.Reports.FormEvidence", id, portal.ErrNotFound)
	}
	f, err := r.Form(ctx, v, id)
	if err != nil {
		return Bundle{}, err
	}
	in, err := r.reported(ctx, v, year, f.Types, f.Indicators())
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{Name: fmt.Sprintf("evidence-%s-%d", safeName(f.ID), year), Title: fmt.Sprintf("%s %d", f.Name.Zh, year)}
	own := map[string][]OutcomeEntry{}
	for _, e := range in.outcomes {
		own[e.Partnership] = append(own[e.Partnership], e)
	}
	for _, p := range in.partnerships {
		slices.SortFunc(own[p.ID], byDictionary)
		b.take(safeName(p.ID), own[p.ID])
	}
	return b, r.exported(ctx, v, "evidence.export", fmt.Sprintf("forms/%s/%d", f.ID, year))
}

// take adds the evidence of those outcomes that are verified.
func (b *Bundle) take(folder string, entries []OutcomeEntry) {
	n := 0
	for _, e := range entries {
		if !e.Verified() {
			continue
		}
		n++
		for k, a := range e.Current().Evidence {
			place := path.Join(folder, fmt.Sprintf("%03d-%s-%s", n, safeName(e.Indicator), safeName(e.Period.Label)), fmt.Sprintf("%d-%s", k+1, safeName(a.Name)))
			b.Items = append(b.Items, BundleItem{Path: place, Of: e, File: a})
		}
	}
}

// OpenEvidence opens a file of a bundle the viewer has got.
func (r *Reports) OpenEvidence(ctx context.Context, item BundleItem) (io.ReadCloser, error) {
	in, _, err := r.Records.Engine.OpenBlob(ctx, item.File.Blob)
	return in, fault("service.Reports.OpenEvidence", item.File.Blob, err)
}

// safeName is a name that is one step of a path on every system: letters, digits and a few
// marks, none of them first.
func safeName(name string) string {
	const most = 60
	name = strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("._-()（）·", c) {
			return c
		}
		return '_'
	}, name)
	runes := []rune(strings.TrimLeft(name, ".-_"))
	if len(runes) > most {
		runes = runes[len(runes)-most:] // with its ending
	}
	return orElse(strings.Trim(string(runes), "."), "file")
}

// exported writes into the viewer's own trail what they have taken out.
func (r *Reports) exported(ctx context.Context, v portal.Viewer, action, what string) error {
	body, err := json.Marshal(what)
	if err != nil || !v.SignedIn() {
		return err
	}
	_, err = r.Records.Persons.Mutate(ctx, v.Person, func(p *portal.Person) error {
		p.Note(portal.AuditEvent{At: r.Clock().UTC(), By: v.Person, Organisation: v.Organisation, Action: action, From: v.From,
			Changed: map[string]portal.Change{"exported": {After: body}}})
		return nil
	})
	return fault("service.Reports.exported", what, err)
}
