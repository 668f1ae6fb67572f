package pg

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

type pgconnTag = pgconn.CommandTag

// States of our own functions, see migrations/00003_functions.sql and 00005_shops.sql.
const (
	StateTaken           = "OC001"
	StateScheduleChanged = "OC003"
	StateInFlight        = "OC005"
	StateStored          = "OC006"
	StateCustomerLimit   = "OC007"
	StateCustomerDay     = "OC008"
	StateDayFull         = "OC009"
	StateIntervalFull    = "OC010"
	StateNewOnly         = "OC011"
	StateReturningOnly   = "OC012"
)

// ErrNoRows is what a read of one row answers when there is none.
var ErrNoRows = pgx.ErrNoRows

// State is the SQLSTATE of a server's error in the chain, or "".
func State(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// Constraint is the name of the constraint that refused, or "".
func Constraint(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.ConstraintName
	}
	return ""
}

func retryable(err error) bool {
	switch State(err) {
	case "40001", "40P01":
		return true
	}
	return false
}

// Unavailable is the fault for a database that cannot answer now; nobody's mistake.
var Unavailable = fault.New(fault.Unavailable, "unavailable").After(time.Second)

// Translate turns a server that is away, overloaded or out of patience into an
// Unavailable fault; every other error stays as it is.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	switch s := State(err); {
	case s == "55P03", s == "57014", s == "40001", s == "40P01", // patience ended
		s == "53300", s == "53400", // too many connections
		s == "57P01", s == "57P02", s == "57P03", s == "57P05", // shutting down, starting
		len(s) == 5 && s[:2] == "08": // connection lost
		return Unavailable.Because(err)
	case s != "":
		return err
	}
	var ne net.Error
	var ce *pgconn.ConnectError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &ne), errors.As(err, &ce), errors.Is(err, net.ErrClosed), pgconn.Timeout(err), pgconn.SafeToRetry(err),
		isBrokenConn(err):
		return Unavailable.Because(err)
	}
	return err
}

func isBrokenConn(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
