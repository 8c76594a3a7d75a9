package service

import (
	"strings"
	"time"

	"liangcheng/app/portal"
)

func (r *rowReader) specialisms() []portal.Specialism {
	var out []portal.Specialism
	at := map[string]int{}
	r.each([]string{"specialisms.csv"}, []string{"code", "name", "level", "class_code"}, func(w row) {
		code := w.id("specialisms.csv", w.must("code"))
		at[code] = len(out)
		out = append(out, portal.Specialism{
			Meta: portal.Meta{ID: code}, Code: code, Name: w.must("name"),
			Level: one(w, "level", portal.Levels[:], false), ClassCode: w.must("class_code"), ClassName: w.must("class_name"),
			CategoryCode: w.Get("category_code"), CategoryName: w.must("category_name"),
			Controlled: w.flag("controlled"), Added: w.Get("added"),
			Origin: portal.Origin{Certainty: portal.Verified, Source: w.must("source")},
		})
	})
	r.each([]string{"profiles.csv"}, []string{"code", "posts", "core_courses", "source"}, func(w row) {
		code := w.must("code")
		w.refers("code", "specialisms.csv", code)
		p := &portal.Profile{
			Occupations: w.List("occupations"), Posts: w.List("posts"), Work: w.List("work"),
			BasicCourses: w.List("basic_courses"), CoreCourses: w.List("core_courses"),
			Employers: w.Get("employers"), Certificates: w.List("certificates"),
			Inferred: w.flag("inferred"), Editors: w.flag("editors"), Source: w.must("source"),
		}
		if i, ok := at[code]; ok {
			out[i].Profile = p
		}
	})
	r.each([]string{"specialism_occupations.csv"}, []string{"code", "occupation_name"}, func(w row) {
		code := w.must("code")
		w.refers("code", "specialisms.csv", code)
		o := portal.OccupationRef{Code: w.Get("occupation_code"), Name: w.must("occupation_name")}
		if i, ok := at[code]; ok {
			out[i].Occupations = append(out[i].Occupations, o)
		}
	})
	return out
}

func (r *rowReader) colleges() []portal.College {
	var out []portal.College
	at := map[string]int{}
	r.each(r.files("colleges.csv"), []string{"id", "name", "cluster", "kind"}, func(w row) {
		id := w.id("colleges.csv", w.must("id"))
		at[id] = len(out)
		out = append(out, portal.College{
			Meta: portal.Meta{ID: id}, Name: w.must("name"), NameEn: w.Get("name_en"), Aliases: w.List("aliases"),
			SchoolCode: w.Get("school_code"), Cluster: one(w, "cluster", portal.Clusters[:], false),
			District: one(w, "district", portal.Districts[:], true), Kind: one(w, "kind", portal.CollegeKinds[:], false),
			Ownership: one(w, "ownership", []portal.Ownership{portal.Public, portal.Private}, true),
			Authority: w.Get("authority"), Address: w.Get("address"), Website: w.site("website"),
			Founded: w.year("founded"), Note: w.Get("note"), Origin: w.origin(),
		})
	})
	r.each([]string{"college_facts.csv"}, []string{"college_id", "field", "value"}, func(w row) {
		id := w.must("college_id")
		w.refers("college_id", "colleges.csv", id)
		fact := portal.Fact{Field: w.must("field"), Value: w.must("value"), Year: w.Get("year"), Origin: w.origin()}
		if i, ok := at[id]; ok {
			out[i].Facts = append(out[i].Facts, fact)
		}
	})
	return out
}

func (r *rowReader) programmes() []portal.Programme {
	enrolments := []portal.Enrolment{portal.Registered, portal.Recruiting, portal.Stopped}
	var out []portal.Programme
	at := map[string]int{}
	r.each(r.files("programmes.csv"), []string{"college_id", "code", "name", "level"}, func(w row) {
		college, code := w.must("college_id"), w.must("code")
		w.refers("college_id", "colleges.csv", college)
		w.refers("code", "specialisms.csv", code)
		id := w.id("programmes.csv", portal.ProgrammeID(college, code))
		at[id] = len(out)
		p := portal.Programme{
			Meta: portal.Meta{ID: id}, CollegeID: college, Code: code, Name: w.must("name"),
			Level: one(w, "level", portal.Levels[:], false), Duration: w.Get("duration"),
			SeatsFree: w.number("seats_free"), Facilities: w.List("facilities"), Certificates: w.List("certificates"),
			Modes: many(w, "modes", portal.Modes[:]), Enrolment: one(w, "enrolment", enrolments, true),
			Highlights: w.List("highlights"), Note: w.Get("note"), Origin: w.origin(),
		}
		abroad := portal.International{Languages: w.List("languages"), Joint: w.flag("joint"),
			Certificates: w.List("intl_certificates"), ASEANPartners: w.List("asean_partners"), Note: w.Get("intl_note")}
		if len(abroad.Languages)+len(abroad.Certificates)+len(abroad.ASEANPartners) > 0 || abroad.Joint {
			p.International = &abroad
		}
		out = append(out, p)
	})
	r.each(r.files("intakes.csv"), []string{"college_id", "code", "year", "track", "count", "source"}, func(w row) {
		id := portal.ProgrammeID(w.must("college_id"), w.must("code"))
		w.refers("code", "programmes.csv", id)
		w.must("count")
		w.must("year")
		count, in := w.number("count"), portal.Intake{Year: w.year("year"), Track: w.must("track"), Source: w.must("source")}
		if i, ok := at[id]; ok && count != nil {
			in.Count = *count
			out[i].Intakes = append(out[i].Intakes, in)
		}
	})
	return out
}

func (r *rowReader) enterprises() []portal.Enterprise {
	r.each([]string{"industries.csv"}, []string{"code"}, func(w row) { w.id("industries.csv", w.must("code")) })
	sizes := []string{"large", "medium", "small", "micro"}
	var out []portal.Enterprise
	r.each(r.files("enterprises.csv"), []string{"id", "name", "industry"}, func(w row) {
		w.refers("industry", "industries.csv", w.Get("industry"))
		out = append(out, portal.Enterprise{
			Meta: portal.Meta{ID: w.id("enterprises.csv", w.must("id"))}, Name: w.must("name"), NameEn: w.Get("name_en"),
			Industry: w.Get("industry"), Place: w.Get("place"), District: one(w, "district", portal.Districts[:], true),
			Summary: w.Get("summary"), Size: one(w, "size", sizes, true), Foreign: w.flag("foreign"),
			Languages: w.List("languages"), Origin: w.origin(),
		})
	})
	return out
}

// needs exist only as demonstration data: real enterprises get no invented ones.
func (r *rowReader) needs() []portal.Need {
	if !r.o.Demo {
		return nil
	}
	today := r.o.Now.UTC().Truncate(day)
	var out []portal.Need
	r.each([]string{"demo/needs.csv"}, []string{"id", "enterprise_id", "title", "text", "published_days_ago", "open_days"}, func(w row) {
		w.refers("enterprise_id", "enterprises.csv", w.must("enterprise_id"))
		w.refers("industry", "industries.csv", w.Get("industry"))
		n := portal.Need{
			Meta: portal.Meta{ID: w.id("needs.csv", w.must("id"))}, EnterpriseID: w.Get("enterprise_id"),
			Title: w.must("title"), Text: w.must("text"), Industry: w.Get("industry"), Headcount: w.number("headcount"),
			Level: one(w, "level", portal.WantedLevels[:], true), Modes: many(w, "modes", portal.Modes[:]),
			District: one(w, "district", portal.Districts[:], true), MustHaves: w.List("must_haves"),
			Languages: w.List("languages"), Anonymous: w.flag("anonymous"), Status: portal.NeedOpen,
			Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource},
		}
		if ago, open := w.number("published_days_ago"), w.number("open_days"); ago != nil && open != nil {
			n.PublishedAt = today.Add(-time.Duration(*ago) * day)
			n.ExpiresAt = n.PublishedAt.Add(time.Duration(*open) * day)
		}
		out = append(out, n)
	})
	return out
}

// demoSource is the source every demonstration record names.
const demoSource = "演示数据（虚构）"

func (r *rowReader) partnerships() []portal.Partnership {
	var out []portal.Partnership
	r.each(r.files("partnerships.csv"), []string{"id", "title", "type", "college_names", "enterprise_names"}, func(w row) {
		for _, code := range w.List("programmes") {
			w.refers("programmes", "specialisms.csv", code)
		}
		w.refers("industry", "industries.csv", w.Get("industry"))
		out = append(out, portal.Partnership{
			Meta: portal.Meta{ID: w.id("partnerships.csv", w.must("id"))}, Title: w.must("title"),
			Type:        one(w, "type", portal.Modes[:], false),
			Colleges:    w.parties("college_ids", "college_names", "colleges.csv"),
			Enterprises: w.parties("enterprise_ids", "enterprise_names", "enterprises.csv"),
			Programmes:  w.List("programmes"), Industry: w.Get("industry"), Year: w.year("year"),
			Summary: w.Get("summary"), Origin: w.origin(),
		})
	})
	return out
}

// lives give fictional partnerships a stage, an agreement and milestones, counted from the
// day of loading: real ones are only known as they were reported.
func (r *rowReader) lives(all []portal.Partnership, types []portal.PartnershipType) {
	if !r.o.Demo {
		return
	}
	at := map[string]*portal.Partnership{}
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	today := r.o.Now.UTC().Truncate(day)
	r.each([]string{"demo/lives.csv"}, []string{"id", "stage"}, func(w row) {
		w.refers("id", "partnerships.csv", w.must("id"))
		for _, unit := range append(w.List("supporting"), compact(w.Get("responsible"))...) {
			w.refers("responsible", "units.csv", unit)
		}
		p := at[w.Get("id")]
		if p == nil {
			return
		}
		p.Stage, p.By = one(w, "stage", portal.PartnershipStages[:], false), portal.CollegeOrganisation(p.Colleges[0].ID)
		p.Responsible, p.Supporting, p.Clause = w.Get("responsible"), w.List("supporting"), one(w, "clause", portal.PlanClauses[:], true)
		ago := func(field string) time.Time { return today.AddDate(0, 0, -count(w.number(field))) }
		p.Begun, p.Active, p.Year = ago("from_days_ago").AddDate(0, -2, 0), ago("idle_days"), 0
		if w.Get("from_days_ago") != "" {
			w.agreement(p, ago("from_days_ago"), types)
		}
		if p.Stage.Over() {
			p.EndReason = one(w, "end_reason", portal.EndReasons[:], p.Stage == portal.PartnershipConcluded)
			p.EndedAt = p.Active.AddDate(0, -1, 0)
		}
	})
}

// agreement signs a fictional partnership that began on a day, and reaches the first of
// its milestones.
func (w row) agreement(p *portal.Partnership, from time.Time, types []portal.PartnershipType) {
	const yuan = 10000 // of the 万元 the file gives
	p.Year = from.Year()
	p.Agreement = portal.Agreement{Number: "演示-" + strings.TrimPrefix(p.ID, demoPrefix), SignedOn: from.Format(time.DateOnly), From: from.Format(time.DateOnly),
		Contract: int64(count(w.number("contract"))) * yuan, Received: int64(count(w.number("received"))) * yuan, Clauses: portal.AgreementClauses[:]}
	if n := w.number("days"); n != nil {
		p.Agreement.Until = from.AddDate(0, 0, *n).Format(time.DateOnly)
	}
	for _, o := range p.Organisations() {
		p.Agreement.Confirmed = append(p.Agreement.Confirmed, portal.Assent{Organisation: o, At: from})
	}
	for _, t := range types {
		if t.ID == string(p.Type) {
			p.Milestones = t.Begin(p.Agreement.From)
		}
	}
	for i := range p.Milestones[:min(count(w.number("reached")), len(p.Milestones))] {
		p.Milestones[i].Done = p.Milestones[i].Due
	}
}

// count is a number that is 0 when it is not given.
func count(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// types are what is asked of partnerships, with the milestones of every type.
func (r *rowReader) types() []portal.PartnershipType {
	var out []portal.PartnershipType
	at := map[string]int{}
	r.each([]string{"partnership_types.csv"}, []string{"type", "required", "dormant_months"}, func(w row) {
		id := w.id("partnership_types.csv", string(one(w, "type", portal.Modes[:], false)))
		at[id] = len(out)
		t := portal.PartnershipType{Meta: portal.Meta{ID: id}, Required: many(w, "required", portal.RequiredFields[:])}
		if n := w.number("dormant_months"); n != nil {
			t.DormantMonths = *n
		}
		out = append(out, t)
	})
	r.each([]string{"milestones.csv"}, []string{"type", "months", "title", "title_en"}, func(w row) {
		w.refers("type", "partnership_types.csv", w.must("type"))
		w.must("months")
		i, ok := at[w.Get("type")]
		if n := w.number("months"); ok && n != nil {
			out[i].Milestones = append(out[i].Milestones, portal.MilestoneTemplate{Title: w.must("title"), TitleEn: w.must("title_en"), Months: *n})
		}
	})
	return out
}

// units are those the plan names.
func (r *rowReader) units() []portal.Unit {
	var out []portal.Unit
	r.each([]string{"units.csv"}, []string{"id", "name", "clauses"}, func(w row) {
		out = append(out, portal.Unit{Meta: portal.Meta{ID: w.id("units.csv", w.must("id"))}, Name: w.must("name"), Clauses: many(w, "clauses", portal.PlanClauses[:])})
	})
	return out
}

// resources exist only as demonstration data: real colleges open none that they have not
// told of.
func (r *rowReader) resources() []portal.Resource {
	if !r.o.Demo {
		return nil
	}
	var out []portal.Resource
	r.each([]string{"demo/resources.csv"}, []string{"id", "holder", "record", "kind", "name", "text", "hours", "charge", "open_to"}, func(w row) {
		rec := portal.Resource{
			Meta: portal.Meta{ID: w.id("resources.csv", w.must("id"))}, Holder: one(w, "holder", portal.ResourceHolders[:], false), Record: w.must("record"),
			Kind: one(w, "kind", portal.ResourceKinds[:], false), Name: w.must("name"), Text: w.must("text"), Related: w.List("related"),
			Capacity: w.number("capacity"), Hours: w.must("hours"), Charge: one(w, "charge", portal.Charges[:], false), Terms: w.Get("terms"),
			OpenTo: many(w, "open_to", portal.ResourceUsers[:]), District: one(w, "district", portal.Districts[:], true), Address: w.Get("address"),
			SharedUse: w.flag("shared_use"), State: portal.ResourceOpen, Origin: portal.Origin{Certainty: portal.Demo, Source: demoSource},
		}
		kind := "enterprises.csv"
		if rec.Organisation = portal.EnterpriseOrganisation(rec.Record); rec.Holder == portal.OfCollege {
			kind, rec.Organisation = "colleges.csv", portal.CollegeOrganisation(rec.Record)
		}
		w.refers("record", kind, rec.Record)
		for _, code := range rec.Related {
			w.refers("related", "specialisms.csv", code)
		}
		out = append(out, rec)
	})
	return out
}

// parties pairs the ids of a list with its names; a party without a record has an empty
// id in its place.
func (w row) parties(idsField, namesField, kind string) []portal.Party {
	names := w.List(namesField)
	var ids []string
	if raw := w.Get(idsField); raw != "" {
		ids = strings.Split(raw, "；")
	}
	if len(ids) > len(names) {
		w.fail(idsField, "%d ids for %d names", len(ids), len(names))
	}
	out := make([]portal.Party, len(names))
	for i, name := range names {
		out[i].Name = name
		if i < len(ids) {
			out[i].ID = strings.TrimSpace(ids[i])
			w.refers(idsField, kind, out[i].ID)
		}
	}
	return out
}
