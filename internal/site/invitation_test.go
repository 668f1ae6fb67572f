package site_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/site"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

type invitations struct {
	card *business.InvitationCard
	err  error
}

func (i invitations) OpenInvitation(context.Context, string) (*business.InvitationCard, error) {
	return i.card, i.err
}

func openInvitation(t *testing.T, from invitations, lang string, with ...func(*site.Site)) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	s := site.New(&accounts{}, slog.New(slog.DiscardHandler))
	for _, change := range with {
		change(s)
	}
	s.MountInvitations(mux.Handle, from)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.example/invitations/token", nil)
	r.Header.Set("Accept-Language", lang)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func card(change func(*business.InvitationCard)) invitations {
	x := &business.InvitationCard{
		Invitation: &business.Invitation{
			Role: tenant.Staff, Status: business.Pending, FamilyName: "<b>山田", GivenName: "花子", ExpiresAt: time.Date(2026, 12, 8, 3, 0, 0, 0, time.UTC),
		},
		Business: locale.Text{"ja": "花サロン", "en": "Hana Salon"}, Zone: time.UTC, Masked: "h•••@example.jp",
	}
	change(x)
	return invitations{card: x}
}

func TestInvitationPage_SaysWhoAsksForWhat(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string][]string{
		"ja": {"&lt;b&gt;山田 花子 様", "花サロン", "スタッフ", "h•••@example.jp", "2026年12月8日"}, "en": {"花子 &lt;b&gt;山田", "Hana Salon", "Staff", "8 Dec 2026"},
	} {
		w := openInvitation(t, card(func(*business.InvitationCard) {}), lang)
		if w.Code != http.StatusOK || w.Header().Get("Referrer-Policy") != "no-referrer" || strings.Contains(w.Body.String(), "<form") {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		for _, word := range words {
			if !strings.Contains(w.Body.String(), word) {
				t.Errorf("%s: no %q in %s", lang, word, w.Body)
			}
		}
	}
}

func TestInvitationPage_LeadsToTheConsole_WhereThereIsOne(t *testing.T) {
	t.Parallel()
	over := card(func(x *business.InvitationCard) { x.Status = business.Expired })
	for name, c := range map[string]struct {
		console string
		from    invitations
		linked  bool
	}{
		"console": {"/console/", card(func(*business.InvitationCard) {}), true}, "none": {"", card(func(*business.InvitationCard) {}), false},
		"over": {"/console/", over, false},
	} {
		w := openInvitation(t, c.from, "ja", func(s *site.Site) { s.LinkConsole(c.console) })
		if strings.Contains(w.Body.String(), `<a href="/console/invitations/token">招待に回答する</a>`) != c.linked || strings.Contains(w.Body.String(), "<a ") != c.linked {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
}

func TestInvitationPage_LinkThatIsOver_SaysWhy(t *testing.T) {
	t.Parallel()
	for code, from := range map[string]invitations{
		"invitation.expired":  card(func(x *business.InvitationCard) { x.Status = business.Expired }),
		"invitation.revoked":  card(func(x *business.InvitationCard) { x.Status = business.Revoked }),
		"invitation.replaced": card(func(x *business.InvitationCard) { x.Replaced = true }),
		"auth.link_invalid":   {err: fault.New(fault.NotFound, "not_found")},
	} {
		w := openInvitation(t, from, "ja")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), locale.T(locale.JA, code, nil)) {
			t.Errorf("%s: %d %s", code, w.Code, w.Body)
		}
	}
}
