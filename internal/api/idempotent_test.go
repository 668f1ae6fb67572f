package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// orders is a fake domain whose orders must not be placed twice.
type orders struct {
	db     *pg.DB
	placed atomic.Int64
}

type fakeOrder struct{ number int64 }

type fakeOrderView struct {
	Number int64  `json:"number"`
	Link   string `json:"link"`
}

type fakeOrderInput struct {
	Keyed
	Body struct {
		Name string `json:"name"`
		Fail bool   `json:"fail,omitempty"`
	}
}

// place runs as every service does: claim, effect, stored answer, one commit.
func (o *orders) place(ctx context.Context, of *business.ID, fail bool, c *idempotency.Claim) (*fakeOrder, error) {
	var made *fakeOrder
	run := func(tx *pg.Tx) error {
		c.Begin(tx.Batch())
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return err
		}
		if fail {
			return errForbidden
		}
		made = &fakeOrder{o.placed.Add(1)}
		return c.Store(tx.Batch(), made)
	}
	var err error
	if of == nil {
		err = o.db.InAccount(ctx, run)
	} else {
		err = o.db.InTenant(ctx, *of, run)
	}
	return made, err
}

func (o *orders) handle(a *API, of *business.ID) func(context.Context, *fakeOrderInput) (*created[fakeOrderView], error) {
	return func(ctx context.Context, in *fakeOrderInput) (*created[fakeOrderView], error) {
		v, replayed, err := idempotent(ctx, a, effect[*fakeOrder, fakeOrderView]{
			Key: in.IdempotencyKey, Business: of, Request: in, Status: http.StatusCreated,
			Render: func(x *fakeOrder) fakeOrderView { return fakeOrderView{x.number, "link&<>"} },
			Do: func(c *idempotency.Claim) (*fakeOrder, error) {
				return o.place(ctx, of, in.Body.Fail, c)
			},
		})
		if err != nil {
			return nil, err
		}
		return &created[fakeOrderView]{Location: "/orders/" + strconv.FormatInt(v.Number, 10), Replayed: replayedHeader(replayed), Body: v}, nil
	}
}

func newOrders(t *testing.T) (*bench, *orders) {
	t.Helper()
	url := pgtest.NewURL(t)
	insertShop(t, url)
	o := &orders{db: pgtest.Open(t, url)}
	b := newBench(t, func(d *Deps) { d.DB = o.db })
	tag := []string{"Orders"}
	for _, x := range []struct {
		id, path string
		authz    Authz
		of       *business.ID
	}{
		{"order-as-guest", "/public/orders", public(), &shop},
		{"order-as-account", "/me/orders", person(), nil},
		{"order-again", "/me/other-orders", person(), nil},
		{"order-as-member", "/businesses/{business_id}/orders", member(tenant.Staff), &shop},
	} {
		register(b.API, operation{
			ID: x.id, Method: "POST", Path: x.path, Summary: "Order", Tags: tag, Authz: x.authz, Status: http.StatusCreated, Idempotent: true,
		}, o.handle(b.API, x.of))
	}
	return b, o
}

// insertShop makes the row that the keys of a business refer to.
func insertShop(t *testing.T, url string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes,
		booking_mode, approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes,
		max_items, terms_version, created_at, updated_at)
		VALUES ($1, 'shop', '{}', 'clinic', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $2, $2)`, shop, testNow)
	if err != nil {
		t.Fatal(err)
	}
}

func TestIdempotent_OneKey_OneEffect(t *testing.T) {
	t.Parallel()
	b, o := newOrders(t)
	member := "/api/v1/businesses/" + shop.String() + "/orders"
	const account, guest, again = "/api/v1/me/orders", "/api/v1/public/orders", "/api/v1/me/other-orders"
	number := int64(0) // of the last order
	for _, x := range []struct {
		name, target, who, key, body string
		status                       int
		code                         string
		replayOf                     int64 // 0: a new order
	}{
		{"no key", account, "customer", "", `{"name":"a"}`, 201, "", 0},
		{"no key again", account, "customer", "", `{"name":"a"}`, 201, "", 0},
		{"a key", account, "customer", "k1", `{"name":"a"}`, 201, "", 0},
		{"the same", account, "customer", "k1", `{"name":"a"}`, 201, "", 3},
		{"the same, written otherwise", account, "customer", "k1", "{ \"fail\" : false, \"name\":\n\"a\" }", 201, "", 3},
		{"another body", account, "customer", "k1", `{"name":"b"}`, 422, "idempotency.mismatch", 0},
		{"another user", account, "owner", "k1", `{"name":"a"}`, 201, "", 0},
		{"another route", again, "customer", "k1", `{"name":"a"}`, 201, "", 0},
		{"a guest", guest, "", "k1", `{"name":"a"}`, 201, "", 0},
		{"the guest again", guest, "", "k1", `{"name":"a"}`, 201, "", 6},
		{"a member", member, "staff", "k1", `{"name":"a"}`, 201, "", 0},
		{"the member again", member, "staff", "k1", `{"name":"a"}`, 201, "", 7},
		{"refused: nothing is stored", account, "customer", "k2", `{"name":"a","fail":true}`, 403, "auth.forbidden", 0},
		{"mended, with the same key", account, "customer", "k2", `{"name":"a"}`, 201, "", 0},
		{"invalid: nothing is stored", account, "customer", "k3", `{}`, 422, "validation.failed", 0},
		{"mended too", account, "customer", "k3", `{"name":"a"}`, 201, "", 0},
		{"longest key", account, "customer", strings.Repeat("k", 255), `{"name":"a"}`, 201, "", 0},
		{"a longer key", account, "customer", strings.Repeat("k", 256), `{"name":"a"}`, 422, "validation.failed", 0},
	} {
		var words []string
		if x.who != "" {
			words = append(words, "as:"+x.who)
		}
		if x.key != "" {
			words = append(words, "Idempotency-Key: "+x.key)
		}
		w := b.ask("POST", x.target, x.body, words...)
		if x.code != "" {
			if p := problemOf(t, w); w.Code != x.status || p.Code != x.code {
				t.Errorf("%s: got %d %s, want %d %s", x.name, w.Code, p.Code, x.status, x.code)
			}
			continue
		}
		want := x.replayOf
		if want == 0 {
			number++
			want = number
		}
		body := `{"number":` + strconv.FormatInt(want, 10) + `,"link":"link&<>"}`
		if w.Code != x.status || w.Body.String() != body || w.Header().Get("Location") != "/orders/"+strconv.FormatInt(want, 10) {
			t.Errorf("%s: got %d %s, want %d %s", x.name, w.Code, w.Body, x.status, body)
		}
		if replayed := w.Header().Get("Idempotent-Replayed"); (replayed == "true") != (x.replayOf > 0) {
			t.Errorf("%s: Idempotent-Replayed %q", x.name, replayed)
		}
	}
	if got := o.placed.Load(); got != number {
		t.Errorf("%d orders were placed, want %d", got, number)
	}
	b.clock.Advance(idempotency.Keep + time.Second)
	w := b.ask("POST", account, `{"name":"b"}`, "as:customer", "Idempotency-Key: k1")
	if w.Code != 201 || w.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("a day later: %d %s", w.Code, w.Body)
	}
}

func TestIdempotent_EmptyKey_IsRefused(t *testing.T) {
	t.Parallel()
	b, o := newOrders(t)
	r := httptest.NewRequest("POST", "/api/v1/me/orders", strings.NewReader(`{"name":"a"}`))
	r.Header.Set("Authorization", "Bearer customer")
	r.Header["Idempotency-Key"] = []string{""}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	want := "Unprocessable Entity: validation.failed [header.Idempotency-Key too_short]"
	if got := found(problemOf(t, w)); got != want || o.placed.Load() != 0 {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIdempotent_Parallel_OneEffect(t *testing.T) {
	t.Parallel()
	b, o := newOrders(t)
	start := make(chan struct{})
	var wg sync.WaitGroup
	var firsts, replays, inFlight atomic.Int64
	for range 20 {
		wg.Go(func() {
			<-start
			w := b.ask("POST", "/api/v1/me/orders", `{"name":"a"}`, "as:customer", "Idempotency-Key: one")
			switch {
			case w.Code == 201 && w.Header().Get("Idempotent-Replayed") == "true":
				replays.Add(1)
			case w.Code == 201:
				firsts.Add(1)
			case w.Code == 409 && strings.Contains(w.Body.String(), "idempotency.in_flight") && w.Header().Get("Retry-After") == "1":
				inFlight.Add(1)
			default:
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
	close(start)
	wg.Wait()
	if o.placed.Load() != 1 || firsts.Load() != 1 || firsts.Load()+replays.Load()+inFlight.Load() != 20 {
		t.Errorf("placed %d; answers: %d first, %d replayed, %d in flight", o.placed.Load(), firsts.Load(), replays.Load(), inFlight.Load())
	}
}

// A service that stores what the handler cannot render is found out at once.
func TestIdempotent_StoredAnotherType_Fails(t *testing.T) {
	t.Parallel()
	a := newAPI(Deps{Ring: pgtest.Ring(t)})
	_, _, err := idempotent(context.Background(), a, effect[*fakeOrder, fakeOrderView]{
		Key: "k", Render: func(*fakeOrder) fakeOrderView { return fakeOrderView{} },
		Do: func(c *idempotency.Claim) (*fakeOrder, error) { return nil, c.Store(&pg.Batch{}, "something else") },
	})
	var f *fault.Fault
	if err == nil || errors.As(err, &f) {
		t.Errorf("got %v", err)
	}
}
