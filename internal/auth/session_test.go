package auth

import (
	"net/netip"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
)

func TestSessions_ListsWhereAPersonIsSignedIn_NewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	w.user(t, "taro@example.jp")
	stranger := w.principal(t, w.login(t, "taro@example.jp").Access)
	var all []SessionID
	for range 4 {
		w.clock.Advance(time.Minute)
		all = append(all, w.principal(t, w.login(t, "hana@example.jp").Access).SessionID)
	}
	wantCode(t, "revoke", w.Revoke(t.Context(), user, all[1]), "")
	var got []SessionID
	for below := (SessionMark{}); ; {
		page, err := w.Sessions(t.Context(), user, below, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page {
			got = append(got, s.ID)
			below = SessionMark{CreatedAt: s.CreatedAt, ID: s.ID}
			if s.UserAgent != "test" || s.Address != "203.0.113.7" || s.Strong || !s.RotatedAt.Equal(s.CreatedAt) {
				t.Errorf("%+v", s)
			}
		}
		if len(page) < 2 {
			break
		}
	}
	if len(got) != 3 || got[0] != all[3] || got[1] != all[2] || got[2] != all[0] {
		t.Errorf("got %v of %v", got, all)
	}
	for name, session := range map[string]SessionID{"ended": all[1], "another's": stranger.SessionID, "none": id.New[Session](w.clock.Now())} {
		wantCode(t, name, w.Revoke(t.Context(), user, session), "not_found")
	}
	if _, err := w.Sessions(t.Context(), stranger.UserID, SessionMark{}, 2); err != nil || count(t, w, "SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND id = $1", stranger.SessionID) != 1 {
		t.Error("another's session ended", err)
	}
	w.clock.Advance(RefreshLife)
	if page, err := w.Sessions(t.Context(), user, SessionMark{}, 10); err != nil || len(page) != 0 {
		t.Errorf("%d sessions that have run out, %v", len(page), err)
	}
}

func TestDeviceName_TellsPeopleTheirDevices(t *testing.T) {
	t.Parallel()
	const webkit = " AppleWebKit/605.1.15 (KHTML, like Gecko) "
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)" + webkit + "Version/18.1 Mobile/15E148 Safari/604.1":                   "Safari, iPhone",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)" + webkit + "Mobile/15E148 Safari Line/14.20.0":                         "LINE, iPhone",
		"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)" + webkit + "CriOS/131.0 Mobile/15E148 Safari/604.1":                             "Chrome, iPad",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":         "Chrome, Android",
		"Mozilla/5.0 (Linux; Android 14; SM-S911) AppleWebKit/537.36 SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36":             "Samsung Internet, Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0": "Edge, Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0":                                          "Firefox, Mac",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36":                "Chrome, ChromeOS",
		"curl/8.5.0":          "curl",
		"":                    "",
		" / ":                 "",
		"my tool/1.0 (tests)": "my",
	} {
		if got := DeviceName(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}

// S07: the rest of what ends a session, at once here and within the life of the
// cache elsewhere.
func TestRevoke_AtOnceHere_AndWithinHalfAMinuteElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	elsewhere := w.another(t)
	w.user(t, "hana@example.jp")
	phone, tablet := w.login(t, "hana@example.jp"), w.login(t, "hana@example.jp")
	p := w.principal(t, phone.Access)
	w.principal(t, tablet.Access)
	elsewhere.principal(t, phone.Access)
	wantCode(t, "revoke", w.Revoke(t.Context(), p.UserID, p.SessionID), "")
	_, err := w.Authenticate(t.Context(), phone.Access)
	wantCode(t, "here", err, "auth.session_ended")
	_, err = elsewhere.Refresh(t.Context(), phone.Refresh)
	wantCode(t, "a refresh anywhere", err, "auth.refresh_invalid")
	w.clock.Advance(CacheLife)
	_, err = elsewhere.Authenticate(t.Context(), phone.Access)
	wantCode(t, "elsewhere", err, "auth.session_ended")
	w.principal(t, tablet.Access)
	elsewhere.principal(t, tablet.Access)
}

func TestLogin_AddressIsStoredWithoutItsZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	for _, from := range []string{"fe80::1%eth0", "::ffff:203.0.113.9"} {
		for range 2 { // the second looks at what the first left
			if _, err := w.Login(t.Context(), LoginInput{Email: "hana@example.jp", Password: passphrase, Address: netip.MustParseAddr(from)}); err != nil {
				t.Errorf("%s: %v", from, err)
			}
		}
	}
	if n := count(t, w, "SELECT count(*) FROM sessions WHERE address IN ('fe80::1', '203.0.113.9')"); n != 4 {
		t.Errorf("%d sessions with an address", n)
	}
}
