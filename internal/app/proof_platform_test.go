package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The platform decides, and whoever owns the business reads it by mail, in the
// language of the account.
func TestProof_Platform_OwnersAreToldOfEveryDecision(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // it waits for mails, which the tests of notify prove
		return
	}
	s := newStage(t, 1)
	x := s.found("judged-salon", s.join("judged"), 1)
	operator := s.appoint()
	decide := func(how, reason, word string) {
		t.Helper()
		s.must(http.StatusOK, http.MethodPost, "/admin/businesses/"+x.id+"/"+how, map[string]any{"reason": reason}, operator)
		m := s.letter(door("judged"), word)
		if !strings.Contains(m.Text, reason) || !strings.Contains(m.Subject+m.Text, "judged-salon") {
			t.Errorf("%s: %s\n%s", how, m.Subject, m.Text)
		}
	}
	x.must(http.StatusOK, http.MethodPost, x.path("/submit"), nil, x.owner)
	decide("reject", "写真を差し替えてください", "見送らせていただく")
	x.must(http.StatusOK, http.MethodPost, x.path("/submit"), nil, x.owner)
	decide("approve", "審査を通過しました", "承認いたしました")
	s.exec(`UPDATE users SET locale = 'en' WHERE email = $1`, door("judged"))
	decide("suspend", "complaints", "has been suspended")
	decide("reinstate", "resolved", "has been reinstated")
	s.settled()
	if n := s.count(`SELECT count(*) FROM messages WHERE event LIKE 'business.%' AND status <> 'sent'`); n != 0 {
		t.Errorf("%d messages are not recorded as sent", n)
	}
	s.looksAtInvariants(operator)
}

// A program with a key works for its business like a manager, and is known in
// every trail; what ends it is known in another process within half a minute.
func TestProof_Platform_KeysActInEveryProcess(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("keyed-salon", 1)
	x.exec(`INSERT INTO feature_flags (name, percent, version, updated_at) VALUES ('business_api_keys', 100, 2, now())`)
	made := x.must(http.StatusCreated, http.MethodPost, x.path("/api-keys"), map[string]any{
		"name": "レジ", "scopes": []string{"bookings:read", "bookings:write"}, "expires_in_days": 30,
	}, x.owner)
	key := "Bearer " + made.text("key")
	body := map[string]any{"service_id": x.service, "start": x.hour(2, 10), "customer": map[string]any{"family_name": "山田", "given_name": "花子", "phone": guestPhone(1)}}
	booked := s.ask(1, http.MethodPost, x.path("/bookings"), body, key, "Idempotency-Key: till-1")
	if booked.status != http.StatusCreated || booked.text("source") != "console" {
		t.Fatalf("booked: %d %s", booked.status, booked.raw)
	}
	if again := s.ask(0, http.MethodPost, x.path("/bookings"), body, key, "Idempotency-Key: till-1"); again.text("id") != booked.text("id") ||
		again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("again: %d %s", again.status, again.raw)
	}
	at := x.path("/bookings/" + booked.text("id"))
	if read := s.ask(0, http.MethodGet, at, nil, key); read.text("customer.phone") == "" {
		t.Errorf("read: %d %s", read.status, read.raw)
	}
	s.must(http.StatusOK, http.MethodPost, at+"/cancel", map[string]any{"reason": "お客様のご都合"}, key, "If-Match: "+booked.header.Get("ETag"))
	if n := s.count(`SELECT count(*) FROM booking_history h JOIN api_keys k ON k.id = h.actor_id WHERE h.actor_kind = 'api_key'`); n != 2 {
		t.Errorf("%d entries of the history are the key's", n)
	}
	trail := x.must(http.StatusOK, http.MethodGet, x.path("/audit?action=booking.*"), nil, x.owner)
	if trail.text("items.0.actor_kind") != "api_key" || trail.text("items.0.actor_name") != "レジ" {
		t.Errorf("trail: %s", trail.raw)
	}
	x.must(http.StatusNoContent, http.MethodDelete, x.path("/api-keys/"+made.text("id")), nil, x.owner)
	if a := s.ask(0, http.MethodGet, at, nil, key); a.code() != "auth.key_revoked" {
		t.Errorf("where it was revoked: %d %s", a.status, a.raw)
	}
	s.clock.Advance(auth.CacheLife + time.Second)
	if a := s.ask(1, http.MethodGet, at, nil, key); a.code() != "auth.key_revoked" {
		t.Errorf("in another process: %d %s", a.status, a.raw)
	}
	s.wantNothingSecret(made.text("key"))
}
