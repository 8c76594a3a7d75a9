package sheet

import (
	"context"
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// format is what the number format of a cell does that a reader must know.
type format struct {
	date  bool // a number is shown as a day
	zeros int  // a number is shown with at least so many digits
}

func (b *book) loadFormats(ctx context.Context, part string) error {
	codes := map[string]string{}
	list := "" // the list being read: other parts of the file have elements of the same names
	return b.scan(ctx, part, func(token xml.Token) error {
		switch el := token.(type) {
		case xml.StartElement:
			switch {
			case el.Name.Local == "numFmts" || el.Name.Local == "cellXfs":
				list = el.Name.Local
			case el.Name.Local == "numFmt" && list == "numFmts":
				codes[attr(el, "numFmtId")] = attr(el, "formatCode")
			case el.Name.Local == "xf" && list == "cellXfs":
				id := attr(el, "numFmtId")
				b.formats = append(b.formats, formatOf(id, codes[id]))
			}
		case xml.EndElement:
			if el.Name.Local == list {
				list = ""
			}
		}
		return nil
	})
}

var (
	// quoted is what a format code shows as it stands: "年", \-, [$-804], [Red].
	quoted = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]`)
	zeros  = regexp.MustCompile(`^0{2,15}$`)
)

// formatOf reads a number format: its id (ECMA-376 part 1, 18.8.30, with the dates of the
// Chinese and Japanese lists) and its code when it has one.
func formatOf(id, code string) format {
	if code == "" {
		n, _ := strconv.Atoi(id)
		return format{date: n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58}
	}
	code = strings.ToLower(quoted.ReplaceAllString(code, ""))
	if zeros.MatchString(code) {
		return format{zeros: len(code)}
	}
	return format{date: strings.ContainsAny(code, "yd")}
}

// number fills a cell that is stored as a number: its text is what the person who typed
// it saw, without exponents or the noise of floats.
func (b *book) number(c *cell, stored string, style int) {
	value, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		c.text = stored
		return
	}
	var f format
	if style >= 0 && style < len(b.formats) {
		f = b.formats[style]
	}
	// A small number not shown as a day is a year or a count typed into the wrong cell.
	const leastBare = 10000 // 1927-05-18
	if f.date || value >= leastBare {
		c.day = b.day(value)
	}
	if f.date && c.day != "" {
		c.text, c.isDate = c.day, true
		return
	}
	c.text, c.number, c.isNum = digits(value), value, true
	if pad := f.zeros - len(c.text); pad > 0 && value >= 0 && !strings.Contains(c.text, ".") {
		c.text, c.isNum = strings.Repeat("0", pad)+c.text, false
	}
}

// digits writes a number as Excel keeps it, with fifteen significant digits.
func digits(value float64) string {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 15, 64), 64)
	if math.Abs(short) >= 1e21 || short != 0 && math.Abs(short) < 1e-9 {
		return strconv.FormatFloat(short, 'g', -1, 64)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// day is the day of a serial number of days, empty when it is outside what Excel shows:
// 1900-01-01 to 9999-12-31.
func (b *book) day(serial float64) string {
	const last = 2958465
	if serial < 1 || serial >= last+1 {
		return ""
	}
	t, err := excelize.ExcelDateToTime(math.Floor(serial), b.date1904)
	if err != nil || t.Year() > 9999 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// serial is the number under which Excel keeps a day written YYYY-MM-DD. Days before
// March 1900 have none: Excel believes in a 29 February 1900.
func serial(day string) (float64, bool) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	days := (t.Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / (24 * 60 * 60)
	return float64(days), days > 60
}
