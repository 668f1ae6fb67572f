package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Options are what messages are made and sent with.
type Options struct {
	DB     *pg.DB
	Clock  clock.Clock
	Sender email.Sender
	Log    *slog.Logger
	// Accounts is the source of mails to accounts.
	Accounts Accounts
	// AccountURL is where the link of a mail of that kind to an account leads.
	AccountURL func(kind, token string) string
	// ManageURL is the customer's link to a booking.
	ManageURL func(business, booking [16]byte, generation int) string
	// InvitationURL is the link by which an invitation is answered.
	InvitationURL func(business, invitation [16]byte, generation int, expires time.Time) string
	// Observe counts fates: sent, retry, failed or skipped; may be nil.
	Observe func(event, outcome string)
}

// Service sends messages; its Work functions are workers of jobs.
type Service struct {
	o     Options
	store store
}

// New makes the service.
func New(o Options) *Service {
	if o.Observe == nil {
		o.Observe = func(string, string) {}
	}
	return &Service{o: o, store: store{o.DB}}
}

// The fates of a message, as its row stores them.
const (
	statusQueued  = "queued"
	statusSending = "sending"
	statusSent    = "sent"
	statusFailed  = "failed"
	statusSkipped = "skipped"
)

// maxUnsure is how many attempts may have delivered a message before it is given up.
const maxUnsure = 2

// Messages about one booking are sent in the order of their events: a later one
// looks again after a pause while an earlier one is under way, but it does not
// wait for one that has been trying for longer than the patience.
const (
	orderPause    = time.Second
	orderPatience = 2 * time.Minute
)

// Work sends the message of the job. It does nothing for a message that is gone
// or was sent. An error has the job tried again.
func (s *Service) Work(ctx context.Context, a outbox.SendArgs) error {
	business, err := id.Parse[struct{}](a.BusinessID)
	if err != nil {
		return jobs.Cancel(fmt.Errorf("arguments: %w", err))
	}
	message, err := id.Parse[outbox.Message](a.MessageID)
	if err != nil {
		return jobs.Cancel(fmt.Errorf("arguments: %w", err))
	}
	m, err := s.store.claim(ctx, business, message, s.o.Clock.Now().Add(-orderPatience))
	if errors.Is(err, errWait) {
		return jobs.Snooze(orderPause)
	}
	if err != nil || m == nil {
		return err
	}
	record := func(ctx context.Context, f fate) error { return s.store.record(ctx, business, message, f) }
	return s.deliver(ctx, m.Event, m.Unsure, record, func() (email.Mail, error) { return s.compose(m) })
}

// Why a message needs no sending: there is nobody to write to, or what it speaks
// of is over.
var (
	errNoAddress = errors.New("no e-mail address")
	errOver      = errors.New("it is over")
)

// fate is what became of an attempt.
type fate struct {
	Status string
	Error  string     // safe to show to the business
	SentAt *time.Time // of a sent one
}

// deliver composes and sends one claimed message, and records what became of it.
func (s *Service) deliver(ctx context.Context, event string, unsure int, record func(context.Context, fate) error, compose func() (email.Mail, error)) error {
	mail, err := compose()
	switch {
	case errors.Is(err, errNoAddress), errors.Is(err, errOver):
		return s.settle(ctx, event, fate{Status: statusSkipped, Error: err.Error()}, record)
	case err != nil:
		return errors.Join(jobs.Cancel(fmt.Errorf("compose %s: %w", event, err)),
			s.settle(ctx, event, fate{Status: statusFailed, Error: "the message cannot be written"}, record))
	case unsure >= maxUnsure:
		return s.settle(ctx, event, fate{Status: statusFailed, Error: "outcome unknown twice"}, record)
	}
	sendErr := s.o.Sender.Send(ctx, mail)
	f := s.judge(ctx, sendErr)
	if err := s.settle(ctx, event, f, record); err != nil {
		return err
	}
	if f.Status == statusSent || sendErr == nil {
		return nil
	}
	if refused, ok := errors.AsType[*email.Error](sendErr); ok && refused.Permanent {
		s.o.Log.WarnContext(ctx, "mail refused for good", "event", event, "error", refused.Error())
		return nil // no attempt would help
	}
	return fmt.Errorf("send %s: %w", event, sendErr)
}

// judge turns the answer of the mail server into the message's fate.
func (s *Service) judge(ctx context.Context, err error) fate {
	if err == nil {
		at := s.o.Clock.Now()
		return fate{Status: statusSent, SentAt: &at}
	}
	f := fate{Status: statusQueued, Error: "mail: not sent"}
	if e, ok := errors.AsType[*email.Error](err); ok {
		f.Error = e.Error()
		if e.Unsure {
			f.Status = statusSending // the next attempt knows that this one may have succeeded
		}
		if e.Permanent {
			f.Status = statusFailed
		}
	}
	if jobs.AttemptOf(ctx).Last() {
		f.Status = statusFailed
	}
	return f
}

// recordTime is how long recording a fate may take; it is tried over a short
// outage of the database, since a fate that is lost costs a second mail.
const (
	recordTime  = 10 * time.Second
	recordPause = 250 * time.Millisecond
)

// settle records a fate even when the attempt's own time has ended.
func (s *Service) settle(ctx context.Context, event string, f fate, record func(context.Context, fate) error) error {
	s.o.Observe(event, outcomeOf(f))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	for {
		err := record(ctx, f)
		if err == nil || fault.KindOf(err) != fault.Unavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(recordPause):
		}
	}
}

func outcomeOf(f fate) string {
	if f.Status == statusQueued || f.Status == statusSending {
		return "retry"
	}
	return f.Status
}
