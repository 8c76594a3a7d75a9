package service

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
)

// need makes up what an enterprise asks for: work of a specialism its industry needs, in
// the words of a workshop. A few enterprises ask often, most seldom.
func (s *Synthetic) need(i int) portal.Need {
	d := s.draw(drawNeed, i)
	e := s.enterprise(int(float64(s.enterprises) * math.Pow(d.Float64(), 1.3)))
	sp := s.specialisms[s.ofDivision[portal.IndustryDivision(e.Industry)].any(d)]
	n := portal.Need{Meta: portal.Meta{ID: fmt.Sprintf("%sn%07d", syntheticPrefix, i+1)}, EnterpriseID: e.ID,
		Industry: e.Industry, Level: wanted(d, sp.Level), Modes: someModes(d, .4), District: e.District,
		Anonymous: chance(d, .08), Status: portal.NeedOpen, Origin: s.origin}
	words := s.wordsFor(sp)
	n.Title, n.Text = words.title(d), words.text(d)
	if chance(d, .08) {
		n.Industry = ""
	}
	if chance(d, .6) {
		n.Headcount = new(min(1+int(5*(pareto(d)-.9)), 2000))
	}
	if sp.Profile != nil && chance(d, .06) {
		n.MustHaves = someOf(d, sp.Profile.Certificates, 1)
	}
	if chance(d, .02) {
		n.Languages = someOf(d, syntheticLanguages[:], 1)
	}
	switch f := d.Float64(); {
	case f < .07:
		n.Status = portal.NeedClosed
	case f < .1:
		n.Status = portal.NeedPaused
	}
	// Young ones are many; about one in eight has run out.
	age := time.Duration(math.Pow(d.Float64(), 2) * 300 * float64(day))
	n.PublishedAt = s.today.Add(-age).Truncate(time.Second)
	n.ExpiresAt = n.PublishedAt.Add(time.Duration(120+d.IntN(240)) * day)
	return n
}

// wanted is how employers ask for a level; one in four does not mind.
func wanted(d *rand.Rand, l portal.Level) portal.WantedLevel {
	if chance(d, .25) {
		return portal.AnyLevel
	}
	switch l {
	case portal.Secondary:
		return portal.WantSecondary
	case portal.Associate:
		return portal.WantVocational
	}
	return portal.WantBachelor
}

// workWords are the words there are for the work of one specialism; any list may be
// empty but names.
type workWords struct {
	names, posts, work, courses, processes, tools []string
}

func (s *Synthetic) wordsFor(sp portal.Specialism) workWords {
	said := s.surfaces[sp.Code]
	w := workWords{names: []string{sp.Name}, posts: slices.Clone(said["post"]), processes: said["process"],
		tools: append(slices.Clone(said["software"]), said["equipment"]...)}
	for _, o := range sp.Occupations {
		w.names = append(w.names, o.Name)
	}
	if p := sp.Profile; p != nil {
		w.names = append(w.names, p.Occupations...)
		w.posts = append(w.posts, p.Posts...)
		w.work, w.courses = p.Work, p.CoreCourses
	}
	return w
}

// title names a post: 电芯化成测试员.
func (w workWords) title(d *rand.Rand) string {
	name := anyOf(d, w.names)
	if len(w.posts) > 0 && chance(d, .6) {
		name = anyOf(d, w.posts)
	}
	for _, end := range []string{"员", "工", "师", "人员", "岗", "员工"} {
		if strings.HasSuffix(name, end) {
			return name
		}
	}
	return name + anyOf(d, []string{"技术员", "岗位", "专员", "助理", "班组长", "学徒"})
}

// text says in one to four short sentences what there is to do and what is asked for.
func (w workWords) text(d *rand.Rand) string {
	var said []string
	say := func(chanceOf float64, list []string, n int, forms ...string) {
		if words := someOf(d, list, n); len(words) > 0 && chance(d, chanceOf) {
			said = append(said, fmt.Sprintf(anyOf(d, forms), strings.Join(words, "、")))
		}
	}
	say(.8, w.work, 1+d.IntN(2), "负责%s", "主要做%s", "日常%s", "到岗后先跟师傅做%s")
	say(.7, w.processes, 1+d.IntN(3), "会%s", "做过%s优先", "工序有%s")
	say(.6, w.tools, 1+d.IntN(2), "会用%s", "能操作%s", "熟悉%s，不会的可以带")
	say(.4, w.posts, 1+d.IntN(2), "也可转岗%s", "带一带%s的新人", "配合%s")
	say(.3, w.courses, 1, "学过%s最好", "懂一点%s")
	if len(said) == 0 {
		said = append(said, fmt.Sprintf(anyOf(d, []string{"招%s，应届生也行", "要能做%s的人", "缺%s，尽快到岗"}), anyOf(d, w.names)))
	}
	if chance(d, .7) {
		said = append(said, anyOf(d, []string{"两班倒，提供住宿", "白班为主，包午餐", "按图作业，手脚麻利", "能出差", "能吃苦，服从安排",
			"有师傅带，三个月转正", "无尘车间，要坐得住", "持证优先", "要守规矩，安全第一", "接受应届毕业生"}))
	}
	return strings.Join(said, anyOf(d, []string{"；", "。", "，"})) + "。"
}
