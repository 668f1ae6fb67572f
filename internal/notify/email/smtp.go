package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
)

// Options are which server to use, and how.
type Options struct {
	Host, User, Password string
	Port                 int
	TLS                  string         // starttls (required), tls or none
	From                 string         // "Omotenashi Connect <no-reply@example.jp>"
	Timeout              time.Duration  // of one mail from connecting to the answer
	RootCAs              *x509.CertPool // nil trusts the system's authorities
}

// SMTP sends mails through a server, over a connection of their own each.
type SMTP struct {
	o    Options
	from netmail.Address
}

// NewSMTP fails on a sender's address that cannot be read.
func NewSMTP(o Options) (*SMTP, error) {
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("sender's address: %w", err)
	}
	return &SMTP{o: o, from: *from}, nil
}

// Send is as Sender says.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	msg, err := s.compose(m)
	if err != nil {
		return &Error{Stage: "address", Permanent: true, cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	line := &line{}
	client, err := s.client(line)
	if err != nil {
		return &Error{Stage: "connect", cause: err}
	}
	// Whatever the library waits for, the end of our time ends it.
	stop := context.AfterFunc(ctx, line.cut)
	defer stop()
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		line.cut()
		return connectError(err)
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }()
	err = client.SendWithSMTPClient(conn, msg)
	if err == nil || msg.IsDelivered() { // what follows the acceptance does not undo it
		return nil
	}
	return sendError(err)
}

// Check connects, signs in and says goodbye.
func (s *SMTP) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	line := &line{}
	client, err := s.client(line)
	if err != nil {
		return &Error{Stage: "connect", cause: err}
	}
	stop := context.AfterFunc(ctx, line.cut)
	defer stop()
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		line.cut()
		return connectError(err)
	}
	return client.CloseWithSMTPClient(conn)
}

func (s *SMTP) compose(m Mail) (*mail.Msg, error) {
	to, err := parseAddress(m.To)
	if err != nil {
		return nil, err
	}
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingB64), mail.WithNoDefaultUserAgent())
	from := s.from
	if name := oneLine(m.FromName); name != "" {
		from.Name = name
	}
	msg.FromMailAddress(&from)
	msg.EnvelopeFromMailAddress(&netmail.Address{Address: s.from.Address})
	msg.SetAddrHeaderFromMailAddress(mail.HeaderTo, &netmail.Address{Name: oneLine(m.ToName), Address: to})
	if reply, err := parseAddress(m.ReplyTo); err == nil {
		msg.ReplyToMailAddress(&netmail.Address{Name: from.Name, Address: reply})
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	_, domain, _ := strings.Cut(s.from.Address, "@")
	msg.SetMessageIDWithValue(oneLine(m.ID) + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.Language != "" {
		msg.SetGenHeader("Content-Language", oneLine(m.Language))
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

func (s *SMTP) client(l *line) (*mail.Client, error) {
	config := &tls.Config{ServerName: s.o.Host, MinVersion: tls.VersionTLS12, RootCAs: s.o.RootCAs}
	opts := []mail.Option{
		mail.WithPort(s.o.Port), mail.WithTimeout(s.o.Timeout), mail.WithTLSConfig(config), mail.WithoutNoop(),
	}
	dial := (&net.Dialer{}).DialContext
	auth := mail.SMTPAuthAutoDiscover
	switch s.o.TLS {
	case "tls":
		dial = (&tls.Dialer{Config: config}).DialContext
		auth = mail.SMTPAuthPlain // the library cannot see that a dialled connection is encrypted, and would look for less
		opts = append(opts, mail.WithSSL())
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
		auth = mail.SMTPAuthPlainNoEnc
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.o.User != "" {
		opts = append(opts, mail.WithSMTPAuth(auth), mail.WithUsername(s.o.User), mail.WithPassword(s.o.Password))
	}
	opts = append(opts, mail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			l.hold(conn)
		}
		return conn, err
	}))
	return mail.NewClient(s.o.Host, opts...)
}

// line is the connection of one mail, to be cut when its time ends.
type line struct {
	mu   sync.Mutex
	conn net.Conn
	over bool
}

func (l *line) hold(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = c
	if l.over {
		_ = c.Close()
	}
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

func connectError(err error) *Error {
	e := &Error{Stage: "connect", cause: err}
	if strings.Contains(err.Error(), "AUTH") {
		e.Stage = "sign-in"
	}
	e.Code = leadingCode(err)
	return e
}

// leadingCode finds the server's reply code in an error of the text protocol.
func leadingCode(err error) int {
	for ; err != nil; err = errors.Unwrap(err) {
		text := err.Error()
		if len(text) > 4 && text[3] == ' ' {
			if n, e := strconv.Atoi(text[:3]); e == nil && n >= 400 && n < 600 {
				return n
			}
		}
	}
	return 0
}

// sendError says at which stage a mail was refused, and whether it may have been accepted.
func sendError(err error) *Error {
	e := &Error{Stage: "text", cause: err}
	var s *mail.SendError
	if !errors.As(err, &s) {
		e.Unsure = true
		return e
	}
	e.Code, e.Enhanced = s.ErrorCode(), s.EnhancedStatusCode()
	refused := e.Code >= 500
	switch s.Reason {
	case mail.ErrConnCheck:
		e.Stage = "connect"
	case mail.ErrSMTPMailFrom:
		e.Stage = "sender" // refusing our own address is a fault of the installation, which may be mended
	case mail.ErrSMTPRcptTo:
		e.Stage, e.Permanent = "recipient", refused
	case mail.ErrSMTPData, mail.ErrWriteContent:
		e.Permanent = refused
	case mail.ErrSMTPDataClose:
		e.Stage, e.Permanent, e.Unsure = "answer", refused, e.Code == 0
	case mail.ErrGetSender, mail.ErrGetRcpts:
		e.Stage, e.Permanent = "address", true
	default:
		e.Unsure = true
	}
	return e
}
