package auth

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Kinds of mails to accounts. Each has its words under mail.account.<kind>; those
// with a link have a label for it there too.
const (
	MailVerify          = "verify_email"       // the link that verifies the address
	MailExists          = "account_exists"     // somebody registered with an address that has an account, or wished to change to it
	MailReset           = "reset_password"     // the link with which a new password is set
	MailPasswordChanged = "password_changed"   // a notice
	MailConfirm         = "confirm_email"      // the link that makes a new address the account's, to the new address
	MailChangeAsked     = "email_change_asked" // a notice to the old address, while nothing has changed
	MailEmailChanged    = "email_changed"      // a notice to the old address
)

// mailsPerHour bounds how many mails of one kind strangers can have sent to one account.
const mailsPerHour = 5

// Mail is a mail to an account, ready to be put into words.
type Mail struct {
	To         string
	Kind       string // MailVerify and the like
	Locale     locale.Lang
	FamilyName string
	GivenName  string
	Token      string    // of the link; empty when there is none
	Expires    time.Time // of the link
	Sent       bool      // done already: there is nothing more to do
}

// MessageID names a mail to an account.
type MessageID = id.Of[Mail]

// SendArgs is the job that sends one mail. A job whose message does not exist
// has nothing to do: it stands for an address that is not known.
type SendArgs struct {
	MessageID string `json:"message_id"`
}

// Kind is the job's kind.
func (SendArgs) Kind() string { return "account.send" }

// queueMail queues the mail that follows a registration as the user: to verify
// the address if the account is that user's, else to tell of the attempt.
func queueMail(b *pg.Batch, email string, user UserID, now time.Time) {
	m := newMail(now)
	b.Queue(insertMail, m, email, user, now, now.Add(-time.Hour), mailsPerHour)
	jobs.Enqueue(b, jobs.Messages, SendArgs{MessageID: m.String()}, now, now)
}

// queueReminder queues the verification mail if the address awaits one.
func queueReminder(b *pg.Batch, email string, now time.Time) {
	m := newMail(now)
	b.Queue(insertReminder, m, email, now, now.Add(-time.Hour), mailsPerHour)
	jobs.Enqueue(b, jobs.Messages, SendArgs{MessageID: m.String()}, now, now)
}

// queueNotice queues a mail without a link to the account's address at the time
// of sending. The account must exist.
func queueNotice(b *pg.Batch, user UserID, kind string, now time.Time) {
	queueNoticeTo(b, user, kind, "", now)
}

// queueNoticeTo is queueNotice to another address than the account's, if one is given.
func queueNoticeTo(b *pg.Batch, user UserID, kind, address string, now time.Time) {
	m := newMail(now)
	b.Queue(insertNotice, m, user, kind, address, now)
	jobs.Enqueue(b, jobs.Messages, SendArgs{MessageID: m.String()}, now, now)
}

// Mail is what to send; a not_found fault when there is nothing to be sent. The
// same message has the same link each time, so that a retry changes nothing.
func (s *Service) Mail(ctx context.Context, message MessageID) (Mail, error) {
	var row mailRow
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(mailByID, message), &row, &found)
	if err := s.db.Read(ctx, &b); err != nil {
		return Mail{}, fmt.Errorf("mail: %w", err)
	}
	if !found {
		return Mail{}, errNotFound
	}
	m := Mail{
		To: cmp.Or(row.Address, row.Email), Kind: row.Kind, Locale: row.Locale, FamilyName: row.FamilyName, GivenName: row.GivenName, Sent: row.Sent,
	}
	m.Token, m.Expires = s.link(&row)
	return m, nil
}

// link is the token of a mail that has one, and until when it can be used.
func (s *Service) link(row *mailRow) (token string, expires time.Time) {
	life := LinkLife
	if row.Kind == MailReset {
		life = ResetLife
	}
	expires = row.CreatedAt.Add(life).Truncate(time.Second)
	var raw []byte
	switch row.Kind {
	case MailVerify:
		raw = s.linkToken(purposeVerify, row.UserID, expires, row.Email)
	case MailReset:
		raw = s.resetToken(account{ID: row.UserID, Email: row.Email, PasswordHash: row.PasswordHash}, expires)
	case MailConfirm:
		raw = s.confirmToken(row.UserID, row.Email, row.Address, expires)
	default:
		return "", time.Time{}
	}
	return base64.RawURLEncoding.EncodeToString(raw), expires
}

// MarkSent records that the mail was accepted.
func (s *Service) MarkSent(ctx context.Context, message MessageID) error {
	var b pg.Batch
	b.Queue(markSent, message, s.clock.Now())
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("mark mail: %w", err)
	}
	return nil
}

// MarkFailed records a try that failed, and why, without personal data; after
// the last one nothing more is tried. A mail that was sent stays so.
func (s *Service) MarkFailed(ctx context.Context, message MessageID, why string, last bool) error {
	var b pg.Batch
	b.Queue(markFailed, message, cut(why, 500), last)
	if err := s.db.Write(ctx, &b); err != nil {
		return fmt.Errorf("mark mail: %w", err)
	}
	return nil
}

// SettleMails gives the mails whose jobs died with their workers the fate that
// these could not record: they failed. It returns how many.
func (s *Service) SettleMails(ctx context.Context) (int64, error) {
	var n int64
	var b pg.Batch
	b.Queue(settleMails).Exec(func(tag pgconn.CommandTag) error {
		n = tag.RowsAffected()
		return nil
	})
	if err := s.db.Write(ctx, &b); err != nil {
		return 0, fmt.Errorf("settle mails of dead jobs: %w", err)
	}
	return n, nil
}
