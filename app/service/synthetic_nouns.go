package service

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"liangcheng/app/portal"
)

// Synthetic makes up records of one seed and size, one at a time. It is safe for
// concurrent use.
type Synthetic struct {
	syntheticCatalogue
	o           SyntheticOptions
	today       time.Time
	origin      portal.Origin
	enterprises int
	kinds       []portal.CollegeKind // by college
	quotas      []int                // programmes by college
}

// NewSynthetic prepares to make up records from the stored catalogue and the taxonomy.
func NewSynthetic(ctx context.Context, r Rooms, o SyntheticOptions) (*Synthetic, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("service.NewSynthetic: %w", err)
	}
	const needsEach = 20
	s := &Synthetic{o: o, today: o.Now.UTC().Truncate(day), enterprises: max(o.Needs/needsEach, 1),
		origin: portal.Origin{Certainty: portal.Demo, Source: fmt.Sprintf("合成数据（虚构；种子%d：%d所院校、%d个专业、%d条需求、%d个合作项目）",
			o.Seed, o.Colleges, o.Programmes, o.Needs, o.Partnerships)}}
	if err := s.catalogue(ctx, r); err != nil {
		return nil, fmt.Errorf("service.NewSynthetic: %w", err)
	}
	if err := s.shareOut(); err != nil {
		return nil, fmt.Errorf("service.NewSynthetic: %w", err)
	}
	return s, nil
}

// syntheticKinds are the kinds of school, how many of a hundred there are of each, and the
// programmes of a middling one.
var syntheticKinds = [...]struct {
	kind              portal.CollegeKind
	share, programmes float64
}{
	{portal.University, 28, 50}, {portal.VocationalUniversity, 3, 45}, {portal.VocationalCollege, 37, 38},
	{portal.SecondarySchool, 27, 14}, {portal.TechnicianCollege, 5, 12},
}

// shareOut says what kind of school each college is and shares the programmes out among
// them by their sizes, which vary by half either way.
func (s *Synthetic) shareOut() error {
	var kinds weighted
	for i, k := range syntheticKinds {
		kinds.add(i, k.share)
	}
	upTo := make([]float64, s.o.Colleges)
	total := 0.0
	for i := range upTo {
		d := s.draw(drawKind, i)
		k := syntheticKinds[kinds.any(d)]
		s.kinds = append(s.kinds, k.kind)
		total += k.programmes * (.5 + d.Float64())
		upTo[i] = total
	}
	given := 0
	for i, at := range upTo {
		until := int(float64(s.o.Programmes)*at/total + .5)
		quota, most := until-given, 0
		for _, level := range levelsOf(s.kinds[i]) {
			most += len(s.ofLevel[level])
		}
		if quota > most {
			return fmt.Errorf("%d programmes are too many for %d colleges: one would offer %d of %d specialisms",
				s.o.Programmes, s.o.Colleges, quota, most)
		}
		s.quotas = append(s.quotas, quota)
		given = until
	}
	return nil
}

// Colleges are made up one by one.
func (s *Synthetic) Colleges() iter.Seq[portal.College] { return numbered(s.o.Colleges, s.college) }

// Enterprises are made up one by one.
func (s *Synthetic) Enterprises() iter.Seq[portal.Enterprise] {
	return numbered(s.enterprises, s.enterprise)
}

// Needs are made up one by one.
func (s *Synthetic) Needs() iter.Seq[portal.Need] { return numbered(s.o.Needs, s.need) }

// Partnerships are made up one by one.
func (s *Synthetic) Partnerships() iter.Seq[portal.Partnership] {
	return numbered(s.o.Partnerships, s.partnership)
}

// Programmes are made up college by college.
func (s *Synthetic) Programmes() iter.Seq[portal.Programme] {
	return func(yield func(portal.Programme) bool) {
		n := 0
		for i := range s.o.Colleges {
			for _, at := range s.offers(i) {
				if !yield(s.programme(n, i, s.specialisms[at])) {
					return
				}
				n++
			}
		}
	}
}

func numbered[T any](n int, one func(int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range n {
			if !yield(one(i)) {
				return
			}
		}
	}
}

func collegeNumber(i int) string    { return fmt.Sprintf("%sc%04d", syntheticPrefix, i+1) }
func collegeName(i int) string      { return fmt.Sprintf("合成院校-%04d", i+1) }
func enterpriseNumber(i int) string { return fmt.Sprintf("%se%05d", syntheticPrefix, i+1) }
func enterpriseName(i int) string   { return fmt.Sprintf("合成企业-%05d", i+1) }

func (s *Synthetic) college(i int) portal.College {
	d := s.draw(drawCollege, i)
	c := portal.College{Meta: portal.Meta{ID: collegeNumber(i)}, Name: collegeName(i), Kind: s.kinds[i],
		Ownership: portal.Public, Cluster: portal.OtherGuiyang, Note: "合成院校，仅供规模测试", Origin: s.origin}
	switch {
	case chance(d, .08):
		c.Cluster, c.District = portal.Huaxi, anyOf(d, []portal.District{"贵安新区", "花溪区"})
	case chance(d, .13):
		c.Cluster, c.District = portal.Qingzhen, "清镇市"
	default:
		c.District = someDistrict(d)
	}
	switch {
	case chance(d, .05):
		c.Ownership = ""
	case chance(d, .25):
		c.Ownership = portal.Private
	}
	if chance(d, .6) {
		c.Founded = 1940 + d.IntN(80)
	}
	return c
}

// someDistrict is unknown for one record in six.
func someDistrict(d *rand.Rand) portal.District {
	if chance(d, 1./6) {
		return ""
	}
	return anyOf(d, portal.Districts[:])
}

// someModes are unknown with the chance given, else one to three.
func someModes(d *rand.Rand, unknown float64) []portal.Mode {
	if chance(d, unknown) {
		return nil
	}
	return someOf(d, portal.Modes[:], 1+d.IntN(3))
}

// programme makes programme n: what college i offers of a specialism.
func (s *Synthetic) programme(n, i int, sp portal.Specialism) portal.Programme {
	d := s.draw(drawProgramme, n)
	id := collegeNumber(i)
	p := portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID(id, sp.Code)}, CollegeID: id, Code: sp.Code,
		Name: sp.Name, Level: sp.Level, Modes: someModes(d, .55), Origin: s.origin}
	switch f := d.Float64(); {
	case f < .42:
		p.Enrolment = portal.Registered
	case f < .80:
		p.Enrolment = portal.Recruiting
	case f < .83:
		p.Enrolment = portal.Stopped
	}
	if chance(d, .7) {
		p.Duration = map[portal.Level]string{portal.Secondary: "三年", portal.Associate: "三年"}[sp.Level]
	}
	if chance(d, .3) {
		p.SeatsFree = new(max(0, d.IntN(90)-15)) // one in six of the known is full
	}
	if chance(d, .4) {
		p.Intakes = []portal.Intake{{Year: s.today.Year(), Track: "统一招生（合成）", Count: 15 + d.IntN(200), Source: s.origin.Source}}
	}
	if prof := sp.Profile; prof != nil {
		if chance(d, .35) {
			for _, course := range someOf(d, prof.CoreCourses, 1+d.IntN(2)) {
				p.Facilities = append(p.Facilities, course+"实训室")
			}
		}
		if chance(d, .25) {
			p.Certificates = someOf(d, prof.Certificates, 1)
		}
	}
	if chance(d, .02) {
		p.International = &portal.International{Languages: someOf(d, syntheticLanguages[:], 1+d.IntN(2)), Joint: chance(d, .5)}
	}
	return p
}

// syntheticLanguages are those a programme or a workplace may need.
var syntheticLanguages = [...]string{"英语", "越南语", "泰语"}

func (s *Synthetic) enterprise(i int) portal.Enterprise {
	d := s.draw(drawEnterprise, i)
	e := portal.Enterprise{Meta: portal.Meta{ID: enterpriseNumber(i)}, Name: enterpriseName(i),
		Industry: anyOf(d, s.codes[anyOf(d, s.divisions)]), District: someDistrict(d),
		Summary: "合成企业，仅供规模测试", Foreign: chance(d, .03), Origin: s.origin}
	if chance(d, .7) {
		e.Size = anyOf(d, []string{"large", "medium", "medium", "small", "small", "small", "micro", "micro"})
	}
	if e.Foreign {
		e.Languages = someOf(d, syntheticLanguages[:], 1)
	}
	if e.District != "" {
		e.Place = string(e.District) + "（虚构）"
	}
	return e
}

// partnership makes one between a college and an enterprise, on up to three of its programmes.
func (s *Synthetic) partnership(i int) portal.Partnership {
	d := s.draw(drawPartnership, i)
	college, e := d.IntN(s.o.Colleges), d.IntN(s.enterprises)
	p := portal.Partnership{Meta: portal.Meta{ID: fmt.Sprintf("%sp%06d", syntheticPrefix, i+1)},
		Title:       collegeName(college) + " · " + enterpriseName(e),
		Colleges:    []portal.Party{{ID: collegeNumber(college), Name: collegeName(college)}},
		Enterprises: []portal.Party{{ID: enterpriseNumber(e), Name: enterpriseName(e)}},
		Industry:    s.enterprise(e).Industry, Summary: "合成合作项目，仅供规模测试", Origin: s.origin}
	for _, at := range someOf(d, s.offers(college), d.IntN(4)) {
		p.Programmes = append(p.Programmes, s.specialisms[at].Code)
	}
	s.live(i, &p)
	return p
}
