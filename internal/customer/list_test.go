package customer_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// names are the family names that a search finds, in the order of the list.
func (s *shop) names(f customer.Filter) string {
	s.t.Helper()
	list, err := s.service.List(s.t.Context(), manager, s.id, f, nil, 50)
	if err != nil {
		s.t.Fatalf("%+v: %v", f, err)
	}
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.FamilyName
	}
	return strings.Join(out, " ")
}

func TestList_FindsPeopleAsTheyAreWrittenAndRead(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.book(customer.Input{FamilyName: "山田", GivenName: "花子", FamilyNameKana: "やまだ", GivenNameKana: "はなこ", Phone: "090-1234-5678", Email: "Hanako@Example.com"})
	s.book(customer.Input{FamilyName: "佐藤", GivenName: "花", FamilyNameKana: "ｻﾄｳ", GivenNameKana: "ﾊﾅ", Phone: "03-1234-5678"})
	s.book(customer.Input{FamilyName: "Müller", GivenName: "Anna Maria", Email: "anna@example.de"})
	s.book(customer.Input{FamilyName: "ヤマダ"})
	s.sqlAs(s.found("other"), `INSERT INTO customer_words SELECT business_id, 'x', id FROM customers`)
	for row, want := range map[string]string{"": "Müller 佐藤 ヤマダ 山田", "latin": "Müller", "sa": "佐藤", "ya": "ヤマダ 山田", "a": "", "other": ""} {
		if got := s.names(customer.Filter{Row: row}); got != want {
			t.Errorf("row %q has %q, want %q", row, got, want)
		}
	}
	if got := s.names(customer.Filter{Row: "ya", Query: "花"}); got != "山田" {
		t.Errorf("who is found in a row: %q", got)
	}
	for q, want := range map[string]string{
		"":   "Müller 佐藤 ヤマダ 山田",
		"山田": "山田", "山": "山田", "田": "", "山田花": "山田", "山田 花子": "山田", "花子 山田": "山田", "花子　やまだ": "山田",
		"やまだ": "ヤマダ 山田", "ヤマダ": "ヤマダ 山田", "ﾔﾏﾀﾞ": "ヤマダ 山田", "やま": "ヤマダ 山田", "まだ": "", "はな": "佐藤 山田", "花": "佐藤 山田",
		"やまだはなこ": "山田", "はなこ さとう": "", "はな さ": "佐藤",
		"5678": "佐藤 山田", "５６７８": "佐藤 山田", "678": "", "1234": "", "56789": "",
		"090-1234-5678": "山田", "０９０１２３４５６７８": "山田", "+81 90 1234 5678": "山田", "090-1234-5679": "", "0312345678": "佐藤",
		"hanako@example.com": "山田", "HANAKO@EXAMPLE.COM": "山田", "hanako@example": "", "hanako": "",
		"müller": "Müller", "MÜLLER anna": "Müller", "ｍüｌｌｅｒ": "Müller", "maria": "Müller", "%": "", "_": "", "'": "", "\\": "", "x": "", "山田 山田": "山田",
	} {
		if got := s.names(customer.Filter{Query: q}); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

// What a later booking tells anew can be searched for; what it would overwrite cannot.
func TestUpsert_FillsAndKeepsTheWords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	known := customer.Input{FamilyName: "山田", GivenName: "花子", Phone: "090-1234-5678"}
	cid := s.book(known)
	first := s.get(cid)
	if again := s.book(known); again != cid || s.get(cid).Version != first.Version {
		t.Errorf("nothing new made version %d of %s", s.get(cid).Version, again)
	}
	fuller := known
	fuller.FamilyNameKana, fuller.GivenNameKana, fuller.Email = "ヤマダ", "ハナコ", "hanako@example.com"
	s.book(fuller)
	other := fuller
	other.FamilyNameKana, other.Email = "サンダ", "thief@example.com"
	s.book(other)
	c := s.get(cid)
	if c.Version != 2 || c.Email != "hanako@example.com" || c.FamilyNameKana != "ヤマダ" {
		t.Errorf("got %+v", c)
	}
	for q, want := range map[string]string{"やまだ": "山田", "hanako@example.com": "山田", "さんだ": "", "thief@example.com": "", "5678": "山田"} {
		if got := s.names(customer.Filter{Query: q}); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

func TestList_PagesByKanaAndByTag(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for i, kana := range []string{"ワタナベ", "アベ", "カトウ", "ハヤシ", "ババ"} {
		in := customer.ProfileInput{FamilyName: &kana, Tags: []string{"常連"}}
		if i == 0 {
			in.Tags = []string{" VIP ", "VIP", "常連"}
		}
		if _, err := s.service.Create(t.Context(), s.who(customer.ID{}), in, "ja"); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	var after *customer.Position
	for {
		page, err := s.service.List(t.Context(), manager, s.id, customer.Filter{Tag: "常連"}, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			got = append(got, c.FamilyName)
		}
		at := page[len(page)-1].Position()
		after = &at
	}
	if want := []string{"アベ", "カトウ", "ババ", "ハヤシ", "ワタナベ"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for tag, want := range map[string]string{"VIP": "ワタナベ", "vip": "", "VI": "", "常": ""} {
		if names := s.names(customer.Filter{Tag: tag}); names != want {
			t.Errorf("%s: %q, want %q", tag, names, want)
		}
	}
	if names := s.names(customer.Filter{Tag: "常連", Query: "ワ"}); names != "ワタナベ" {
		t.Errorf("tag and words: %q", names)
	}
	if list, err := s.service.List(t.Context(), tenant.Actor{Kind: tenant.Member, Own: true}, s.id, customer.Filter{}, nil, 9); err != nil || len(list) != 0 {
		t.Errorf("who serves nobody sees %d, %v", len(list), err)
	}
}

var wasted = regexp.MustCompile(`Rows Removed by (Filter|Index Recheck|Join Filter): \d{3}`)

// Among many customers of many, the serving role reads by index what the page
// and the search need, and throws nothing away.
func TestList_Plans(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := s.found("other")
	s.admin(`INSERT INTO customers (business_id, id, family_name, given_name, phone, phone_last4, locale, search_key, sort_key, created_at, updated_at)
	    SELECT t.b, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '山田' || n, '', '', '', 'ja', '', sha256(n::text::bytea), $3, $3
	    FROM generate_series(1, 4500) n, (VALUES ($1::uuid), ($2::uuid)) t(b)`, s.id, other, now)
	s.admin(`INSERT INTO customer_words SELECT c.business_id, w, c.id FROM customers c, LATERAL (VALUES ('山田'), (c.family_name), ('#' || right(c.id::text, 4))) x(w)`)
	s.admin(`INSERT INTO customer_tags SELECT business_id, x.tag, id FROM customers, LATERAL (VALUES ('all'), (right(id::text, 3))) x(tag)`)
	s.admin(`SET session_replication_role = replica; INSERT INTO bookings (business_id, id, code, status, source, customer_id, guest, starts_at, ends_at, business_date,
	    party_size, total, currency, price_lines, policy, locale, created_at, updated_at)
	    SELECT business_id, id, right(id::text, 8), 'completed', 'public', id, '{}', created_at, created_at + interval '1 hour', '2026-11-30', 1, 0, 'JPY', '[]', '{}', 'ja',
	    created_at, created_at FROM customers;
	    INSERT INTO booking_segments SELECT business_id, id, 0, id, '{}', '[]', 60, starts_at, ends_at,
	    ('00000000-0000-0000-0000-0000000000' || right(code, 2))::uuid, false, '[]' FROM bookings`)
	s.admin(`ANALYZE customers, customer_words, customer_tags, bookings, booking_segments`)
	none, start := []string{}, []any{s.id, []byte{}, [16]byte{}, now, 21}
	for name, c := range map[string]struct {
		args []any
		rows string
	}{
		"customer.list":           {[]any{"", "", none, none, "", [16]byte{}}, "rows=21"},
		"customer.list_words":     {[]any{"#4321", "#4321\x01", none, none, "", [16]byte{}}, "rows=1"},
		"customer.list_words_tag": {[]any{"山田57", "山田57\U0010FFFF", []string{"山田"}, []string{"山田\U0010FFFF"}, "777", [16]byte{}}, "rows=1"},
		"customer.list_tag":       {[]any{"", "", none, none, "777", [16]byte{}}, "rows=4"},
		"customer.list_own":       {[]any{"", "", none, none, "", [16]byte{15: 0x17}}, "rows=21"},
	} {
		plan := s.plan(name, slices.Concat(start, c.args, []any{[]byte{0xFF, 0xFF, 0xFF}}))
		if strings.Contains(plan, "Seq Scan") || wasted.MatchString(plan) || !strings.Contains(plan, c.rows) {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

// plan is how the serving role runs a statement.
func (s *shop) plan(name string, args []any) string {
	s.t.Helper()
	i := slices.IndexFunc(pg.Statements(), func(st *pg.Statement) bool { return st.Name == name })
	if i < 0 {
		s.t.Fatalf("no statement %s", name)
	}
	var plan []string
	err := s.db.InTenant(s.t.Context(), s.id, func(tx *pg.Tx) error {
		explain := &pg.Statement{SQL: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ` + pg.Statements()[i].SQL}
		tx.Later(explain, args...).Query(func(rows pgx.Rows) (err error) {
			plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		return tx.Run(s.t.Context(), &pg.Batch{})
	})
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return strings.Join(plan, "\n")
}
