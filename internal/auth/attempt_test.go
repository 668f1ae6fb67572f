package auth

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// heard counts events.
func heard(o Options) (Options, map[string]int) {
	n := map[string]int{}
	o.Observe = func(event string) { n[event]++ }
	return o, n
}

func (w *world) try(t *testing.T, email, password, from string) error {
	t.Helper()
	_, err := w.Login(t.Context(), LoginInput{Email: email, Password: password, Address: netip.MustParseAddr(from)})
	return err
}

// S17, the simulation: for an hour one network after the other tries passwords
// of one account, all of them together far more often than the account bears.
// The owner still signs in at once from where the account is known, and from a
// new place as soon as the attack pauses; nothing stays locked.
func TestLogin_UnderAttack_TheOwnerGetsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(2)}) // 24 from all networks
	w.user(t, "hana@example.jp")
	wantCode(t, "the owner, before", w.try(t, "hana@example.jp", passphrase, "198.51.100.7"), "")
	hashes := w.passwords.done.Load()
	attempts, refused := 0, 0
	for minute := range 6 {
		for network := range 40 {
			err := w.try(t, "hana@example.jp", fmt.Sprint("guess ", minute, network), fmt.Sprintf("2001:db8:%x:%x::1", minute, network))
			attempts++
			if err == nil {
				t.Fatal("a guess got in")
			}
			if strings.Contains(err.Error(), "too_many") {
				refused++
			}
		}
		if minute%2 == 0 {
			wantCode(t, "the owner, at home", w.try(t, "hana@example.jp", passphrase, "198.51.100.7"), "")
		} else { // what is known does not differ from what is not
			wantCode(t, "a wrong password at home", w.try(t, "hana@example.jp", "x", "198.51.100.7"), "auth.too_many_attempts")
		}
		w.clock.Advance(time.Minute)
	}
	if n := w.passwords.done.Load() - hashes; refused == 0 || n > 6*24+6*2+24 {
		t.Errorf("%d of %d attempts were refused, %d hashes", refused, attempts, n)
	}
	wantCode(t, "the owner, on the road", w.try(t, "hana@example.jp", passphrase, "192.0.2.77"), "")
}

// A network from which a thief was signed in is not known by that.
func TestLogin_DisownedSessions_MakeNoNetworkKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1)})
	user := w.user(t, "hana@example.jp")
	w.login(t, "hana@example.jp")
	list, err := w.Sessions(t.Context(), user, SessionMark{}, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	press := func() {
		w.clock.Advance(time.Minute)
		for i := range 13 {
			if err := w.try(t, "hana@example.jp", "x", fmt.Sprintf("192.0.2.%d", i)); err == nil {
				t.Fatal("a guess got in")
			}
		}
	}
	press()
	wantCode(t, "the network is known", w.try(t, "hana@example.jp", passphrase, "203.0.113.7"), "")
	w.exec(t, "UPDATE sessions SET revoked_at = now(), revoked_reason = 'revoked'")
	press()
	wantCode(t, "and disowned", w.try(t, "hana@example.jp", passphrase, "203.0.113.7"), "auth.too_many_attempts")
}

// S17: a network that fails for many accounts is slowed, in every process, told
// of once, and free again after it has kept quiet.
func TestLogin_Stuffing_SlowsTheNetwork(t *testing.T) {
	t.Parallel()
	o, events := heard(Options{})
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w := newWorld(t, o)
	elsewhere := w.another(t)
	w.user(t, "hana@example.jp")
	w.user(t, "taro@example.jp")
	wantCode(t, "taro, before", w.try(t, "taro@example.jp", passphrase, "2001:db8:0:9::5"), "")
	stuff := func(i int) error {
		w.clock.Advance(5 * time.Second)
		return w.try(t, fmt.Sprintf("person%d@example.jp", i), "x", fmt.Sprintf("2001:db8:0:9::%x", i))
	}
	for i := range 20 {
		for range 2 { // the same account twice is one account
			wantCode(t, "still bearable", stuff(i), "auth.invalid_credentials")
		}
	}
	if events[EventStuffing] != 0 {
		t.Error("found stuffing in twenty accounts")
	}
	wantCode(t, "one too many", stuff(20), "auth.invalid_credentials")
	wantCode(t, "the first a minute", stuff(21), "auth.invalid_credentials")
	for i := range 5 {
		wantCode(t, "slowed", stuff(22+i), "auth.too_many_attempts")
	}
	wantCode(t, "slowed elsewhere", elsewhere.try(t, "hana@example.jp", passphrase, "2001:db8:0:9::ffff"), "auth.too_many_attempts")
	wantCode(t, "another network", w.try(t, "hana@example.jp", passphrase, "2001:db8:0:a::1"), "")
	wantCode(t, "an account that is known there", w.try(t, "taro@example.jp", passphrase, "2001:db8:0:9::6"), "")
	w.clock.Advance(time.Minute)
	wantCode(t, "once a minute", w.try(t, "hana@example.jp", passphrase, "2001:db8:0:9::ffff"), "")
	if events[EventStuffing] != 1 || events[EventRefused] == 0 {
		t.Errorf("events %v", events)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "2001:db8:0:9::/64") || strings.Contains(log.String(), "@") {
		t.Errorf("%d warnings: %s", n, log.String())
	}
	w.clock.Advance(stuffingSpan)
	for i := range 3 {
		wantCode(t, "after a quiet while", stuff(i), "auth.invalid_credentials")
	}
}

func TestAttempts_OfForgottenPasswords_InTheirOwnBuckets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{StuffingAccounts: 1000})
	elsewhere := w.another(t)
	from := netip.MustParseAddr("203.0.113.7")
	for name, send := range map[string]func(w *world, email string, from netip.Addr) error{
		"forgot": func(w *world, email string, from netip.Addr) error { return w.ForgotPassword(t.Context(), email, from) },
		"resend": func(w *world, email string, from netip.Addr) error {
			return w.ResendVerification(t.Context(), email, from)
		},
	} {
		for range 5 {
			wantCode(t, name, send(w, "nobody@example.jp", from), "")
		}
		for _, w := range []*world{w, elsewhere} {
			jobs := count(t, w, "SELECT count(*) FROM river_job")
			wantCode(t, name+", too many", send(w, "Nobody@example.jp", from), "auth.too_many_attempts")
			if count(t, w, "SELECT count(*) FROM river_job") != jobs {
				t.Errorf("%s: a refused attempt sends", name)
			}
		}
		wantCode(t, name+", from elsewhere", send(w, "nobody@example.jp", from.Next()), "")
		for i := range 24 {
			wantCode(t, name, send(w, fmt.Sprintf("p%d@example.jp", i), from), "")
		}
		wantCode(t, name+", too many of one network", send(elsewhere, "p99@example.jp", from), "auth.too_many_attempts")
	}
	wantCode(t, "signing in is another matter", w.try(t, "nobody@example.jp", "x", from.String()), "auth.invalid_credentials")
}

func TestSweep_RemovesAttemptsThatNoLongerCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{StuffingAccounts: 1})
	rows := func() int {
		return count(t, w, "SELECT (SELECT count(*) FROM rate_limits) + (SELECT count(*) FROM sign_in_failures)")
	}
	for i := range 3 {
		_ = w.try(t, fmt.Sprintf("p%d@example.jp", i), "x", "203.0.113.1")
	}
	before := rows()
	if _, err := w.Sweep(t.Context()); err != nil || rows() != before || before == 0 {
		t.Errorf("%d rows of %d, %v", rows(), before, err)
	}
	if n := count(t, w, "SELECT count(*) FROM sign_in_failures WHERE network::text LIKE '%203%' OR account::text LIKE '%example%'"); n != 0 {
		t.Error("a network or an account can be read")
	}
	w.clock.Advance(stuffingSpan + time.Second)
	if _, err := w.Sweep(t.Context()); err != nil || rows() != 0 {
		t.Errorf("%d rows stay, %v", rows(), err)
	}
}
