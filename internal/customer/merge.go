package customer

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	lockPair = pg.Register("customer.lock_pair",
		`SELECT `+profile+` FROM customers c WHERE c.business_id = $1 AND c.id = ANY ($2::uuid[]) ORDER BY c.id FOR NO KEY UPDATE OF c`)
	// Those merged into the other before follow it: no record stands in a chain. Before the bookings move: one that is
	// being made for such a record is waited for here, and moves with the rest.
	followOn = pg.Register("customer.follow_on",
		`UPDATE customers SET merged_into = $3 WHERE business_id = $1 AND merged_into = $2`)
	moveConsents = pg.Register("customer.move_consents",
		`UPDATE customer_consents SET customer_id = $3 WHERE business_id = $1 AND customer_id = $2`)
	notesOf = pg.Register("customer.notes_of",
		`SELECT `+noteColumns+` FROM customer_notes n WHERE n.business_id = $1 AND n.customer_id = $2 ORDER BY n.id DESC LIMIT $3`)
	moveNotes = pg.Register("customer.move_notes",
		`UPDATE customer_notes n SET customer_id = $2, body = x.body FROM unnest($3::uuid[], $4::bytea[]) x (id, body)
		 WHERE n.business_id = $1 AND n.id = x.id`)
	bury = pg.Register("customer.bury",
		`UPDATE customers SET family_name = '', given_name = '', family_name_kana = '', given_name_kana = '', phone = '', phone_last4 = '', email = '',
		     search_key = '', sort_key = $4, birth_date = NULL, merged_into = $3, version = version + 1, updated_at = $5
		 WHERE business_id = $1 AND id = $2`)
	dropWords = pg.Register("customer.drop_words", `DELETE FROM customer_words WHERE business_id = $1 AND customer_id = $2`)
	dropTags  = pg.Register("customer.drop_tags", `DELETE FROM customer_tags WHERE business_id = $1 AND customer_id = $2`)
)

// manyNotes bounds what is read of the notes of records that were merged.
const manyNotes = 10 * MaxNotes

// Merge makes the other record part of this one: its bookings, notes, consents
// and tags, and what this one did not know. The other keeps nothing but its
// identity, by which later bookings find this one. Two that are merged into each
// other at once end as one. It answers precondition.stale unless Expect is this
// one's version, customer.same for itself, and a fault at body.other_id for
// another that is not there.
func (s *Service) Merge(ctx context.Context, w Who, other ID) (*Customer, error) {
	if other == w.Customer {
		return nil, ErrSelf
	}
	var out *Customer
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		c, o, err := s.lockedPair(ctx, tx, w, other)
		if err != nil {
			return done{}, err
		}
		if err := s.queueMoves(ctx, tx, w, o.ID); err != nil {
			return done{}, err
		}
		filled := c.fill(o)
		c.Version, c.UpdatedAt = c.Version+1, now
		s.queueWrite(tx.Batch(), update, w.Business, c, c.identityKey)
		tx.Later(bury, w.Business, o.ID, c.ID, Guest{}.sort(), now)
		tx.Later(dropWords, w.Business, o.ID)
		tx.Later(dropTags, w.Business, o.ID)
		var r fullRow
		var found bool
		queueFull(tx.Batch(), w, now, &r, &found)
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return done{}, err
		}
		out, err = s.full(w.Business, &r, found)
		return done{"customer.merged", c.ID, map[string]any{"other": o.ID, "fields": filled}, out}, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// lockedPair locks both records in the order of their ids.
func (s *Service) lockedPair(ctx context.Context, tx *pg.Tx, w Who, other ID) (c, o *Customer, err error) {
	rows, err := pg.Select[profileRow](ctx, tx, lockPair, w.Business, []ID{w.Customer, other})
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		x := rows[i].customer()
		if x.BirthDate, err = s.vault.openDate(w.Business, x.ID, rows[i].BirthDate); err != nil {
			return nil, nil, err
		}
		if x.ID == w.Customer {
			c = &x
		} else {
			o = &x
		}
	}
	if c == nil {
		return nil, nil, ErrNotFound
	}
	if err := c.changeable(w.Expect); err != nil {
		return nil, nil, err
	}
	if o == nil || errors.Is(o.changeable(0), ErrMerged) || o.ErasedAt != nil {
		var v fault.Fields
		v.Add("body.other_id", "unknown_id")
		return nil, nil, v.Err()
	}
	return c, o, nil
}

// queueMoves moves what belongs to the other; its notes are sealed anew, for
// their new place.
func (s *Service) queueMoves(ctx context.Context, tx *pg.Tx, w Who, other ID) error {
	tx.Later(followOn, w.Business, other, w.Customer)
	s.bookings.QueueMove(tx.Batch(), w.Business, other, w.Customer)
	tx.Later(moveConsents, w.Business, other, w.Customer)
	rows, err := pg.Select[noteRow](ctx, tx, notesOf, w.Business, other, manyNotes)
	if err != nil {
		return err
	}
	notes, err := s.open(w, rows)
	if err != nil || len(notes) == 0 {
		return err
	}
	ids, bodies := make([]NoteID, len(notes)), make([][]byte, len(notes))
	for i, n := range notes {
		ids[i], bodies[i] = n.ID, s.vault.sealNote(w.Business, n.ID, w.Customer, n.Body)
	}
	tx.Later(moveNotes, w.Business, w.Customer, ids, bodies)
	return nil
}

// fill takes from the other what this one does not know and all of its tags, and
// tells what that was. The identity stays: the other's leads here as well.
func (c *Customer) fill(o *Customer) (filled []string) {
	filled = []string{} // the trail shows it as a list, be it empty
	take := func(unknown, known bool, name string, set func()) {
		if unknown && known {
			set()
			filled = append(filled, name)
		}
	}
	take(c.fullName() == "", o.fullName() != "", "name", func() { c.FamilyName, c.GivenName = o.FamilyName, o.GivenName })
	take(c.fullKana() == "", o.fullKana() != "", "kana", func() { c.FamilyNameKana, c.GivenNameKana = o.FamilyNameKana, o.GivenNameKana })
	take(c.Phone == "", o.Phone != "", "phone", func() { c.Phone = o.Phone })
	take(c.Email == "", o.Email != "", "email", func() { c.Email = o.Email })
	take(c.BirthDate == nil, o.BirthDate != nil, "birth_date", func() { c.BirthDate = o.BirthDate })
	tags := slices.Concat(c.Tags, o.Tags)
	slices.Sort(tags)
	tags = slices.Compact(tags)
	take(len(tags) > len(c.Tags), true, "tags", func() { c.Tags = tags })
	return filled
}

// Duplicate is somebody who may be the same person.
type Duplicate struct {
	Customer
	Same []string // phone, email, name
}

// maxDuplicates bounds the hint.
const maxDuplicates = 20

var alike = pg.Register("customer.alike",
	`SELECT `+profile+`, `+visits+` FROM (
	     SELECT DISTINCT w.customer_id FROM customer_words w WHERE w.business_id = $1 AND w.word = ANY ($3::text[]) AND w.customer_id <> $2 LIMIT $5) d
	 JOIN customers c ON c.business_id = $1 AND c.id = d.customer_id `+visitsOf("$4::timestamptz")+`
	 WHERE c.merged_into IS NULL AND c.erased_at IS NULL ORDER BY c.sort_key, c.id`)

// Duplicates are at most twenty other customers with the same phone number,
// address, or name or kana as it is folded for search.
func (s *Service) Duplicates(ctx context.Context, w Who) ([]Duplicate, error) {
	c, err := s.Get(ctx, w)
	if err != nil {
		return nil, err
	}
	own := c.keys()
	words := slices.Concat(own["phone"], own["email"], own["name"])
	var rows []listRow
	var b pg.Batch
	pg.Collect(b.Queue(alike, w.Business, c.ID, words, s.clock.Now(), maxDuplicates), &rows)
	if err := s.db.ReadTenant(ctx, w.Business, &b); err != nil {
		return nil, err
	}
	out := make([]Duplicate, len(rows))
	for i := range rows {
		out[i].Customer = rows[i].customer()
		keys := out[i].keys()
		for _, what := range []string{"phone", "email", "name"} {
			if slices.ContainsFunc(keys[what], func(k string) bool { return slices.Contains(own[what], k) }) {
				out[i].Same = append(out[i].Same, what)
			}
		}
	}
	return out, nil
}

// keys are the words that name somebody as a whole, by what they are.
func (c *Customer) keys() map[string][]string {
	k := map[string][]string{"phone": {}, "email": c.addressWords(), "name": {}}
	if c.Phone != "" {
		k["phone"] = []string{c.Phone}
	}
	for _, w := range slices.Concat(nameWords(c.FamilyName, c.GivenName), c.kanaWords()) {
		if w[:1] == markName {
			k["name"] = append(k["name"], w)
		}
	}
	return k
}
