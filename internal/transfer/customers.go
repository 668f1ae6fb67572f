package transfer

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// customers brings customers in: a slice is one transaction.
type customers struct {
	*run
	lang    locale.Lang
	list    *customer.List     // of a dry run
	earlier []customer.Brought // of a dry run that is gone on with: lines that were tried before
}

func newCustomers(r *run, lang locale.Lang) *customers {
	c := &customers{run: r, lang: lang}
	if r.im.DryRun {
		c.list = &customer.List{}
	}
	return c
}

// bring brings lines in; one with the key of another before it waits until that
// one is kept.
func (c *customers) bring(ctx context.Context, list []line, to int) error {
	if err := c.catchUp(ctx); err != nil {
		return err
	}
	keys := map[string]bool{}
	for i := range list {
		if keys[string(list[i].key)] {
			if err := c.together(ctx, list[:i], list[i].Line); err != nil {
				return err
			}
			return c.bring(ctx, list[i:], to)
		}
		keys[string(list[i].key)] = true
	}
	return c.together(ctx, list, to)
}

// piece is lines of which each has another key.
type piece struct {
	recs  []record
	in    customer.Bringing
	whose []int // of each line that is brought, which record it is
}

func (c *customers) piece(list []line) *piece {
	p := &piece{in: customer.Bringing{Actor: c.im.actor(), Business: c.bid, Locale: c.lang, Try: c.list}}
	for i := range list {
		rec, over := c.before(&list[i])
		if !over {
			brought, problems := brought(list[i].cells)
			if k := c.seen[string(list[i].key)]; k != nil {
				brought.Known = k.Subject
			}
			if len(problems) > 0 {
				rec = rec.refused(problems...)
			} else {
				p.in.Lines, p.whose = append(p.in.Lines, brought), append(p.whose, len(p.recs))
			}
		}
		p.recs = append(p.recs, rec)
	}
	return p
}

// attempts bounds how often a slice is tried again because a customer of the same
// name and number came while it was worked on.
const attempts = 3

func (c *customers) together(ctx context.Context, list []line, to int) error {
	var err error
	for range attempts {
		p := c.piece(list)
		if len(p.in.Lines) == 0 {
			return c.keep(ctx, p.recs, to)
		}
		if c.im.DryRun {
			return c.try(ctx, p, to)
		}
		if err = c.real(ctx, p, to); pg.Constraint(err) != "customers_identity_key" {
			return err
		}
	}
	return err
}

// real keeps the customers and what became of their lines in one transaction.
func (c *customers) real(ctx context.Context, p *piece, to int) error {
	err := c.s.db.InTenant(ctx, c.bid, func(tx *pg.Tx) error {
		if err := c.judge(ctx, tx, p); err != nil {
			return err
		}
		queueRecords(tx.Batch(), c.bid, c.im, c.at, to, p.recs, c.s.clock.Now())
		return nil
	})
	if err == nil {
		c.at = to
	}
	return err
}

var errTried = errors.New("only tried")

// try looks what would become of the lines, and keeps that alone.
func (c *customers) try(ctx context.Context, p *piece, to int) error {
	err := c.s.db.InTenant(ctx, c.bid, func(tx *pg.Tx) error {
		if err := c.judge(ctx, tx, p); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return err
	}
	return c.keep(ctx, p.recs, to)
}

// judge has the lines brought and says what became of each.
func (c *customers) judge(ctx context.Context, tx *pg.Tx, p *piece) error {
	out, err := c.s.customers.Bring(ctx, tx, &p.in)
	if err != nil {
		return err
	}
	for i, x := range out {
		rec := &p.recs[p.whose[i]]
		switch {
		case x.Err != nil:
			if *rec, err = rec.verdict(x.Err); err != nil {
				return err
			}
			continue
		case x.New:
			rec.Outcome = Created
		case x.Changed:
			rec.Outcome = Updated
		default:
			rec.Outcome = Unchanged
		}
		rec.Subject = c.subject(x.ID)
		c.knows(rec, x.ID)
	}
	return nil
}

// replay remembers a line, so that the list of a dry run comes to know whom it
// would have brought.
func (c *customers) replay(l *line, _ triedRow) {
	b, _ := brought(l.cells)
	c.earlier = append(c.earlier, b)
}

// catchUp tries the lines again that were tried before.
func (c *customers) catchUp(ctx context.Context) error {
	const most = 500
	for len(c.earlier) > 0 {
		n := min(len(c.earlier), most)
		in := customer.Bringing{Actor: c.im.actor(), Business: c.bid, Locale: c.lang, Lines: c.earlier[:n], Try: c.list}
		err := c.s.db.InTenant(ctx, c.bid, func(tx *pg.Tx) error {
			_, err := c.s.customers.Bring(ctx, tx, &in)
			return errors.Join(err, errTried)
		})
		if err != nil && !errors.Is(err, errTried) {
			return err
		}
		c.earlier = c.earlier[n:]
	}
	return nil
}

// brought reads a customer; what is empty is not named.
func brought(c cells) (customer.Brought, []Problem) {
	c = withNames(c)
	b := customer.Brought{Profile: customer.ProfileInput{
		FamilyName: c.text("family_name"), GivenName: c.text("given_name"), FamilyNameKana: c.text("family_name_kana"),
		GivenNameKana: c.text("given_name_kana"), Phone: c.text("phone"), Email: c.text("email"), BirthDate: c.text("birth_date"),
	}}
	if own, err := id.Parse[customer.Guest](c["id"]); err == nil {
		b.Known = own
	}
	if t, ok := c["tags"]; ok {
		b.Profile.Tags = list(t)
	}
	var problems []Problem
	if l, ok := c["locale"]; ok {
		lang, known := languages[plainValue(l)]
		if !known {
			problems = append(problems, Problem{Column: "locale", Code: "not_allowed", Args: map[string]any{"values": "ja, en"}})
		}
		b.Profile.Locale = &lang
	}
	b.Note = jp.CleanText(c["note"])
	if utf8.RuneCountInString(b.Note) > customer.MaxNote {
		problems = append(problems, Problem{Column: "note", Code: "too_long", Args: map[string]any{"max": customer.MaxNote}})
	}
	return b, problems
}

var languages = map[string]locale.Lang{
	"ja": locale.JA, "jp": locale.JA, "日本語": locale.JA, "japanese": locale.JA, "en": locale.EN, "英語": locale.EN, "english": locale.EN,
}

// text is what a column says; nil where it says nothing.
func (c cells) text(name string) *string {
	if v, ok := c[name]; ok {
		return &v
	}
	return nil
}

// withNames takes whole names apart where there are no parts.
func withNames(c cells) cells {
	for _, kana := range []string{"", "_kana"} {
		whole, ok := c["full_name"+kana]
		if !ok || c["family_name"+kana] != "" || c["given_name"+kana] != "" {
			continue
		}
		family, given := halves(whole)
		c["family_name"+kana] = family
		if given != "" {
			c["given_name"+kana] = given
		}
	}
	return c
}
