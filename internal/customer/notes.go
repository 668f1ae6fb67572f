package customer

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// NoteID names a note.
type NoteID = id.Of[Note]

// NoteKind is what a note is about.
type NoteKind string

// The kinds of notes.
const (
	General NoteKind = "general"
	Allergy NoteKind = "allergy"
	Health  NoteKind = "health"
)

// Sensitive tells the kinds of which every read is audited.
func (k NoteKind) Sensitive() bool { return k != General }

// Note is what a member wrote about a customer.
type Note struct {
	ID         NoteID
	CustomerID ID
	Kind       NoteKind
	Body       string
	AuthorKind string
	AuthorID   *[16]byte
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// NoteInput is a note as typed.
type NoteInput struct {
	Kind NoteKind
	Body string
}

// Validate cleans the text and reports every fault.
func (in *NoteInput) Validate() error {
	var v fault.Fields
	in.Body = jp.CleanText(in.Body)
	if v.Check(in.Body != "", "body.body", "required") {
		v.Check(utf8.RuneCountInString(in.Body) <= MaxNote, "body.body", "too_long", fault.Args{"max": MaxNote})
	}
	known := slices.Contains([]NoteKind{General, Allergy, Health}, in.Kind)
	v.Check(known, "body.kind", "not_allowed", fault.Args{"values": "general, allergy, health"})
	return v.Err()
}

const noteColumns = `n.id, n.customer_id, n.kind, n.body, n.author_kind, n.author_id, n.version, n.created_at, n.updated_at`

var (
	listNotes = pg.Register("customer.list_notes",
		`SELECT `+noteColumns+` FROM customer_notes n WHERE n.business_id = $1 AND n.customer_id = $2 AND n.id < $3
		     AND ($4::text = '' OR n.kind = $4) ORDER BY n.id DESC LIMIT $5`)
	noteByID = pg.Register("customer.note_by_id",
		`SELECT `+noteColumns+` FROM customer_notes n WHERE n.business_id = $1 AND n.customer_id = $2 AND n.id = $3`)
	countNotes = pg.Register("customer.count_notes",
		`SELECT count(*) FROM customer_notes WHERE business_id = $1 AND customer_id = $2`)
	writeNote = pg.Register("customer.write_note",
		`INSERT INTO customer_notes (business_id, id, customer_id, kind, body, author_kind, author_id, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		 ON CONFLICT (business_id, id) DO UPDATE SET kind = excluded.kind, body = excluded.body, version = excluded.version, updated_at = excluded.updated_at`)
	deleteNote = pg.Register("customer.delete_note", `DELETE FROM customer_notes WHERE business_id = $1 AND id = $2`)
)

// noteRow is a note, sealed.
type noteRow struct {
	ID         NoteID    `db:"id"`
	CustomerID ID        `db:"customer_id"`
	Kind       NoteKind  `db:"kind"`
	Body       []byte    `db:"body"`
	AuthorKind string    `db:"author_kind"`
	AuthorID   *[16]byte `db:"author_id"`
	Version    int64     `db:"version"`
	CreatedAt  time.Time `db:"created_at"`
	UpdatedAt  time.Time `db:"updated_at"`
}

// open unseals rows.
func (s *Service) open(w Who, rows []noteRow) ([]Note, error) {
	out := make([]Note, len(rows))
	for i, r := range rows {
		body, err := s.vault.openNote(w.Business, r.ID, r.CustomerID, r.Body)
		if err != nil {
			return nil, err
		}
		out[i] = Note{r.ID, r.CustomerID, r.Kind, body, r.AuthorKind, r.AuthorID, r.Version, r.CreatedAt, r.UpdatedAt}
	}
	return out, nil
}

// audited queues that allergy or health notes among these are read: with the end
// of the transaction, so that nobody sees them when the entry cannot be written.
func audited(tx *pg.Tx, w Who, now time.Time, notes []Note) {
	ids := []NoteID{}
	for _, n := range notes {
		if n.Kind.Sensitive() {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) > 0 {
		queueAudit(tx.AtEnd(), w, now, "customer.health_read", w.Customer, map[string]any{"notes": ids})
	}
}

// Notes reads a customer's notes of a kind (empty: of all), the newest first,
// behind the given one (zero: from the newest), at most limit, and tells whether
// there are more. Where there are allergy or health notes among them, the read is
// audited or fails.
func (s *Service) Notes(ctx context.Context, w Who, kind NoteKind, after NoteID, limit int) (list []Note, more bool, err error) {
	list, err = s.readNotes(ctx, w, func(b *pg.Batch, rows *[]noteRow) {
		if after.IsZero() {
			after = lastNote
		}
		pg.Collect(b.Queue(listNotes, w.Business, w.Customer, after, string(kind), limit+1), rows)
	}, func(rows []noteRow) []noteRow {
		more = len(rows) > limit
		return rows[:min(len(rows), limit)]
	})
	return list, more, err
}

// lastNote is behind every note.
var lastNote = NoteID{
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
}

// Note reads one note, audited as Notes is; not_found for another customer's.
func (s *Service) Note(ctx context.Context, w Who, note NoteID) (*Note, error) {
	list, err := s.readNotes(ctx, w, func(b *pg.Batch, rows *[]noteRow) {
		pg.Collect(b.Queue(noteByID, w.Business, w.Customer, note), rows)
	}, func(rows []noteRow) []noteRow { return rows })
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return &list[0], nil
}

// readNotes opens and audits those of the rows read that are shown.
func (s *Service) readNotes(ctx context.Context, w Who, queue func(*pg.Batch, *[]noteRow), shown func([]noteRow) []noteRow) (out []Note, err error) {
	now := s.clock.Now()
	err = s.db.InTenant(ctx, w.Business, func(tx *pg.Tx) error {
		var who fullRow
		var rows []noteRow
		var found bool
		var b pg.Batch
		queueFull(&b, w, now, &who, &found)
		queue(&b, &rows)
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		if _, err := s.full(w.Business, &who, found); err != nil {
			return err
		}
		if out, err = s.open(w, shown(rows)); err != nil {
			return err
		}
		audited(tx, w, now, out)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) queueNote(b *pg.Batch, w Who, n *Note) {
	b.Queue(writeNote, w.Business, n.ID, n.CustomerID, string(n.Kind), s.vault.sealNote(w.Business, n.ID, n.CustomerID, n.Body),
		n.AuthorKind, n.AuthorID, n.Version, n.CreatedAt, n.UpdatedAt)
}

// AddNote writes a note; customer.too_many_notes beyond MaxNotes.
func (s *Service) AddNote(ctx context.Context, w Who, in NoteInput) (*Note, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Note
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		c, err := s.locked(ctx, tx, w)
		if err != nil {
			return done{}, err
		}
		var have int
		var b pg.Batch
		b.Queue(countNotes, w.Business, c.ID).QueryRow(func(r pgx.Row) error { return r.Scan(&have) })
		if err := tx.Run(ctx, &b); err != nil {
			return done{}, err
		}
		if have >= MaxNotes {
			return done{}, ErrNotes.With(fault.Args{"max": MaxNotes})
		}
		out = &Note{
			ID: id.New[Note](now), CustomerID: c.ID, Kind: in.Kind, Body: in.Body, AuthorKind: string(w.Actor.Kind), AuthorID: w.Actor.User(),
			Version: 1, CreatedAt: now, UpdatedAt: now,
		}
		s.queueNote(tx.Batch(), w, out)
		return done{"customer.note_added", c.ID, map[string]any{"note": out.ID, "kind": out.Kind}, out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// lockedNote reads a note under the lock of its customer. Expect is of the note.
func (s *Service) lockedNote(ctx context.Context, tx *pg.Tx, w Who, note NoteID) (*Note, error) {
	expect := w.Expect
	w.Expect = 0
	if _, err := s.locked(ctx, tx, w); err != nil {
		return nil, err
	}
	r, err := pg.SelectOne[noteRow](ctx, tx, noteByID, w.Business, w.Customer, note)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if r.Version != expect {
		return nil, ErrStale
	}
	list, err := s.open(w, []noteRow{r})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// NoteFields are what may be changed of a note; nil: stays.
type NoteFields struct {
	Kind *NoteKind
	Body *string
}

// UpdateNote changes a note; precondition.stale unless Expect is its version.
// Who changes an allergy or health note sees it, and that is audited as well.
func (s *Service) UpdateNote(ctx context.Context, w Who, note NoteID, in NoteFields) (*Note, error) {
	var out *Note
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		n, err := s.lockedNote(ctx, tx, w, note)
		if err != nil {
			return done{}, err
		}
		next := NoteInput{Kind: n.Kind, Body: over(n.Body, in.Body)}
		if in.Kind != nil {
			next.Kind = *in.Kind
		}
		if err := next.Validate(); err != nil {
			return done{}, err
		}
		audited(tx, w, now, []Note{*n})
		from := n.Kind
		n.Kind, n.Body, n.Version, n.UpdatedAt = next.Kind, next.Body, n.Version+1, now
		s.queueNote(tx.Batch(), w, n)
		out = n
		return done{"customer.note_changed", w.Customer, map[string]any{"note": n.ID, "from_kind": from, "kind": n.Kind}, n}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteNote takes a note away for good; precondition.stale unless Expect is its version.
func (s *Service) DeleteNote(ctx context.Context, w Who, note NoteID) error {
	return s.change(ctx, w, func(tx *pg.Tx, _ time.Time) (done, error) {
		n, err := s.lockedNote(ctx, tx, w, note)
		if err != nil {
			return done{}, err
		}
		tx.Later(deleteNote, w.Business, n.ID)
		return done{action: "customer.note_deleted", subject: w.Customer, detail: map[string]any{"note": n.ID, "kind": n.Kind}}, nil
	})
}
