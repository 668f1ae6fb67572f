package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/api"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/ops"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// OpenAPI is the document of the HTTP API; it needs no database.
func OpenAPI() ([]byte, error) { return api.Document() }

// ErrUnhealthy says that a check of the doctor failed.
var ErrUnhealthy = errors.New("the doctor found faults")

// Migrate brings the database to the newest schema, as the user of
// DATABASE_ADMIN_URL, else of DATABASE_URL.
func Migrate(ctx context.Context, c config.Config, o Options) error {
	o = o.withDefaults()
	url := c.DatabaseAdminURL
	if url == "" {
		url = c.DatabaseURL
	}
	if url == "" {
		return errNoDatabase
	}
	return pg.Migrate(ctx, url, newLogger(c, o))
}

// Doctor prints what it finds and answers ErrUnhealthy when a check failed.
func Doctor(ctx context.Context, c config.Config, o Options) error {
	o = o.withDefaults()
	d := ops.Doctor{Config: withDevDatabase(c), Clock: o.Clock}
	if c.SMTPHost != "" {
		sender, err := newSender(c)
		if err != nil {
			return err
		}
		d.Mail = sender.Check
	}
	if !ops.Print(o.Out, d.Examine(ctx)) {
		return ErrUnhealthy
	}
	return nil
}

// newSender makes the way to the mail server.
func newSender(c config.Config) (*email.SMTP, error) {
	return email.NewSMTP(email.Options{
		Host: c.SMTPHost, Port: c.SMTPPort, User: c.SMTPUser, Password: c.SMTPPassword, TLS: c.SMTPTLS, From: c.MailFrom, Timeout: c.SMTPTimeout,
	})
}

// withDevDatabase takes the database of the dev server that runs in the data
// folder when no other was given.
func withDevDatabase(c config.Config) config.Config {
	if c.DatabaseURL == "" {
		if raw, err := os.ReadFile(filepath.Join(c.Data, devURLFile)); err == nil {
			c.DatabaseURL = strings.TrimSpace(string(raw))
		}
	}
	return c
}
