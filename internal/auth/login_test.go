package auth

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

func TestLogin_AnySpellingOfAddressAndPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "Hana@Example.jp")
	for _, in := range []LoginInput{
		{Email: "hana@example.jp", Password: passphrase},
		{Email: " HANA@EXAMPLE.JP ", Password: passphrase},
		{Email: "hana@example.jp", Password: "ｆｉｖｅ　ｓｍａｌｌ　ｗｏｒｄｓ　ｆｏｒ　ｍｅ"},
	} {
		tokens, err := w.Login(t.Context(), in)
		if err != nil {
			t.Fatalf("%+v: %v", in, err)
		}
		p := w.principal(t, tokens.Access)
		if p.UserID != user || p.Operator || !p.EmailVerified || p.Locale != "ja" || tokens.ExpiresIn != 15*time.Minute {
			t.Errorf("%+v: %+v", in, p)
		}
	}
}

func TestLogin_NotesTheDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	_, err := w.Login(t.Context(), LoginInput{
		Email: "hana@example.jp", Password: passphrase, UserAgent: "Tablet\x00\n\xff 1", Address: netip.MustParseAddr("2001:db8::7"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE user_agent = 'Tablet 1' AND address = '2001:db8::7'"); n != 1 {
		t.Error("the device is not noted")
	}
}

// S18: wrong password, unknown address, disabled account and what is no address
// at all: the same answer after the same number of hashes.
func TestLogin_TellsNothingAboutAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	gone := w.user(t, "gone@example.jp")
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", gone)
	for _, c := range []struct{ name, email, password string }{
		{"wrong password", "hana@example.jp", passphrase + "!"},
		{"short wrong password", "hana@example.jp", "x"},
		{"unknown", "nobody@example.jp", passphrase},
		{"disabled", "gone@example.jp", passphrase},
		{"disabled, wrong password", "gone@example.jp", "x"},
		{"no address", "hana", passphrase},
		{"hostile", "' OR 1=1 --\x00", passphrase},
	} {
		before := w.passwords.done.Load()
		_, err := w.Login(t.Context(), LoginInput{Email: c.email, Password: c.password})
		f, ok := fault.As(err)
		if !ok || f != ErrCredentials || err.Error() != "auth.invalid_credentials" {
			t.Errorf("%s: %v", c.name, err)
		}
		if n := w.passwords.done.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", c.name, n)
		}
	}
	if n := count(t, w, "SELECT count(*) FROM sessions"); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

func TestLogin_FaultsOfInput_AllAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	long := make([]byte, 300)
	for i := range long {
		long[i] = 'a'
	}
	for _, c := range []struct {
		in   LoginInput
		want map[string]string
	}{
		{LoginInput{}, map[string]string{"body.email": "required", "body.password": "required"}},
		{LoginInput{Email: " ", Password: " "}, map[string]string{"body.email": "required"}},
		{LoginInput{Email: string(long), Password: string(long)}, map[string]string{"body.email": "too_long", "body.password": "too_long"}},
	} {
		_, err := w.Login(t.Context(), c.in)
		if got := fieldCodes(err); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
	if w.passwords.done.Load() != 0 {
		t.Error("bad input costs a hash")
	}
}

// S17: five a minute for one account from one network, however spelt; then one
// every twelve seconds: never a lock for good, and the right password counts too.
func TestLogin_LimitPerAccountAndNetwork_OverAllProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	processes := []*world{w, w.another(t), w.another(t)}
	w.user(t, "hana@example.jp")
	try := func(w *world, email, password, from string) error {
		_, err := w.Login(t.Context(), LoginInput{Email: email, Password: password, Address: netip.MustParseAddr(from)})
		return err
	}
	for i := range 5 {
		wantCode(t, "an early attempt", try(processes[i%3], "hana@example.jp", "x", fmt.Sprintf("2001:db8::%d", i)), "auth.invalid_credentials")
	}
	for _, w := range processes {
		hashes := w.passwords.done.Load()
		err := try(w, "HANA@example.jp", passphrase, "2001:db8::f")
		wantCode(t, "the sixth attempt", err, "auth.too_many_attempts")
		f, _ := fault.As(err)
		if f == nil || f.Kind != fault.Throttled || f.RetryAfter != 12*time.Second || f.Args["seconds"] != int64(12) {
			t.Errorf("refused with %+v", f)
		}
		if w.passwords.done.Load() != hashes {
			t.Error("a refused attempt cost a hash")
		}
	}
	wantCode(t, "another account", try(w, "taro@example.jp", "x", "2001:db8::f"), "auth.invalid_credentials")
	for range 20 {
		wantCode(t, "insisting", try(w, "hana@example.jp", "x", "2001:db8::f"), "auth.too_many_attempts")
	}
	wantCode(t, "the owner, from elsewhere", try(w, "hana@example.jp", passphrase, "198.51.100.1"), "")
	w.clock.Advance(12 * time.Second)
	wantCode(t, "after waiting as told", try(w, "hana@example.jp", passphrase, "2001:db8::f"), "")
}

func TestLogin_LimitPerAddress_OverAllProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Exempt: netip.Addr.IsLoopback, StuffingAccounts: 1000})
	elsewhere := w.another(t)
	try := func(w *world, i int, from string) error {
		_, err := w.Login(t.Context(), LoginInput{Email: fmt.Sprintf("user%d@example.jp", i), Password: "x", Address: netip.MustParseAddr(from)})
		return err
	}
	for i := range 30 {
		wantCode(t, "an early attempt", try(w, i, fmt.Sprintf("2001:db8::%x", i+1)), "auth.invalid_credentials")
	}
	wantCode(t, "the 31st of one network", try(w, 30, "2001:db8::ffff"), "auth.too_many_attempts")
	wantCode(t, "and in another process", try(elsewhere, 30, "2001:db8::ffff"), "auth.too_many_attempts")
	wantCode(t, "another network", try(w, 31, "2001:db8:0:1::1"), "auth.invalid_credentials")
	for i := range 40 {
		wantCode(t, "an exempt address", try(w, 100+i, "127.0.0.1"), "auth.invalid_credentials")
	}
}

// What the limit by address refuses does not use up the limit of an account.
func TestLogin_FloodFromOneAddress_LeavesTheAccountOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAddress: ratelimit.PerMinute(3)})
	w.user(t, "hana@example.jp")
	for i := range 100 {
		_, err := w.Login(t.Context(), LoginInput{Email: "hana@example.jp", Password: "x", Address: netip.MustParseAddr("203.0.113.1")})
		if want := map[bool]string{true: "auth.invalid_credentials", false: "auth.too_many_attempts"}[i < 3]; fault.CodeOf(err) != want {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	w.login(t, "hana@example.jp")
}
