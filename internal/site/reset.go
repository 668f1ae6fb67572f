package site

import (
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// maxForm bounds what a form may send: a password of any script, escaped.
const maxForm = 16 << 10 // bytes

const resetKey = "site.reset"

// askPassword shows where the new password is typed, if the link stands.
func (s *Site) askPassword(w http.ResponseWriter, r *http.Request) {
	p := newPage(r, resetKey)
	offer, err := s.accounts.ResetOffer(r.Context(), r.PathValue("token"))
	if err != nil {
		s.refuse(w, r, p, err)
		return
	}
	s.show(w, r, http.StatusOK, p.withPassword(offer))
}

// withPassword is the page with its form.
func (p page) withPassword(offer auth.ResetOffer) page {
	p.Text, p.Action = p.text(resetKey+".ask", nil), p.text(resetKey+".action", nil)
	p.Field = &field{
		Label: p.text(resetKey+".label", nil), Hint: p.text(resetKey+".hint", map[string]any{"min": offer.MinPassword}),
		Owner: offer.Email, Least: offer.MinPassword,
	}
	return p
}

// setPassword takes the form. What is wrong with the password is told beside the
// field, and the form stays; so it does when we are busy.
func (s *Site) setPassword(w http.ResponseWriter, r *http.Request) {
	p := newPage(r, resetKey)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	var password string
	if err := r.ParseForm(); err == nil { // what cannot be read is no password
		password = r.PostForm.Get("password")
	}
	token := r.PathValue("token")
	err := s.accounts.ResetPassword(r.Context(), token, password)
	if err == nil {
		p.Text = p.text(resetKey+".done", nil)
		s.show(w, r, http.StatusOK, s.leading(p, "sign-in", "site.sign_in"))
		return
	}
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 && f.Kind != fault.Unavailable {
		s.refuse(w, r, p, err)
		return
	}
	offer, offerErr := s.accounts.ResetOffer(r.Context(), token)
	if offerErr != nil {
		s.refuse(w, r, p, err)
		return
	}
	p = p.withPassword(offer)
	p.Field.Error = p.text(f.Code, f.Args)
	if len(f.Fields) > 0 {
		p.Field.Error = p.text(f.Fields[0].Code, f.Fields[0].Args)
	}
	s.refuse(w, r, p, err)
}
