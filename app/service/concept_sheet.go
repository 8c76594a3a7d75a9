package service

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// conceptHead is the head of seeds/concepts.csv.
var conceptHead = []string{"surface", "lang", "kind", "target_kind", "target", "weight", "polarity", "industries", "source"}

// Table is the concept table as it is in force, head first, in the form of
// seeds/concepts.csv: a release that takes it up answers as this portal does now.
func (c *Concepts) Table(ctx context.Context, v portal.Viewer) ([][]string, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Concepts.Table", "", portal.ErrNotFound)
	}
	own, err := c.inForce(ctx)
	if err != nil {
		return nil, err
	}
	by := decided(own)
	out := [][]string{conceptHead}
	add := func(r ConceptRow) {
		const block, nothing = "block", "0000"
		polarity := "+"
		if r.Blocks {
			polarity = "-"
		}
		if r.Blocks && len(r.Targets) == 0 { // the file wants one
			r.Kind, r.TargetKind, r.Targets, r.Weight = block, "class", []string{nothing}, 100
		}
		list := func(parts []string) string { return strings.Join(parts, "；") }
		out = append(out, []string{list(r.Surfaces), r.Lang, r.Kind, r.TargetKind, list(r.Targets), r.Weight.String(), polarity, list(r.Industries), r.Source})
	}
	remaining(c.Taxonomy.ConceptRows, by, add)
	for _, rec := range own {
		if rec.Effect == portal.ConceptDrops {
			continue
		}
		left(rowOfOwn(rec), func(l link) bool { return by[l] == rec.ID }, add)
	}
	return out, nil
}

// left gives add what is left of a row: all of it, or word by word the targets that count.
func left(row ConceptRow, counts func(link) bool, add func(ConceptRow)) {
	if !slices.ContainsFunc(row.links(), func(l link) bool { return !counts(l) }) {
		add(row)
		return
	}
	for i, word := range row.words {
		rest := row
		rest.Surfaces, rest.words = row.Surfaces[i:i+1], row.words[i:i+1]
		if row.Blocks {
			if counts(link{word: word}) {
				add(rest)
			}
			continue
		}
		rest.Targets = slices.DeleteFunc(slices.Clone(row.Targets), func(code string) bool { return !counts(link{word, row.TargetKind, code}) })
		if len(rest.Targets) > 0 {
			add(rest)
		}
	}
}

// conceptColumns are the columns of a workbook of concepts.
var conceptColumns = []itemColumn{{"words", 40, sheet.Text}, {"effect", 14, sheet.Text}, {"targets", 44, sheet.Text}, {"weight", 10, sheet.Text}, {"kind", 12, sheet.Text},
	{"lang", 10, sheet.Text}, {"industries", 18, sheet.Text}, {"state", 14, sheet.Text}, {"since", 14, sheet.Date}, {"from", 14, sheet.Text}, {"source", 40, sheet.Text}, {"reason", 30, sheet.Text}}

// Sheet writes what List finds as a workbook.
func (c *Concepts) Sheet(ctx context.Context, v portal.Viewer, lang string, q ConceptQuery) ([]byte, error) {
	all, err := c.List(ctx, v, q)
	if err != nil {
		return nil, err
	}
	layout := sheet.Layout{Sheet: c.Words(lang, "concept.sheet"), GuideSheet: c.Words(lang, "list.sheet.about"),
		Guide: []string{c.Words(lang, "list.sheet.as_of", c.Clock().In(portal.Shanghai).Format("2006-01-02 15:04"), len(all))}}
	for _, col := range conceptColumns {
		layout.Columns = append(layout.Columns, sheet.Column{Key: col.key, Title: c.Words(lang, "concept.column."+col.key), Width: col.width, Kind: col.kind})
	}
	rows := make([]map[string]string, len(all))
	for i, e := range all {
		rows[i] = c.sheetRow(lang, e)
	}
	var out bytes.Buffer
	err = sheet.Write(&out, layout, rows)
	return out.Bytes(), fault("service.Concepts.Sheet", "", err)
}

func (c *Concepts) sheetRow(lang string, e ConceptEntry) map[string]string {
	if row := e.Row; row != nil {
		effect := portal.ConceptPoints
		if row.Blocks {
			effect = portal.ConceptBlocks
		}
		out := map[string]string{"state": c.Words(lang, "concept.state.in_force"), "from": c.Words(lang, "concept.from.release")}
		if e.Replaced {
			out["state"] = c.Words(lang, "concept.replaced")
		}
		return c.sheetWords(lang, out, effect, *row)
	}
	rec := e.Own
	out := map[string]string{"state": c.Words(lang, "concept.state."+string(rec.State)), "since": rec.Since.In(portal.Shanghai).Format("2006-01-02"),
		"from": c.Words(lang, "concept.from.office"), "reason": rec.Reason}
	return c.sheetWords(lang, out, rec.Effect, ConceptRow{Surfaces: rec.Surfaces, Lang: rec.Lang, Kind: rec.Kind, TargetKind: rec.TargetKind, Targets: rec.Targets,
		Weight: rec.Weight, Industries: rec.Industries, Source: rec.Source})
}

func (c *Concepts) sheetWords(lang string, out map[string]string, effect portal.ConceptEffect, row ConceptRow) map[string]string {
	const and = "；"
	var targets []string
	for _, code := range row.Targets {
		if effect != portal.ConceptBlocks {
			targets = append(targets, strings.TrimSpace(code+" "+c.Graph().TargetName(row.TargetKind, code)))
		}
	}
	out["words"], out["targets"], out["industries"] = strings.Join(row.Surfaces, and), strings.Join(targets, and), strings.Join(row.Industries, and)
	out["effect"], out["kind"], out["lang"], out["source"] = c.Words(lang, "concept.effect."+string(effect)), c.Words(lang, "concept.kind."+row.Kind), c.Words(lang, "concept.lang."+row.Lang), row.Source
	if effect == portal.ConceptPoints {
		out["weight"] = row.Weight.String()
	}
	return out
}
