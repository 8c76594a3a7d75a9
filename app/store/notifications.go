package store

import (
	"context"

	"liangcheng/app/portal"
)

func openNotifications(ctx context.Context, e Engine) (*Collection[portal.Notification, *portal.Notification], error) {
	return Open[portal.Notification, *portal.Notification](ctx, e, "notifications",
		Field[portal.Notification]{Name: "person", Kind: Text, With: []string{"unread", "at"}, Of: func(r *portal.Notification) any { return r.Person }},
		Field[portal.Notification]{Name: "unread", Kind: Bool, Of: func(r *portal.Notification) any { return r.ReadAt.IsZero() }},
		Field[portal.Notification]{Name: "at", Kind: Time, Of: func(r *portal.Notification) any { return r.At }},
		Field[portal.Notification]{Name: "mail", Kind: Text, With: []string{"at"}, Of: byMail},
	)
}

// byMail is how a notification still goes out by e-mail, unknown when it does not.
func byMail(n *portal.Notification) any {
	if wish, ok := n.ByMail(); ok {
		return wish
	}
	return nil
}

func openMails(ctx context.Context, e Engine) (*Collection[portal.Mail, *portal.Mail], error) {
	return Open[portal.Mail, *portal.Mail](ctx, e, "mails",
		Field[portal.Mail]{Name: "waiting", Kind: Bool, Of: func(r *portal.Mail) any { return r.Waiting() }},
		Field[portal.Mail]{Name: "address", Kind: Text, Of: func(r *portal.Mail) any { return r.To }},
		Field[portal.Mail]{Name: "at", Kind: Time, Of: func(r *portal.Mail) any { return r.At }},
	)
}

func openAudit(ctx context.Context, e Engine) (*Collection[portal.AuditEntry, *portal.AuditEntry], error) {
	return Open[portal.AuditEntry, *portal.AuditEntry](ctx, e, "audit",
		Field[portal.AuditEntry]{Name: "key", Kind: Text, Unique: true, Of: func(r *portal.AuditEntry) any { return r.Key }},
		Field[portal.AuditEntry]{Name: "at", Kind: Time, Of: func(r *portal.AuditEntry) any { return r.Event.At }},
		Field[portal.AuditEntry]{Name: "by", Kind: Text, Of: func(r *portal.AuditEntry) any { return r.Event.By }},
		Field[portal.AuditEntry]{Name: "organisation", Kind: Text, Of: func(r *portal.AuditEntry) any { return r.Event.Organisation }},
		Field[portal.AuditEntry]{Name: "action", Kind: Text, Of: func(r *portal.AuditEntry) any { return r.Event.Action }},
		Field[portal.AuditEntry]{Name: "record", Kind: Text, Of: func(r *portal.AuditEntry) any { return r.Record }},
	)
}
