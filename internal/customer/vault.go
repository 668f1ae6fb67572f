package customer

import (
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// vault seals what is sensitive with a key of the business, which is derived and
// never stored. What is sealed opens only in its place: the table, the row and
// the customer are part of the seal.
type vault struct{ ring *secret.Ring }

func purpose(bid business.ID) string { return "customer/" + bid.String() }

func place(table string, row [16]byte, cid ID) []byte {
	out := append([]byte(table), 0)
	return append(append(out, row[:]...), cid[:]...)
}

func (v vault) sealNote(bid business.ID, note NoteID, cid ID, body string) []byte {
	return v.ring.Seal(purpose(bid), []byte(body), place("customer_notes", note, cid))
}

func (v vault) openNote(bid business.ID, note NoteID, cid ID, sealed []byte) (string, error) {
	body, err := v.ring.Open(purpose(bid), sealed, place("customer_notes", note, cid))
	if err != nil {
		return "", fmt.Errorf("note %s of customer %s: %w", note, cid, err)
	}
	return string(body), nil
}

// sealDate is nil for no date.
func (v vault) sealDate(bid business.ID, cid ID, d *clock.Date) []byte {
	if d == nil {
		return nil
	}
	return v.ring.Seal(purpose(bid), []byte(d.String()), place("customers", cid, cid))
}

func (v vault) openDate(bid business.ID, cid ID, sealed []byte) (*clock.Date, error) {
	if sealed == nil {
		return nil, nil //nolint:nilnil // no date is no date, and no error
	}
	text, err := v.ring.Open(purpose(bid), sealed, place("customers", cid, cid))
	if err != nil {
		return nil, fmt.Errorf("birth date of customer %s: %w", cid, err)
	}
	d, err := clock.ParseDate(string(text))
	return &d, err
}
