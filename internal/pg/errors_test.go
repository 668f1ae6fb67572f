package pg_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Whatever goes wrong between program and server is unavailability, which asks
// to come again; what a statement did wrong is not.
func TestTranslate_TroubleOfServerAndNetwork_IsUnavailable(t *testing.T) {
	t.Parallel()
	for state := range strings.FieldsSeq("08000 08001 08003 08004 08006 08007 08P01 25006 25P03 25P04 40001 40003 40P01 53000 53100 53200 53300 53400 " +
		"55P03 57000 57014 57P01 57P02 57P03 57P04 57P05 58000 58030 58P01") {
		wantKind(t, "state "+state, fmt.Errorf("insert: %w", &pgconn.PgError{Code: state}), fault.Unavailable)
	}
	for name, err := range map[string]error{
		"refused":  &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
		"reset":    &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)},
		"pipe":     &net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)},
		"no route": &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)},
		"no name":  &net.DNSError{Err: "no such host", Name: "db", IsNotFound: true},
		"deadline": context.DeadlineExceeded, "end": io.EOF, "end within": io.ErrUnexpectedEOF, "closed": net.ErrClosed, "driver closed it": notUsed(t),
	} {
		wantKind(t, name, err, fault.Unavailable)
		wantKind(t, name+", wrapped", fmt.Errorf("insert: %w", err), fault.Unavailable)
	}
	for state := range strings.FieldsSeq("22001 22P02 23505 23P01 25P02 26000 42501 42601 42P01 P0001 XX000 XX001 " + pg.StateTaken) {
		wantKind(t, "state "+state, &pgconn.PgError{Code: state}, fault.Internal)
	}
	wantKind(t, "a caller who went away", context.Canceled, fault.Internal)
	wantKind(t, "anything else", errors.New("surprise"), fault.Internal)
	if own := fault.New(fault.Conflict, "booking.slot_taken"); !errors.Is(pg.Translate(own), own) || pg.Translate(nil) != nil {
		t.Error("a fault was changed")
	}
}

// A server that does not let in says why with any state: none is a request's fault.
func TestTranslate_AServerThatDoesNotLetIn_IsUnavailable(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"57P03", "53300", "28P01", "28000", "3D000", "55000", "42501"} {
		err := refusedBy(t, state)
		if pg.State(err) != state {
			t.Fatalf("state %s is %v", state, err)
		}
		wantKind(t, "refused with "+state, err, fault.Unavailable)
	}
}

func wantKind(t *testing.T, name string, err error, want fault.Kind) {
	t.Helper()
	got := pg.Translate(err)
	if k := fault.KindOf(got); k != want {
		t.Errorf("%s: kind %d, want %d: %v", name, k, want, got)
	}
	if f, ok := fault.As(got); ok && f.Kind == fault.Unavailable && f.RetryAfter <= 0 {
		t.Errorf("%s: does not say when to come again", name)
	}
	if !errors.Is(got, err) {
		t.Errorf("%s: the cause is lost", name)
	}
}

// refusedBy is the error of a connect to a server that answers with the state.
func refusedBy(t *testing.T, state string) error {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := pgproto3.NewBackend(c, c)
		if _, err := b.ReceiveStartupMessage(); err == nil {
			b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: state, Message: "no"})
			_ = b.Flush()
		}
	}()
	conn, err := pgconn.Connect(t.Context(), "postgres://nobody@"+l.Addr().String()+"/none?sslmode=disable")
	if err == nil {
		_ = conn.Close(t.Context())
		t.Fatal("let in")
	}
	return err
}

// notUsed is the driver's error for a connection that it has closed.
func notUsed(t *testing.T) error {
	t.Helper()
	conn, err := pgconn.Construct(&pgconn.HijackedConn{Conn: noConn{}, Config: connConfig(t)})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), "SELECT 1").ReadAll()
	if err == nil {
		t.Fatal("a closed connection was used")
	}
	return err
}

func connConfig(t *testing.T) *pgconn.Config {
	t.Helper()
	c, err := pgconn.ParseConfig("postgres://nobody@127.0.0.1/none")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type noConn struct{ net.Conn }

func (noConn) Write(b []byte) (int, error) { return len(b), nil }
func (noConn) Close() error                { return nil }
