package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// A forger makes tokens that are right but for what a case changes.
type forger struct {
	t       *testing.T
	signer  *signer
	now     time.Time
	user    UserID
	session SessionID
}

func newForger(t *testing.T) *forger {
	t.Helper()
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	return &forger{
		t: t, signer: newSigner(pgtest.Ring(t), clk), now: clk.Now(),
		user: id.New[User](clk.Now()), session: id.New[Session](clk.Now()),
	}
}

func (f *forger) key() ed25519.PrivateKey {
	g, _ := generations(f.now)
	return f.signer.key(g)
}

// token signs header and claims with the changes; nil removes a member.
func (f *forger) token(method jwt.SigningMethod, key any, header, body map[string]any) string {
	f.t.Helper()
	g, _ := generations(f.now)
	h := map[string]any{"typ": tokenType, "kid": strconv.FormatInt(g, 10)}
	c := jwt.MapClaims{
		"iss": issuer, "aud": audience, "sub": f.user.String(), "sid": f.session.String(),
		"iat": f.now.Unix(), "nbf": f.now.Unix(), "exp": f.now.Add(AccessLife).Unix(),
	}
	merge(h, header)
	merge(c, body)
	t := jwt.NewWithClaims(method, c)
	alg := t.Header["alg"]
	t.Header = map[string]any{"alg": alg}
	maps.Copy(t.Header, h)
	s, err := t.SignedString(key)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func merge(into, changes map[string]any) {
	for k, v := range changes {
		if v == nil {
			delete(into, k)
		} else {
			into[k] = v
		}
	}
}

func (f *forger) eddsa(header, body map[string]any) string {
	return f.token(jwt.SigningMethodEdDSA, f.key(), header, body)
}

// S05: of all that only looks like a token of ours, none is accepted.
func TestVerify_ForgedAndConfused_NoneAccepted(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	public, ok := f.key().Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no public key")
	}
	good := f.eddsa(nil, nil)
	if c, err := f.signer.verify(good); err != nil || c.user != f.user || c.session != f.session {
		t.Fatalf("the token that the others are made from: %v", err)
	}
	foreign, err := secret.New([]byte(strings.Repeat("k", secret.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	g, _ := generations(f.now)
	part := strings.Split(good, ".")
	none := f.token(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, nil)
	for name, token := range map[string]string{
		"empty":                       "",
		"alg none":                    none,
		"alg none, signature of ours": none + part[2],
		"alg None":                    header(t, "None", g) + "." + part[1] + ".",
		"no signature":                part[0] + "." + part[1] + ".",
		"two parts":                   part[0] + "." + part[1],
		"four parts":                  good + ".",
		"HS256 with the public key":   f.token(jwt.SigningMethodHS256, []byte(public), nil, nil),
		"HS256 with the seed":         f.token(jwt.SigningMethodHS256, f.key().Seed(), nil, nil),
		"HS512 with the public key":   f.token(jwt.SigningMethodHS512, []byte(public), nil, nil),
		"signature of other claims":   part[0] + "." + strings.Split(f.eddsa(nil, map[string]any{"sub": id.New[User](f.now).String()}), ".")[1] + "." + part[2],
		"padded signature":            good + "==",
		"changed bits at the end":     good[:len(good)-1] + other(good[len(good)-1]),
		"key of another master key":   f.token(jwt.SigningMethodEdDSA, newSigner(foreign, f.signer.clock).key(g), nil, nil),
		"key of a long-gone time":     f.token(jwt.SigningMethodEdDSA, f.signer.key(g-2), map[string]any{"kid": strconv.FormatInt(g-2, 10)}, nil),
		"key of the future":           f.token(jwt.SigningMethodEdDSA, f.signer.key(g+1), map[string]any{"kid": strconv.FormatInt(g+1, 10)}, nil),
		"previous key, this kid":      f.token(jwt.SigningMethodEdDSA, f.signer.key(g-1), nil, nil),
		"this key, previous kid":      f.eddsa(map[string]any{"kid": strconv.FormatInt(g-1, 10)}, nil),
		"unknown kid":                 f.eddsa(map[string]any{"kid": "../../etc/passwd"}, nil),
		"kid of another type":         f.eddsa(map[string]any{"kid": g}, nil),
		"no kid":                      f.eddsa(map[string]any{"kid": nil}, nil),
		"no type":                     f.eddsa(map[string]any{"typ": nil}, nil),
		"type of an id token":         f.eddsa(map[string]any{"typ": "JWT"}, nil),
		"wrong issuer":                f.eddsa(nil, map[string]any{"iss": "omotenashi.evil.example"}),
		"no issuer":                   f.eddsa(nil, map[string]any{"iss": nil}),
		"wrong audience":              f.eddsa(nil, map[string]any{"aud": "other-api"}),
		"no audience":                 f.eddsa(nil, map[string]any{"aud": nil}),
		"empty audience":              f.eddsa(nil, map[string]any{"aud": []string{}}),
		"no expiry":                   f.eddsa(nil, map[string]any{"exp": nil}),
		"not yet valid":               f.eddsa(nil, map[string]any{"nbf": f.now.Add(2 * time.Second).Unix()}),
		"no start":                    f.eddsa(nil, map[string]any{"nbf": nil}),
		"no person":                   f.eddsa(nil, map[string]any{"sub": nil}),
		"person is no id":             f.eddsa(nil, map[string]any{"sub": "1"}),
		"no session":                  f.eddsa(nil, map[string]any{"sid": nil}),
		"session is no id":            f.eddsa(nil, map[string]any{"sid": "1"}),
		"much too long":               good + strings.Repeat("A", 1<<16),
		"refresh token":               base64.RawURLEncoding.EncodeToString((&Service{ring: pgtest.Ring(t)}).refreshToken(f.session, 1)),
	} {
		if _, err := f.signer.verify(token); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			wantCode(t, name, err, "auth.token_invalid")
		}
	}
	for name, token := range map[string]string{
		"expired":     f.eddsa(nil, map[string]any{"exp": f.now.Unix()}),
		"exp as 1970": f.eddsa(nil, map[string]any{"exp": 0}),
	} {
		_, err := f.signer.verify(token)
		wantCode(t, name, err, "auth.token_expired")
	}
}

func header(t *testing.T, alg string, generation int64) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"alg": alg, "typ": tokenType, "kid": strconv.FormatInt(generation, 10)})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// other is a character that differs in the bits that a decoder may ignore.
func other(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, c)^1])
}

func TestVerify_EveryTruncationAndEveryBit_NoneAccepted(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	good, err := f.signer.sign(f.user, f.session)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if _, err := f.signer.verify(good[:i]); err == nil {
			t.Errorf("the first %d of %d bytes were accepted", i, len(good))
		}
		for bit := range 7 {
			b := []byte(good)
			b[i] ^= 1 << bit
			if _, err := f.signer.verify(string(b)); err == nil {
				t.Errorf("bit %d of byte %d changed, and accepted", bit, i)
			}
		}
	}
}

func TestVerify_FifteenMinutes(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	clk := clock.NewManual(f.now)
	s := newSigner(pgtest.Ring(t), clk)
	token, err := s.sign(f.user, f.session)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{-skew, ""}, // a process whose clock is behind
		{-skew - time.Second, "auth.token_invalid"},
		{AccessLife - time.Second, ""},
		{AccessLife, "auth.token_expired"},
		{24 * time.Hour, "auth.token_expired"},
	} {
		clk.Set(f.now.Add(c.after))
		_, err := s.verify(token)
		wantCode(t, c.after.String(), err, c.want)
	}
}

// Two keys are live, and the change from one to the next is noticed by nobody,
// not even between processes whose clocks differ.
func TestVerify_ChangeOfKey(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	g, _ := generations(f.now)
	change := time.Unix((g+1)*int64(keyLife/time.Second), 0)
	clk := clock.NewManual(f.now)
	s := newSigner(pgtest.Ring(t), clk)
	kid := func(token string) string {
		t.Helper()
		p, _, err := jwt.NewParser().ParseUnverified(token, &claims{})
		if err != nil {
			t.Fatal(err)
		}
		k, _ := p.Header["kid"].(string)
		return k
	}
	for _, c := range []struct {
		signed, checked time.Duration // from the change
		generation      int64
		want            string
	}{
		{-time.Hour, -time.Hour, g, ""},
		{-time.Second, time.Second, g, ""},
		{-time.Second, AccessLife - 2*time.Second, g, ""},
		{0, 0, g + 1, ""},
		{time.Second, -skew + time.Second, g + 1, ""}, // a process whose clock is behind
		{0, time.Minute, g + 1, ""},
		{-time.Second, AccessLife, g, "auth.token_expired"},
	} {
		clk.Set(change.Add(c.signed))
		token, err := s.sign(f.user, f.session)
		if err != nil {
			t.Fatal(err)
		}
		if got := kid(token); got != strconv.FormatInt(c.generation, 10) {
			t.Errorf("signed at %s: key %s, want %d", c.signed, got, c.generation)
		}
		clk.Set(change.Add(c.checked))
		_, err = s.verify(token)
		wantCode(t, "signed at "+c.signed.String()+", checked at "+c.checked.String(), err, c.want)
	}
}

func FuzzVerify(f *testing.F) {
	key := []byte(strings.Repeat("k", secret.KeySize))
	ring, err := secret.New(key)
	if err != nil {
		f.Fatal(err)
	}
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	s := newSigner(ring, clk)
	good, err := s.sign(id.New[User](clk.Now()), id.New[Session](clk.Now()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good + "x")
	f.Add("a.b.c")
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := s.verify(token); err == nil && token != good {
			t.Errorf("accepted %q", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	clk := clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))
	s := newSigner(pgtest.Ring(b), clk)
	token, err := s.sign(id.New[User](clk.Now()), id.New[Session](clk.Now()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
