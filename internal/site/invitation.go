package site

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Invitations finds what a link of an invitation is about; business.Team is the one.
type Invitations interface {
	OpenInvitation(ctx context.Context, token string) (*business.InvitationCard, error)
}

// MountInvitations registers the page to which the link of an invitation leads:
// who asks for what, until when, and how to answer: in the console, where there
// is one. It changes nothing.
func (s *Site) MountInvitations(mount func(pattern string, h http.Handler), from Invitations) {
	mount("GET "+business.InvitationPath("{token}"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := newPage(r, "site.invitation")
		token := r.PathValue("token")
		card, err := from.OpenInvitation(r.Context(), token)
		if err == nil {
			err = card.Stands()
		}
		switch {
		case fault.KindOf(err) == fault.NotFound && err != nil:
			s.refuse(w, r, p, fault.New(fault.Invalid, "auth.link_invalid"))
		case err != nil:
			s.refuse(w, r, p, err)
		default:
			p.Text = p.text("site.invitation.text", invitationArgs(p.Lang, card))
			s.show(w, r, http.StatusOK, s.leading(p, "invitations/"+token, "site.invitation.answer"))
		}
	}))
}

func invitationArgs(lang locale.Lang, x *business.InvitationCard) map[string]any {
	until := x.ExpiresAt.In(x.Zone)
	name := x.FamilyName + " " + x.GivenName
	if lang == locale.EN {
		name = x.GivenName + " " + x.FamilyName
	}
	if name == " " {
		name = x.Business.In(lang)
	}
	return map[string]any{
		"business": apart(x.Business.In(lang)), "other": apart(name), "email": x.Masked, "role": locale.T(lang, "mail.role."+string(x.Role), nil),
		"until": locale.FormatDate(lang, clock.DateOf(until)) + " " + until.Format("15:04 MST"),
	}
}
