package match

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// deadlineForm is how people say by when they want somebody. 急招 and 尽快 name no time and
// are left out.
var deadlineForm = regexp.MustCompile(`(?:(20\d\d)年|(今年|明年))?(\d{1,2})月(?:份)?(?:(\d{1,2})[日号]|([底末初]|中旬|上旬|下旬))?(?:(之?前)|到岗|入职|上岗)+` +
	`|(?:明年)(\d{1,2})月` +
	`|(今年|明年)?(年底|春节|过年|国庆|五一|暑假|寒假|开学|月底|本月底?|这个月底?|下个?月底?)(?:之?前)?(?:到岗|入职|上岗|前)+` +
	`|\bby (?:the )?(?:end of )?(january|february|march|april|may|june|july|august|september|october|november|december)(?: (\d{1,2})\b)?(?:,? (20\d\d))?`)

// yearDays are the days of the year before which something is wanted, as people call them.
var yearDays = map[string]string{"年底": "12-31", "国庆": "09-30", "五一": "04-30", "暑假": "06-30", "寒假": "12-31", "开学": "08-31"}

// Due is the day meant by the deadline, YYYY-MM-DD, read on the day today; empty where the
// words name none: the Spring Festival moves.
func (h Hints) Due(today string) string {
	now, err := time.Parse(time.DateOnly, today)
	m := deadlineForm.FindStringSubmatch(h.Deadline)
	if err != nil || m == nil {
		return ""
	}
	due := dueOf(m, now)
	if due.IsZero() {
		return ""
	}
	return due.Format(time.DateOnly)
}

func dueOf(m []string, now time.Time) time.Time {
	year, month, dayOfMonth, part, before, next, whichYear, named, english, englishDay, englishYear := m[1], m[3], m[4], m[5], m[6] != "", m[7], m[8], m[9], m[10], m[11], m[12]
	if m[2] == "明年" || whichYear == "明年" || next != "" {
		year = strconv.Itoa(now.Year() + 1)
	}
	switch {
	case english != "":
		at, _ := time.Parse("January", strings.ToUpper(english[:1])+english[1:])
		return dayIn(now, englishYear, int(at.Month()), englishDay, "", false)
	case next != "":
		n, _ := strconv.Atoi(next)
		return dayIn(now, year, n, "", "", false)
	case month != "":
		n, _ := strconv.Atoi(month)
		return dayIn(now, year, n, dayOfMonth, part, before)
	case strings.HasPrefix(named, "下"):
		return endOf(now.Year(), now.Month()+1)
	case strings.HasSuffix(strings.TrimSuffix(named, "底"), "月"):
		return endOf(now.Year(), now.Month())
	}
	at, err := time.Parse("01-02", yearDays[named])
	if err != nil {
		return time.Time{}
	}
	return dayIn(now, year, int(at.Month()), strconv.Itoa(at.Day()), "", false)
}

// dayIn is a day of a month: of the year said, otherwise the next such day to come. 3月前
// is over when March begins, 3月底前 and 3月到岗 when it ends.
func dayIn(now time.Time, year string, month int, dayOfMonth, part string, before bool) time.Time {
	if month < 1 || month > 12 {
		return time.Time{}
	}
	in := func(y int) time.Time {
		last := endOf(y, time.Month(month))
		switch n, err := strconv.Atoi(dayOfMonth); {
		case err == nil && (n < 1 || n > last.Day()):
			return time.Time{}
		case err == nil:
			return time.Date(y, time.Month(month), n, 0, 0, 0, 0, time.UTC)
		case part == "初" || part == "上旬":
			return time.Date(y, time.Month(month), 10, 0, 0, 0, 0, time.UTC)
		case part == "中旬":
			return time.Date(y, time.Month(month), 20, 0, 0, 0, 0, time.UTC)
		case part == "" && before:
			return endOf(y, time.Month(month)-1)
		}
		return last
	}
	if y, err := strconv.Atoi(year); err == nil {
		return in(y)
	}
	if at := in(now.Year()); !at.Before(now) {
		return at
	}
	return in(now.Year() + 1)
}

// endOf is the last day of a month.
func endOf(year int, month time.Month) time.Time {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
}
