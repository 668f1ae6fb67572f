package api

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// desk is an approved shop where people book: on Tuesdays, with 佐藤, who signs
// in as "stylist", or with 鈴木.
type desk struct {
	*premises
	shopIDs
	at     string // the path of the customers
	public string
	id     business.ID
	n      int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	p := newPremises(t)
	p.Deps.Bookings = booking.New(p.db, p.clock, p.Ring, p.Availability, func(business.ID) {})
	p.Deps.Customers = customer.New(p.db, p.clock, p.Ring, booking.Records{})
	operator := p.accounts["operator"]
	operator.Strong, operator.Enrolled = true, true
	p.accounts["operator"] = operator
	gate := p.gate
	p.bench.API = New(p.Deps)
	p.gate = gate
	d := &desk{premises: p, shopIDs: p.approved("hana-salon"), public: basePath + "/public/businesses/hana-salon"}
	d.at = d.path + "/customers"
	bid, err := id.Parse[business.Business](d.path[strings.LastIndexByte(d.path, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	d.id = bid
	sato, err := id.Parse[catalog.Resource](d.sato)
	if err != nil {
		t.Fatal(err)
	}
	d.works("stylist", tenant.Staff, sato)
	d.works("manager", tenant.Manager, [16]byte{})
	d.works("assistant", tenant.Assistant, [16]byte{})
	return d
}

func (d *desk) works(name string, role tenant.Role, as [16]byte) {
	d.t.Helper()
	in := business.MemberInput{UserID: d.account(name), Role: role, ResourceID: as}
	if _, err := d.Team.Add(d.t.Context(), tenant.Worker(), d.id, in); err != nil {
		d.t.Fatal(err)
	}
}

// guest is what somebody types; hanako is the usual one.
const hanako = `{"family_name":"山田","given_name":"花子","family_name_kana":"やまだ","given_name_kana":"はなこ","phone":"090-1234-5678","email":"hanako@guest.example"}`

// book books as a guest on a later Tuesday each time, or at the start given, and
// gives the booking's id and the token of its link.
func (d *desk) book(guest string, more ...string) (bookingID, token string) {
	d.t.Helper()
	start := d.next()
	body := `{"start":"` + start + `","service_id":"` + d.cut + `","customer":` + guest + `,"consent":{"terms_version":"1"}` + strings.Join(more, "") + `}`
	a := d.want(http.StatusCreated, "", "POST", d.public+"/bookings", body)
	b, _ := a.body["booking"].(map[string]any)
	bookingID, _ = b["id"].(string)
	return bookingID, a.text("manage_token")
}

// next is a free start: four a day, over the Tuesdays.
func (d *desk) next() string {
	hour := []int{10, 14, 16, 18}[d.n%4]
	day := time.Date(2026, 12, 8+7*(d.n/4), hour, 0, 0, 0, time.FixedZone("JST", 9*3600))
	d.n++
	return day.Format(time.RFC3339)
}

// act does something with a booking at the counter.
func (d *desk) act(bookingID, action string, body ...string) {
	d.t.Helper()
	a := d.want(http.StatusOK, "founder", "GET", d.path+"/bookings/"+bookingID, "")
	d.want(http.StatusOK, "founder", "POST", d.path+"/bookings/"+bookingID+"/"+action, strings.Join(body, ""), a.etag())
}

// visited is a booking that took place, whenever that may be.
func (d *desk) visited(bookingID string) {
	d.t.Helper()
	var b pg.Batch
	b.Queue(&pg.Statement{SQL: `UPDATE bookings SET status = 'completed' WHERE id = $1`}, bookingID)
	if err := d.db.BatchTenant(d.t.Context(), d.id, &b); err != nil {
		d.t.Fatal(err)
	}
}

// of is the id of the customer of a booking.
func (d *desk) of(bookingID string) string {
	d.t.Helper()
	c, _ := d.want(http.StatusOK, "founder", "GET", d.path+"/bookings/"+bookingID, "").body["customer"].(map[string]any)
	s, _ := c["id"].(string)
	return s
}

// add enters a customer by hand and gives the path of the record.
func (d *desk) add(profile string) string {
	d.t.Helper()
	return d.want(http.StatusCreated, "manager", "POST", d.at, profile).header.Get("Location")
}

func (d *desk) get(at string) answer {
	d.t.Helper()
	return d.want(http.StatusOK, "manager", "GET", at, "")
}

// audited are the actions on the subject of the business's trail, the oldest first.
func (d *desk) audited(prefix string) []string {
	d.t.Helper()
	var out []string
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: `SELECT action FROM audit_entries WHERE action LIKE $1 || '%' ORDER BY seq`}, prefix), &out)
	if err := d.db.ReadTenant(d.t.Context(), d.id, &b); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// everything is every row of every table, as text; bytes are in hexadecimal.
func (d *desk) everything() string {
	d.t.Helper()
	var tables []string
	var all strings.Builder
	err := d.db.InPlatform(d.t.Context(), func(tx *pg.Tx) error {
		all.Reset()
		var b pg.Batch
		pg.CollectColumn(b.Queue(&pg.Statement{SQL: `SELECT relname::text FROM pg_class
		    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'SELECT')`}), &tables)
		if err := tx.Run(d.t.Context(), &b); err != nil {
			return err
		}
		for _, t := range tables {
			tx.Later(&pg.Statement{SQL: `SELECT x::text FROM ` + pgx.Identifier{t}.Sanitize() + ` x`}).Query(func(rows pgx.Rows) error {
				list, err := pgx.CollectRows(rows, pgx.RowTo[string])
				for _, row := range list {
					fmt.Fprintf(&all, "%s %s\n", t, row)
				}
				return err
			})
		}
		return tx.Run(d.t.Context(), &pg.Batch{})
	})
	if err != nil || len(tables) < 30 || !slices.Contains(tables, "river_job") || !slices.Contains(tables, "customers") {
		d.t.Fatalf("%v; %d tables: %q", err, len(tables), tables)
	}
	return all.String()
}

// wantNowhere fails for a word that stands in a table, in hexadecimal too, or in the log.
func (d *desk) wantNowhere(words ...string) {
	d.t.Helper()
	all, log := d.everything(), d.log.String()
	for _, w := range words {
		for where, text := range map[string]string{w: all, hex.EncodeToString([]byte(w)): all, w + " ": log + " "} {
			where = strings.TrimSuffix(where, " ")
			if i := strings.Index(text, where); i >= 0 {
				d.t.Errorf("%q stands in …%s…", w, text[max(0, i-150):min(len(text), i+100)])
			}
		}
	}
}

func TestCustomers_ComeWithBookingsAndByHand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, _ := d.book(hanako)
	second, _ := d.book(`{"family_name":"ヤマダ","given_name":"ﾊﾅｺ","phone":"０９０−１２３４−５６７９"}`)
	third, _ := d.book(hanako)
	d.visited(first)
	d.clock.Set(time.Date(2026, 12, 8, 15, 0, 0, 0, time.FixedZone("JST", 9*3600)))
	d.act(second, "no-show")
	at := d.at + "/" + d.of(first)
	a := d.get(at)
	if d.of(third) != a.text("id") || d.of(second) == a.text("id") || a.text("family_name_kana") != "ヤマダ" || a.text("phone") != "+819012345678" ||
		a.text("last_visit_at") != "2026-12-08T10:00:00+09:00" || a.text("next_visit_at") != "2026-12-08T16:00:00+09:00" ||
		!strings.Contains(a.raw, `"visit_count":1,"no_show_count":0`) || a.text("health_consent") != "none" || a.body["birth_date"] != nil || a.body["erased_at"] != nil {
		t.Errorf("got %s", a.raw)
	}
	if b := d.get(d.at + "/" + d.of(second)); !strings.Contains(b.raw, `"no_show_count":1`) {
		t.Errorf("got %s", b.raw)
	}
	hand := d.add(`{"family_name":"佐藤","email":"sato@guest.example","tags":["VIP"," VIP ","常連"],"birth_date":"1985-04-01","locale":"en"}`)
	h := d.get(hand)
	if h.header.Get("ETag") != `"1"` || !strings.Contains(h.raw, `"tags":["VIP","常連"]`) || h.text("birth_date") != "1985-04-01" || h.text("locale") != "en" {
		t.Errorf("got %s", h.raw)
	}
	for query, want := range map[string][]string{
		"": {"ヤマダ", "山田", "佐藤"}, "?q=5678": {"山田"}, "?q=ﾔﾏﾀﾞ": {"ヤマダ", "山田"}, "?q=sato%40guest.example": {"佐藤"}, "?tag=VIP": {"佐藤"}, "?tag=常連&q=佐": {"佐藤"}, "?tag=常連&q=さ": {}, "?tag=%20VIP": {"佐藤"},
	} {
		if got := d.want(http.StatusOK, "founder", "GET", d.at+query, "").items("family_name"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	page := d.want(http.StatusOK, "founder", "GET", at+"/bookings?limit=1", "")
	rest := d.want(http.StatusOK, "founder", "GET", at+"/bookings?cursor="+page.text("next_cursor"), "")
	if !slices.Equal(page.items("id"), []string{third}) || !slices.Equal(rest.items("id"), []string{first}) || rest.body["next_cursor"] != nil {
		t.Errorf("visits %s, %s", page.raw, rest.raw)
	}
	one := d.want(http.StatusOK, "founder", "GET", d.at+"?limit=2", "")
	two := d.want(http.StatusOK, "founder", "GET", d.at+"?limit=2&cursor="+one.text("next_cursor"), "")
	if got := append(one.items("family_name"), two.items("family_name")...); !slices.Equal(got, []string{"ヤマダ", "山田", "佐藤"}) {
		t.Errorf("pages: %q", got)
	}
}

func TestCustomers_ChangeUnderTheirVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.add(hanako)
	d.clock.Advance(time.Second)
	a := d.get(at)
	b := d.want(http.StatusOK, "manager", "PATCH", at, `{"family_name":"鈴木","tags":["新規"],"birth_date":"2000-02-29"}`, a.etag())
	if b.header.Get("ETag") != `"2"` || b.text("family_name") != "鈴木" || b.text("given_name") != "花子" || b.text("birth_date") != "2000-02-29" {
		t.Errorf("got %s", b.raw)
	}
	d.refuse(d.do("manager", "PATCH", at, `{"given_name":"x"}`, a.etag()), 412, "precondition.stale")
	d.refuse(d.do("manager", "PATCH", at, `{"given_name":"x"}`), 428, "precondition.required", "header.If-Match required")
	c := d.want(http.StatusOK, "manager", "PATCH", at, `{"birth_date":"","tags":[],"email":""}`, b.etag())
	if c.body["birth_date"] != nil || !strings.Contains(c.raw, `"tags":[]`) || c.text("email") != "" {
		t.Errorf("got %s", c.raw)
	}
	many := `"` + strings.Join(strings.Split("abcdefghijklmnopqrstu", ""), `","`) + `"`
	d.refuse(d.do("manager", "PATCH", at, `{"tags":[`+many+`]}`, c.etag()), 422, "validation.failed", "body.tags too_many")
	d.refuse(d.do("manager", "PATCH", at, `{"tags":["`+strings.Repeat("あ", 41)+`"," "],"birth_date":"2027-01-01","phone":"123","email":"x"}`, c.etag()), 422, "validation.failed",
		"body.tags too_long", "body.tags required", "body.birth_date customer.birth_date", "body.phone phone", "body.email email")
	for _, typed := range []string{"昭和60", "昭和65年4月1日", "2025-02-29", "明治5年1月1日"} {
		d.refuse(d.do("manager", "PATCH", at, `{"birth_date":"`+typed+`"}`, c.etag()), 422, "validation.failed", "body.birth_date customer.birth_date")
	}
	c = d.want(http.StatusOK, "manager", "PATCH", at, `{"birth_date":"昭和60年4月1日"}`, c.etag())
	if c.text("birth_date") != "1985-04-01" {
		t.Errorf("got %s", c.raw)
	}
	d.refuse(d.do("manager", "PATCH", at, `{"family_name":"","given_name":"","phone":""}`, c.etag()), 422, "validation.failed", "body.family_name required")
	d.refuse(d.do("manager", "POST", d.at, `{}`), 422, "validation.failed", "body.family_name required")

	// The name and phone are somebody's: by hand, by change, whoever comes first.
	other := d.add(`{"family_name":"山田","given_name":"花子","phone":"090 1234 5678"}`)
	twice := d.do("manager", "POST", d.at, `{"family_name":"山田花","given_name":"子","phone":"+819012345678"}`)
	d.refuse(twice, 409, "customer.exists")
	if !strings.HasSuffix(other, twice.text("customer_id")) || twice.text("customer_id") == "" {
		t.Errorf("who exists: %s, want %s", twice.raw, other)
	}
	clash := d.do("manager", "PATCH", other, `{"family_name":"鈴木"}`, d.get(other).etag())
	d.refuse(clash, 409, "customer.exists")
	if !strings.HasSuffix(at, clash.text("customer_id")) {
		t.Errorf("who exists: %s, want %s", clash.raw, at)
	}
	again := d.want(http.StatusCreated, "manager", "POST", d.at, `{"family_name":"一"}`, "Idempotency-Key: k")
	if b := d.want(http.StatusCreated, "manager", "POST", d.at, `{"family_name":"一"}`, "Idempotency-Key: k"); b.raw != again.raw || b.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s, then %s", again.raw, b.raw)
	}
	if got := strings.Join(d.audited("customer."), " "); got != "customer.created customer.changed customer.changed customer.changed customer.created customer.created" {
		t.Errorf("audited: %s", got)
	}
}

func TestCustomers_StaffHaveTheirOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine, _ := d.book(hanako, `,"staff_id":"`+d.sato+`"`)
	foreign := d.add(`{"family_name":"田中","phone":"090-3333-4444"}`)
	own := d.at + "/" + d.of(mine)
	absent := d.at + "/01936b2f-7c1e-7000-8000-000000000001"
	list := d.want(http.StatusOK, "stylist", "GET", d.at, "")
	if !slices.Equal(list.items("family_name"), []string{"山田"}) || len(d.want(http.StatusOK, "stylist", "GET", d.at+"?q=田中", "").items("id")) != 0 {
		t.Errorf("staff see %s", list.raw)
	}
	a := d.want(http.StatusOK, "stylist", "GET", own, "")
	d.want(http.StatusOK, "stylist", "PATCH", own, `{"tags":["指名"]}`, a.etag())
	note := d.want(http.StatusCreated, "stylist", "POST", own+"/notes", `{"kind":"general","body":"窓側"}`).header.Get("Location")
	d.want(http.StatusOK, "stylist", "GET", own+"/notes", "")
	if got := d.want(http.StatusOK, "stylist", "GET", own+"/bookings", "").items("id"); !slices.Equal(got, []string{mine}) {
		t.Errorf("their visits: %q", got)
	}
	gone := d.do("stylist", "GET", absent, "")
	strip := func(a answer) string { return strings.ReplaceAll(a.raw, a.text("request_id"), "") }
	for _, c := range []struct{ method, below, body string }{
		{"GET", "", ""},
		{"PATCH", "", `{"tags":["x"]}`},
		{"GET", "/bookings", ""},
		{"GET", "/notes", ""},
		{"POST", "/notes", `{"kind":"general","body":"x"}`},
		{"GET", "/consents", ""},
		{"POST", "/consents", `{"purpose":"health_data","granted":true,"version":"1"}`},
		{"GET", "/notes/" + note[len(note)-36:], ""},
		{"PATCH", "/notes/" + note[len(note)-36:], `{"body":"x"}`},
		{"DELETE", "/notes/" + note[len(note)-36:], ""},
	} {
		if a := d.do("stylist", c.method, foreign+c.below, c.body, `If-Match: "1"`); a.status != 404 || strip(a) != strip(gone) {
			t.Errorf("%s %s: %d %s", c.method, c.below, a.status, a.raw)
		}
	}
	exists := d.do("stylist", "POST", d.at, `{"family_name":"田中","phone":"090-3333-4444"}`)
	d.refuse(exists, 409, "customer.exists")
	if exists.text("customer_id") != "" {
		t.Errorf("staff learn of %s", exists.raw)
	}
	for _, c := range []struct{ method, below, body string }{
		{"GET", "/export", ""}, {"GET", "/duplicates", ""}, {"POST", "/merge", `{"other_id":"` + foreign[len(foreign)-36:] + `"}`}, {"POST", "/erase", `{"reason":"customer_request"}`},
	} {
		d.refuse(d.do("stylist", c.method, own+c.below, c.body, `If-Match: "1"`), 403, "auth.forbidden")
	}
	d.refuse(d.do("assistant", "GET", d.at, ""), 403, "auth.forbidden")
	d.refuse(d.do("assistant", "GET", own+"/notes", ""), 403, "auth.forbidden")
	d.refuse(d.do("stranger", "GET", own, ""), 404, "not_found")
	// Another business of the same founder does not have them.
	elsewhere := d.filled("other-salon").path + "/customers/" + own[len(own)-36:]
	d.refuse(d.do("founder", "GET", elsewhere, ""), 404, "not_found")
	d.refuse(d.do("founder", "POST", elsewhere+"/erase", `{"reason":"customer_request"}`, `If-Match: "1"`), 404, "not_found")
	d.refuse(d.do("founder", "POST", elsewhere+"/merge", `{"other_id":"`+foreign[len(foreign)-36:]+`"}`, `If-Match: "1"`), 404, "not_found")
	d.refuse(d.do("founder", "GET", elsewhere+"/export", ""), 404, "not_found")
	d.refuse(d.do("manager", "GET", foreign+"/notes/"+note[len(note)-36:], ""), 404, "not_found")
}
