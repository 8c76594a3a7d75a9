package service_test

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
	"liangcheng/seeds"
)

// table is every row of a seed file.
func table(t *testing.T, file string) []seeds.Row {
	t.Helper()
	var rows []seeds.Row
	for row, err := range seeds.Rows(seeds.Files(), file) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// empty is a store without records.
func empty(t *testing.T) *store.Records {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	records, err := store.OpenRecords(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestSeedTablesHoldTheWholeOfTheirSources(t *testing.T) {
	for _, tt := range []struct {
		file string
		want int
	}{
		{"colleges.csv", 44}, {"programmes.csv", 1217}, {"enterprises.csv", 98}, {"specialisms.csv", 2374},
		{"profiles.csv", 1791}, {"specialism_occupations.csv", 6464}, {"occupations.csv", 2217}, {"industries.csv", 1971},
	} {
		if got := len(table(t, tt.file)); got != tt.want {
			t.Errorf("%s: %d rows, want %d", tt.file, got, tt.want)
		}
	}
}

func TestProgrammesAgreeWithTheCatalogue(t *testing.T) {
	catalogue := map[string]seeds.Row{}
	for _, s := range table(t, "specialisms.csv") {
		catalogue[s.Get("code")] = s
	}
	for _, p := range table(t, "programmes.csv") {
		s := catalogue[p.Get("code")]
		if p.Get("name") != s.Get("name") || p.Get("level") != s.Get("level") {
			t.Errorf("%s:%d: %s %s is %s %s in the catalogue", p.File, p.Line, p.Get("name"), p.Get("level"), s.Get("name"), s.Get("level"))
		}
	}
}

func TestEveryClassNamesItsDivisions(t *testing.T) {
	divisions := map[string][]string{}
	for _, row := range table(t, "class_industries.csv") {
		class, industry := row.Get("class_code"), row.Get("industry")
		if industry != portal.IndustryDivision(industry) || slices.Contains(divisions[class], industry) {
			t.Errorf("%s:%d: %s is no division or stands twice", row.File, row.Line, industry)
		}
		divisions[class] = append(divisions[class], industry)
		if row.Get("rank") != strconv.Itoa(len(divisions[class])) {
			t.Errorf("%s:%d: rank %s, want %d", row.File, row.Line, row.Get("rank"), len(divisions[class]))
		}
	}
	undergraduate := map[string]bool{}
	for _, s := range table(t, "specialisms.csv") {
		class := s.Get("class_code")
		if n := len(divisions[class]); n < 3 || n > 8 {
			t.Errorf("%s %s serves %d divisions, want 3 to 8", class, s.Get("class_name"), n)
		}
		if s.Get("level") == string(portal.Bachelor) {
			undergraduate[class] = true
		}
	}
	if len(undergraduate) != 93 {
		t.Errorf("%d undergraduate classes, want 93", len(undergraduate))
	}
}

// The college facts state totals that their sources give: the programmes must add up.
func TestProgrammesAddUpToTheStatedTotals(t *testing.T) {
	const physics = "贵州物理类"
	levels := map[string]string{}
	got := map[string]map[string]int{"admitted": {}, "first class": {}, "registered": {}}
	for _, p := range table(t, "programmes.csv") {
		college := p.Get("college_id")
		levels[portal.ProgrammeID(college, p.Get("code"))] = p.Get("level")
		if slices.Contains(p.List("highlights"), "国家级一流本科专业建设点") {
			got["first class"][college]++
		}
		if strings.Contains(p.Get("source"), "教育部2025年高职专科专业设置备案结果") {
			got["registered"][college]++
		}
	}
	for _, in := range table(t, "intakes.csv") {
		college := in.Get("college_id")
		if strings.HasPrefix(in.Get("track"), physics) && levels[portal.ProgrammeID(college, in.Get("code"))] == string(portal.VocationalBachelor) {
			n, _ := strconv.Atoi(in.Get("count"))
			got["admitted"][college] += n
		}
	}
	stated := map[string]map[string]int{"admitted": {}, "first class": {}, "registered": {}}
	for _, f := range table(t, "college_facts.csv") {
		kind := map[string]string{"vocational_bachelor_2026": "admitted", "national_first_class_majors": "first class",
			"registered_associate_programmes_2025": "registered"}[f.Get("field")]
		if kind == "" {
			continue
		}
		value := f.Get("value")
		if _, total, ok := strings.Cut(value, "合计"); ok {
			value = strings.TrimRight(total, "人）")
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			t.Fatalf("%s:%d: %v", f.File, f.Line, err)
		}
		stated[kind][f.Get("college_id")] = n
	}
	// two registered programmes of 2025 are missing in the list of programmes
	stated["registered"]["4152014617"]--
	stated["registered"]["4152014469"]--
	delete(got["admitted"], "4152013052") // the facts state no total for these two
	delete(got["admitted"], "4152014412")
	for kind := range stated {
		if !maps.Equal(got[kind], stated[kind]) {
			t.Errorf("%s: the programmes give %v, the facts state %v", kind, got[kind], stated[kind])
		}
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	h := open(t, false)
	p, err := h.records.Programmes.Get(t.Context(), portal.ProgrammeID("4152014848", "560201"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Intakes != nil || p.SeatsFree != nil {
		t.Errorf("intakes %v, seats %v: want both unknown", p.Intakes, p.SeatsFree)
	}
	if p.Enrolment != portal.Registered {
		t.Errorf("a programme of the register is %q", p.Enrolment)
	}
	college, err := h.records.Colleges.Get(t.Context(), "4152010662")
	if err != nil || college.Founded != 0 {
		t.Errorf("founded %d (%v): want unknown", college.Founded, err)
	}
}

func TestUnsureRecordsAreNotVerified(t *testing.T) {
	for _, file := range []string{"colleges.csv", "college_facts.csv", "programmes.csv", "enterprises.csv", "partnerships.csv"} {
		for _, row := range table(t, file) {
			source := row.Get("source")
			if unsure := strings.Contains(source, "待核实") || strings.Contains(source, "未核实"); unsure && row.Get("certainty") != string(portal.Unconfirmed) {
				t.Errorf("%s:%d: %s rests on %s", file, row.Line, row.Get("certainty"), source)
			}
			if row.Get("certainty") == string(portal.Demo) {
				t.Errorf("%s:%d: demonstration data among the facts", file, row.Line)
			}
		}
	}
}

func TestAnEmptyConceptTableLoads(t *testing.T) {
	files := overlay(t, "concepts.csv", "surface,", "surface,").(fstest.MapFS)
	head, _, _ := strings.Cut(string(files["concepts.csv"].Data), "\n")
	files["concepts.csv"].Data = []byte(head + "\n")
	taxonomy, err := service.LoadTaxonomy(files)
	if err != nil || len(taxonomy.Concepts) != 0 || len(taxonomy.Industries) != 1971 || len(taxonomy.Occupations) != 2217 {
		t.Errorf("%d concepts, %d industries, %d occupations (%v)", len(taxonomy.Concepts), len(taxonomy.Industries), len(taxonomy.Occupations), err)
	}
}

func TestRowsThatReferToNothingAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name, file, row string
		want            service.RowError // Line 0: the last of the file
	}{
		{"fact of no college", "college_facts.csv", "999,area,1亩,2020,verified,x", service.RowError{Field: "college_id", Reason: `no row of colleges.csv has the id "999"`}},
		{"intake of no programme", "intakes.csv", "4152010657,560201,2026,x,1,x", service.RowError{Field: "code", Reason: `no row of programmes.csv has the id "4152010657-560201"`}},
		{"intake without a count", "intakes.csv", "4152010657,030101K,2026,x,,x", service.RowError{Field: "count", Reason: "is empty"}},
		{"intake below zero", "intakes.csv", "4152010657,030101K,2026,x,-1,x", service.RowError{Field: "count", Reason: `"-1" is no whole number of 0 or more`}},
		{"profile of no specialism", "profiles.csv", "000000,,x,,,x,,,,,x", service.RowError{Field: "code", Reason: `no row of specialisms.csv has the id "000000"`}},
		{"occupation of no specialism", "specialism_occupations.csv", "000000,1-01,x", service.RowError{Field: "code", Reason: `no row of specialisms.csv has the id "000000"`}},
		{"college twice", "colleges.csv", "4152010657,x,,,,other_guiyang,,undergraduate,,,,,,,verified,x,,", service.RowError{Field: "id", Reason: `"4152010657" stands twice`}},
		{"foreign website", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,http://example.com,,,verified,x,,", service.RowError{Field: "website", Reason: `"http://example.com" is not on the list of official sites`}},
		{"script for a website", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,javascript://www.gzu.edu.cn,,,verified,x,,", service.RowError{Field: "website", Reason: `"javascript://www.gzu.edu.cn" is not on the list of official sites`}},
		{"impossible year", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,,19,,verified,x,,", service.RowError{Field: "founded", Reason: "19 is no year"}},
		{"no date", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,,,,verified,x,2026/11,", service.RowError{Field: "date", Reason: `"2026/11" is no date like 2026, 2026-11 or 2026-11-24`}},
		{"no source", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,,,,verified,,,", service.RowError{Field: "source", Reason: "is empty"}},
		{"demonstration among the facts", "colleges.csv", "x,x,,,,other_guiyang,,undergraduate,,,,,,,demo,x,,", service.RowError{Field: "certainty", Reason: `"demo" in colleges.csv`}},
		{"enterprise of no industry", "enterprises.csv", "x,x,,C99,,,,,,,verified,x,,", service.RowError{Field: "industry", Reason: `no row of industries.csv has the id "C99"`}},
		{"partner that is not there", "partnerships.csv", "x,x,order_class,999,x,,y,,,,,verified,x,", service.RowError{Field: "college_ids", Reason: `no row of colleges.csv has the id "999"`}},
		{"too few cells", "intakes.csv", "4152010657,030101K", service.RowError{Field: "row", Reason: "2 cells under 6 headings"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := overlay(t, tt.file, "\n", "\n").(fstest.MapFS)
			body := files[tt.file].Data
			tt.want.File, tt.want.Line = tt.file, strings.Count(string(body), "\n")+1
			files[tt.file].Data = append(slices.Clip(body), tt.row...)
			records := empty(t)
			_, err := service.Seed(t.Context(), portal.System, records, service.SeedOptions{Files: files, Now: now})
			var rows service.RowErrors
			if !errors.As(err, &rows) || !slices.Contains(rows, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if n, err := records.Specialisms.Count(t.Context()); n != 0 || err != nil {
				t.Errorf("%d specialisms were written (%v)", n, err)
			}
		})
	}
}

func TestSeedingReportsHowFarItIs(t *testing.T) {
	records := empty(t)
	last := map[string][2]int64{}
	report, err := service.Seed(t.Context(), portal.System, records, service.SeedOptions{Files: seeds.Files(), Now: now,
		Report: func(name string, done, total int64) {
			if done < last[name][0] || done > total {
				t.Errorf("%s: %d of %d after %v", name, done, total, last[name])
			}
			last[name] = [2]int64{done, total}
		}})
	if err != nil {
		t.Fatal(err)
	}
	for name, inserted := range report.Inserted {
		if n := int64(inserted); last[name] != [2]int64{n, n} {
			t.Errorf("%s: told %v, inserted %d", name, last[name], n)
		}
	}
	if needs := report.Inserted["needs"]; needs != 0 {
		t.Errorf("%d needs without demonstration data", needs)
	}
}

func TestOnlyTheProgramSeeds(t *testing.T) {
	_, err := service.Seed(t.Context(), portal.Visitor, empty(t), service.SeedOptions{Files: seeds.Files(), Now: now})
	if !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a visitor may seed: %v", err)
	}
}

func TestAMissingFileIsSaid(t *testing.T) {
	files := overlay(t, "intakes.csv", "\n", "\n").(fstest.MapFS)
	delete(files, "intakes.csv")
	_, err := service.Seed(t.Context(), portal.System, empty(t), service.SeedOptions{Files: files, Now: now})
	if err == nil || !strings.Contains(err.Error(), "intakes.csv") || !strings.Contains(err.Error(), fs.ErrNotExist.Error()) {
		t.Errorf("got %v", err)
	}
}
