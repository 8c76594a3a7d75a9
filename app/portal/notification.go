package portal

import (
	"strings"
	"time"
)

// Notification (通知) tells a person that something happened to what they work on. Its
// words are made when it is shown, in the language of the reader, from Kind and Args.
type Notification struct {
	Meta
	Person string    `json:"person"`
	Kind   string    `json:"kind"`
	Args   []string  `json:"args,omitempty"`
	Path   string    `json:"path"` // where it leads, without the language
	At     time.Time `json:"at"`
	ReadAt time.Time `json:"read_at,omitzero"`
	Mail   MailWish  `json:"mail"` // how it also goes out by e-mail
	Sent   time.Time `json:"sent,omitzero"`
}

// NotificationKinds lists what people can be told of, in the order the account shows it.
// What concerns the safety of an account is not among them: it is always sent.
var NotificationKinds = [...]string{
	"organisation.verified",
	"organisation.returned",
	"organisation.suspended",
	"intention.sent",
	"intention.message",
	"intention.warn",
	"intention.accepted",
	"intention.agreed",
	"intention.declined",
	"intention.withdrawn",
	"intention.expired",
	"intention.missed",
	"intention.overdue",
	"intention.unclaimed",
	"partnership.proposed",
	"partnership.agreed",
	"partnership.to_confirm",
	"partnership.signed",
	"partnership.started",
	"partnership.extended",
	"partnership.concluded",
	"partnership.terminated",
	"partnership.dormant",
	"alliance.joined",
	"milestone.reached",
	"milestone.warn",
	"milestone.late",
	"milestone.office",
	"booking.sent",
	"booking.accepted",
	"booking.agreed",
	"booking.declined",
	"booking.withdrawn",
	"booking.expired",
	"booking.missed",
	"event.invited",
	"event.changed",
	"event.published",
	"event.unmatched",
	"event.left",
	"event.cancelled",
	"event.intention",
	"outcome.entered",
	"outcome.uploaded",
	"outcome.corrected",
	"outcome.confirmed",
	"outcome.disputed",
	"outcome.returned",
	"outcome.verified",
	"advice.given",
	"advice.answered",
	"list.opened",
	"list.handled",
	"list.reopened",
	"list.overdue",
	"concept.proposed",
	"concept.approved",
	"concept.rejected",
	"needs.fitting",
	"need.covered",
	"search.new",
}

// between parts the Chinese form of an argument from the English one.
const between = "\x1f"

// Bilingual is an argument of a notification that has a form in both languages; en may be
// empty.
func Bilingual(zh, en string) string {
	if en == "" {
		return zh
	}
	return zh + between + en
}

// Words are the arguments in the language of the reader.
func (n Notification) Words(english bool) []any {
	out := make([]any, len(n.Args))
	for i, arg := range n.Args {
		zh, en, both := strings.Cut(arg, between)
		if out[i] = zh; both && english {
			out[i] = en
		}
	}
	return out
}

// ByMail is how the notification still has to go out; ok is false when it has not to.
func (n Notification) ByMail() (wish MailWish, ok bool) {
	return n.Mail, n.Sent.IsZero() && n.Mail != MailNever
}

// Mail is a message to one address, kept until it has been sent. Its text may hold a
// one-time link and goes once the message is sent.
type Mail struct {
	Meta
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text,omitempty"`
	At      time.Time `json:"at"`
	Next    time.Time `json:"next,omitzero"` // when it is tried again
	Tries   int       `json:"tries"`
	SentAt  time.Time `json:"sent_at,omitzero"`
	Failure string    `json:"failure,omitempty"` // of the last try, for the administrator
}

// mailTries is how often a message is tried before it is given up.
const mailTries = 8

// Waiting reports whether the message is still to be sent.
func (m Mail) Waiting() bool { return m.SentAt.IsZero() && m.Tries < mailTries }

// Failed notes a failed try; the next comes after a minute, twice as long each time.
func (m *Mail) Failed(why string, now time.Time) {
	m.Tries++
	m.Failure, m.Next = why, now.Add(time.Minute<<(m.Tries-1))
}

// Done notes that the message is out.
func (m *Mail) Done(now time.Time) { m.SentAt, m.Text, m.Failure = now, "", "" }
