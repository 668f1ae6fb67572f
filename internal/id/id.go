// Package id gives every kind of thing its own identifier type over UUIDv7, so
// that the compiler refuses a service's id where a staff member's is wanted.
//
// A domain declares its own: type ID = id.Of[Booking].
package id

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// Of is the identifier of a T. The zero value is no id.
type Of[T any] [16]byte

// New makes a UUIDv7 of the given instant: ids made later sort later, to the millisecond.
func New[T any](now time.Time) Of[T] {
	var u [16]byte
	binary.BigEndian.PutUint64(u[:8], uint64(now.UnixMilli())<<16)
	_, _ = rand.Read(u[6:]) // never fails: crypto/rand aborts the program instead
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// Time is the instant of which New made an id, to the millisecond.
func Time(id [16]byte) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(id[:8]) >> 16))
}

// Parse reads the canonical form.
func Parse[T any](s string) (Of[T], error) {
	if len(s) != 36 {
		return Of[T]{}, fmt.Errorf("id %q is not a UUID", s)
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return Of[T]{}, fmt.Errorf("id %q is not a UUID", s)
	}
	return Of[T](u), nil
}

// IsZero tells whether it is no id.
func (i Of[T]) IsZero() bool { return i == Of[T]{} }

// String is the canonical form.
func (i Of[T]) String() string { return uuid.UUID(i).String() }

// Ptr is nil for no id.
func (i Of[T]) Ptr() *Of[T] {
	if i.IsZero() {
		return nil
	}
	return &i
}

// AppendText writes the canonical form behind b.
func (i Of[T]) AppendText(b []byte) ([]byte, error) {
	t, err := uuid.UUID(i).MarshalText()
	return append(b, t...), err
}

// MarshalText writes the canonical form.
func (i Of[T]) MarshalText() ([]byte, error) { return uuid.UUID(i).MarshalText() }

// UnmarshalText reads the canonical form.
func (i *Of[T]) UnmarshalText(b []byte) error {
	p, err := Parse[T](string(b))
	if err != nil {
		return err
	}
	*i = p
	return nil
}

// UUIDValue gives pgx the value; no id is NULL.
func (i Of[T]) UUIDValue() (pgtype.UUID, error) {
	return pgtype.UUID{Bytes: i, Valid: !i.IsZero()}, nil
}

// ScanUUID takes the value from pgx; NULL is no id.
func (i *Of[T]) ScanUUID(v pgtype.UUID) error {
	*i = Of[T]{}
	if v.Valid {
		*i = v.Bytes
	}
	return nil
}
