package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Bounds of the mail catcher.
const (
	mailMaxBytes      = 2 << 20
	mailMaxRecipients = 100
	mailTimeout       = 10 * time.Second
)

// MailOptions say where caught mails are kept.
type MailOptions struct {
	Dir   string // made when absent; holds one .eml a mail
	Clock clock.Clock
	Log   *slog.Logger // nil is silent
}

// Mail is a mail server on a free loopback port that delivers nothing: it keeps
// the last thousand mails in its folder and shows them on a page.
type Mail struct {
	server *smtp.Server
	port   int
	box    *mailbox
	done   chan error
}

// StartMail reads what the folder holds and listens.
func StartMail(ctx context.Context, o MailOptions) (*Mail, error) {
	log := orDiscard(o.Log)
	box, err := openMailbox(o.Dir, o.Clock, log)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mail catcher: %w", err)
	}
	addr, _ := l.Addr().(*net.TCPAddr)
	m := &Mail{server: smtp.NewServer(catcher{box, log}), port: addr.Port, box: box, done: make(chan error, 1)}
	m.server.Domain = "localhost"
	m.server.MaxMessageBytes, m.server.MaxRecipients = mailMaxBytes, mailMaxRecipients
	m.server.ReadTimeout, m.server.WriteTimeout = mailTimeout, mailTimeout
	m.server.EnableSMTPUTF8 = true
	m.server.ErrorLog = quietLog{}
	go func() { m.done <- m.server.Serve(l) }()
	return m, nil
}

// Host and Port are where it takes mails, without encryption or sign-in.
func (m *Mail) Host() string { return "127.0.0.1" }

// Port is the TCP port.
func (m *Mail) Port() int { return m.port }

// Stop ends the server; the mails stay in the folder. It may be called twice.
func (m *Mail) Stop(ctx context.Context) error {
	err := m.server.Shutdown(ctx)
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// quietLog drops what the library says of clients that went away.
type quietLog struct{}

// Printf is part of the library's interface.
func (quietLog) Printf(string, ...any) {}

// Println is part of the library's interface.
func (quietLog) Println(...any) {}

// catcher is the library's view of the box.
type catcher struct {
	box *mailbox
	log *slog.Logger
}

// NewSession begins with each connection.
func (c catcher) NewSession(*smtp.Conn) (smtp.Session, error) { return &catching{catcher: c}, nil }

type catching struct {
	catcher
	from string
	to   []string
}

// Reset forgets the mail at hand.
func (c *catching) Reset() { c.from, c.to = "", nil }

// Logout ends the session.
func (c *catching) Logout() error { return nil }

// Mail notes the sender.
func (c *catching) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

// Rcpt notes a recipient.
func (c *catching) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

// Data keeps the mail; it is acknowledged when it stands on the disk.
func (c *catching) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.box.keep(c.to, raw); err != nil {
		c.log.Error("mail not kept", "error", err.Error())
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "cannot keep the mail"}
	}
	return nil
}
