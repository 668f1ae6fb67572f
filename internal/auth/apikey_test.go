package auth

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var testScopes = []string{"bookings:read", "bookings:write", "catalog:read"}

var keyOwner = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner, UserID: [16]byte{1}}

// shop is a business with a trail and nothing else.
func (w *world) shop(t *testing.T, n byte) [16]byte {
	t.Helper()
	bid := [16]byte{0: n, 15: 1}
	w.inTenant(t, bid, `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode, approval_hours,
	    min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items, terms_version, created_at, updated_at)
	    VALUES ($1, $2, '{"ja": "店"}', 'clinic', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', now(), now())`, bid, fmt.Sprintf("shop-%d", n))
	w.inTenant(t, bid, `INSERT INTO business_seq (business_id) VALUES ($1)`, bid)
	return bid
}

func (w *world) inTenant(t *testing.T, bid [16]byte, sql string, args ...any) {
	t.Helper()
	if err := w.db.InTenant(t.Context(), bid, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: sql}, args...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) key(t *testing.T, bid [16]byte, scopes ...string) NewAPIKey {
	t.Helper()
	k, err := w.CreateAPIKey(t.Context(), keyOwner, bid, testScopes, APIKeyInput{Name: "受付システム", Scopes: scopes, ExpiresInDays: 30}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAPIKey_ActsUntilRevoked_HereAtOnce_ElsewhereWithinHalfAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	elsewhere := w.another(t)
	bid := w.shop(t, 1)
	k := w.key(t, bid, "catalog:read", "bookings:read", "catalog:read")
	if !strings.HasPrefix(k.Text, "omk_") || !IsAPIKey(k.Text) || k.Hint != k.Text[:8] || !slices.Equal(k.Scopes, []string{"bookings:read", "catalog:read"}) {
		t.Errorf("made %+v", k)
	}
	for _, where := range []*world{w, elsewhere} {
		p, err := where.AuthenticateKey(t.Context(), k.Text)
		if err != nil || p.UserID != UserID(k.ID) || p.Key.Business != bid || !p.Key.Has("catalog:read") || p.Key.Has("bookings:write") || p.Operator {
			t.Errorf("authenticated %+v, %v", p, err)
		}
	}
	wantCode(t, "revoke another's", w.RevokeAPIKey(t.Context(), keyOwner, w.shop(t, 2), k.ID), "not_found")
	wantCode(t, "revoke", w.RevokeAPIKey(t.Context(), keyOwner, bid, k.ID), "")
	_, err := w.AuthenticateKey(t.Context(), k.Text)
	wantCode(t, "here", err, "auth.key_revoked")
	w.clock.Advance(CacheLife)
	_, err = elsewhere.AuthenticateKey(t.Context(), k.Text)
	wantCode(t, "elsewhere", err, "auth.key_revoked")
	wantCode(t, "revoke again", w.RevokeAPIKey(t.Context(), keyOwner, bid, k.ID), "")
	if n := trailOf(t, w, bid, "api_key.created api_key:"+k.ID.String()) + trailOf(t, w, bid, "api_key.revoked api_key:"+k.ID.String()); n != 2 {
		t.Errorf("%d entries in the trail", n)
	}
}

// trailOf counts the entries of "action subject".
func trailOf(t *testing.T, w *world, bid [16]byte, what string) (n int) {
	t.Helper()
	var got []int
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: `SELECT count(*)::int FROM audit_entries WHERE business_id = $1 AND action || ' ' || subject = $2`}, bid, what), &got)
	if err := w.db.ReadTenant(t.Context(), bid, &b); err != nil {
		t.Fatal(err)
	}
	return got[0]
}

// Nothing that opens the door is stored: the text of a key is in no row.
func TestAPIKey_OnlyItsHashIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	k := w.key(t, w.shop(t, 1), "catalog:read")
	if n := count(t, w, `SELECT count(*) FROM api_keys k WHERE k::text LIKE '%' || $1 || '%'`, k.Text[8:]); n != 0 {
		t.Error("the key stands in its row")
	}
	if other := w.key(t, [16]byte{0: 1, 15: 1}, "catalog:read"); other.Text == k.Text || len(other.Text) != len(k.Text) {
		t.Errorf("%q and %q", k.Text, other.Text)
	}
}

func TestAPIKey_WhatDoesNotStandIsUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bid := w.shop(t, 1)
	k := w.key(t, bid, "catalog:read")
	bad := []string{"omk_", "omk_x", k.Text[:len(k.Text)-1], k.Text + "a", strings.ToUpper(k.Text), newKeyText(), "omk_" + strings.Repeat("a", 5000), "omk_\x00"}
	for i := 4; i < len(k.Text); i += 7 { // one character of it is another
		c := byte('a')
		if k.Text[i] == c {
			c = 'b'
		}
		bad = append(bad, k.Text[:i]+string(c)+k.Text[i+1:])
	}
	for _, text := range bad {
		_, err := w.AuthenticateKey(t.Context(), text)
		wantCode(t, text, err, "auth.key_unknown")
	}
}

// A mistyped key costs no query; a key that is remembered costs none either.
func TestAPIKey_ExpiresToTheSecond_AlsoWhenRemembered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bid := w.shop(t, 1)
	k := w.key(t, bid, "catalog:read")
	w.clock.Set(k.ExpiresAt.Add(-10 * time.Second))
	if _, err := w.AuthenticateKey(t.Context(), k.Text); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(10 * time.Second)
	for _, where := range []*world{w, w.another(t)} {
		_, err := where.AuthenticateKey(t.Context(), k.Text)
		wantCode(t, "expired", err, "auth.key_expired")
	}
	w.db.Close()
	_, err := w.AuthenticateKey(t.Context(), k.Text[:len(k.Text)-1])
	wantCode(t, "mistyped, without a database", err, "auth.key_unknown")
}

// The last use is written once a minute and no more often.
func TestAPIKey_LastUse_OnceAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bid := w.shop(t, 1)
	k := w.key(t, bid, "catalog:read")
	writes := map[string]bool{}
	for range 13 { // 15 seconds apart: three minutes
		if _, err := w.AuthenticateKey(t.Context(), k.Text); err != nil {
			t.Fatal(err)
		}
		got, err := w.APIKey(t.Context(), bid, k.ID)
		if err != nil || got.LastUsedAt == nil || w.clock.Now().Sub(*got.LastUsedAt) > usedEvery+CacheLife {
			t.Fatalf("at %s: last used %v, %v", w.clock.Now(), got.LastUsedAt, err)
		}
		writes[got.LastUsedAt.String()] = true
		w.clock.Advance(15 * time.Second)
	}
	if len(writes) != 4 {
		t.Errorf("written %d times in three minutes: %v", len(writes), writes)
	}
}

func TestAPIKey_RefusalsNameEveryField(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bid := w.shop(t, 1)
	now := w.clock.Now()
	for want, in := range map[string]APIKeyInput{
		"body.name required, body.scopes required, body.expires_at required":                {Name: " \u200b"},
		"body.name too_long, body.scopes[0] not_allowed, body.expires_at auth.key_lifetime": {Name: strings.Repeat("あ", 101), Scopes: []string{"all"}, ExpiresAt: now},
		"body.expires_at auth.key_lifetime":                                                 {Name: "x", Scopes: testScopes, ExpiresAt: now.Add(MaxKeyLife + time.Second)},
		"body.expires_in_days auth.key_lifetime":                                            {Name: "x", Scopes: testScopes, ExpiresInDays: 367},
		"body.expires_at auth.key_expiry":                                                   {Name: "x", Scopes: testScopes, ExpiresInDays: 1, ExpiresAt: now.Add(time.Hour)},
	} {
		_, err := w.CreateAPIKey(t.Context(), keyOwner, bid, testScopes, in, nil)
		wantCode(t, want, err, "validation.failed")
		var got []string
		for at, code := range fieldCodes(err) {
			got = append(got, at+" "+code)
		}
		wanted := strings.Split(want, ", ")
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("got %q, want %q", got, wanted)
		}
	}
	_, err := w.CreateAPIKey(t.Context(), keyOwner, [16]byte{9}, testScopes, APIKeyInput{Name: "x", Scopes: testScopes, ExpiresInDays: 1}, nil)
	wantCode(t, "no such business", err, "not_found")
	w.inTenant(t, bid, `UPDATE businesses SET status = 'suspended' WHERE business_id = $1`, bid)
	_, err = w.CreateAPIKey(t.Context(), keyOwner, bid, testScopes, APIKeyInput{Name: "x", Scopes: testScopes, ExpiresInDays: 1}, nil)
	wantCode(t, "suspended", err, "business.suspended")
}

// Many who create at once do not get beyond the limit together, and what is over
// does not count.
func TestAPIKey_AtMostTwentyLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bid := w.shop(t, 1)
	first := w.key(t, bid, "catalog:read")
	w.clock.Advance(time.Second) // within a millisecond the order is chance
	var wg sync.WaitGroup
	codes := make([]error, 30)
	for i := range codes {
		wg.Go(func() {
			_, codes[i] = w.CreateAPIKey(t.Context(), keyOwner, bid, testScopes, APIKeyInput{Name: "x", Scopes: testScopes, ExpiresInDays: 1}, nil)
		})
	}
	wg.Wait()
	made := 0
	for _, err := range codes {
		if err == nil {
			made++
		} else {
			wantCode(t, "beyond", err, "auth.key_limit")
		}
	}
	if made != MaxKeys-1 {
		t.Errorf("%d were made beside one", made)
	}
	wantCode(t, "revoke", w.RevokeAPIKey(t.Context(), keyOwner, bid, first.ID), "")
	w.key(t, bid, "catalog:read")
	w.clock.Advance(25 * time.Hour)
	w.key(t, bid, "catalog:read")
	list, err := w.APIKeys(t.Context(), bid, APIKeyID{}, 100)
	if err != nil || len(list) != MaxKeys+2 || list[0].ID != first.ID {
		t.Errorf("%d keys are listed, %v", len(list), err)
	}
	if rest, err := w.APIKeys(t.Context(), bid, list[0].ID, 2); err != nil || len(rest) != 2 || rest[0].ID != list[1].ID {
		t.Errorf("second page %+v, %v", rest, err)
	}
	if none, err := w.APIKeys(t.Context(), w.shop(t, 2), APIKeyID{}, 100); err != nil || len(none) != 0 {
		t.Errorf("another business lists %+v, %v", none, err)
	}
}

// Whoever sends us keys must not make us say more than yes or no.
func FuzzAPIKey_WellFormed(f *testing.F) {
	f.Add("omk_")
	f.Add(newKeyText())
	f.Add("omk_\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if wellFormed(text) && len(strings.TrimPrefix(text, keyPrefix)) != keyText.EncodedLen(keyRandom+keyChecksum) {
			t.Errorf("%q is well formed", text)
		}
	})
}
