package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// mailNow sends the notifications that go out at once, each as one message.
func (n *Notices) mailNow(ctx context.Context) error {
	page, err := n.Records.Notifications.Find(ctx, store.Query{Where: []store.Cond{store.Where("mail", portal.MailNow)}, Sort: "at", Limit: sendAtOnce})
	err = fault("service.Notices.mailNow", "", err)
	for _, note := range page.Items {
		err = errors.Join(err, n.mail(ctx, note.Person, "notice-"+note.ID, []portal.Notification{note}))
	}
	return err
}

// digestHour is when the daily digest goes out, in Shanghai.
const digestHour = 8

// lastDigest is the latest moment a digest was due.
func lastDigest(now time.Time) time.Time {
	now = now.In(portal.Shanghai)
	due := time.Date(now.Year(), now.Month(), now.Day(), digestHour, 0, 0, 0, portal.Shanghai)
	if due.After(now) {
		due = due.AddDate(0, 0, -1)
	}
	return due
}

// mailDigests sends everybody who wants a digest one message with what came before eight
// o'clock. A portal that was down then sends it when it is back.
func (n *Notices) mailDigests(ctx context.Context) error {
	due := lastDigest(n.Clock())
	waiting := []store.Cond{store.Where("mail", portal.MailDigest), store.Between("at", nil, due)}
	page, err := n.Records.Notifications.Find(ctx, store.Query{Where: waiting, Sort: "at", Limit: sendAtOnce})
	err = fault("service.Notices.mailDigests", "", err)
	told := map[string]bool{}
	for _, note := range page.Items {
		if told[note.Person] {
			continue
		}
		told[note.Person] = true
		all, e := collect(ctx, n.Records.Notifications, append(waiting, store.Where("person", note.Person))...)
		if e == nil {
			e = n.mail(ctx, note.Person, "digest-"+note.Person+"-"+due.Format(time.DateOnly), all)
		}
		err = errors.Join(err, e)
	}
	return err
}

// mail queues one message with notifications and marks them sent. The message's id is made
// of what it tells: done twice, because the portal stopped in between, it is queued once.
// What has been read meanwhile is left out.
func (n *Notices) mail(ctx context.Context, person, id string, notes []portal.Notification) error {
	p, err := n.Records.Persons.Get(ctx, person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Notices.mail", person, err)
	}
	var unread []portal.Notification
	for _, note := range notes {
		if note.ReadAt.IsZero() {
			unread = append(unread, note)
		}
	}
	if reached := err == nil && p.Gone.IsZero() && !p.Demo && !p.Confirmed.IsZero(); reached && len(unread) > 0 {
		if err := n.write(ctx, p, id, unread); err != nil {
			return err
		}
	}
	for _, note := range notes {
		_, err := n.Records.Notifications.Mutate(ctx, note.ID, func(note *portal.Notification) error {
			note.Sent = n.Clock().UTC()
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fault("service.Notices.mail", note.ID, err)
		}
	}
	return nil
}

// linesMost is how many notifications a digest tells one by one.
const linesMost = 50

// write queues the message of some notifications, in the language of the person.
func (n *Notices) write(ctx context.Context, p portal.Person, id string, notes []portal.Notification) error {
	lang := p.Language
	hint := "\n\n" + n.Words(lang, "mail.notice.hint", n.post.link(lang, "/account/mail"))
	if strings.HasPrefix(id, "notice-") {
		text := n.text(lang, notes[0])
		return n.post.put(ctx, id, p.Email, text, lang, p.Name, text+hint, "/notifications/"+notes[0].ID)
	}
	var b strings.Builder
	b.WriteString(n.Words(lang, "mail.digest.text", len(notes)))
	for _, note := range notes[:min(len(notes), linesMost)] {
		b.WriteString("\n\n- " + n.text(lang, note) + "\n  " + n.post.link(lang, "/notifications/"+note.ID))
	}
	if more := len(notes) - linesMost; more > 0 {
		b.WriteString("\n\n" + n.Words(lang, "mail.digest.more", more))
	}
	return n.post.put(ctx, id, p.Email, n.Words(lang, "mail.digest.subject", len(notes)), lang, p.Name, b.String()+hint, "/notifications")
}

// text is a notification in words, on one line.
func (n *Notices) text(lang string, note portal.Notification) string {
	return strings.Join(strings.Fields(n.Words(lang, "notice."+note.Kind, note.Words(lang == english)...)), " ")
}
