package email_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
)

// behaviour is what a mail server does wrong; each function may be nil.
type behaviour struct {
	rcpt func() error
	data func(c *smtp.Conn) error // after the whole mail was read
	auth bool
}

// server is a real mail server in this process that keeps what it accepted.
type server struct {
	behaviour
	mu    sync.Mutex
	mails []string
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }

func (s *server) kept() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

type session struct {
	s *server
	c *smtp.Conn
}

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) AuthMechanisms() []string             { return []string{sasl.Plain} }
func (s *session) Auth(mech string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "mailer" || password != "right" {
			return errors.New("wrong")
		}
		return nil
	}), nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	if s.s.rcpt != nil {
		return s.s.rcpt()
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.s.mu.Lock()
	s.s.mails = append(s.s.mails, string(raw))
	s.s.mu.Unlock()
	if s.s.data != nil {
		return s.s.data(s.c)
	}
	return nil
}

// start runs the server and gives options that reach it.
func start(t *testing.T, s *server, config *tls.Config, implicit bool) email.Options {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := optionsFor(l)
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.TLSConfig = "localhost", s.auth, config
	srv.ErrorLog = discard{}
	if implicit {
		l = tls.NewListener(l, config)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return o
}

func optionsFor(l net.Listener) email.Options {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	n, _ := strconv.Atoi(port)
	return email.Options{
		Host: "127.0.0.1", Port: n, TLS: "none", From: "Omotenashi Connect <no-reply@example.jp>", Timeout: 5 * time.Second,
	}
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

func sampleMail() email.Mail {
	return email.Mail{
		ID: "0190-1", FromName: "花サロン", ReplyTo: "shop@example.jp", To: "hanako@example.jp", ToName: "山田 花子",
		Subject: "【花サロン】ご予約を承りました", Text: "本文です。\n", HTML: "<p>本文です。</p>", Language: "ja",
		Date: time.Date(2026, 12, 1, 5, 30, 0, 0, time.UTC),
	}
}

func send(t *testing.T, o email.Options, m email.Mail) error {
	t.Helper()
	s, err := email.NewSMTP(o)
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), m)
}

func TestSend_DeliversWhatWasWritten(t *testing.T) {
	t.Parallel()
	s := &server{}
	if err := send(t, start(t, s, nil, false), sampleMail()); err != nil {
		t.Fatal(err)
	}
	got := s.kept()
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "【花サロン】ご予約を承りました" {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "花サロン" || from[0].Address != "no-reply@example.jp" {
		t.Errorf("from %v, %v", from, err)
	}
	for header, want := range map[string]string{
		"Message-Id": "<0190-1@example.jp>", "Auto-Submitted": "auto-generated", "Content-Language": "ja",
		"Date": "Tue, 01 Dec 2026 05:30:00 +0000",
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("%s %q, want %q", header, got, want)
		}
	}
	if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/alternative") {
		t.Errorf("content type %q", m.Header.Get("Content-Type"))
	}
}

func TestSend_HeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	s := &server{}
	m := sampleMail()
	m.FromName = "Shop\r\nBcc: evil@example.com\r\n"
	m.ToName = "A\"\r\nX-Evil: 1"
	m.Subject = "Hello\r\nX-Evil: 2\u202e\u200b"
	m.ReplyTo = "a@example.jp\r\nX-Evil: 3"
	m.ID, m.Language = "id\r\nX-Evil: 4", "ja\r\nX-Evil: 5"
	if err := send(t, start(t, s, nil, false), m); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(s.kept()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("X-Evil") != "" || got.Header.Get("Bcc") != "" || got.Header.Get("Reply-To") != "" {
		t.Errorf("injected: %v", got.Header)
	}
	m = sampleMail()
	m.To = "a@example.jp\r\nRCPT TO:<evil@example.com>"
	checkError(t, send(t, start(t, s, nil, false), m), email.Error{Stage: "address", Permanent: true})
}

func TestSend_TellsWhatBecameOfTheMail(t *testing.T) {
	t.Parallel()
	refuse := func(code, a, b, c int) func() error {
		return func() error {
			return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: "no <hanako@example.jp>"}
		}
	}
	after := func(f func() error) func(*smtp.Conn) error { return func(*smtp.Conn) error { return f() } }
	tests := []struct {
		name string
		does behaviour
		want email.Error
	}{
		{"recipient for now", behaviour{rcpt: refuse(450, 4, 2, 1)}, email.Error{Stage: "recipient", Code: 450, Enhanced: "4.2.1"}},
		{"recipient for good", behaviour{rcpt: refuse(550, 5, 1, 1)}, email.Error{Stage: "recipient", Code: 550, Enhanced: "5.1.1", Permanent: true}},
		{"text for now", behaviour{data: after(refuse(451, 4, 3, 0))}, email.Error{Stage: "answer", Code: 451, Enhanced: "4.3.0"}},
		{"text for good", behaviour{data: after(refuse(554, 5, 7, 1))}, email.Error{Stage: "answer", Code: 554, Enhanced: "5.7.1", Permanent: true}},
		{"accepted, then lost", behaviour{data: func(c *smtp.Conn) error { return c.Conn().Close() }}, email.Error{Stage: "answer", Unsure: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkError(t, send(t, start(t, &server{behaviour: test.does}, nil, false), sampleMail()), test.want)
		})
	}
}

func checkError(t *testing.T, err error, want email.Error) {
	t.Helper()
	got, ok := errors.AsType[*email.Error](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	if got.Stage != want.Stage || got.Code != want.Code || got.Enhanced != want.Enhanced || got.Permanent != want.Permanent || got.Unsure != want.Unsure {
		t.Errorf("got %+v (%v), want %+v", *got, errors.Unwrap(got), want)
	}
	if strings.Contains(err.Error(), "@") {
		t.Errorf("the error names a person: %v", err)
	}
}

// script is a server that says its lines, one for each that it hears, and then hangs.
func script(t *testing.T, lines ...string) email.Options {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			r := bufio.NewReader(c)
			for _, line := range lines {
				_, _ = io.WriteString(c, line+"\r\n")
				if _, err := r.ReadString('\n'); err != nil {
					return
				}
			}
		}
	}()
	return optionsFor(l)
}

func TestSend_HangingServer_EndsInTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		lines []string
		want  email.Error
	}{
		{"before the greeting", nil, email.Error{Stage: "connect"}},
		{"after the greeting", []string{"220 hello"}, email.Error{Stage: "connect"}},
		{"before the recipient", []string{"220 hello", "250 hello"}, email.Error{Stage: "sender"}},
		{"before the text", []string{"220 hello", "250 hello", "250 ok", "250 ok"}, email.Error{Stage: "text"}},
		{"after the text", []string{"220 hello", "250 hello", "250 ok", "250 ok", "354 go on"}, email.Error{Stage: "answer", Unsure: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := script(t, test.lines...)
			o.Timeout = 200 * time.Millisecond
			checkError(t, send(t, o, sampleMail()), test.want)
		})
	}
}

func TestSend_EndOfContext_CutsTheLine(t *testing.T) {
	t.Parallel()
	s, err := email.NewSMTP(script(t, "220 hello", "250 hello"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, sampleMail()); err == nil {
		t.Error("no error")
	}
}

func TestSend_NobodyListens(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := optionsFor(l)
	_ = l.Close()
	checkError(t, send(t, o, sampleMail()), email.Error{Stage: "connect"})
}

func TestSend_EncryptedAndSignedIn(t *testing.T) {
	t.Parallel()
	config, pool := certificate(t)
	for _, mode := range []string{"starttls", "tls", "none"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := &server{behaviour: behaviour{auth: true}}
			var serverConfig *tls.Config
			if mode != "none" {
				serverConfig = config
			}
			o := start(t, s, serverConfig, mode == "tls")
			o.TLS, o.RootCAs, o.User, o.Password = mode, pool, "mailer", "right"
			sender, err := email.NewSMTP(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := sender.Check(t.Context()); err != nil {
				t.Errorf("check: %v", err)
			}
			if err := sender.Send(t.Context(), sampleMail()); err != nil {
				t.Fatalf("%v: %v", err, errors.Unwrap(err))
			}
			if n := len(s.kept()); n != 1 {
				t.Errorf("%d mails", n)
			}
			o.Password = "planted-secret"
			err = send(t, o, sampleMail())
			checkError(t, err, email.Error{Stage: "sign-in", Code: 454})
			if strings.Contains(err.Error(), "planted-secret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestSend_RefusesToGoUnencrypted(t *testing.T) {
	t.Parallel()
	s := &server{}
	o := start(t, s, nil, false)
	o.TLS = "starttls"
	checkError(t, send(t, o, sampleMail()), email.Error{Stage: "connect"})
	if n := len(s.kept()); n != 0 {
		t.Errorf("%d mails went unencrypted", n)
	}
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, pool
}
