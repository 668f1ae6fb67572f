package auth

import (
	"encoding/base32"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// app is a person's authenticator app.
type app struct {
	w   *world
	raw []byte
}

// code is what the app shows so many steps from now.
func (a *app) code(t *testing.T, steps int) string {
	t.Helper()
	code, err := TOTPCode(a.raw, a.w.clock.Now().Add(time.Duration(steps)*totpStep))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// guarded is an account with an app as its only factor, in the session that made it.
func (w *world) guarded(t *testing.T, email string) (*app, Principal, []string) {
	t.Helper()
	w.user(t, email)
	p := w.principal(t, w.login(t, email).Access)
	a := w.app(t, p, passphrase)
	codes, err := w.ConfirmTOTP(t.Context(), p, a.code(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(totpStep) // its code was taken
	return a, p, codes
}

// app sets an app up, unconfirmed.
func (w *world) app(t *testing.T, p Principal, password string) *app {
	t.Helper()
	s, err := w.StartTOTP(t.Context(), p, password)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s.Secret)
	if err != nil || len(raw) != totpSize || !strings.Contains(s.URI, s.Secret) || !strings.HasPrefix(s.URI, "otpauth://totp/Omotenashi%20Connect:") {
		t.Fatalf("%+v: %v", s, err)
	}
	return &app{w, raw}
}

// challenge signs in by the password alone and gives what is told to go on.
func (w *world) challenge(t *testing.T, email string) *fault.Fault {
	t.Helper()
	_, err := w.Login(t.Context(), LoginInput{Email: email, Password: passphrase, Address: netip.MustParseAddr("203.0.113.7")})
	f, ok := fault.As(err)
	if !ok || f.Code != "auth.second_factor_required" || f.Kind != fault.Unauthenticated {
		t.Fatalf("a right password: %v", err)
	}
	return f
}

func tokenOf(f *fault.Fault) string {
	token, _ := f.Extra["challenge_token"].(string)
	return token
}

func (w *world) second(t *testing.T, token string, p Proof) (Tokens, error) {
	t.Helper()
	return w.SecondFactor(t.Context(), SecondFactorInput{ChallengeToken: token, Proof: p, From: Device{UserAgent: "test"}})
}

func TestSecondFactor_AfterAPassword_OpensAStrongSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a, first, codes := w.guarded(t, "hana@example.jp")
	if p := w.principal(t, w.refreshed(t)); p.Strong || p.Enrolled {
		t.Errorf("somebody else: %+v", p)
	}
	f := w.challenge(t, "hana@example.jp")
	methods, _ := f.Extra["methods"].([]string)
	if len(codes) != 10 || strings.Join(methods, " ") != "totp recovery_code" || f.Extra["passkey_options"] != nil || len(tokenOf(f)) != 43 {
		t.Errorf("%d codes, told to go on with %+v", len(codes), f.Extra)
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", first.UserID); n != 1 {
		t.Errorf("%d sessions after the password", n)
	}
	tokens, err := w.second(t, tokenOf(f), Proof{Code: a.code(t, 0)})
	if err != nil {
		t.Fatal(err)
	}
	p := w.principal(t, tokens.Access)
	if !p.Strong || !p.Enrolled || p.UserID != first.UserID {
		t.Errorf("%+v", p)
	}
	next, err := w.Refresh(t.Context(), tokens.Refresh)
	if err != nil || !w.principal(t, next.Access).Strong {
		t.Errorf("refreshed: %v", err)
	}
	_, err = w.second(t, tokenOf(f), Proof{Code: a.code(t, 1)})
	wantCode(t, "the challenge again", err, "auth.challenge_invalid")
}

// refreshed is the access token of an account of its own, without a factor.
func (w *world) refreshed(t *testing.T) string {
	t.Helper()
	w.user(t, "other@example.jp")
	return w.login(t, "other@example.jp").Access
}

// S18: that there is a factor is told to who knows the password, and to nobody else.
func TestLogin_WrongPassword_SameWithAndWithoutFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.guarded(t, "hana@example.jp")
	w.user(t, "taro@example.jp")
	for _, email := range []string{"hana@example.jp", "taro@example.jp", "nobody@example.jp"} {
		before := w.passwords.done.Load()
		_, err := w.Login(t.Context(), LoginInput{Email: email, Password: passphrase + "!", Address: netip.MustParseAddr("203.0.113.9")})
		if f, ok := fault.As(err); !ok || f.Code != "auth.invalid_credentials" || len(f.Extra) != 0 {
			t.Errorf("%s: %v", email, err)
		}
		if n := w.passwords.done.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes", email, n)
		}
	}
	if n := count(t, w, "SELECT count(*) FROM challenges"); n != 0 {
		t.Errorf("%d challenges", n)
	}
}

func TestSecondFactor_FiveTries_ThenAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a, _, _ := w.guarded(t, "hana@example.jp")
	token := tokenOf(w.challenge(t, "hana@example.jp"))
	for range 5 {
		_, err := w.second(t, token, Proof{Code: "000 000"})
		wantCode(t, "a guess", err, "auth.second_factor_invalid")
	}
	_, err := w.second(t, token, Proof{Code: a.code(t, 0)})
	wantCode(t, "the right code, too late", err, "auth.challenge_invalid")
	late := tokenOf(w.challenge(t, "hana@example.jp"))
	w.clock.Advance(ChallengeLife)
	_, err = w.second(t, late, Proof{Code: a.code(t, 0)})
	wantCode(t, "after five minutes", err, "auth.challenge_invalid")
	for _, token := range []string{"", "x", late + "A", strings.Repeat("A", 43)} {
		_, err = w.second(t, token, Proof{Code: a.code(t, 0)})
		wantCode(t, "no challenge: "+token, err, "auth.challenge_invalid")
	}
}

// Guesses are limited over all challenges and processes; who waits gets in, and
// who has a recovery code need not wait.
func TestSecondFactor_GuessesOverAllChallenges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	other := w.another(t)
	a, _, codes := w.guarded(t, "hana@example.jp")
	w.clock.Advance(time.Hour)
	for i := range 10 {
		if i%5 == 0 {
			w.clock.Advance(time.Minute) // to sign in again; half a guess is earned meanwhile
		}
		by := []*world{w, other}[i%2]
		_, err := by.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: "000000"})
		wantCode(t, "a guess", err, "auth.second_factor_invalid")
	}
	w.clock.Advance(time.Second)
	token := tokenOf(w.challenge2(t, "198.51.100.1"))
	_, err := other.second(t, token, Proof{Code: a.code(t, 0)})
	wantCode(t, "the eleventh, though right", err, "auth.too_many_attempts")
	f, _ := fault.As(err)
	if f == nil || f.Kind != fault.Throttled || f.RetryAfter <= 0 || f.RetryAfter > 2*time.Minute {
		t.Errorf("refused with %+v", f)
	}
	_, err = w.second(t, token, Proof{RecoveryCode: codes[0]})
	wantCode(t, "a recovery code meanwhile", err, "")
	w.clock.Advance(f.RetryAfter)
	_, err = w.second(t, tokenOf(w.challenge2(t, "198.51.100.2")), Proof{Code: a.code(t, 0)})
	wantCode(t, "after waiting as told", err, "")
}

func (w *world) challenge2(t *testing.T, from string) *fault.Fault {
	t.Helper()
	_, err := w.Login(t.Context(), LoginInput{Email: "hana@example.jp", Password: passphrase, Address: netip.MustParseAddr(from)})
	f, ok := fault.As(err)
	if !ok || f.Code != "auth.second_factor_required" {
		t.Fatal(err)
	}
	return f
}

// Of two who show one code, one gets in: a TOTP code, and a recovery code.
func TestSecondFactor_OneCodeInParallel_OneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1000)})
	a, p, codes := w.guarded(t, "hana@example.jp")
	for name, proof := range map[string]Proof{"totp": {Code: a.code(t, 0)}, "recovery code": {RecoveryCode: codes[3]}} {
		tokens := make([]string, 4)
		for i := range tokens {
			tokens[i] = tokenOf(w.challenge(t, "hana@example.jp"))
		}
		results := make([]error, len(tokens))
		var wg sync.WaitGroup
		gun := make(chan struct{})
		for i, token := range tokens {
			wg.Go(func() {
				<-gun
				_, results[i] = w.SecondFactor(t.Context(), SecondFactorInput{ChallengeToken: token, Proof: proof})
			})
		}
		close(gun)
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				wantCode(t, name, err, "auth.second_factor_invalid")
			}
		}
		if won != 1 {
			t.Errorf("%s: %d got in", name, won)
		}
	}
	if n := count(t, w, "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NOT NULL", p.UserID); n != 1 {
		t.Errorf("%d codes used", n)
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'recovery_code_used'"); n != 1 {
		t.Errorf("%d notices of it", n)
	}
}

// A new password voids the sign-ins that the old one began; so does the end of the account.
func TestSecondFactor_OtherPasswordMeanwhile_ChallengeIsVoid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a, p, _ := w.guarded(t, "hana@example.jp")
	for _, change := range []string{
		"UPDATE users SET password_hash = password_hash || 'x' WHERE id = $1", "UPDATE users SET disabled_at = created_at WHERE id = $1",
	} {
		token := tokenOf(w.challenge(t, "hana@example.jp"))
		w.exec(t, change, p.UserID)
		_, err := w.second(t, token, Proof{Code: a.code(t, 0)})
		wantCode(t, change, err, "auth.challenge_invalid")
		w.exec(t, "UPDATE users SET password_hash = rtrim(password_hash, 'x'), disabled_at = NULL WHERE id = $1", p.UserID)
	}
}

func TestSecondFactor_ExactlyOneProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, p := range []Proof{{}, {Code: "1", RecoveryCode: "2"}, {Code: "1", Passkey: []byte("{}")}} {
		_, err := w.second(t, "x", p)
		if got := fieldCodes(err)["body"]; got != "auth.one_proof" {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
