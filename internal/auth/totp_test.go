package auth

import (
	"encoding/base32"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// RFC 6238, appendix B, cut to six digits.
func TestTOTPCode_OfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if got, err := TOTPCode([]byte("12345678901234567890"), time.Unix(at, 0)); got != want || err != nil {
			t.Errorf("%d: %s %v, want %s", at, got, err, want)
		}
	}
}

// A phone's clock may be half a minute off; a code is taken once, and none
// before the last one that was.
func TestTOTP_SkewAndReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1000)})
	a, _, _ := w.guarded(t, "hana@example.jp")
	w.clock.Advance(time.Hour)
	for _, c := range []struct {
		name  string
		wait  time.Duration
		steps int
		want  string
	}{
		{"a minute old", 0, -2, "auth.second_factor_invalid"},
		{"a minute ahead", 0, 2, "auth.second_factor_invalid"},
		{"half a minute old", 0, -1, ""},
		{"that again", 0, -1, "auth.second_factor_invalid"},
		{"the present one", 0, 0, ""},
		{"that again, when it is old", totpStep, -1, "auth.second_factor_invalid"},
		{"half a minute ahead", 0, 1, ""},
		{"the present one, before the last", 0, 0, "auth.second_factor_invalid"},
		{"the next", 2 * totpStep, 0, ""},
	} {
		w.clock.Advance(c.wait)
		_, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: a.code(t, c.steps)})
		wantCode(t, c.name, err, c.want)
	}
	w.clock.Advance(time.Hour)
	code := a.code(t, 0)
	for _, typed := range []string{"", "12345", code + "0", "a" + code[1:], strings.Repeat("０", 6)} {
		if typed == "" {
			continue
		}
		_, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: typed})
		wantCode(t, "typed "+typed, err, "auth.second_factor_invalid")
	}
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
	_, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: wide[:9] + "　" + wide[9:]})
	wantCode(t, "full-width, in two groups", err, "")
}

func TestStartTOTP_FirstFactor_NeedsThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	p := w.principal(t, w.login(t, "hana@example.jp").Access)
	for password, want := range map[string]string{"": "required", "x": "auth.password_wrong", strings.Repeat("x", 200): "auth.password_wrong"} {
		_, err := w.StartTOTP(t.Context(), p, password)
		if got := fieldCodes(err)["body.password"]; got != want {
			t.Errorf("%.10q: %v", password, err)
		}
		_, err = w.StartPasskey(t.Context(), p, password)
		if got := fieldCodes(err)["body.password"]; got != want {
			t.Errorf("passkey, %.10q: %v", password, err)
		}
	}
	_, err := w.ConfirmTOTP(t.Context(), p, "123456")
	wantCode(t, "before a start", err, "auth.totp_not_started")
	a := w.app(t, p, passphrase)
	_, err = w.ConfirmTOTP(t.Context(), p, "12345")
	if got := fieldCodes(err)["body.code"]; got != "auth.code_wrong" {
		t.Errorf("no code: %v", err)
	}
	if got := w.challengeless(t); got != "" {
		t.Errorf("an unconfirmed app is asked for: %s", got)
	}
	w.clock.Advance(pendingLife + time.Second)
	_, err = w.ConfirmTOTP(t.Context(), p, a.code(t, 0))
	wantCode(t, "too late", err, "auth.totp_not_started")
	for range 20 {
		_, err = w.StartTOTP(t.Context(), p, "x")
	}
	wantCode(t, "guessing the password", err, "auth.too_many_attempts")
}

// challengeless signs hana in by the password alone, and gives the code of what refuses it.
func (w *world) challengeless(t *testing.T) string {
	t.Helper()
	_, err := w.Login(t.Context(), LoginInput{Email: "hana@example.jp", Password: passphrase})
	if err != nil {
		return fault.CodeOf(err)
	}
	return ""
}

// Adding ends the other sessions, makes this one strong, and tells the owner.
func TestConfirmTOTP_FirstFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	other := w.login(t, "hana@example.jp")
	mine := w.login(t, "hana@example.jp")
	p := w.principal(t, mine.Access)
	w.principal(t, other.Access) // remembered
	a := w.app(t, p, passphrase)
	codes, err := w.ConfirmTOTP(t.Context(), p, a.code(t, 0))
	if err != nil || len(codes) != 10 {
		t.Fatal(codes, err)
	}
	seen := map[string]bool{}
	for _, c := range codes {
		if len(c) != 11 || c[5] != '-' || strings.ContainsAny(c, "ilou") || seen[c] {
			t.Errorf("code %q", c)
		}
		seen[c] = true
	}
	if got := w.principal(t, mine.Access); !got.Strong || !got.Enrolled {
		t.Errorf("this session, at once: %+v", got)
	}
	_, err = w.Authenticate(t.Context(), other.Access)
	wantCode(t, "the other session, at once", err, "auth.session_ended")
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'factor_added'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	f, err := w.Factors(t.Context(), p.UserID)
	if err != nil || !f.TOTPSince.Equal(w.clock.Now()) || f.RecoveryCodes != 10 {
		t.Errorf("%+v %v", f, err)
	}
	if n := count(t, w, "SELECT count(*) FROM totp_factors WHERE position($1 IN secret) > 0", a.raw); n != 0 {
		t.Error("the secret can be read in the database")
	}
	for _, c := range codes {
		plain := strings.ReplaceAll(c, "-", "")
		if n := count(t, w, "SELECT count(*) FROM recovery_codes WHERE position(convert_to($1, 'UTF8') IN code_hash) > 0", plain); n != 0 {
			t.Error("a recovery code can be read in the database")
		}
	}
	_, err = w.StartTOTP(t.Context(), Principal{UserID: p.UserID, SessionID: SessionID{1}}, passphrase)
	wantCode(t, "in no session", err, "auth.session_ended")
}

// A secret is bound to its account: copied to another it opens nothing.
func TestTOTP_SecretOfAnother_OpensNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a, hana, _ := w.guarded(t, "hana@example.jp")
	_, taro, _ := w.guarded(t, "taro@example.jp")
	w.exec(t, "UPDATE totp_factors SET secret = (SELECT secret FROM totp_factors WHERE user_id = $1), last_step = 0 WHERE user_id = $2", hana.UserID, taro.UserID)
	_, err := w.second(t, tokenOf(w.challenge(t, "taro@example.jp")), Proof{Code: a.code(t, 0)})
	wantCode(t, "a copied row", err, "auth.second_factor_invalid")
}

// A lost phone: in by a recovery code, a new app in the old one's place, which
// goes on until the new one is confirmed.
func TestConfirmTOTP_AnotherApp_TakesTheOldOnesPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1000)})
	old, _, codes := w.guarded(t, "hana@example.jp")
	tokens, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{RecoveryCode: strings.ToUpper(strings.ReplaceAll(codes[7], "-", " "))})
	if err != nil {
		t.Fatal(err)
	}
	p := w.principal(t, tokens.Access)
	fresh := w.app(t, p, "")
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: fresh.code(t, 0)})
	wantCode(t, "the new one, unconfirmed", err, "auth.second_factor_invalid")
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: old.code(t, 0)})
	wantCode(t, "the old one", err, "")
	more, err := w.ConfirmTOTP(t.Context(), p, fresh.code(t, 0))
	if err != nil || len(more) != 0 {
		t.Errorf("confirm: %v %v", more, err)
	}
	w.clock.Advance(totpStep)
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: old.code(t, 0)})
	wantCode(t, "the old one, after", err, "auth.second_factor_invalid")
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: fresh.code(t, 0)})
	wantCode(t, "the new one", err, "")
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{RecoveryCode: codes[7]})
	wantCode(t, "the recovery code again", err, "auth.second_factor_invalid")
}

func TestEnrolTOTP_OnceAndConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	raw := []byte("12345678901234567890")
	for _, secret := range [][]byte{raw, []byte("another secret, late")} {
		if err := w.EnrolTOTP(t.Context(), user, secret); err != nil {
			t.Fatal(err)
		}
	}
	code := authtest.Code(t, base32.StdEncoding.EncodeToString(raw), w.clock.Now())
	if _, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: code}); err != nil {
		t.Error(err)
	}
	if err := w.EnrolTOTP(t.Context(), UserID{1}, raw); err == nil || errors.Is(err, ErrNoTOTP) {
		t.Errorf("nobody: %v", err)
	}
}
