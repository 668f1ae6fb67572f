package customer_test

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestAddNote_HasABound(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	cid := s.book(customer.Input{FamilyName: "山田"})
	s.admin(`INSERT INTO customer_notes (business_id, id, customer_id, kind, body, author_kind, created_at, updated_at)
	    SELECT $1, gen_random_uuid(), $2, 'general', '', 'member', $3, $3 FROM generate_series(2, $4::integer)`, s.id, cid, now, customer.MaxNotes)
	in := customer.NoteInput{Kind: customer.General, Body: "窓側"}
	if _, err := s.service.AddNote(t.Context(), s.who(cid), in); err != nil {
		t.Fatal(err)
	}
	_, err := s.service.AddNote(t.Context(), s.who(cid), in)
	if refused(t, err, "customer.too_many_notes"); err != nil {
		if f, ok := fault.As(err); !ok || f.Args["max"] != customer.MaxNotes {
			t.Errorf("args of %v", err)
		}
	}
}
