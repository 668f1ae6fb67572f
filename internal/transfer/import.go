package transfer

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// ID names an import.
type ID = id.Of[Import]

// Bounds of an import.
const (
	MaxPart  = 1 << 20 // bytes
	MaxParts = 50
	MaxName  = 100 // characters
	maxOpen  = 5   // imports of a business that still hold what was uploaded
)

// How long an import is kept: what was uploaded, and then what became of it.
const (
	keepParts  = 7 * 24 * time.Hour
	keepImport = 90 * 24 * time.Hour
)

// Status is where an import is in its life.
type Status string

// The statuses. A dry run ends as checked, and can be followed by the run itself.
const (
	Receiving Status = "receiving"
	Queued    Status = "queued"
	Running   Status = "running"
	Checked   Status = "checked"
	Done      Status = "done"
	Failed    Status = "failed"
)

// Outcome is what became of a line.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
)

// Import is a file that is brought in.
type Import struct {
	ID        ID        `db:"id"`
	Kind      Kind      `db:"kind"`
	Status    Status    `db:"status"`
	DryRun    bool      `db:"dry_run"`
	Name      string    `db:"name"`
	Charset   Charset   `db:"charset"` // empty: to be found out
	Layout    layout    `db:"layout"`
	Total     int       `db:"total"` // lines that say something, without the header
	NextLine  int       `db:"next_line"`
	Created   int       `db:"created"`
	Updated   int       `db:"updated"`
	Unchanged int       `db:"unchanged"`
	Refused   int       `db:"refused"`
	Error     string    `db:"error"` // the code of what ended it; empty for nothing
	ActorKind string    `db:"actor_kind"`
	ActorID   *[16]byte `db:"actor_id"`
	Parts     int       `db:"parts"`
	Bytes     int64     `db:"bytes"`
	CreatedAt time.Time `db:"created_at"`
	UpdatedAt time.Time `db:"updated_at"`
}

// Problem is what is wrong with a line.
type Problem struct {
	Column string     `json:"column"` // empty for the line as a whole
	Code   string     `json:"code"`
	Args   fault.Args `json:"args,omitempty"`
}

// Line is what became of a line.
type Line struct {
	Line      int       `db:"line"` // from 2, as a spreadsheet counts
	Outcome   Outcome   `db:"outcome"`
	SubjectID *[16]byte `db:"subject_id"` // of the customer, service, resource or booking; nil of one refused and in a dry run
	Errors    []Problem `db:"errors"`
}

// Faults of imports.
var (
	ErrNotFound = fault.New(fault.NotFound, "not_found")
	ErrState    = fault.New(fault.Conflict, "import.wrong_state")
	ErrParts    = fault.New(fault.Conflict, "import.parts_missing")
	ErrOpen     = fault.New(fault.Conflict, "business.limit_reached")
)

// Options are how imports are worked on. Zero values take the defaults.
type Options struct {
	Slice int // lines a step: 100
}

// Service brings records in and takes them out.
type Service struct {
	db        *pg.DB
	clock     clock.Clock
	ring      *secret.Ring
	avail     *availability.Service
	customers *customer.Service
	catalog   *catalog.Catalog
	bookings  *booking.Service
	team      *business.Team
	o         Options
}

// New makes the service.
func New(db *pg.DB, clk clock.Clock, ring *secret.Ring, avail *availability.Service, customers *customer.Service, menu *catalog.Catalog,
	bookings *booking.Service, team *business.Team, o Options,
) *Service {
	if o.Slice <= 0 {
		o.Slice = 100
	}
	return &Service{db: db, clock: clk, ring: ring, avail: avail, customers: customers, catalog: menu, bookings: bookings, team: team, o: o}
}

func subject(iid ID) string { return "import:" + iid.String() }

// purpose is that of a business's uploads.
func purpose(bid business.ID) string { return "import/" + bid.String() }

// place binds what was uploaded to where it belongs.
func place(iid ID, position int) []byte {
	return append(iid[:], byte(position>>8), byte(position)) //nolint:gosec // at most MaxParts
}
