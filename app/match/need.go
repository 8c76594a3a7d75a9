package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Need is what the match reads of a need. Only Text is required.
type Need struct {
	Text      string
	Industry  string // GB/T 4754 code at any depth
	Level     portal.WantedLevel
	Headcount *int // persons; nil is unknown
	Modes     []portal.Mode
	District  portal.District
	Languages []string // asked for in the work; makes international features count
	MustHaves []string // certificates or facilities that must be there
}

// Term is one weighted piece of a need for the search engine to score.
type Term struct {
	Text   string
	Weight float64
	Sound  bool // compare by folded pinyin
}

// LexicalHit is the search engine's score of one specialism and the terms that met it.
type LexicalHit struct {
	Score float64
	Terms []LexicalTerm
}

// LexicalTerm is one term of a need that met a specialism.
type LexicalTerm struct {
	Text   string
	Fields []string
	Score  float64
}

// Lexical is the search engine's answer: specialism code → hit.
type Lexical map[string]LexicalHit

// The weights of terms and how much of a text is read, in characters.
const (
	soundWeight = .35
	pinyinTyped = 1
	longestRead = 600
	mostTerms   = 60
)

// Terms cuts a need into what the engine should score: its words without the filler of
// job advertisements, each also by sound, since nearly all typing errors are homophones.
func (g *Graph) Terms(n Need) []Term {
	var terms []Term
	add := func(t Term) {
		if len(terms) < mostTerms && !slices.ContainsFunc(terms, func(o Term) bool { return o.Text == t.Text && o.Sound == t.Sound }) {
			terms = append(terms, t)
		}
	}
	for _, word := range words(n.Text) {
		if word.Han {
			add(Term{Text: word.Text, Weight: 1})
			if utf8.RuneCountInString(word.Text) > 1 {
				add(Term{Text: word.Text, Weight: soundWeight, Sound: true})
			}
			continue
		}
		add(Term{Text: word.Text, Weight: 1})
		if syllables, ok := text.Syllabify(word.Text); ok && len(syllables) > 1 {
			add(Term{Text: word.Text, Weight: pinyinTyped, Sound: true})
		}
	}
	return terms
}

// words are the meaning runs of a text: filler and bare numbers are cut out.
func words(s string) []text.Run {
	s = text.Normalize(s)
	if utf8.RuneCountInString(s) > longestRead {
		s = string([]rune(s)[:longestRead])
	}
	var out []text.Run
	for _, run := range text.Runs(s) {
		if !run.Han {
			if !isNumber(run.Text) && !slices.Contains(englishFiller, run.Text) {
				out = append(out, run)
			}
			continue
		}
		for part := range strings.FieldsSeq(filler.Replace(run.Text)) {
			out = append(out, text.Run{Text: part, Han: true})
		}
	}
	return out
}

func isNumber(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// filler is what job advertisements say whatever the job: it separates words.
var filler = func() *strings.Replacer {
	var pairs []string
	for _, w := range strings.Fields(`
		我们公司 本公司 公司 我司 我厂 单位 企业 工厂 招聘 招收 招募 急招 诚聘 招几个 招 若干 数名 多名 名额
		优先考虑 优先 负责 从事 具备 具有 拥有 熟悉 掌握 了解 熟练 精通 能够 可以 需要 要求 希望 最好 必须
		以上学历 学历 以上 以下 左右 左右的 经验 相关 有关 专业 毕业生 应届生 应届 实习生 人员 岗位 工作 方向
		包吃住 包吃 包住 五险一金 月薪 待遇 薪资 工资 面议 长期 稳定 吃苦耐劳 责任心 年龄 男女不限 不限 均可
		能上夜班 上夜班 夜班 倒班 能倒班 加班 出差 全省各地 驻点 来的 的来 我们 他们 一个 几个 小伙子 那边 那种 这种
		大专 高职 中专 中职 本科 高中 会的 懂的 能的 进行 以及 或者 并且 还要 也要 就行 更好 即可 什么 如何
		主要 日常 各类 各种 所有 全部 等等 其他 合作 学校 院校 学生 培养 定向 订单班 学徒制 产业学院 实训 实习
		的 了 把 被 和 与 及 或 等`) {
		pairs = append(pairs, w, " ")
	}
	return strings.NewReplacer(pairs...)
}()

var englishFiller = strings.Fields(`a an and are as at be by for from have in is it of on or our that the their this to we will
	with you your must should able experience years required preferred job work working need needs needed wanted looking hiring staff
	good skills knowledge plus etc shift night day`)
