package auth

import (
	"net/netip"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

const passphrase = "five small words for me"

// cheap makes tests quick; TestHash_DefaultWork proves the real cost.
var cheap = Work{MemoryKiB: 64, Passes: 1}

// A world is a service on a database of its own.
type world struct {
	*Service
	db    *pg.DB
	clock *clock.Manual
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	db := pgtest.New(t)
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	o.Work = cheap
	return &world{Service: New(db, clk, pgtest.Ring(t), o), db: db, clock: clk}
}

// another is a second process on the same database.
func (w *world) another(t *testing.T) *world {
	t.Helper()
	return &world{Service: New(w.db, w.clock, pgtest.Ring(t), Options{Work: cheap}), db: w.db, clock: w.clock}
}

func person(email string) Person {
	return Person{Email: email, Password: passphrase, FamilyName: "山田", GivenName: "花子", Locale: locale.JA}
}

func (w *world) user(t *testing.T, email string) UserID {
	t.Helper()
	id, err := w.CreateUser(t.Context(), person(email))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) login(t *testing.T, email string) Tokens {
	t.Helper()
	tokens, err := w.Login(t.Context(), LoginInput{
		Email: email, Password: passphrase, UserAgent: "test", Address: netip.MustParseAddr("203.0.113.7"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func (w *world) principal(t *testing.T, access string) Principal {
	t.Helper()
	p, err := w.Authenticate(t.Context(), access)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// exec runs SQL of the test's own, as the serving role.
func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.db.WritePool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, w *world, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.db.ReadPool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// wantCode checks the stable code of an error; "" wants none.
func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case code != "" && (err == nil || fault.CodeOf(err) != code):
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// fieldCodes are the faults of fields by location.
func fieldCodes(err error) map[string]string {
	out := map[string]string{}
	if f, ok := fault.As(err); ok {
		for _, x := range f.Fields {
			out[x.Location] = x.Code
		}
	}
	return out
}
