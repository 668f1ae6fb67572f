package ops

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// readyTimeout bounds a look at the database.
const readyTimeout = 2 * time.Second

// Health answers whether the process lives and whether it should get requests.
type Health struct {
	db       *pg.DB
	draining atomic.Bool
	migrated atomic.Bool // once true it stays so: migrations are not undone under us
}

// NewHealth looks at the database.
func NewHealth(db *pg.DB) *Health { return &Health{db: db} }

// Drain makes Ready answer 503 from now on, so that balancers send no more.
func (h *Health) Drain() { h.draining.Store(true) }

// Live answers 200 as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// Check is one condition of readiness.
type Check struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, or what is wrong in a word
}

type readiness struct {
	Status string  `json:"status"`
	Checks []Check `json:"checks"`
}

// Ready answers 200, or 503 and which condition is missing: PostgreSQL,
// migrations, not draining. It says no more than that: anyone may ask.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	out := readiness{Status: "ok", Checks: h.checks(ctx)}
	status := http.StatusOK
	for _, c := range out.Checks {
		if c.Status != "ok" {
			out.Status, status = "unavailable", http.StatusServiceUnavailable
		}
	}
	writeJSON(w, status, out)
}

func (h *Health) checks(ctx context.Context) []Check {
	database, migrations, serving := "ok", "ok", "ok"
	if h.db.Ping(ctx) != nil {
		database, migrations = "unreachable", "unknown"
	} else if !h.migrated.Load() {
		switch pending, err := pg.Pending(ctx, h.db); {
		case err != nil:
			migrations = "unknown"
		case pending > 0:
			migrations = "pending"
		default:
			h.migrated.Store(true)
		}
	}
	if h.migrated.Load() && database == "ok" {
		migrations = "ok"
	}
	if h.draining.Load() {
		serving = "draining"
	}
	return []Check{{"postgresql", database}, {"migrations", migrations}, {"serving", serving}}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have gone away
}
