package auth

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

func (w *world) refresh(t *testing.T, token string) Tokens {
	t.Helper()
	got, err := w.Refresh(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRefresh_Rotates_AndBothTokensWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	w.clock.Advance(14 * time.Minute)
	second := w.refresh(t, first.Refresh)
	if second.Refresh == first.Refresh || second.Access == first.Access || second.ExpiresIn != 15*time.Minute {
		t.Errorf("no new pair: %+v", second)
	}
	before, after := w.principal(t, first.Access), w.principal(t, second.Access)
	if before != after || after.UserID != user {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE generation = 2 AND previous_hash IS NOT NULL"); n != 1 {
		t.Errorf("%d sessions in generation 2", n)
	}
}

// The answer was lost on the way: within the grace the same token gets the very
// same successor, and the successor, once used, moves on.
func TestRefresh_LostAnswer_SameSuccessorWithinTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	second := w.refresh(t, first.Refresh)
	for _, wait := range []time.Duration{0, 5 * time.Second, 5 * time.Second} {
		w.clock.Advance(wait)
		if again := w.refresh(t, first.Refresh); again.Refresh != second.Refresh {
			t.Errorf("another successor after %s", wait)
		}
	}
	if w.another(t).refresh(t, first.Refresh).Refresh != second.Refresh {
		t.Error("another process gives another successor")
	}
	third := w.refresh(t, second.Refresh)
	if third.Refresh == second.Refresh {
		t.Error("the successor does not rotate")
	}
	w.principal(t, third.Access)
}

// Theft: whoever of the two comes with the used token after the grace ends the
// session for both, in every process.
func TestRefresh_UsedTokenAfterTheGrace_EndsTheFamily(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	other := w.login(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	second := w.refresh(t, first.Refresh)
	w.principal(t, second.Access)
	w.clock.Advance(Grace + time.Microsecond)
	_, err := w.Refresh(t.Context(), first.Refresh)
	wantCode(t, "the used token", err, "auth.refresh_reused")
	_, err = w.Refresh(t.Context(), second.Refresh)
	wantCode(t, "the newest token", err, "auth.refresh_invalid")
	_, err = w.Refresh(t.Context(), first.Refresh)
	wantCode(t, "the used token again", err, "auth.refresh_invalid")
	_, err = w.Authenticate(t.Context(), second.Access)
	wantCode(t, "the access token", err, "auth.session_ended")
	_, err = w.another(t).Authenticate(t.Context(), second.Access)
	wantCode(t, "the access token elsewhere", err, "auth.session_ended")
	w.principal(t, other.Access) // another device is another family
	w.refresh(t, other.Refresh)
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE revoked_reason = 'refresh_reused'"); n != 1 {
		t.Errorf("%d sessions ended by reuse", n)
	}
}

// A thief who uses the stolen token within the grace of nobody: two generations
// back is never forgiven, however quick.
func TestRefresh_TwoGenerationsBack_NoGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	second := w.refresh(t, first.Refresh)
	w.refresh(t, second.Refresh)
	_, err := w.Refresh(t.Context(), first.Refresh)
	wantCode(t, "two generations back", err, "auth.refresh_reused")
}

func TestRefresh_TwentyAtOnce_ExactlyOneSuccessor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	second := w.another(t)
	w.user(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	const clients = 20
	var mu sync.Mutex
	successors := map[string]int{}
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			<-start
			process := w
			if i%2 == 1 {
				process = second
			}
			got, err := process.Refresh(t.Context(), first.Refresh)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("client %d: %v", i, err)
			}
			successors[got.Refresh]++
		})
	}
	close(start)
	wg.Wait()
	if len(successors) != 1 {
		t.Errorf("%d successors: %v", len(successors), successors)
	}
	if n := count(t, w, "SELECT generation FROM sessions"); n != 2 {
		t.Errorf("generation %d, want 2", n)
	}
}

func TestRefresh_ForgedAndConfused_NoneAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	tokens := w.login(t, "hana@example.jp")
	session := w.principal(t, tokens.Access).SessionID
	raw, err := base64.RawURLEncoding.DecodeString(tokens.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(b []byte)) string {
		b := append([]byte(nil), raw...)
		change(b)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	foreignRing, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	ours := func(s SessionID, generation int64) string {
		return base64.RawURLEncoding.EncodeToString(w.refreshToken(s, generation))
	}
	for name, token := range map[string]string{
		"empty":                  "",
		"access token":           tokens.Access,
		"not base64":             tokens.Refresh[:10] + "!" + tokens.Refresh[11:],
		"padded":                 tokens.Refresh + "=",
		"too short":              tokens.Refresh[:len(tokens.Refresh)-1],
		"too long":               tokens.Refresh + "AAAA",
		"bits that are ignored":  tokens.Refresh[:len(tokens.Refresh)-1] + other(tokens.Refresh[len(tokens.Refresh)-1]),
		"next generation":        changed(func(b []byte) { binary.BigEndian.PutUint64(b[16:], 2) }),
		"other session":          changed(func(b []byte) { b[3]++ }),
		"other tag":              changed(func(b []byte) { b[40]++ }),
		"other master key":       base64.RawURLEncoding.EncodeToString((&Service{ring: foreignRing}).refreshToken(session, 1)),
		"unknown session":        ours(id.New[Session](w.clock.Now()), 1),
		"ahead of the row":       ours(session, 2),
		"generation 0":           ours(session, 0),
		"negative generation":    ours(session, -1),
		"session that is a user": ours(SessionID(user), 1),
	} {
		_, err := w.Refresh(t.Context(), token)
		wantCode(t, name, err, "auth.refresh_invalid")
	}
	w.refresh(t, tokens.Refresh) // none of them did harm
}

func TestRefresh_LivesSevenDays_AndNinetyInAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	idle := w.login(t, "hana@example.jp")
	tokens := w.login(t, "hana@example.jp")
	start := w.clock.Now()
	w.clock.Advance(RefreshLife - time.Microsecond)
	tokens = w.refresh(t, tokens.Refresh)
	w.clock.Advance(time.Microsecond)
	_, err := w.Refresh(t.Context(), idle.Refresh)
	wantCode(t, "after seven idle days", err, "auth.refresh_invalid")
	for w.clock.Now().Add(6 * 24 * time.Hour).Before(start.Add(SessionLife)) {
		w.clock.Advance(6 * 24 * time.Hour)
		tokens = w.refresh(t, tokens.Refresh)
	}
	w.clock.Set(start.Add(SessionLife))
	_, err = w.Refresh(t.Context(), tokens.Refresh)
	wantCode(t, "after ninety days", err, "auth.refresh_invalid")
}

func TestRefresh_EndedOrDisabled_IsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	out, disabled := w.login(t, "hana@example.jp"), w.login(t, "hana@example.jp")
	if err := w.Logout(t.Context(), w.principal(t, out.Access).SessionID); err != nil {
		t.Fatal(err)
	}
	_, err := w.Refresh(t.Context(), out.Refresh)
	wantCode(t, "signed out", err, "auth.refresh_invalid")
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", user)
	_, err = w.Refresh(t.Context(), disabled.Refresh)
	wantCode(t, "disabled", err, "auth.refresh_invalid")
	if !errors.Is(err, ErrRefreshInvalid) {
		t.Errorf("%v is not ErrRefreshInvalid", err)
	}
}

// Only hashes stand in the database.
func TestRefresh_NothingUsableIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	first := w.login(t, "hana@example.jp")
	second := w.refresh(t, first.Refresh)
	for _, token := range []string{first.Refresh, second.Refresh} {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, w, "SELECT count(*) FROM sessions s WHERE position($1::bytea IN token_hash || previous_hash) > 0 OR s::text LIKE '%' || $2 || '%'",
			raw[24:], token); n != 0 {
			t.Errorf("%d rows hold the token", n)
		}
		if n := count(t, w, "SELECT count(*) FROM sessions WHERE $1 IN (token_hash, previous_hash)", hashToken(raw)); n != 1 {
			t.Errorf("%d rows hold its hash", n)
		}
	}
}
