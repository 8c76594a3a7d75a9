// Package mail sends messages: to an SMTP server, or, where none is set, into a folder
// that only the administrator reads.
package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	smtp "github.com/wneessen/go-mail"

	"liangcheng/app/portal"
)

// SMTP sends through a mail server.
type SMTP struct {
	from   string
	client *smtp.Client
}

const sendTimeout = 20 * time.Second

// NewSMTP reads an address as smtp://user:password@host:587 (STARTTLS, which is insisted
// on) or smtps://user:password@host:465; from is the sender.
func NewSMTP(address, from string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("want smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	opts := []smtp.Option{smtp.WithTimeout(sendTimeout), smtp.WithTLSPolicy(smtp.TLSMandatory)}
	port := 587
	if u.Scheme == "smtps" {
		port = 465
		opts = append(opts, smtp.WithSSL())
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("port %q: %w", p, err)
		}
	}
	opts = append(opts, smtp.WithPort(port))
	if password, ok := u.User.Password(); ok {
		opts = append(opts, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(u.User.Username()), smtp.WithPassword(password))
	}
	client, err := smtp.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, err
	}
	return &SMTP{from: from, client: client}, message(from, portal.Mail{To: from}, new(smtp.Msg))
}

// Send hands a message to the server; it is there when Send returns nil.
func (s *SMTP) Send(ctx context.Context, m portal.Mail) error {
	msg := smtp.NewMsg()
	if err := message(s.from, m, msg); err != nil {
		return fmt.Errorf("mail.Send: %w", err)
	}
	if err := s.client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("mail.Send: %w", err)
	}
	return nil
}

// Kept is none: messages really go out.
func (s *SMTP) Kept(int) ([]portal.Mail, error) { return nil, nil }

func message(from string, m portal.Mail, msg *smtp.Msg) error {
	*msg = *smtp.NewMsg()
	if err := msg.From(from); err != nil {
		return err
	}
	if err := msg.To(m.To); err != nil {
		return err
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(m.ID + "@portal")
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answer is wanted
	msg.SetBodyString(smtp.TypeTextPlain, m.Text)
	return nil
}

// Folder keeps messages as files instead of sending them. Anybody who reads the folder
// can use the links in them.
type Folder struct{ Dir string }

// Send writes the message beside the others, complete or not at all.
func (f Folder) Send(_ context.Context, m portal.Mail) error {
	if err := f.send(m); err != nil {
		return fmt.Errorf("mail.Folder.Send: %w", err)
	}
	return nil
}

func (f Folder) send(m portal.Mail) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(f.Dir, m.At.UTC().Format("20060102T150405")+"-"+filepath.Base(m.ID)+".json")
	if err := os.WriteFile(name+".part", body, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}

// Kept returns the latest messages, newest first.
func (f Folder) Kept(most int) ([]portal.Mail, error) {
	names, err := filepath.Glob(filepath.Join(f.Dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("mail.Folder.Kept: %w", err)
	}
	slices.Sort(names)
	slices.Reverse(names)
	var out []portal.Mail
	for _, name := range names[:min(len(names), most)] {
		body, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		var m portal.Mail
		if err == nil {
			err = json.NewDecoder(bytes.NewReader(body)).Decode(&m)
		}
		if err != nil {
			return nil, fmt.Errorf("mail.Folder.Kept(%s): %w", filepath.Base(name), err)
		}
		out = append(out, m)
	}
	return out, nil
}
