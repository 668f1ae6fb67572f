package business

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var founder = pg.Register("business.founder",
	`SELECT email_verified_at IS NOT NULL FROM users WHERE id = $1 AND disabled_at IS NULL`)

// Found makes a business in the status draft, with the actor as its owner. It
// answers auth.email_unverified for an account whose address nobody confirmed,
// and business.slug_taken for another's slug.
func (s *Service) Found(ctx context.Context, actor tenant.Actor, in FoundInput, claim *idempotency.Claim) (*Business, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Business
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		out = s.draft(in)
		claim.Begin(tx.Batch())
		if err := checkFounder(ctx, tx, actor); err != nil {
			return err
		}
		tx.SetTenant(out.ID)
		insertRow(tx.Batch(), out)
		writeMember(tx.Batch(), out.ID, &Member{
			ID: id.New[Member](out.CreatedAt), UserID: actor.UserID, Role: tenant.Owner, CreatedAt: out.CreatedAt,
		})
		writeDirectory(tx.Batch(), out)
		if err := claim.Store(tx.Batch(), out); err != nil {
			return err
		}
		audit.Append(tx.Batch(), out.ID, audit.Entry{
			At: out.CreatedAt, Actor: actor, Action: "business.founded", Subject: subject(out.ID),
		}, nil)
		return nil
	})
	if err != nil {
		return nil, slugTaken(err)
	}
	return out, nil
}

func checkFounder(ctx context.Context, tx *pg.Tx, actor tenant.Actor) error {
	verified := false
	tx.Later(founder, actor.UserID).QueryRow(func(r pgx.Row) error { return r.Scan(&verified) })
	err := tx.Run(ctx, &pg.Batch{})
	if err != nil && !errors.Is(err, pg.ErrNoRows) {
		return err
	}
	if !verified {
		return ErrUnverified
	}
	return nil
}

// draft is a new business of the input and the defaults.
func (s *Service) draft(in FoundInput) *Business {
	now := s.clock.Now()
	b := &Business{
		ID: id.New[Business](now), Description: locale.Text{}, Status: Draft, Timezone: "Asia/Tokyo", Currency: "JPY", Locale: locale.JA,
		Settings: defaults(), Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	in.apply(b, &fault.Fields{}) // validated before
	if b.Slug == "" {
		b.Slug = makeSlug(b.Name)
	}
	return b
}

// makeSlug is made of the Latin letters and digits of the name, the English one
// first, and a random end that makes it unique: "hana-salon-k3v9qx".
func makeSlug(name locale.Text) string {
	end := strings.ToLower(rand.Text()[:6])
	for _, lang := range []locale.Lang{locale.EN, locale.JA} {
		if words := latinWords(name[string(lang)]); len(words) >= minSlug {
			return words + "-" + end
		}
	}
	return "shop-" + end + strings.ToLower(rand.Text()[:4])
}

// latinWords is what a slug can hold of a name, at most 40 characters.
func latinWords(name string) string {
	var b strings.Builder
	for _, r := range jp.Fold(name) {
		switch {
		case b.Len() >= 40:
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
