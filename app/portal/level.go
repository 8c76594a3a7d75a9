package portal

// Level is the kind of schooling a specialism or programme belongs to; exactly one of
// the four national terms, which are also the values in URLs, files and JSON.
type Level string

const (
	Secondary          Level = "中职"
	Associate          Level = "高职专科"
	VocationalBachelor Level = "高职本科"
	Bachelor           Level = "普通本科"
)

// Levels lists every level from the lowest up.
var Levels = [...]Level{Secondary, Associate, VocationalBachelor, Bachelor}

// Valid reports whether l is one of the four levels.
func (l Level) Valid() bool {
	switch l {
	case Secondary, Associate, VocationalBachelor, Bachelor:
		return true
	}
	return false
}

// WantedLevel is what a need asks for in the words employers use. The empty value means
// any level; 高职 and 本科 each cover more than one Level with different fit.
type WantedLevel string

const (
	AnyLevel       WantedLevel = ""
	WantSecondary  WantedLevel = "中职"
	WantVocational WantedLevel = "高职"
	WantBachelor   WantedLevel = "本科"
)

// WantedLevels lists the choices of a form, the open one first.
var WantedLevels = [...]WantedLevel{AnyLevel, WantSecondary, WantVocational, WantBachelor}

// ParseWantedLevel reads what people type or older files hold: "any", 专科, a precise
// Level. ok is false for anything else.
func ParseWantedLevel(s string) (w WantedLevel, ok bool) {
	switch s {
	case "", "any", "不限":
		return AnyLevel, true
	case "中职", "中专", "技校":
		return WantSecondary, true
	case "高职", "大专", "专科", "高职专科":
		return WantVocational, true
	case "本科", "高职本科", "职业本科", "普通本科":
		return WantBachelor, true
	}
	return AnyLevel, false
}
