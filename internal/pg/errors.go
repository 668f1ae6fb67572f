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
// Unavailable fault, whoever's words tell it: the network's, the driver's or the
// server's own. Every other error stays as it is, so does a caller who went away.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	var ne net.Error
	var ce *pgconn.ConnectError
	state := State(err)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &ce): // also one that the server refused: nobody's request is wrong for that
		return Unavailable.Because(err)
	case state != "":
		if passing(state) {
			return Unavailable.Because(err)
		}
		return err
	case errors.As(err, &ne), errors.Is(err, net.ErrClosed), pgconn.Timeout(err), pgconn.SafeToRetry(err), isBrokenConn(err):
		return Unavailable.Because(err)
	}
	return err
}

// passing tells whether the server's answer speaks of its own trouble, which the
// same statement may not meet again.
func passing(state string) bool {
	if len(state) != 5 {
		return false
	}
	switch state[:2] {
	case "08", // the connection was lost
		"53", // out of memory, disk, connections
		"57", // cancelled, shutting down, starting
		"58": // its machine's disk or system
		return true
	}
	switch state {
	case "40001", "40P01", "55P03", // patience with rivals ended
		"40003",          // nobody knows whether it was done
		"25P03", "25P04", // a transaction that took too long
		"25006": // it became a standby: another one is the primary now
		return true
	}
	return false
}

func isBrokenConn(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
