package pg

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// A Row is the columns of one row as the server sent them, for what is read
// hundreds of rows at a time: there, finding out for each value what it is to
// become costs more than reading it. A column of another type than is asked for
// is an error of the rows.
type Row struct {
	columns [][]byte
	fields  []pgconn.FieldDescription
	err     error
}

// CollectRaw reads all rows of a queued statement into dst, each by fn.
func CollectRaw[T any](q *pgx.QueuedQuery, dst *[]T, fn func(*Row, *T)) {
	q.Query(func(rows pgx.Rows) error {
		defer rows.Close()
		list := []T{}
		var r Row
		var none T
		for rows.Next() {
			r.columns, r.fields = rows.RawValues(), rows.FieldDescriptions()
			list = append(list, none)
			if fn(&r, &list[len(list)-1]); r.err != nil {
				return r.err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		*dst = list
		return nil
	})
}

// column is column i, nil for NULL.
func (r *Row) column(i int, oid uint32, size int) []byte {
	f := &r.fields[i]
	if f.DataTypeOID != oid || f.Format != pgtype.BinaryFormatCode || r.columns[i] != nil && len(r.columns[i]) != size {
		r.err = fmt.Errorf("column %s is of type %d in format %d", f.Name, f.DataTypeOID, f.Format)
		return nil
	}
	return r.columns[i]
}

// UUID is column i; false for NULL.
func (r *Row) UUID(i int) (id [16]byte, found bool) {
	b := r.column(i, pgtype.UUIDOID, 16)
	copy(id[:], b)
	return id, b != nil
}

// Int32 is column i; 0 for NULL.
func (r *Row) Int32(i int) int32 {
	b := r.column(i, pgtype.Int4OID, 4)
	if b == nil {
		return 0
	}
	return int32(binary.BigEndian.Uint32(b)) //nolint:gosec // as it was written
}

// serverEpoch is where the server counts microseconds from: the beginning of 2000.
const serverEpoch = 946_684_800 * 1_000_000

// Time is column i in UTC; false for NULL.
func (r *Row) Time(i int) (t time.Time, found bool) {
	b := r.column(i, pgtype.TimestamptzOID, 8)
	if b == nil {
		return t, false
	}
	return time.UnixMicro(int64(binary.BigEndian.Uint64(b)) + serverEpoch).UTC(), true //nolint:gosec // as it was written
}
