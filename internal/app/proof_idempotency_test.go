package app_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

const rivalsOfKey = 20

// intent is one keyed request, and how to count its effects.
type intent struct {
	name    string
	status  int
	method  string
	path    string
	body    any
	other   any // another body for the same key
	words   []string
	effects string // SQL
}

// R12 over HTTP: whatever is sent with a key has one effect, however often and
// wherever it is sent.
func TestProof_R12_OneKey_TwentyAtOnce_TwoServers_OneEffect(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("r12-salon", 3)
	created, replayed, inFlight := 0, 0, 0
	for round := range pgtest.Rounds(1, 10) {
		for _, in := range x.intents(round) {
			got := x.sendTogether(in, fmt.Sprintf("key %d of %s", round, in.name))
			created, replayed, inFlight = created+got[0], replayed+got[1], inFlight+got[2]
		}
	}
	if n := s.overlaps(); n != 0 {
		t.Errorf("%d pairs overlap", n)
	}
	t.Logf("R12: %d keys × %d requests: %d effects, %d replays, %d in flight", created, rivalsOfKey, created, replayed, inFlight)
}

// intents are requests of every kind of keyed operation.
func (x *shop) intents(round int) []intent {
	x.t.Helper()
	at := func(hour int) string { return x.hour(1+round, hour) }
	held := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(at(1), 1))
	moved := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(at(2), 2))
	there := x.must(http.StatusCreated, http.MethodPost, x.path("/bookings"), map[string]any{
		"service_id": x.service, "start": x.hour(0, 11+round),
	}, x.owner)
	defer x.clock.Advance(time.Second)
	cancel, move := "/public/bookings/"+held.text("manage_token"), "/public/bookings/"+moved.text("manage_token")
	checkIn := x.path("/bookings/" + there.text("id") + "/check-in")
	mail := fmt.Sprintf("keyed%d", round)
	return []intent{
		{
			"create-booking", 201, http.MethodPost, x.site("/bookings"), x.wish(at(4), 3), x.wish(at(4), 4), nil,
			`SELECT count(*) FROM bookings WHERE guest->>'given_name' = '花子3' AND starts_at = '` + at(4) + `'`,
		},
		{
			"create-hold", 201, http.MethodPost, x.site("/holds"),
			map[string]any{"service_id": x.service, "start": at(6)},
			map[string]any{"service_id": x.service, "start": at(7)},
			nil,
			`SELECT count(*) FROM holds WHERE request::text LIKE '%' || to_char('` + at(6) + `'::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI') || '%'`,
		},
		{
			"cancel-managed-booking", 200, http.MethodPost, cancel + "/cancel",
			map[string]any{"reason": "都合"},
			map[string]any{"reason": "別"},
			nil,
			`SELECT count(*) FROM booking_history WHERE action = 'cancel' AND booking_id = '` + held.text("booking.id") + `'`,
		},
		{
			"reschedule-managed-booking", 200, http.MethodPost, move + "/reschedule",
			map[string]any{"start": at(9)},
			map[string]any{"start": at(10)},
			nil,
			`SELECT count(*) FROM booking_history WHERE action = 'reschedule' AND booking_id = '` + moved.text("booking.id") + `'`,
		},
		{
			"create-console-booking", 201, http.MethodPost, x.path("/bookings"),
			map[string]any{"service_id": x.service, "start": at(12), "note": "R12"},
			map[string]any{"service_id": x.service, "start": at(12)},
			[]string{x.owner},
			`SELECT count(*) FROM bookings WHERE note = 'R12' AND starts_at = '` + at(12) + `'`,
		},
		{
			"check-in-booking", 200, http.MethodPost, checkIn,
			map[string]any{},
			map[string]any{"reason": "x"},
			[]string{x.owner, `If-Match: "1"`},
			`SELECT count(*) FROM booking_history WHERE action = 'check_in' AND booking_id = '` + there.text("id") + `'`,
		},
		{
			"create-resource", 201, http.MethodPost, x.path("/resources"),
			map[string]any{"kind": "room", "name": map[string]string{"ja": mail}},
			map[string]any{"kind": "seat", "name": map[string]string{"ja": mail}},
			[]string{x.owner},
			`SELECT count(*) FROM resources WHERE name->>'ja' = '` + mail + `'`,
		},
		{
			"found-business", 201, http.MethodPost, "/businesses",
			map[string]any{"vertical": "clinic", "name": map[string]string{"ja": mail}},
			map[string]any{"vertical": "lesson", "name": map[string]string{"ja": mail}},
			[]string{x.owner},
			`SELECT count(*) FROM businesses WHERE name->>'ja' = '` + mail + `'`,
		},
		{
			"register", 201, http.MethodPost, "/auth/register",
			map[string]any{"email": door(mail), "password": passphrase, "family_name": "証明", "given_name": "鍵"},
			map[string]any{"email": door(mail), "password": passphrase + "!", "family_name": "証明", "given_name": "鍵"},
			nil,
			`SELECT count(*) FROM account_messages WHERE user_id = (SELECT id FROM users WHERE email = '` + door(mail) + `')`,
		},
	}
}

// sendTogether sends one intent many times and checks each answer; it tells how
// many were made, replayed and refused as in flight.
func (x *shop) sendTogether(in intent, key string) (got [3]int) {
	x.t.Helper()
	words := append([]string{"Idempotency-Key: " + key}, in.words...)
	send := func(server int, body any) (answer, error) { return x.try(server, in.method, in.path, body, words...) }
	answers := x.atOnce(rivalsOfKey, func(_, server int) (answer, error) { return send(server, in.body) })
	var first []byte
	for _, a := range answers {
		switch {
		case a.status == in.status && a.header.Get("Idempotent-Replayed") == "":
			got[0]++
		case a.status == in.status && a.header.Get("Idempotent-Replayed") == "true":
			got[1]++
		case a.status == http.StatusConflict && a.code() == "idempotency.in_flight" && a.header.Get("Retry-After") != "":
			got[2]++
			continue
		default:
			x.t.Errorf("%s: %d %s", in.name, a.status, a.raw)
			continue
		}
		if first == nil {
			first = a.raw
		} else if !bytes.Equal(first, a.raw) {
			x.t.Errorf("%s: unlike answers\n%s\n%s", in.name, first, a.raw)
		}
	}
	if n := x.count(in.effects); got[0] != 1 || n != 1 {
		x.t.Errorf("%s: %d requests made %d effects: %v", in.name, rivalsOfKey, n, got)
	}
	x.sendAgain(in, first, send)
	return got
}

// sendAgain checks what the key answers later, on either server.
func (x *shop) sendAgain(in intent, first []byte, send func(int, any) (answer, error)) {
	x.t.Helper()
	for server := range x.servers {
		again, err := send(server, in.body)
		if err != nil || again.status != in.status || again.header.Get("Idempotent-Replayed") != "true" || !bytes.Equal(first, again.raw) {
			x.t.Errorf("%s: replay on server %d: %v %d\n%s\n%s", in.name, server, err, again.status, again.raw, first)
		}
		other, err := send(server, in.other)
		if err != nil || other.status != http.StatusUnprocessableEntity || other.code() != "idempotency.mismatch" {
			x.t.Errorf("%s: another body on server %d: %v %d %s", in.name, server, err, other.status, other.raw)
		}
	}
	if n := x.count(in.effects); n != 1 {
		x.t.Errorf("%s: %d effects after replays", in.name, n)
	}
}

// A key belongs to one person and one operation of one business.
func TestProof_R12_ScopeOfAKey_IsPersonRouteAndBusiness(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("scope-salon", 3)
	y := s.found("scope-other", s.join("other"), 1).approved(x.operator)
	const key = "Idempotency-Key: one and the same"
	book := func(where *shop, words ...string) string {
		a := s.must(201, http.MethodPost, where.site("/bookings"), where.wish(where.hour(1, 10), 1), append(words, key)...)
		if a.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("replayed to another: %s", a.raw)
		}
		return a.text("booking.id")
	}
	resource := map[string]any{"kind": "room", "name": map[string]string{"ja": "個室"}}
	ids := map[string]bool{
		book(x): true, book(x, x.owner): true, book(x, y.owner): true, book(y): true,
		s.must(201, http.MethodPost, x.path("/resources"), resource, x.owner, key).text("id"):                                                        true,
		s.must(201, http.MethodPost, y.path("/resources"), resource, y.owner, key).text("id"):                                                        true,
		s.must(201, http.MethodPost, x.path("/service-options"), map[string]any{"name": resource["name"], "price": yen(1)}, x.owner, key).text("id"): true,
	}
	if len(ids) != 7 || ids[""] {
		t.Errorf("effects %v", ids)
	}
}

// Only what changed something is stored: after a refusal the key is free, and
// after a day it is forgotten.
func TestProof_R12_AfterARefusal_TheKeyIsFree(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("free-salon", 1)
	s.must(201, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 10), 1))
	got := map[string]int{}
	send := func(body map[string]any, words ...string) answer {
		a := s.ask(0, http.MethodPost, x.site("/bookings"), body, append(words, "Idempotency-Key: free again")...)
		got[fmt.Sprint(a.status, " ", a.code(), a.header.Get("Idempotent-Replayed"))]++
		return a
	}
	send(x.wish(x.hour(1, 10), 2))                                                                  // taken
	send(x.wish(x.hour(1, 12), 2, map[string]any{"consent": map[string]any{"terms_version": "0"}})) // invalid
	send(x.wish("tomorrow", 2))                                                                     // breaks the schema
	made := send(x.wish(x.hour(1, 12), 2))
	send(x.wish(x.hour(1, 12), 2))
	x.clock.Advance(25 * time.Hour)
	anew := send(x.wish(x.hour(1, 14), 2))
	want := map[string]int{
		"409 booking.slot_taken": 1, "422 validation.failed": 2, "201 ": 2, "201 true": 1,
	}
	if !maps.Equal(got, want) || made.text("booking.id") == anew.text("booking.id") {
		t.Errorf("got %v", got)
	}
}

// Answers get lost: clients go away in the middle, connections of the server are
// cut. Whoever asks again with the same key has one booking, and its answer.
func TestProof_R12_LostAnswers_AskedAgain_OneEffectEach(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("lost-salon", 3)
	n := pgtest.Rounds(12, 360)
	var lost atomic.Int64
	answers := s.atOnce(n, func(i, server int) (answer, error) {
		body := x.wish(x.hour(1+i/72, i/3%24), i, map[string]any{"staff_id": x.staff[i%3]})
		for try := 0; ; try++ {
			waits := time.Duration(1+try*try) * 5 * time.Millisecond
			a, err := s.within(waits, (server+try)%2, http.MethodPost, x.site("/bookings"), body, fmt.Sprintf("Idempotency-Key: lost %d", i))
			if err == nil && a.status != http.StatusServiceUnavailable && a.code() != "idempotency.in_flight" {
				return a, nil
			}
			if lost.Add(1); try == 100 {
				return a, fmt.Errorf("never answered: %w", err)
			}
			if i%12 == 0 && try < 3 {
				_ = s.cutOne() // it may find nothing at work
			}
		}
	})
	replayed := 0
	for i, a := range answers {
		if a.status != http.StatusCreated {
			t.Errorf("%d: %d %s", i, a.status, a.raw)
		}
		if a.header.Get("Idempotent-Replayed") == "true" {
			replayed++
		}
	}
	t.Logf("R12: %d keys, %d answers lost on the way, %d bookings learned of by a replay", n, lost.Load(), replayed)
	if rows := s.count(`SELECT count(*) FROM bookings`); rows != n || s.overlaps() != 0 {
		t.Errorf("%d bookings of %d keys", rows, n)
	}
}

// cutOne ends a connection of the servers that is at work.
func (s *stage) cutOne() error {
	_, err := s.admin.Exec(s.t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'omotenashi' AND state <> 'idle' LIMIT 1`)
	return err
}

// within is try for a client that goes away after a while.
func (s *stage) within(patience time.Duration, server int, method, path string, body any, words ...string) (answer, error) {
	r, err := s.request(server, method, path, body, words)
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	return s.send(r.WithContext(ctx))
}
