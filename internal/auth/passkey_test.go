package auth

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
)

const site = "https://book.example.jp"

func newSite(t *testing.T) *world {
	t.Helper()
	return newWorld(t, Options{PublicURL: site, LoginsPerAccount: ratelimit.PerMinute(1000)})
}

// keyed is an account with a passkey as its only factor, in the session that made it.
func (w *world) keyed(t *testing.T, email string) (*authtest.Passkey, Principal) {
	t.Helper()
	w.user(t, email)
	p := w.principal(t, w.login(t, email).Access)
	k := authtest.NewPasskey(t, site)
	c, err := w.StartPasskey(t.Context(), p, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	_, codes, err := w.AddPasskey(t.Context(), p, c.Token, "電話", k.Make(t, c.Options))
	if err != nil || len(codes) != 10 {
		t.Fatal(codes, err)
	}
	return k, p
}

func TestPasskey_AsSecondFactorAndAlone_OpensAStrongSession(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	k, p := w.keyed(t, "hana@example.jp")
	f := w.challenge(t, "hana@example.jp")
	methods, _ := f.Extra["methods"].([]string)
	if strings.Join(methods, " ") != "passkey recovery_code" {
		t.Errorf("methods %v", methods)
	}
	tokens, err := w.second(t, tokenOf(f), Proof{Passkey: k.Sign(t, f.Extra["passkey_options"])})
	if err != nil || !w.principal(t, tokens.Access).Strong {
		t.Fatal(err)
	}
	c, err := w.PasskeyOptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tokens, err = w.PasskeySignIn(t.Context(), c.Token, k.Sign(t, c.Options), Device{UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.principal(t, tokens.Access); !got.Strong || got.UserID != p.UserID {
		t.Errorf("%+v", got)
	}
	all, err := w.Factors(t.Context(), p.UserID)
	if err != nil || len(all.Passkeys) != 1 || all.Passkeys[0].Name != "電話" || all.Passkeys[0].UsedAt == nil || all.RecoveryCodes != 10 ||
		!all.TOTPSince.IsZero() || all.Required {
		t.Errorf("%+v %v", all, err)
	}
}

// What a thief of an answer, another site, a copied key or a forger could send.
func TestPasskey_Lies_AreRefused(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	k, _ := w.keyed(t, "hana@example.jp")
	stranger, _ := w.keyed(t, "taro@example.jp")
	honest := *k
	for _, c := range []struct {
		name string
		sign func(options any) json.RawMessage
	}{
		{"another origin", func(o any) json.RawMessage {
			evil := honest
			evil.Origin = "https://book.example.jp.evil.example"
			return evil.Sign(t, o)
		}},
		{"the origin without encryption", func(o any) json.RawMessage {
			evil := honest
			evil.Origin = "http://book.example.jp"
			return evil.Sign(t, o)
		}},
		{"another challenge", func(any) json.RawMessage {
			other, err := w.PasskeyOptions(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return k.Sign(t, other.Options)
		}},
		{"nobody was verified", func(o any) json.RawMessage {
			lazy := honest
			lazy.Verified = false
			return lazy.Sign(t, o)
		}},
		{"another relying party", func(o any) json.RawMessage {
			return k.Sign(t, changed(t, o, "rpId", "evil.example"))
		}},
		{"a forged signature", func(o any) json.RawMessage {
			return within(t, k.Sign(t, o), "signature", response(t, stranger.Sign(t, o), "signature"))
		}},
		{"another's account", func(o any) json.RawMessage {
			return within(t, k.Sign(t, o), "userHandle", response(t, stranger.Sign(t, o), "userHandle"))
		}},
		{"an unknown passkey", func(o any) json.RawMessage { return authtest.NewPasskey(t, site).Sign(t, o) }},
		{"nothing", func(any) json.RawMessage { return json.RawMessage(`{}`) }},
		{"no JSON", func(any) json.RawMessage { return json.RawMessage(`{`) }},
	} {
		o, err := w.PasskeyOptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.PasskeySignIn(t.Context(), o.Token, c.sign(o.Options), Device{})
		wantCode(t, c.name, err, "auth.passkey_invalid")
		f := w.challenge(t, "hana@example.jp")
		_, err = w.second(t, tokenOf(f), Proof{Passkey: c.sign(f.Extra["passkey_options"])})
		wantCode(t, c.name+", as second factor", err, "auth.second_factor_invalid")
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE strong_at IS NOT NULL"); n != 2 {
		t.Errorf("%d strong sessions, want those of the two owners", n)
	}
}

func TestPasskey_ReplayAndClone_AreRefused(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	k, _ := w.keyed(t, "hana@example.jp")
	clone := *k
	sign := func(k *authtest.Passkey) (PasskeyChallenge, json.RawMessage, error) {
		c, err := w.PasskeyOptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		signed := k.Sign(t, c.Options)
		_, err = w.PasskeySignIn(t.Context(), c.Token, signed, Device{})
		return c, signed, err
	}
	c, signed, err := sign(k)
	wantCode(t, "the owner", err, "")
	_, err = w.PasskeySignIn(t.Context(), c.Token, signed, Device{})
	wantCode(t, "the same answer again", err, "auth.challenge_invalid")
	other, err := w.PasskeyOptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.PasskeySignIn(t.Context(), other.Token, signed, Device{})
	wantCode(t, "the same answer to another challenge", err, "auth.passkey_invalid")
	_, _, err = sign(&clone)
	wantCode(t, "a copy whose counter stands where the owner's was", err, "auth.passkey_invalid")
	_, _, err = sign(k)
	wantCode(t, "the owner again", err, "")
	late, err := w.PasskeyOptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(ChallengeLife)
	_, err = w.PasskeySignIn(t.Context(), late.Token, k.Sign(t, late.Options), Device{})
	wantCode(t, "after five minutes", err, "auth.challenge_invalid")
}

func TestPasskey_DisabledAccount_IsRefused(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	k, p := w.keyed(t, "hana@example.jp")
	w.exec(t, "UPDATE users SET disabled_at = created_at WHERE id = $1", p.UserID)
	c, err := w.PasskeyOptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.PasskeySignIn(t.Context(), c.Token, k.Sign(t, c.Options), Device{})
	wantCode(t, "disabled", err, "auth.passkey_invalid")
}

// A registration belongs to the session, the account and the five minutes in
// which it began, and what was made must be right.
func TestAddPasskey_Lies_AreRefused(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	k, p := w.keyed(t, "hana@example.jp")
	_, stranger := w.keyed(t, "taro@example.jp")
	begin := func() PasskeyChallenge {
		c, err := w.StartPasskey(t.Context(), p, "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, x := range []struct {
		name string
		who  Principal
		make func(c PasskeyChallenge) (token string, made json.RawMessage)
	}{
		{"another origin", p, func(c PasskeyChallenge) (string, json.RawMessage) {
			return c.Token, authtest.NewPasskey(t, "https://evil.example").Make(t, c.Options)
		}},
		{"another challenge", p, func(c PasskeyChallenge) (string, json.RawMessage) {
			return c.Token, authtest.NewPasskey(t, site).Make(t, begin().Options)
		}},
		{"nobody was verified", p, func(c PasskeyChallenge) (string, json.RawMessage) {
			lazy := authtest.NewPasskey(t, site)
			lazy.Verified = false
			return c.Token, lazy.Make(t, c.Options)
		}},
		{"another's registration", stranger, func(c PasskeyChallenge) (string, json.RawMessage) {
			return c.Token, authtest.NewPasskey(t, site).Make(t, c.Options)
		}},
		{"a challenge for signing in", p, func(c PasskeyChallenge) (string, json.RawMessage) {
			other, err := w.PasskeyOptions(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return other.Token, authtest.NewPasskey(t, site).Make(t, c.Options)
		}},
		{"a signature", p, func(c PasskeyChallenge) (string, json.RawMessage) { return c.Token, k.Sign(t, c.Options) }},
		{"no JSON", p, func(c PasskeyChallenge) (string, json.RawMessage) { return c.Token, json.RawMessage(`[`) }},
	} {
		token, made := x.make(begin())
		_, _, err := w.AddPasskey(t.Context(), x.who, token, "x", made)
		wantCode(t, x.name, err, "auth.passkey_refused")
	}
	c := begin()
	_, _, err := w.AddPasskey(t.Context(), p, c.Token, "電話", k.Make(t, c.Options))
	wantCode(t, "one that is registered already", err, "auth.passkey_known")
	c = begin()
	fresh := authtest.NewPasskey(t, site).Make(t, c.Options)
	_, _, err = w.AddPasskey(t.Context(), p, c.Token, "\u200b", fresh)
	if got := fieldCodes(err)["body.name"]; got != "required" {
		t.Errorf("a name that cannot be seen: %v", err)
	}
	key, codes, err := w.AddPasskey(t.Context(), p, c.Token, "鍵", fresh)
	if err != nil || len(codes) != 0 || key.Name != "鍵" {
		t.Errorf("a further one: %+v %v %v", key, codes, err)
	}
	_, _, err = w.AddPasskey(t.Context(), p, c.Token, "鍵", fresh)
	wantCode(t, "the challenge again", err, "auth.passkey_refused")
	w.exec(t, `INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
		SELECT gen_random_uuid(), user_id, ('\x00' || decode(lpad(n::text, 4, '0'), 'hex')), credential, name, created_at
		FROM passkeys, generate_series(1, 18) n WHERE id = $1`, key.ID)
	_, err = w.StartPasskey(t.Context(), p, "")
	wantCode(t, "the 21st", err, "auth.passkey_limit")
}

func TestRenamePasskey_OwnOnly(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	_, p := w.keyed(t, "hana@example.jp")
	_, stranger := w.keyed(t, "taro@example.jp")
	f, err := w.Factors(t.Context(), p.UserID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.RenamePasskey(t.Context(), p.UserID, f.Passkeys[0].ID, " 会社の\n 電話 ")
	if err != nil || got.Name != "会社の 電話" || got.ID != f.Passkeys[0].ID {
		t.Errorf("%+v %v", got, err)
	}
	_, err = w.RenamePasskey(t.Context(), stranger.UserID, f.Passkeys[0].ID, "x")
	wantCode(t, "another's", err, "not_found")
	_, err = w.RenamePasskey(t.Context(), p.UserID, f.Passkeys[0].ID, strings.Repeat("あ", 101))
	if fieldCodes(err)["body.name"] != "too_long" {
		t.Errorf("a long name: %v", err)
	}
}

// Passkeys need a domain, and an address of a machine has none.
func TestRelyingParty_FollowsThePublicURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://book.example.jp": "book.example.jp https://book.example.jp", "https://book.example.jp:8443": "book.example.jp https://book.example.jp:8443",
		"http://127.0.0.1:8080": "localhost http://localhost:8080", "http://[::1]:8080": "localhost http://localhost:8080",
		"http://localhost:9000": "localhost http://localhost:9000", "https://192.0.2.7": "localhost http://localhost", "": "localhost http://localhost",
	} {
		rp, err := relyingParty(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := rp.Config.RPID + " " + strings.Join(rp.Config.RPOrigins, " "); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
		if _, err := url.Parse(rp.Config.RPOrigins[0]); err != nil {
			t.Error(err)
		}
	}
}

func TestChallenges_NothingReadableIsStored(t *testing.T) {
	t.Parallel()
	w := newSite(t)
	w.keyed(t, "hana@example.jp")
	f := w.challenge(t, "hana@example.jp")
	asked := read(t, f.Extra["passkey_options"])["challenge"]
	if asked == "" || count(t, w, "SELECT count(*) FROM challenges WHERE position(convert_to($1, 'UTF8') IN data) > 0 OR token_hash = decode($2, 'base64')",
		asked, strings.NewReplacer("-", "+", "_", "/").Replace(tokenOf(f))+"=") != 0 {
		t.Error("a challenge or its token can be read in the database")
	}
	w.clock.Advance(ChallengeLife + time.Second)
	if _, err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, w, "SELECT count(*) FROM challenges"); n != 0 {
		t.Errorf("%d challenges outlive the sweep", n)
	}
}

// read is a value as JSON has it.
func read(t *testing.T, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changed is a value with another member.
func changed(t *testing.T, v any, name, to string) map[string]any {
	t.Helper()
	out := read(t, v)
	out[name] = to
	return out
}

func response(t *testing.T, answer json.RawMessage, name string) string {
	t.Helper()
	r, _ := read(t, answer)["response"].(map[string]any)
	s, _ := r[name].(string)
	return s
}

// within is an answer whose response has another member.
func within(t *testing.T, answer json.RawMessage, name, to string) json.RawMessage {
	t.Helper()
	out := read(t, answer)
	out["response"] = changed(t, out["response"], name, to)
	raw, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
