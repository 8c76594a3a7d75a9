package seeds_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"liangcheng/seeds"
)

func TestRows(t *testing.T) {
	for _, tt := range []struct {
		name, body   string
		rows         int
		line         int
		column, want string
	}{
		{name: "an empty table", body: "id,name\n"},
		{name: "quotes, commas and line breaks in cells", body: "id,name\n1,\"a, b\"\n2,\"c\nd\"\n", rows: 2},
		{name: "no header", body: "", line: 1, want: "EOF"},
		{name: "a heading twice", body: "id,name,id\n", line: 1, column: "id", want: "stands twice"},
		{name: "a heading missing", body: "id,title\n", line: 1, column: "name", want: `heading "name" is missing`},
		{name: "a cell too many", body: "id,name\n1,a\n2,b,c\n", rows: 1, line: 3, want: "3 cells under 2 headings"},
		{name: "a cell too few", body: "id,name\n1\n", line: 2, want: "1 cells under 2 headings"},
		{name: "bytes that are no UTF-8", body: "id,name\n1,a\n2,\xff\n", rows: 1, line: 3, column: "name", want: "not UTF-8"},
		{name: "a quote inside a bare cell", body: "id,name\n1,a\"b\n", line: 2, want: `bare "`},
		{name: "a quote never closed", body: "id,name\n1,\"a\n", line: 2, want: `"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"x.csv": {Data: []byte(tt.body)}}
			rows := 0
			for row, err := range seeds.Rows(fsys, "x.csv", "id", "name") {
				if err == nil {
					rows++
					if row.File != "x.csv" || row.Get("id") == "" || row.Get("name") == "" {
						t.Errorf("row %+v", row)
					}
					continue
				}
				var fault *seeds.Fault
				if !errors.As(err, &fault) || fault.File != "x.csv" || fault.Line != tt.line || fault.Column != tt.column ||
					tt.want == "" || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%+v (%v), want line %d column %q: %s", fault, err, tt.line, tt.column, tt.want)
				}
				tt.want = ""
			}
			if rows != tt.rows || tt.want != "" {
				t.Errorf("%d rows, want %d; not said: %q", rows, tt.rows, tt.want)
			}
		})
	}
}

func TestRowsOfAFileThatIsNotThere(t *testing.T) {
	for _, err := range seeds.Rows(fstest.MapFS{}, "x.csv") {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want %v", err, fs.ErrNotExist)
		}
	}
}

func TestList(t *testing.T) {
	fsys := fstest.MapFS{"x.csv": {Data: []byte("a,b,c\n一； 二；,；,三;四\n")}}
	for row, err := range seeds.Rows(fsys, "x.csv") {
		if err != nil {
			t.Fatal(err)
		}
		for column, want := range map[string]string{"a": "一|二", "b": "", "c": "三;四", "d": ""} {
			if got := strings.Join(row.List(column), "|"); got != want {
				t.Errorf("%s: got %q, want %q", column, got, want)
			}
		}
	}
}

// headings are the columns of every file; the demonstration files have the same ones.
var headings = map[string]string{
	"colleges.csv":               "id,name,name_en,aliases,school_code,cluster,district,kind,ownership,authority,address,website,founded,note,certainty,source,date,url",
	"college_facts.csv":          "college_id,field,value,year,certainty,source",
	"programmes.csv":             "college_id,code,name,level,duration,seats_free,facilities,certificates,modes,languages,joint,intl_certificates,asean_partners,intl_note,enrolment,highlights,note,certainty,source,date",
	"intakes.csv":                "college_id,code,year,track,count,source",
	"enterprises.csv":            "id,name,name_en,industry,place,district,summary,size,foreign,languages,certainty,source,date,url",
	"needs.csv":                  "id,enterprise_id,title,text,industry,headcount,level,modes,district,must_haves,languages,anonymous,published_days_ago,open_days",
	"partnerships.csv":           "id,title,type,college_ids,college_names,enterprise_ids,enterprise_names,programmes,industry,year,summary,certainty,source,date",
	"resources.csv":              "id,holder,record,kind,name,text,related,capacity,hours,charge,terms,open_to,district,address,shared_use",
	"events.csv":                 "id,title,place,about,industries,days_ago,days_ahead,start,minutes,rounds,tables,deadline_before,state",
	"event_parties.csv":          "event_id,kind,record,state,most,order",
	"event_proposals.csv":        "event_id,need_id,college_id,code,permille,enterprise_came,college_came,intention,answered_after,partnership",
	"lives.csv":                  "id,stage,from_days_ago,days,contract,received,reached,responsible,supporting,clause,idle_days,end_reason",
	"incubatees.csv":             "id,partnership,name,kind,field,entered_days_ago,ended_days_ago,end,reason,students",
	"alliance_members.csv":       "id,partnership,name,kind,role,record,joined_days_ago,left_days_ago,note",
	"pledges.csv":                "id,partnership,member,what,made_days_ago,due_in_days,percent,told_days_ago,note",
	"alliance_entries.csv":       "id,partnership,member,list,title,text,need,added_days_ago,closed_days_ago,end",
	"outcomes.csv":               "id,partnership,indicator,back,day_ago,value,numerator,denominator,counted_months,state,by,reason,before,since_ago,note",
	"report_forms.csv":           "form,name,name_en,types,document,note,note_en",
	"report_fields.csv":          "form,field,label,label_en,formula,period",
	"partnership_types.csv":      "type,required,dormant_months",
	"milestones.csv":             "type,months,title,title_en",
	"units.csv":                  "id,name,clauses",
	"plan_tasks.csv":             "clause,units,title,title_en,text,due,source,date",
	"list_items.csv":             "id,list,title,text,unit,partnership,opened_days_ago,due_days,state,handled_days_ago,done,closed_days_ago,supervised_days_ago,reason",
	"rounds.csv":                 "id,title,days_ago",
	"specialisms.csv":            "code,name,level,class_code,class_name,category_code,category_name,controlled,added,source",
	"profiles.csv":               "code,occupations,posts,work,basic_courses,core_courses,employers,certificates,inferred,editors,source",
	"specialism_occupations.csv": "code,occupation_code,occupation_name",
	"occupations.csv":            "code,name,rank",
	"industries.csv":             "code,name,parent",
	"indicators.csv":             "key,name,name_en,unit,unit_en,kind,period,types,numerator,numerator_en,denominator,denominator_en,counts,counts_en,share,better,red_line,classes,classes_en,compare,threshold,threshold_source,note,sources,status",
	"indicator_sources.csv":      "key,title,place,place_en,reach,current,year,note,note_en",
	"class_industries.csv":       "class_code,industry,rank,basis",
	"demoted_links.csv":          "specialism,occupation,factor,reason,source",
	"judged.csv":                 "id,text,industry,level,style,lexical_gap,grade_3,grade_2,grade_1,grade_0,source",
	"concepts.csv":               "surface,lang,kind,target_kind,target,weight,polarity,industries,source",
}

func TestFilesHaveTheAgreedHeadingsAndAreSmall(t *testing.T) {
	const most = 9 << 20 // bytes that every copy of the program carries
	total := 0
	err := fs.WalkDir(seeds.Files(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(seeds.Files(), path)
		if err != nil {
			return err
		}
		total += len(body)
		first, _, _ := strings.Cut(string(body), "\n")
		if want, ok := headings[strings.TrimPrefix(path, "demo/")]; !ok || first != want {
			t.Errorf("%s: headings %s, want %s", path, first, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > most {
		t.Errorf("the seeds are %d bytes, want at most %d", total, most)
	}
}
