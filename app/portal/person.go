package portal

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Person (人员) is someone with an account. Secrets are hashes, except the key of the
// second factor, which checking a code needs.
type Person struct {
	Meta
	Trail
	Email        string              `json:"email"` // lower case; what one signs in with
	Name         string              `json:"name"`
	Phone        string              `json:"phone,omitempty"`
	Password     string              `json:"password"` // argon2id
	Confirmed    time.Time           `json:"confirmed,omitzero"`
	Consent      Consent             `json:"consent"`
	Organisation string              `json:"organisation,omitempty"` // id
	Factor       *Factor             `json:"factor,omitempty"`
	Language     string              `json:"language"`
	Shortlist    []string            `json:"shortlist,omitempty"`
	Mail         map[string]MailWish `json:"mail,omitempty"` // by kind of notification; absent: MailNow
	Gone         time.Time           `json:"gone,omitzero"`  // deleted by themselves; nothing personal is left
	Demo         bool                `json:"demo,omitempty"` // fictional, signs in by link
}

// Consent says which text of the privacy notice a person agreed to, and when.
type Consent struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
}

// ConsentVersion is the date of the privacy notice in force.
const ConsentVersion = "2026-11-28"

// Factor is a second factor (TOTP, RFC 6238).
type Factor struct {
	Secret   string    `json:"secret"`             // base32
	Since    time.Time `json:"since,omitzero"`     // zero: not confirmed by a first code yet
	Step     int64     `json:"step"`               // the last one used: no code works twice
	Recovery []string  `json:"recovery,omitempty"` // hashes of codes not used yet
}

// On reports whether signing in asks for a code.
func (p Person) On() bool { return p.Factor != nil && !p.Factor.Since.IsZero() }

// MailWish says what of a kind of notification is sent by e-mail.
type MailWish string

const (
	MailNow    MailWish = ""       // at once
	MailDigest MailWish = "digest" // once a day
	MailNever  MailWish = "never"  // only in the portal
)

// MailWishes lists the wishes in the order forms show them.
var MailWishes = [...]MailWish{MailNow, MailDigest, MailNever}

// Secret lists what no audit event, export or log may hold: secrets, and what somebody who
// deletes their account takes with them, since the log cannot forget.
func (p Person) Secret() []string {
	return []string{"password", "factor", "email", "name", "phone", "shortlist"}
}

// Forget empties everything personal of somebody who deletes their account. The address
// becomes one nobody can have, since addresses are unique.
func (p *Person) Forget(now time.Time) {
	p.Email, p.Name, p.Phone, p.Password = p.ID+"@gone.invalid", "", "", ""
	p.Factor, p.Shortlist, p.Mail, p.Organisation = nil, nil, nil, ""
	p.Gone = now
}

// NormalEmail is the form an address is kept and compared in; ok is false when it is none.
func NormalEmail(s string) (address string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	const longest = 254 // RFC 5321
	if at < 1 || len(s) > longest || strings.ContainsAny(s, " \t\r\n,;<>()\"\\[]") || strings.Count(s, "@") > 1 {
		return s, false
	}
	domain := s[at+1:]
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 || dot == len(domain)-1 || strings.Contains(domain, "..") || strings.HasPrefix(domain, "-") {
		return s, false
	}
	return s, true
}

// MaskPhone hides the middle of a number: 138****1234.
func MaskPhone(s string) string {
	const shown = 3
	r := []rune(s)
	if len(r) <= 2*shown+1 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:shown]) + "****" + string(r[len(r)-shown-1:])
}

// MaskEmail hides the name of an address but its first character: z***@example.cn.
func MaskEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return strings.Repeat("*", utf8.RuneCountInString(s))
	}
	first, _ := utf8.DecodeRuneInString(s)
	return string(first) + "***" + s[at:]
}

// MaskName keeps the family name: 王**.
func MaskName(s string) string {
	r := []rune(s)
	if len(r) < 2 {
		return s
	}
	return string(r[:1]) + strings.Repeat("*", min(len(r)-1, 2))
}

// Masked is the contact as those see it who have not agreed with its organisation yet.
func (c Contact) Masked() Contact {
	return Contact{Name: MaskName(c.Name), Phone: MaskPhone(c.Phone), Email: MaskEmail(c.Email)}
}

// PhoneProblem is the key of what is wrong with a telephone number; empty: nothing. Empty
// numbers are allowed; spaces and dashes are not counted.
func PhoneProblem(s string) string {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '+', c == '-', c == ' ', c == '(', c == ')':
		default:
			return "problem.phone"
		}
	}
	if s != "" && (digits < 7 || digits > 15) {
		return "problem.phone"
	}
	return ""
}

// Session is a browser a person is signed in with. Its id is the hash of the token the
// browser keeps.
type Session struct {
	Meta
	Person    string    `json:"person"`
	Begun     time.Time `json:"begun"`
	Seen      time.Time `json:"seen"`
	ExpiresAt time.Time `json:"expires_at"`        // idle; never beyond SessionMost after Begun
	Waiting   bool      `json:"waiting,omitempty"` // for the code of the second factor: good for nothing else
	Sure      bool      `json:"sure,omitempty"`    // the second factor was given
	Agent     string    `json:"agent,omitempty"`   // what the browser calls itself
	From      string    `json:"from,omitempty"`
}

// How long a session lasts without being used, and at all (OWASP ASVS 5.0, 7.3).
const (
	SessionIdle = 30 * time.Minute
	SessionMost = 12 * time.Hour
)

// Touch notes that the session is in use.
func (s *Session) Touch(now time.Time) {
	s.Seen, s.ExpiresAt = now, now.Add(SessionIdle)
	if end := s.Begun.Add(SessionMost); s.ExpiresAt.After(end) {
		s.ExpiresAt = end
	}
}

// LinkKind is what a one-time link does.
type LinkKind string

const (
	LinkConfirm LinkKind = "confirm"    // the e-mail address of a new account
	LinkReset   LinkKind = "reset"      // the password
	LinkInvite  LinkKind = "invitation" // into an organisation
	LinkSignIn  LinkKind = "sign_in"    // into a fictional account, in demo mode
	LinkFirst   LinkKind = "first"      // makes the first administrator
)

// Link is a one-time link. Its id is the hash of the token in it.
type Link struct {
	Meta
	Kind         LinkKind  `json:"kind"`
	Person       string    `json:"person,omitempty"`
	Email        string    `json:"email,omitempty"`        // invitation: who is invited
	Organisation string    `json:"organisation,omitempty"` // invitation
	Role         Role      `json:"role,omitempty"`         // invitation
	By           string    `json:"by,omitempty"`           // invitation: id of who invites
	Consents     bool      `json:"consents,omitempty"`     // reset: asks for consent, which was not given yet
	ExpiresAt    time.Time `json:"expires_at"`
	UsedAt       time.Time `json:"used_at,omitzero"`
}

// Open reports whether the link can still be used.
func (l Link) Open(now time.Time) bool { return l.UsedAt.IsZero() && l.ExpiresAt.After(now) }

// Lasts is how long a link of the kind can be used.
func (k LinkKind) Lasts() time.Duration {
	switch k {
	case LinkReset:
		return time.Hour
	case LinkInvite:
		return 7 * 24 * time.Hour
	}
	return 24 * time.Hour
}

// Attempts counts failed tries to sign in of one account or from one address.
type Attempts struct {
	Meta
	Failed int       `json:"failed"`
	Until  time.Time `json:"until"` // nothing is tried before
}

// The failures that cost nothing, and the longest delay.
const (
	freeTries  = 4
	longestBar = 15 * time.Minute
)

// Fail counts a failure: from the fifth on the next try must wait, twice as long each
// time. Failures older than the longest wait are forgotten.
func (a *Attempts) Fail(now time.Time) {
	if now.Sub(a.ChangedAt) > longestBar && !a.ChangedAt.IsZero() {
		a.Failed = 0
	}
	a.Failed++
	if over := a.Failed - freeTries; over > 0 {
		a.Until = now.Add(min(time.Second<<min(over, 20), longestBar))
	}
}

// Token is a personal token of the API. Its id is the hash of what its owner keeps.
type Token struct {
	Meta
	Person    string    `json:"person"`
	Name      string    `json:"name"`
	Scopes    []Scope   `json:"scopes"`
	ExpiresAt time.Time `json:"expires_at"`
	Used      time.Time `json:"used,omitzero"`
}

// Scope is what a token may do.
type Scope string

const (
	ScopeRead  Scope = "read"  // what its owner may see
	ScopeWrite Scope = "write" // what its owner may change
)

// Has reports whether the token may do that.
func (t Token) Has(s Scope) bool { return slices.Contains(t.Scopes, s) }
