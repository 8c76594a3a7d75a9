package match

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Hints are what a need says about itself besides the work: how many, which level, where,
// how, by when. They are offered to the person as fields, and never filled in silently.
type Hints struct {
	Headcount *int
	Level     portal.WantedLevel
	District  portal.District
	Modes     []portal.Mode
	MustHaves []string // certificates, things one must be able to do, shifts
	Deadline  string   // in the person's words
	Salary    string
	Without   []string // what is not wanted: 计算机
	Posts     []Post   // where several are asked for at once
}

// Post is one of several posts of a need.
type Post struct {
	Text      string
	Headcount int
}

// Empty reports whether the text says nothing of the kind.
func (h Hints) Empty() bool {
	return h.Headcount == nil && h.Level == "" && h.District == "" && h.Salary == "" && h.Deadline == "" &&
		len(h.Modes)+len(h.MustHaves)+len(h.Without)+len(h.Posts) == 0
}

// ReadHints reads a need as it was typed.
func ReadHints(s string) Hints {
	s = text.Normalize(s)
	if utf8.RuneCountInString(s) > longestRead {
		s = string([]rune(s)[:longestRead])
	}
	wanted, _ := Need{Text: s}.wanted()
	h := Hints{Level: readLevel(wanted), District: readDistrict(s), Modes: readModes(wanted), MustHaves: readMustHaves(wanted),
		Salary: strings.TrimSpace(salaryForm.FindString(s)), Deadline: strings.TrimSpace(deadlineForm.FindString(s)), Without: without(s), Posts: readPosts(s)}
	switch counts := headcounts(s); {
	case len(h.Posts) > 0:
		n := 0
		for _, p := range h.Posts {
			n += p.Headcount
		}
		h.Headcount = &n
	case len(counts) == 1:
		h.Headcount = &counts[0]
	}
	return h
}

// headcountMost is the largest number of people a text is believed to ask for.
const headcountMost = 5000

var (
	numeral       = `\d{1,4}|[一二两三四五六七八九十百]{1,5}`
	headcountForm = regexp.MustCompile(`(` + numeral + `)\s*(?:多|余)?\s*(?:个|名|位|人)(?:左右)?`)
	englishCount  = regexp.MustCompile(`\b(\d{1,4})\s+(?:[a-z-]+\s+){0,3}?(?:people|persons|workers|technicians|engineers|graduates|operators|students|interns|staff|nurses|drivers|welders|fitters)\b`)
	notPeople     = regexp.MustCompile(`^\s*(?:月|班|工作日|小时|年|季度|星期|礼拜|专业|岗位|车间|项目|部门|证|以上|方向)`)
	salaryForm    = regexp.MustCompile(`(?:月薪|底薪|工资|薪资|待遇|年薪)?\s*\d+(?:\.\d+)?\s*[k千万]?\s*(?:-|~|—|–|到|至)\s*\d+(?:\.\d+)?\s*(?:[k千万]|元|块)(?:元|块)?(?:\s*/\s*月|每月|一个月|/年)?|(?:月薪|底薪|工资|薪资|年薪)\s*\d+(?:\.\d+)?\s*[k千万]?(?:元|块)?`)
	certificate   = regexp.MustCompile(`(?:持有?|有|要求?|具备)?((?:\p{Han}|[a-z0-9+]){2,10}?(?:资格证书|资格证|操作证|上岗证|等级证|驾驶证|驾照|证书|证))`)
	ability       = regexp.MustCompile(`(?:会用?|能用|熟悉|精通|懂|掌握|熟练(?:使用|操作)?)\s*((?:\p{Han}|[a-z0-9+#./ -]){2,14})`)
	shifts        = regexp.MustCompile(`(?:能|可|接受|适应|需要?)?(?:两班倒|三班倒|四班三运转|倒班|夜班|轮班)|night shifts?|rotating shifts?|shift work`)
	negation      = regexp.MustCompile(`(?:不要|不招|不收|不考虑|排除)((?:\p{Han}|[a-z]){2,14})`)
	exception     = regexp.MustCompile(`除了?((?:\p{Han}|[a-z]){1,10}?)(?:以外|之外|外)的?`)
	aside         = regexp.MustCompile(`(?:不要求?|不需要|不用|不必|不招|不收|不考虑|无需|无须|谢绝|拒绝)[^\s,.;:!?。、只但的]{2,14}`)
	postForm      = regexp.MustCompile(`((?:\p{Han}|[a-z]){2,14}?)\s*[:(]?\s*(` + numeral + `)\s*(?:个|名|位|人)[)]?`)
	postLead      = regexp.MustCompile(`^(?:我们|公司|工厂|厂里|现在|今年|明年|需要?|要|招聘?|急|想|还|和|以及|另外|另|再|各|约|大概|共|一共|其中)+`)
)

// headcounts are the numbers of people in a text.
func headcounts(s string) []int {
	var out []int
	for _, at := range headcountForm.FindAllStringSubmatchIndex(s, -1) {
		if notPeople.MatchString(s[at[1]:]) || strings.HasSuffix(s[:at[0]], "第") {
			continue
		}
		if n := numberOf(s[at[2]:at[3]]); n > 0 && n <= headcountMost {
			out = append(out, n)
		}
	}
	for _, m := range englishCount.FindAllStringSubmatch(s, -1) {
		if n := numberOf(m[1]); n > 0 && n <= headcountMost {
			out = append(out, n)
		}
	}
	return out
}

// numberOf reads digits or Chinese numerals below a thousand.
func numberOf(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	total, digit := 0, 0
	for _, r := range s {
		switch r {
		case '百':
			total += max(digit, 1) * 100
			digit = 0
		case '十':
			total += max(digit, 1) * 10
			digit = 0
		case '两':
			digit = 2
		default:
			digit = strings.IndexRune("一二三四五六七八九", r)/len("一") + 1
		}
	}
	return total + digit
}

// levelForms are what people call the levels, the lowest first.
var levelForms = [...]struct {
	level portal.WantedLevel
	form  *regexp.Regexp
}{
	{portal.WantSecondary, regexp.MustCompile(`中专|中职|技校|职高|\bsecondary vocational\b`)},
	{portal.WantVocational, regexp.MustCompile(`大专|专科|高职|\b(?:junior college|associate|vocational college|college diploma)\b`)},
	{portal.WantBachelor, regexp.MustCompile(`本科|学士|\b(?:bachelor|undergraduate)`)},
}

// readLevel is the lowest level a text is content with.
func readLevel(s string) portal.WantedLevel {
	for _, l := range levelForms {
		if l.form.MatchString(s) {
			return l.level
		}
	}
	return portal.AnyLevel
}

// shortPlaces are how people call the districts.
var shortPlaces = []struct {
	said     string
	district portal.District
}{
	{"贵安", "贵安新区"}, {"花溪", "花溪区"}, {"清镇", "清镇市"}, {"观山湖", "观山湖区"}, {"云岩区", "云岩区"}, {"南明", "南明区"}, {"乌当", "乌当区"}, {"白云区", "白云区"},
	{"修文", "修文县"}, {"开阳", "开阳县"}, {"息烽", "息烽县"}, {"经开区", "贵阳经开区"}, {"小孟", "贵阳经开区"}, {"高新区", "贵阳高新区"}, {"双龙", "双龙航空港经济区"},
	{"安顺", "安顺市"}, {"黔南", "黔南州"}, {"遵义", "遵义市"},
}

func readDistrict(s string) portal.District {
	for _, p := range shortPlaces {
		if strings.Contains(s, p.said) {
			return p.district
		}
	}
	return ""
}

// modeWords are what people call the ways of working together.
var modeWords = []struct {
	mode  portal.Mode
	words []string
}{
	{portal.OrderClass, []string{"订单班", "定向培养", "冠名班", "order class"}},
	{portal.Apprenticeship, []string{"学徒", "现场工程师", "apprentice"}},
	{portal.PracticeBase, []string{"实习", "实训", "顶岗", "跟岗", "internship"}},
	{portal.IndustryCollege, []string{"产业学院"}},
	{portal.InnovationCentre, []string{"科创中心", "联合实验室", "研发中心"}},
	{portal.TechService, []string{"技术服务", "技术攻关", "横向课题", "联合研发"}},
	{portal.ResourceSharing, []string{"共享设备", "借用设备", "借用场地"}},
}

func readModes(s string) []portal.Mode {
	var out []portal.Mode
	for _, m := range modeWords {
		if slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(s, w) }) {
			out = append(out, m.mode)
		}
	}
	return out
}

// mustHavesMost is how many conditions are offered.
const mustHavesMost = 6

func readMustHaves(s string) []string {
	var out []string
	add := func(said string) {
		said = strings.Trim(said, " -./")
		if utf8.RuneCountInString(said) > 1 && len(out) < mustHavesMost && !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	for _, m := range certificate.FindAllStringSubmatch(s, -1) {
		add(m[1])
	}
	for _, m := range ability.FindAllStringSubmatch(s, -1) {
		if said, _, _ := strings.Cut(m[1], "的"); !strings.HasSuffix(said, "证") {
			add(said)
		}
	}
	for _, said := range shifts.FindAllString(s, 1) {
		add(said)
	}
	return out
}

// without are the kinds of specialisms a text does not want.
func without(s string) []string {
	var out []string
	for _, at := range refusals(s) {
		if said := s[at[2]:at[3]]; !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out
}

// negated are the characters without which nothing in a text is not wanted.
const negated = "不无除谢拒排"

// refusals are the places in a normalised text where something is not wanted: from where to
// where, and of that what is not wanted.
func refusals(s string) [][4]int {
	if !strings.ContainsAny(s, negated) {
		return nil
	}
	var out [][4]int
	for _, at := range negation.FindAllStringSubmatchIndex(s, -1) {
		said, named, until := s[at[2]:at[3]], false, at[1]
		for _, end := range []string{"专业", "方向", "类", "学生", "毕业生", "的"} {
			if before, _, found := strings.Cut(said, end); found {
				said, named, until = before, true, at[2]+len(before)+len(end)
			}
		}
		// 不要求经验 does not say what is not wanted.
		if named && !strings.HasPrefix(said, "求") && utf8.RuneCountInString(said) > 1 {
			out = append(out, [4]int{at[0], until, at[2], at[2] + len(said)})
		}
	}
	for _, at := range exception.FindAllStringSubmatchIndex(s, -1) {
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if at[3]-at[2] > 3 && !strings.ContainsRune("包协贸观语墙卖科国企部地勤场", after) { // 除尘设备外包 excepts nothing
			out = append(out, [4]int{at[0], at[1], at[2], at[3]})
		}
	}
	return out
}

// wanted is the text of a need without what it does not want or does not ask for, so that
// 不要计算机专业 and 无需英语 are no evidence for computing and English, and the names it
// does not want.
func (n Need) wanted() (string, []string) {
	if !strings.ContainsAny(n.Text, negated) {
		return n.Text, nil
	}
	s := text.Normalize(n.Text)
	cuts := aside.FindAllStringIndex(s, -1)
	for _, at := range refusals(s) {
		cuts = append(cuts, []int{at[0], at[1]})
	}
	if len(cuts) == 0 {
		return n.Text, nil
	}
	slices.SortFunc(cuts, func(a, b []int) int { return a[0] - b[0] })
	var b strings.Builder
	from := 0
	for _, at := range cuts {
		if at[0] >= from {
			b.WriteString(s[from:at[0]])
			b.WriteByte(' ')
		}
		from = max(from, at[1])
	}
	b.WriteString(s[from:])
	return b.String(), without(s)
}

// readPosts are the posts of a text that asks for several, each with its number.
func readPosts(s string) []Post {
	var out []Post
	for _, at := range postForm.FindAllStringSubmatchIndex(s, -1) {
		if notPeople.MatchString(s[at[1]:]) {
			continue
		}
		said, n := postLead.ReplaceAllString(s[at[2]:at[3]], ""), numberOf(s[at[4]:at[5]])
		if utf8.RuneCountInString(said) > 1 && n > 0 && n <= headcountMost {
			out = append(out, Post{said, n})
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// PostPart is one of several posts a text asks for, with the part of the text that is about
// it.
type PostPart struct {
	Title     string
	Headcount int
	Text      string
}

// clauseEnds are where a text about several posts may be taken apart.
const clauseEnds = "，,；;。！!\n、"

// SplitPosts takes a text apart by the posts it asks for; nil where it asks for one. What
// stands before the first post is said of each of them.
func SplitPosts(s string) []PostPart {
	posts := ReadHints(s).Posts
	if len(posts) == 0 {
		return nil
	}
	parts, lead, next := make([]PostPart, len(posts)), []string(nil), 0
	said := make([][]string, len(posts))
	for _, clause := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(clauseEnds, c) }) {
		clause = strings.TrimSpace(clause)
		from := next
		for next < len(posts) && strings.Contains(text.Normalize(clause), posts[next].Text) {
			parts[next].Title = asWritten(clause, posts[next].Text)
			next++
		}
		switch {
		case clause == "":
		case next == 0:
			lead = append(lead, clause)
		case next-from > 1: // several in one clause: of each only its name
			for i := from; i < next; i++ {
				said[i] = append(said[i], parts[i].Title)
			}
		default:
			said[next-1] = append(said[next-1], clause)
		}
	}
	for i, p := range posts {
		if len(said[i]) == 0 {
			parts[i].Title, said[i] = p.Text, []string{p.Text}
		}
		parts[i].Headcount, parts[i].Text = p.Headcount, strings.Join(append(slices.Clone(lead), said[i]...), "，")
	}
	return parts
}

// asWritten finds in a text what was read of it in small letters.
func asWritten(s, read string) string {
	small := strings.ToLower(s)
	if i := strings.Index(small, read); i >= 0 && len(small) == len(s) {
		return s[i : i+len(read)]
	}
	return read
}
