package app

import (
	"errors"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/notify"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/site"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// sender is the way out for mails.
func (p *program) sender() (email.Sender, error) {
	switch {
	case p.o.Sender != nil:
		return p.o.Sender, nil
	case p.config.SMTPHost == "":
		return nil, errors.New("OMOTENASHI_SMTP_HOST is not set: messages about bookings could not be sent (omotenashi dev brings a mail catcher)")
	}
	return newSender(p.config)
}

// newRunner makes the runner with every kind of job and every periodic task.
func (p *program) newRunner(baseURL string) (*jobs.Runner, error) {
	sender, err := p.sender()
	if err != nil {
		return nil, err
	}
	messages := notify.New(notify.Options{
		DB: p.db, Clock: p.o.Clock, Sender: sender, Log: p.log, Accounts: p.auth, Observe: p.metrics.Message,
		ManageURL: func(b, k [16]byte, generation int) string {
			return baseURL + booking.ManagePath(booking.ManageToken(p.ring, b, k, generation))
		},
		InvitationURL: func(b, i [16]byte, generation int, expires time.Time) string {
			return baseURL + business.InvitationPath(business.InvitationToken(p.ring, b, i, generation, expires))
		},
		AccountURL: func(kind, token string) string { return baseURL + site.AccountPath(kind, token) },
	})
	r := jobs.NewRunner(jobs.Options{DB: p.jobsDB, Log: p.log, Observe: p.metrics.Job})
	jobs.Add(r, messages.Work)
	jobs.Add(r, messages.WorkAccount)
	jobs.Add(r, p.bookings.WorkExpire)
	jobs.Add(r, p.bookings.WorkExpireHold)
	jobs.Add(r, p.transfer.Work)
	jobs.Add(r, p.cleanBusinesses)
	jobs.Add(r, p.holidaysChanged)
	jobs.Add(r, p.rejudgeBusinesses)
	jobs.AddWithin(r, verify.LookLimit, p.lookAt(verify.New(p.jobsDB, p.o.Clock)))
	jobs.Periodic(r, "clean.installation", time.Hour, p.clean)
	jobs.Periodic(r, "verify.installation", time.Hour, p.verifier.Schedule)
	jobs.Periodic(r, "messages.settle", 5*time.Minute, p.settleMessages(messages.Settle))
	return r, nil
}
