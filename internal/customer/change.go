package customer

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// ProfileInput is what is typed of a customer. What is left out stays, or is
// empty in a new record; an empty text empties.
type ProfileInput struct {
	FamilyName     *string      `json:"family_name,omitempty" maxLength:"200" example:"山田"`
	GivenName      *string      `json:"given_name,omitempty" maxLength:"200" example:"花子"`
	FamilyNameKana *string      `json:"family_name_kana,omitempty" maxLength:"200" example:"ヤマダ"`
	GivenNameKana  *string      `json:"given_name_kana,omitempty" maxLength:"200" example:"ハナコ"`
	Phone          *string      `json:"phone,omitempty" maxLength:"50" doc:"In any common form; answered as E.164" example:"090-1234-5678"`
	Email          *string      `json:"email,omitempty" maxLength:"254" example:"hanako@example.com"`
	Locale         *locale.Lang `json:"locale,omitempty" doc:"The language of messages; the business's in a new record that names none"`
	Tags           []string     `json:"tags,omitempty" maxItems:"20" doc:"All of them; in the place of those before" example:"[\"VIP\"]"`
	BirthDate      *string      `json:"birth_date,omitempty" maxLength:"40" doc:"As people write it: 1985-04-01, 1985年4月1日, 昭和60年4月1日, S60.4.1; kept sealed. Empty: none" example:"1985-04-01"`
}

// firstBirth is the earliest birth date that is taken.
const firstBirth = 1880

// apply puts the fields over the customer, notes what is wrong and tells which
// fields are another now. Somebody of whom nothing is known is nobody.
func (in *ProfileInput) apply(c *Customer, v *fault.Fields, today clock.Date) (changed []string) {
	changed = []string{} // the trail shows it as a list, be it empty
	was := c.Guest
	typed := Input{
		FamilyName: over(was.FamilyName, in.FamilyName), GivenName: over(was.GivenName, in.GivenName),
		FamilyNameKana: over(was.FamilyNameKana, in.FamilyNameKana), GivenNameKana: over(was.GivenNameKana, in.GivenNameKana),
		Phone: over(was.Phone, in.Phone), Email: over(was.Email, in.Email), Locale: string(over("", in.Locale)),
	}
	c.Guest = typed.Normalize(v, "body", true, was.Locale)
	v.Check(v.Len() > 0 || !c.IsAnonymous(), "body.family_name", "required")
	note := func(differs bool, name string) {
		if differs {
			changed = append(changed, name)
		}
	}
	note(c.FamilyName != was.FamilyName || c.GivenName != was.GivenName, "name")
	note(c.FamilyNameKana != was.FamilyNameKana || c.GivenNameKana != was.GivenNameKana, "kana")
	note(c.Phone != was.Phone, "phone")
	note(c.Email != was.Email, "email")
	note(c.Locale != was.Locale, "locale")
	if in.Tags != nil {
		tags := cleanTags(v, in.Tags)
		note(!slices.Equal(tags, c.Tags), "tags")
		c.Tags = tags
	}
	if in.BirthDate != nil {
		c.BirthDate = birthDate(v, *in.BirthDate, today)
		changed = append(changed, "birth_date")
	}
	return changed
}

func over[T ~string](was T, typed *T) T {
	if typed == nil {
		return was
	}
	return *typed
}

// cleanTags are the tags in their order, each once.
func cleanTags(v *fault.Fields, typed []string) []string {
	out := make([]string, 0, len(typed))
	for _, t := range typed {
		t = jp.CleanName(t)
		if v.Check(t != "", "body.tags", "required") {
			v.Check(utf8.RuneCountInString(t) <= MaxTag, "body.tags", "too_long", fault.Args{"max": MaxTag})
			out = append(out, t)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	v.Check(len(out) <= MaxTags, "body.tags", "too_many", fault.Args{"max": MaxTags})
	return out
}

func birthDate(v *fault.Fields, typed string, today clock.Date) *clock.Date {
	if typed == "" {
		return nil
	}
	d, err := jp.ParseDate(typed)
	v.Check(err == nil && d.Year >= firstBirth && !d.After(today), "body.birth_date", "customer.birth_date")
	return &d
}

// tomorrow bounds birth dates: wherever the business is, nobody is born later.
func tomorrow(now time.Time) clock.Date { return clock.DateOf(now.UTC()).AddDays(1) }

var (
	insert = pg.Register("customer.insert",
		`INSERT INTO customers (business_id, id, family_name, given_name, family_name_kana, given_name_kana, phone, phone_last4,
		     email, locale, identity_key, search_key, sort_key, birth_date, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`)
	update = pg.Register("customer.update",
		`UPDATE customers SET family_name = $3, given_name = $4, family_name_kana = $5, given_name_kana = $6, phone = $7, phone_last4 = $8,
		     email = $9, locale = $10, identity_key = $11, search_key = $12, sort_key = $13, birth_date = $14, version = $15, updated_at = $16
		 WHERE business_id = $1 AND id = $2`)
	setWords = pg.Register("customer.set_words",
		`WITH gone AS (DELETE FROM customer_words WHERE business_id = $1 AND customer_id = $2 AND word <> ALL ($3::text[]))
		 INSERT INTO customer_words (business_id, word, customer_id) SELECT $1, unnest($3::text[]), $2 ON CONFLICT DO NOTHING`)
	setTags = pg.Register("customer.set_tags",
		`WITH gone AS (DELETE FROM customer_tags WHERE business_id = $1 AND customer_id = $2 AND tag <> ALL ($3::text[]))
		 INSERT INTO customer_tags (business_id, tag, customer_id) SELECT $1, unnest($3::text[]), $2 ON CONFLICT DO NOTHING`)
	// A record takes back the identity of one that it took in.
	takeIdentity = pg.Register("customer.take_identity",
		`UPDATE customers SET identity_key = NULL WHERE business_id = $1 AND merged_into = $2 AND identity_key = $3::text`)
	byIdentity = pg.Register("customer.by_identity",
		`SELECT coalesce(merged_into, id) AS id FROM customers WHERE business_id = $1 AND identity_key = $2::text`)
)

// queueWrite queues the record with its words and tags.
func (s *Service) queueWrite(b *pg.Batch, how *pg.Statement, bid business.ID, c *Customer, key *string) {
	c.sortKey = c.sort()
	b.Queue(how, bid, c.ID, c.FamilyName, c.GivenName, c.FamilyNameKana, c.GivenNameKana, c.Phone, jp.Last4(c.Phone), c.Email,
		string(c.Locale), key, c.searchKey(), c.sortKey, s.vault.sealDate(bid, c.ID, c.BirthDate), c.Version, c.UpdatedAt)
	b.Queue(setWords, bid, c.ID, c.words())
	b.Queue(setTags, bid, c.ID, c.Tags)
}

// Create keeps a customer by hand; as lenient as the counter. It answers
// customer.exists with the id of the record that has this name and phone.
func (s *Service) Create(ctx context.Context, w Who, in ProfileInput, fallback locale.Lang) (*Customer, error) {
	now := s.clock.Now()
	c := Customer{
		ID: id.New[Guest](now), Guest: Guest{Locale: fallback}, Tags: []string{}, Health: NeverAsked, Marketing: NeverAsked,
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	var v fault.Fields
	in.apply(&c, &v, tomorrow(now))
	if err := v.Err(); err != nil {
		return nil, err
	}
	err := s.change(ctx, w, func(tx *pg.Tx, _ time.Time) (done, error) {
		s.queueWrite(tx.Batch(), insert, w.Business, &c, c.IdentityKey())
		return done{action: "customer.created", subject: c.ID, result: &c}, nil
	})
	if err != nil {
		return nil, s.exists(ctx, w, c.Guest, err)
	}
	return &c, nil
}

// Update changes what is named; precondition.stale unless Expect is the present
// version, customer.exists when another record has the name and phone.
func (s *Service) Update(ctx context.Context, w Who, in ProfileInput) (*Customer, error) {
	var out *Customer
	var became Guest
	err := s.change(ctx, w, func(tx *pg.Tx, now time.Time) (done, error) {
		c, err := s.locked(ctx, tx, w)
		if err != nil {
			return done{}, err
		}
		before := c.Guest
		var v fault.Fields
		changed := in.apply(c, &v, tomorrow(now))
		if err := v.Err(); err != nil {
			return done{}, err
		}
		c.Version, c.UpdatedAt, became = c.Version+1, now, c.Guest
		s.queueWrite(s.queueIdentity(tx, w.Business, c, before), update, w.Business, c, c.identityKey)
		var r fullRow
		var found bool
		queueFull(tx.Batch(), w, now, &r, &found)
		if err := tx.Run(ctx, &pg.Batch{}); err != nil {
			return done{}, err
		}
		out, err = s.full(w.Business, &r, found)
		return done{action: "customer.changed", subject: c.ID, detail: map[string]any{"fields": changed}, result: out}, err
	})
	if err != nil {
		return nil, s.exists(ctx, w, became, err)
	}
	return out, nil
}

// queueIdentity gives the record the identity of its name and phone, if these are
// new; one that it took in by merging gives that up.
func (s *Service) queueIdentity(tx *pg.Tx, bid business.ID, c *Customer, before Guest) *pg.Batch {
	if key, was := c.IdentityKey(), before.IdentityKey(); (key == nil) != (was == nil) || key != nil && *key != *was {
		c.identityKey = key
	}
	if c.identityKey != nil {
		tx.Later(takeIdentity, bid, c.ID, *c.identityKey)
	}
	return tx.Batch()
}

// exists makes of a refused identity the fault that names who has it, to whoever
// may see them.
func (s *Service) exists(ctx context.Context, w Who, g Guest, refusal error) error {
	if pg.Constraint(refusal) != "customers_identity_key" {
		return refusal
	}
	var other []ID
	var b pg.Batch
	pg.CollectColumn(b.Queue(byIdentity, w.Business, g.IdentityKey()), &other)
	if err := s.db.ReadTenant(ctx, w.Business, &b); err != nil {
		return err
	}
	if len(other) == 0 || w.Actor.Own {
		return ErrExists.Because(refusal)
	}
	return ErrExists.WithExtra("customer_id", other[0]).Because(refusal)
}
