package auth

import (
	"fmt"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

// weakened is a session of the account that has shown no factor: it was opened
// before there was one, and survived.
func (w *world) weakened(t *testing.T, p Principal) Principal {
	t.Helper()
	w.exec(t, "UPDATE sessions SET strong_at = NULL WHERE id = $1", p.SessionID)
	w.sessions.drop(func(held) bool { return true })
	p.Strong = false
	return p
}

// What needs a strong session, and refuses any other.
func TestFactors_WeakSession_ChangesNothing(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	_, p, codes := w.guarded(t, "hana@example.jp")
	k := authtest.NewPasskey(t, site)
	c, err := w.StartPasskey(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	weak := w.weakened(t, p)
	for name, try := range map[string]func() error{
		"a further app": func() error { _, err := w.StartTOTP(t.Context(), weak, passphrase); return err },
		"its code":      func() error { _, err := w.ConfirmTOTP(t.Context(), weak, "123456"); return err },
		"no app":        func() error { return w.RemoveTOTP(t.Context(), weak, passphrase) },
		"a passkey":     func() error { _, err := w.StartPasskey(t.Context(), weak, passphrase); return err },
		"its answer": func() error {
			_, _, err := w.AddPasskey(t.Context(), weak, c.Token, "x", k.Make(t, c.Options))
			return err
		},
		"no passkey": func() error { return w.RemovePasskey(t.Context(), weak, PasskeyID{1}, passphrase) },
		"new codes":  func() error { _, err := w.MakeRecoveryCodes(t.Context(), weak); return err },
	} {
		f, ok := fault.As(try())
		if !ok || f.Code != "auth.strong_required" || f.Kind != fault.Forbidden || fmt.Sprint(f.Extra) != "map[enrolled:true]" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	err = w.StepUp(t.Context(), weak, Proof{RecoveryCode: "abcde-12345"})
	if fieldCodes(err)["body.recovery_code"] != "auth.code_wrong" {
		t.Errorf("step up by a wrong code: %v", err)
	}
	if err := w.StepUp(t.Context(), weak, Proof{RecoveryCode: codes[0]}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.AddPasskey(t.Context(), weak, c.Token, "x", k.Make(t, c.Options)); err != nil {
		t.Errorf("after stepping up: %v", err)
	}
}

func TestStepUp_ByCode_AtOnceAndInEveryProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	elsewhere := w.another(t)
	a, p, _ := w.guarded(t, "hana@example.jp")
	w.exec(t, "UPDATE users SET operator = true WHERE id = $1", p.UserID)
	weak := w.weakened(t, p)
	token, err := w.keys.sign(p.UserID, p.SessionID)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*world{w, elsewhere} {
		if got := x.principal(t, token); got.Strong || !got.Enrolled || !got.Operator {
			t.Errorf("before: %+v", got)
		}
	}
	err = w.StepUp(t.Context(), weak, Proof{Code: "000000"})
	if fieldCodes(err)["body.code"] != "auth.code_wrong" {
		t.Errorf("a wrong code: %v", err)
	}
	code := a.code(t, 0)
	if err := w.StepUp(t.Context(), weak, Proof{Code: code}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*world{w, elsewhere} {
		if got := x.principal(t, token); !got.Strong {
			t.Errorf("after: %+v", got)
		}
	}
	if err := w.StepUp(t.Context(), weak, Proof{Code: code}); fieldCodes(err)["body.code"] != "auth.code_wrong" {
		t.Errorf("the code again: %v", err)
	}
	if err := w.StepUp(t.Context(), weak, Proof{}); fieldCodes(err)["body"] != "auth.one_proof" {
		t.Errorf("nothing: %v", err)
	}
}

func TestMakeRecoveryCodes_TheOldOnesDie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1000)})
	_, p, old := w.guarded(t, "hana@example.jp")
	fresh, err := w.MakeRecoveryCodes(t.Context(), p)
	if err != nil || len(fresh) != 10 {
		t.Fatal(fresh, err)
	}
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{RecoveryCode: old[0]})
	wantCode(t, "an old one", err, "auth.second_factor_invalid")
	_, err = w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{RecoveryCode: fresh[0]})
	wantCode(t, "a new one", err, "")
	if f, err := w.Factors(t.Context(), p.UserID); err != nil || f.RecoveryCodes != 9 {
		t.Errorf("%+v %v", f, err)
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'recovery_codes_made'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	w.guarded(t, "taro@example.jp")
	_, err = w.second(t, tokenOf(w.challenge(t, "taro@example.jp")), Proof{RecoveryCode: fresh[1]})
	wantCode(t, "another's", err, "auth.second_factor_invalid")
}

// The last factor goes only with a password that can stand alone; with it go the
// recovery codes, the strength of this session and all other sessions.
func TestRemoveTOTP_LastFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{LoginsPerAccount: ratelimit.PerMinute(1000)})
	a, p, _ := w.guarded(t, "hana@example.jp")
	tokens, err := w.second(t, tokenOf(w.challenge(t, "hana@example.jp")), Proof{Code: a.code(t, 0)})
	if err != nil {
		t.Fatal(err)
	}
	w.principal(t, tokens.Access) // remembered
	for password, want := range map[string]string{"": "required", "x": "auth.password_wrong"} {
		if got := fieldCodes(w.RemoveTOTP(t.Context(), p, password))["body.password"]; got != want {
			t.Errorf("%q: %s", password, got)
		}
	}
	short := "8 chars!"
	hash, err := w.passwords.hash(t.Context(), short)
	if err != nil {
		t.Fatal(err)
	}
	long := ""
	if err := w.db.ReadPool().QueryRow(t.Context(), "SELECT password_hash FROM users WHERE id = $1", p.UserID).Scan(&long); err != nil {
		t.Fatal(err)
	}
	w.exec(t, "UPDATE users SET password_hash = $2 WHERE id = $1", p.UserID, hash)
	wantCode(t, "a short password", w.RemoveTOTP(t.Context(), p, short), "auth.password_too_short_alone")
	w.exec(t, "UPDATE users SET password_hash = $2 WHERE id = $1", p.UserID, long)
	if err := w.RemoveTOTP(t.Context(), p, passphrase); err != nil {
		t.Fatal(err)
	}
	_, err = w.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "the other session", err, "auth.session_ended")
	if f, err := w.Factors(t.Context(), p.UserID); err != nil || !f.TOTPSince.IsZero() || f.RecoveryCodes != 0 {
		t.Errorf("%+v %v", f, err)
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE strong_at IS NOT NULL AND revoked_at IS NULL"); n != 0 {
		t.Errorf("%d strong sessions", n)
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'factor_removed'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if code := w.challengeless(t); code != "" {
		t.Errorf("sign-in by the password alone: %s", code)
	}
	wantCode(t, "once more", w.RemoveTOTP(t.Context(), p, passphrase), "auth.strong_required")
}

// One of two factors goes without a password; an operator's last one never.
func TestRemove_OneOfTwo_AndTheOperatorsLast(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	_, p := w.keyed(t, "op@example.jp")
	w.exec(t, "UPDATE users SET operator = true WHERE id = $1", p.UserID)
	f, err := w.Factors(t.Context(), p.UserID)
	if err != nil || !f.Required {
		t.Fatal(f, err)
	}
	key := f.Passkeys[0].ID
	wantCode(t, "the last one", w.RemovePasskey(t.Context(), p, key, passphrase), "auth.factor_forced")
	wantCode(t, "none of mine", w.RemovePasskey(t.Context(), p, PasskeyID{1}, passphrase), "not_found")
	wantCode(t, "no app", w.RemoveTOTP(t.Context(), p, passphrase), "not_found")
	a := w.app(t, p, "")
	if codes, err := w.ConfirmTOTP(t.Context(), p, a.code(t, 0)); err != nil || len(codes) != 0 {
		t.Fatal(codes, err)
	}
	wantCode(t, "one of two", w.RemovePasskey(t.Context(), p, key, ""), "")
	wantCode(t, "the last one, now the app", w.RemoveTOTP(t.Context(), p, passphrase), "auth.factor_forced")
	if f, err := w.Factors(t.Context(), p.UserID); err != nil || len(f.Passkeys) != 0 || f.TOTPSince.IsZero() || f.RecoveryCodes != 10 {
		t.Errorf("%+v %v", f, err)
	}
	if n := count(t, w, "SELECT count(*) FROM platform_audit WHERE subject = $1 AND action LIKE 'operator.factor_%'", "user:"+p.UserID.String()); n != 2 {
		t.Errorf("%d entries in the platform's trail, want the app's coming and the passkey's going", n)
	}
}

// A password that was right when it was shown, and is another by the time it counts.
func TestAddPasskey_PasswordChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	w.user(t, "hana@example.jp")
	p := w.principal(t, w.login(t, "hana@example.jp").Access)
	k := authtest.NewPasskey(t, site)
	c, err := w.StartPasskey(t.Context(), p, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	w.exec(t, "UPDATE users SET password_hash = password_hash || 'x' WHERE id = $1", p.UserID)
	_, _, err = w.AddPasskey(t.Context(), p, c.Token, "x", k.Make(t, c.Options))
	if fieldCodes(err)["body.password"] != "auth.password_wrong" {
		t.Errorf("%v", err)
	}
}
