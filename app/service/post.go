package service

import (
	"context"
	"errors"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Mailer sends one message, to an SMTP server or into a folder.
type Mailer interface {
	Send(ctx context.Context, m portal.Mail) error
	// Kept returns the latest messages of a mailer that keeps them where nobody but the
	// administrator reads them, newest first; none where they really go out.
	Kept(most int) ([]portal.Mail, error)
}

// Post writes e-mails and sends them in the background: what is queued is sent even when
// the portal or the mail server goes down in between.
type Post struct{ Rooms }

// send queues a message of that kind in the person's language; path leads into the site.
func (p *Post) send(ctx context.Context, to portal.Person, kind, path string, args ...any) error {
	if to.Demo {
		return nil // a fictional address
	}
	lang := to.Language
	return p.queue(ctx, to.Email, p.Words(lang, "mail."+kind+".subject", args...), lang, to.Name,
		p.Words(lang, "mail."+kind+".text", args...), path)
}

// queue keeps a message until it is sent. Its text is greeting, body, address and a
// closing that says who writes.
func (p *Post) queue(ctx context.Context, address, subject, lang, name, body, path string) error {
	return p.put(ctx, newID(), address, subject, lang, name, body, path)
}

// put is queue for a message whose id says what it tells: queued twice, it is there once.
func (p *Post) put(ctx context.Context, id, address, subject, lang, name, body, path string) error {
	text := p.Words(lang, "mail.greeting", name) + "\n\n" + body + "\n\n" + p.link(lang, path) + "\n\n" + p.Words(lang, "mail.closing", p.BaseURL)
	m := portal.Mail{Meta: portal.Meta{ID: id}, To: address, Subject: subject, Text: text, At: p.Clock().UTC()}
	if err := p.Records.Mails.Insert(ctx, &m); !errors.Is(err, store.ErrDuplicate) {
		return fault("service.Post.put", id, err)
	}
	return nil
}

// link is the public address of a path in a language.
func (p *Post) link(lang, path string) string {
	if lang == english {
		path = "/en" + path
	}
	return p.BaseURL + path
}

// english is the language whose addresses carry a prefix.
const english = "en"

// sendAtOnce is how many messages one turn sends.
const sendAtOnce = 50

// deliver sends what waits; what fails is tried again later.
func (p *Post) deliver(ctx context.Context) error {
	page, err := p.Records.Mails.Find(ctx, store.Query{Where: []store.Cond{store.Where("waiting", true)}, Sort: "at", Limit: sendAtOnce})
	if err != nil {
		return fault("service.Post.deliver", "", err)
	}
	var errs []error
	for _, m := range page.Items {
		if m.Next.After(p.Clock()) {
			continue
		}
		sent := p.Mailer.Send(ctx, m)
		_, err := p.Records.Mails.Mutate(ctx, m.ID, func(m *portal.Mail) error {
			if sent != nil {
				m.Failed(sent.Error(), p.Clock().UTC())
			} else {
				m.Done(p.Clock().UTC())
			}
			return nil
		})
		if sent != nil {
			p.Log.Warn("a message could not be sent", "tries", m.Tries+1, "error", sent)
		}
		errs = append(errs, fault("service.Post.deliver", m.ID, err))
	}
	return errors.Join(errs...)
}

// Shown returns the latest messages of a portal in demo mode, where nothing is sent.
func (p *Post) Shown(ctx context.Context) ([]portal.Mail, error) {
	if err := p.deliver(ctx); err != nil {
		return nil, err
	}
	const latest = 10
	kept, err := p.Mailer.Kept(latest)
	return kept, fault("service.Post.Shown", "", err)
}

// PostState is what an administrator sees of the post.
type PostState struct {
	Waiting, Failed []portal.Mail
	Kept            []portal.Mail // where nothing is really sent
}

// Queue shows the administrator what waits, what failed, and what an installation without
// a mail server keeps.
func (p *Post) Queue(ctx context.Context, v portal.Viewer) (s PostState, err error) {
	if !v.CanAdminister() {
		return s, portal.ErrNotFound
	}
	const shown = 50
	page, err := p.Records.Mails.Find(ctx, store.Query{Sort: "at", Desc: true, Limit: 4 * shown})
	if err != nil {
		return s, fault("service.Post.Queue", "", err)
	}
	for _, m := range page.Items {
		switch {
		case m.Waiting() && len(s.Waiting) < shown:
			s.Waiting = append(s.Waiting, m)
		case m.SentAt.IsZero() && len(s.Failed) < shown:
			s.Failed = append(s.Failed, m)
		}
	}
	s.Kept, err = p.Mailer.Kept(shown)
	return s, fault("service.Post.Queue", "kept", err)
}
