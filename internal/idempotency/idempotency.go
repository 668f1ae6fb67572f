// Package idempotency makes one key have one effect.
//
// It owns idempotency_keys (of a business) and account_idempotency_keys (of an
// account). A claim is the first statement of the transaction that it guards
// and the stored answer one of its last, so that an outcome is stored exactly
// when it was committed. Answers are sealed: they may hold links.
package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// Keep is how long an answer can be replayed.
const Keep = 24 * time.Hour

// MaxKey is the longest key in characters.
const MaxKey = 255

// Faults of a key.
var (
	ErrInFlight = fault.New(fault.Conflict, "idempotency.in_flight").After(time.Second)
	ErrMismatch = fault.New(fault.Invalid, "idempotency.mismatch")
	ErrErased   = fault.New(fault.NotFound, "not_found")
)

// Scope is within what a key is unique.
type Scope struct {
	Business *[16]byte // nil: the account's own
	Actor    string    // the user's id, or "guest"
	Route    string    // the operation's id
}

// Claim is one request's key. A nil claim is a request without a key: every
// method of it does nothing.
type Claim struct {
	ring  *secret.Ring
	scope Scope
	key   []byte
	body  []byte
	now   time.Time
	about [16]byte
	// Render makes of the service's result what is answered, to be stored.
	Render func(result any) (status int, body any, err error)
}

// New makes a claim. Body is what the request said, in a canonical form; only a
// MAC of it is kept, so that nobody can guess names and numbers from a backup.
func New(ring *secret.Ring, scope Scope, key string, body []byte, now time.Time) *Claim {
	k := sha256.Sum256([]byte(key))
	return &Claim{ring: ring, scope: scope, key: k[:], body: ring.MAC("idempotency/body", body), now: now}
}

var (
	claim = pg.Register("idempotency.claim",
		`SELECT idempotency_claim($1::uuid, $2::text, $3::text, $4::bytea, $5::timestamptz)`)
	store = pg.Register("idempotency.store",
		`INSERT INTO idempotency_keys (business_id, actor, route, key_hash, body_hash, status, answer, created_at, subject)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9::uuid, '00000000-0000-0000-0000-000000000000'))`)
	storeAccount = pg.Register("idempotency.store_account",
		`INSERT INTO account_idempotency_keys (actor, route, key_hash, body_hash, status, answer, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	load = pg.Register("idempotency.load",
		`SELECT body_hash, status, answer FROM idempotency_keys
		 WHERE business_id = $1 AND actor = $2 AND route = $3 AND key_hash = $4`)
	loadAccount = pg.Register("idempotency.load_account",
		`SELECT body_hash, status, answer FROM account_idempotency_keys
		 WHERE actor = $1 AND route = $2 AND key_hash = $3`)
)

// Begin queues the claim: to be the first statement of the transaction.
func (c *Claim) Begin(b *pg.Batch) {
	if c == nil {
		return
	}
	b.Queue(claim, c.scope.Business, c.scope.Actor, c.scope.Route, c.key, c.now.Add(-Keep))
}

// Store queues the keeping of the answer, rendered from the service's result.
func (c *Claim) Store(b *pg.Batch, result any) error {
	if c == nil {
		return nil
	}
	status, body, err := c.Render(result)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	sealed := c.ring.Seal("idempotency", raw, c.key)
	if c.scope.Business == nil {
		b.Queue(storeAccount, c.scope.Actor, c.scope.Route, c.key, c.body, status, sealed, c.now)
		return nil
	}
	b.Queue(store, c.scope.Business, c.scope.Actor, c.scope.Route, c.key, c.body, status, sealed, c.now, c.about)
	return nil
}

// About names the booking or customer that the business's answer tells of: when
// their data is erased, the answer is as well.
func (c *Claim) About(subject [16]byte) {
	if c != nil {
		c.about = subject
	}
}

// Answer is a stored outcome.
type Answer struct {
	Status int
	Body   json.RawMessage
}

// Replay turns a failed transaction's error into the stored answer when the key
// had its effect before, into ErrInFlight while a rival is at it, into
// ErrMismatch when the key was used for another body; any other error stays.
func (c *Claim) Replay(ctx context.Context, db *pg.DB, failed error) (*Answer, error) {
	if c == nil {
		return nil, failed
	}
	switch pg.State(failed) {
	case pg.StateInFlight:
		return nil, ErrInFlight
	case pg.StateStored:
		return c.load(ctx, db)
	}
	return nil, failed
}

func (c *Claim) load(ctx context.Context, db *pg.DB) (*Answer, error) {
	var hash, sealed []byte
	a := &Answer{}
	read := func(row pgx.Row) error { return row.Scan(&hash, &a.Status, &sealed) }
	var b pg.Batch
	var err error
	if c.scope.Business == nil {
		b.Queue(loadAccount, c.scope.Actor, c.scope.Route, c.key).QueryRow(read)
		err = db.Read(ctx, &b)
	} else {
		b.Queue(load, c.scope.Business, c.scope.Actor, c.scope.Route, c.key).QueryRow(read)
		err = db.ReadTenant(ctx, *c.scope.Business, &b)
	}
	if errors.Is(err, pgx.ErrNoRows) { // swept between the claim and now
		return nil, ErrInFlight
	}
	if err != nil {
		return nil, err
	}
	if !secret.Equal(hash, c.body) {
		return nil, ErrMismatch
	}
	if len(sealed) == 0 { // erased with the data of whom it told
		return nil, ErrErased
	}
	if a.Body, err = c.ring.Open("idempotency", sealed, c.key); err != nil {
		return nil, err
	}
	return a, nil
}
