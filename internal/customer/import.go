package customer

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is how customers come in by the hundred, from another system's list.

// Brought is one line of a list: what is named of a customer. Tags are added to
// those that they have; the note is kept of somebody who is new.
type Brought struct {
	Known   ID // whom the line is about, as far as is known already; zero for not
	Profile ProfileInput
	Note    string
}

// Brings is what became of a line.
type Brings struct {
	ID      ID
	New     bool
	Changed bool  // or new
	Err     error // why it was refused; then nothing else
}

// List is who a list brought so far, for lists that are brought piece by piece
// without being kept. Its zero value is ready.
type List struct {
	byID map[ID]*Customer
	by   map[string]ID // identity key
}

// Bringing is a piece of a list, in order.
type Bringing struct {
	Actor    tenant.Actor
	Business business.ID
	Locale   locale.Lang // of whose line names none
	Lines    []Brought
	Try      *List // given: nothing is kept, and what the pieces before would have brought stands there
}

var (
	aliases = pg.Register("customer.aliases",
		`SELECT id, identity_key, coalesce(merged_into, id) AS final FROM customers WHERE business_id = $1 AND id = ANY ($2::uuid[])
		 UNION SELECT id, identity_key, coalesce(merged_into, id) AS final FROM customers WHERE business_id = $1 AND identity_key = ANY ($3::text[])`)
	lockMany = pg.Register("customer.lock_many",
		`SELECT `+profile+` FROM customers c WHERE c.business_id = $1 AND c.id = ANY ($2::uuid[]) ORDER BY c.id FOR NO KEY UPDATE OF c`)
	pageOfAll = pg.Register("customer.page_of_all",
		`SELECT `+profile+`, `+agreement("health_data", "health_consent")+`, `+agreement("marketing_email", "marketing_consent")+`
		 FROM customers c WHERE c.business_id = $1 AND c.id > $2 AND c.merged_into IS NULL AND c.erased_at IS NULL ORDER BY c.id LIMIT $3`)
	notesOfAll = pg.Register("customer.notes_of_all",
		`SELECT `+noteColumns+` FROM customer_notes n WHERE n.business_id = $1 AND n.id > $2 ORDER BY n.id LIMIT $3`)
)

// alias is an id or an identity, and the record that it leads to.
type alias struct {
	ID          ID      `db:"id"`
	IdentityKey *string `db:"identity_key"`
	Final       ID      `db:"final"`
}

// roll is who is concerned by a piece, as they stand and as they will.
type roll struct {
	s       *Service
	in      *Bringing
	now     time.Time
	alias   map[ID]ID
	by      map[string]ID // identity key
	was, is map[ID]*Customer
	asked   map[string]bool // identities that were looked up
	notes   map[ID]string
	order   []ID // of those who are new or changed
}

// Bring keeps a piece of a list within the transaction, each line after the one
// before: who is known (by id, or by name and phone) is changed where something
// is another now, everybody else is new. Lines at fault are told one by one. Who
// was erased does not come back.
func (s *Service) Bring(ctx context.Context, tx *pg.Tx, in *Bringing) ([]Brings, error) {
	r := &roll{s: s, in: in, now: s.clock.Now(), asked: map[string]bool{}}
	want := map[string]bool{}
	for i := range in.Lines {
		if key := in.Lines[i].identity(r.now); key != nil {
			want[*key] = true
		}
	}
	for {
		if err := r.load(ctx, tx, want); err != nil {
			return nil, err
		}
		out, further := r.play()
		if len(further) == 0 {
			r.keep(tx)
			return out, nil
		}
		want = further // who has the identities that lines lead to
	}
}

// identity is that of what a line itself names.
func (l *Brought) identity(now time.Time) *string {
	var c Customer
	l.Profile.apply(&c, &fault.Fields{}, tomorrow(now))
	return c.IdentityKey()
}

// load reads and locks all whom the lines may be about, by ascending id.
func (r *roll) load(ctx context.Context, tx *pg.Tx, want map[string]bool) error {
	for key := range want {
		r.asked[key] = true
	}
	ids, keys := []ID{}, []string{}
	for i := range r.in.Lines {
		if known := r.in.Lines[i].Known; !known.IsZero() {
			ids = append(ids, known)
		}
	}
	for key := range r.asked {
		keys = append(keys, key)
	}
	found, err := pg.Select[alias](ctx, tx, aliases, r.in.Business, ids, keys)
	if err != nil {
		return err
	}
	r.alias, r.by = map[ID]ID{}, map[string]ID{}
	finals := make([]ID, 0, len(found))
	for _, a := range found {
		r.alias[a.ID] = a.Final
		if a.IdentityKey != nil {
			r.by[*a.IdentityKey] = a.Final
		}
		finals = append(finals, a.Final)
	}
	rows, err := pg.Select[profileRow](ctx, tx, lockMany, r.in.Business, finals)
	if err != nil {
		return err
	}
	r.was = make(map[ID]*Customer, len(rows))
	for i := range rows {
		c := rows[i].customer()
		if c.BirthDate, err = r.s.vault.openDate(r.in.Business, c.ID, rows[i].BirthDate); err != nil {
			return err
		}
		r.was[c.ID] = &c
	}
	r.ghosts()
	return nil
}

// ghosts puts those in place whom earlier pieces that were only tried would have
// brought or changed.
func (r *roll) ghosts() {
	if r.in.Try == nil {
		return
	}
	for cid, c := range r.in.Try.byID {
		r.was[cid], r.alias[cid] = c, cid
	}
	maps.Copy(r.by, r.in.Try.by)
}

// play goes through the lines. further are identities that lines lead to and
// that were not looked up yet: then it is to be played again.
func (r *roll) play() (out []Brings, further map[string]bool) {
	r.is, r.notes, r.order, further = map[ID]*Customer{}, map[ID]string{}, nil, map[string]bool{}
	by := maps.Clone(r.by)
	out = make([]Brings, len(r.in.Lines))
	for i := range r.in.Lines {
		out[i] = r.line(&r.in.Lines[i], by, further)
	}
	return out, further
}

// find is whom a line is about: a copy of how they stand, or somebody new. A line
// that speaks of a record which became one with another does not give that
// other the names and the number of the first.
func (r *roll) find(l *Brought, by map[string]ID) (c Customer, profile ProfileInput, isNew bool) {
	key := l.identity(r.now)
	cid, ok := r.alias[l.Known]
	other := ok && l.Known != cid
	if !ok && key != nil {
		cid, ok = by[*key]
		other = true
	}
	if x := cmp.Or(r.is[cid], r.was[cid]); ok && x != nil {
		c, profile = *x, l.Profile
		c.Tags = slices.Clone(x.Tags)
		if own := x.IdentityKey(); other && (own == nil || key == nil || *own != *key) {
			profile.FamilyName, profile.GivenName, profile.Phone = nil, nil, nil
		}
		return c, profile, false
	}
	return Customer{
		ID: id.New[Guest](r.now), Guest: Guest{Locale: r.in.Locale}, Tags: []string{}, Health: NeverAsked, Marketing: NeverAsked,
		CreatedAt: r.now,
	}, l.Profile, true
}

func (r *roll) line(l *Brought, by map[string]ID, further map[string]bool) Brings {
	c, in, isNew := r.find(l, by)
	if c.ErasedAt != nil {
		return Brings{Err: ErrErased}
	}
	before, tags := c, slices.Clone(c.Tags)
	if in.Tags != nil {
		in.Tags = append(slices.Clone(in.Tags), c.Tags...)
	}
	var v fault.Fields
	in.apply(&c, &v, tomorrow(r.now))
	if err := v.Err(); err != nil {
		return Brings{Err: err}
	}
	key := c.IdentityKey()
	if key != nil {
		switch holder, held := by[*key]; {
		case held && holder != c.ID:
			return Brings{Err: ErrExists}
		case !held && !r.asked[*key]:
			further[*key] = true
		}
	}
	if !isNew && sameProfile(&before, &c) && slices.Equal(tags, c.Tags) {
		return Brings{ID: c.ID}
	}
	if was := before.IdentityKey(); isNew || (was == nil) != (key == nil) || was != nil && *was != *key {
		c.identityKey = key
	}
	if r.is[c.ID] == nil {
		r.order = append(r.order, c.ID)
	}
	if isNew && l.Note != "" {
		r.notes[c.ID] = l.Note
	}
	if key != nil {
		by[*key] = c.ID
	}
	r.is[c.ID] = &c
	return Brings{ID: c.ID, New: isNew, Changed: true}
}

// sameProfile tells whether nothing is another but perhaps the tags.
func sameProfile(a, b *Customer) bool {
	sameBirth := a.BirthDate == nil && b.BirthDate == nil || a.BirthDate != nil && b.BirthDate != nil && *a.BirthDate == *b.BirthDate
	return a.Guest == b.Guest && sameBirth
}

// keep queues what the lines came to, or remembers it of what was only tried.
func (r *roll) keep(tx *pg.Tx) {
	if t := r.in.Try; t != nil {
		if t.byID == nil {
			t.byID, t.by = map[ID]*Customer{}, map[string]ID{}
		}
		for cid, c := range r.is {
			t.byID[cid] = c
			if key := c.IdentityKey(); key != nil {
				t.by[*key] = cid
			}
		}
		return
	}
	slices.SortFunc(r.order, func(a, b ID) int { return bytes.Compare(a[:], b[:]) })
	for _, cid := range r.order {
		r.queue(tx, r.is[cid])
	}
}

// queue queues one record with its words, its note and its audit entry.
func (r *roll) queue(tx *pg.Tx, c *Customer) {
	w := Who{Actor: r.in.Actor, Business: r.in.Business, Customer: c.ID}
	c.UpdatedAt = r.now
	before, action := r.was[c.ID], "customer.changed"
	c.Version++
	if before == nil {
		action = "customer.created"
		r.s.queueWrite(tx.Batch(), insert, w.Business, c, c.identityKey)
	} else {
		c.Version = before.Version + 1
		if c.identityKey != nil {
			tx.Later(takeIdentity, w.Business, c.ID, *c.identityKey)
		}
		r.s.queueWrite(tx.Batch(), update, w.Business, c, c.identityKey)
	}
	if body := r.notes[c.ID]; body != "" {
		r.s.queueNote(tx.Batch(), w, &Note{
			ID: id.New[Note](r.now), CustomerID: c.ID, Kind: General, Body: body, AuthorKind: string(w.Actor.Kind), AuthorID: w.Actor.User(),
			Version: 1, CreatedAt: r.now, UpdatedAt: r.now,
		})
	}
	audit.Append(tx.AtEnd(), w.Business, audit.Entry{
		At: r.now, Actor: w.Actor, Action: action, Subject: "customer:" + c.ID.String(), Detail: map[string]any{"imported": true},
	}, nil)
}

// exportRow is a customer without their visits.
type exportRow struct {
	profileRow
	Health    Agreement `db:"health_consent"`
	Marketing Agreement `db:"marketing_consent"`
}

// Page reads all customers who are known by their ids, behind the given one
// (zero: from the first), at most limit: without their visits.
func (s *Service) Page(ctx context.Context, bid business.ID, after ID, limit int) ([]Customer, error) {
	var rows []exportRow
	var b pg.Batch
	pg.Collect(b.Queue(pageOfAll, bid, [16]byte(after), limit), &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	out := make([]Customer, len(rows))
	for i := range rows {
		c := rows[i].customer()
		var err error
		if c.BirthDate, err = s.vault.openDate(bid, c.ID, rows[i].BirthDate); err != nil {
			return nil, err
		}
		c.Health, c.Marketing = rows[i].Health, rows[i].Marketing
		out[i] = c
	}
	return out, nil
}

// PageOfNotes reads all notes about customers by their ids, behind the given one
// (zero: from the first), at most limit. The reading of allergy and health notes
// is audited in the same transaction, one entry a page.
func (s *Service) PageOfNotes(ctx context.Context, w Who, after NoteID, limit int) (out []Note, err error) {
	now := s.clock.Now()
	err = s.db.InTenant(ctx, w.Business, func(tx *pg.Tx) error {
		rows, err := pg.Select[noteRow](ctx, tx, notesOfAll, w.Business, [16]byte(after), limit)
		if err != nil {
			return err
		}
		if out, err = s.open(w, rows); err != nil {
			return err
		}
		ids := []NoteID{}
		for _, n := range out {
			if n.Kind.Sensitive() {
				ids = append(ids, n.ID)
			}
		}
		if len(ids) > 0 {
			audit.Append(tx.AtEnd(), w.Business, audit.Entry{
				At: now, Actor: w.Actor, Action: "customer.health_read", Subject: "business:" + w.Business.String(), Detail: map[string]any{"notes": ids},
			}, nil)
		}
		return nil
	})
	return out, err
}
