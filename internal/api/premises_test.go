package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// premises is the whole API on a database of its own, with accounts that sign
// in by their names and roles that are looked up.
type premises struct {
	*bench
	t        *testing.T
	db       *pg.DB
	accounts map[string]Principal
}

// accountGate knows accounts by name and asks the real service for roles.
type accountGate struct {
	*auth.Service
	accounts map[string]Principal
}

func (g accountGate) Authenticate(_ context.Context, token string) (Principal, error) {
	if p, ok := g.accounts[token]; ok {
		return p, nil
	}
	return Principal{}, fault.New(fault.Unauthenticated, "auth.required")
}

func newPremises(t *testing.T) *premises {
	t.Helper()
	p := &premises{t: t, db: pgtest.New(t), accounts: map[string]Principal{}}
	var people *auth.Service
	p.bench = newBench(t, func(d *Deps) {
		people = auth.New(p.db, d.Clock, d.Ring, auth.Options{Work: auth.Work{MemoryKiB: 64, Passes: 1}})
		avail := availability.New(p.db, d.Clock)
		changer := business.NewChanger(p.db, d.Clock, avail.ScheduleChanged)
		changer.Judged(booking.Judge)
		d.DB, d.Auth, d.Trail, d.Availability = p.db, people, audit.NewTrail(p.db), avail
		d.Businesses = business.New(p.db, d.Clock, changer, schedule.Complete, catalog.Complete)
		d.Team = business.NewTeam(p.db, d.Clock, d.Ring, func(user [16]byte, bid business.ID) { people.ForgetRole(user, bid) })
		d.Flags = flag.New(p.db, d.Clock, nil)
		d.DeadJobs = jobs.NewDeadList(p.db, d.Clock)
		d.Verifier = verify.New(p.db, d.Clock)
		d.Catalog, d.Schedule = catalog.New(p.db, changer), schedule.New(p.db, changer)
		d.Holidays = schedule.NewHolidays(p.db, d.Clock, avail.ForgetAll)
	})
	p.bench.API = New(p.Deps)
	p.gate = accountGate{people, p.accounts}
	for _, name := range []string{"founder", "stranger", "operator", "unverified"} {
		p.account(name)
	}
	return p
}

// account makes one; its token is its name.
func (p *premises) account(name string) auth.UserID {
	p.t.Helper()
	uid := id.New[auth.User](testNow)
	verified := &testNow
	if name == "unverified" {
		verified = nil
	}
	var b pg.Batch
	b.Queue(&pg.Statement{SQL: `INSERT INTO users (id, email, password_hash, family_name, given_name, locale, email_verified_at, created_at)
	    VALUES ($1, $2, '', '山田', '花子', 'ja', $3, $4)`}, uid, name+"@shop.example", verified, testNow)
	if err := p.db.Write(p.t.Context(), &b); err != nil {
		p.t.Fatal(err)
	}
	p.accounts[name] = Principal{UserID: uid, Operator: name == "operator", Strong: name == "operator", Enrolled: name == "operator", EmailVerified: verified != nil}
	return uid
}

// do is one request as somebody; words are "Name: value" headers. A path that
// begins with a slash is below the API's base.
func (p *premises) do(as, method, path, body string, words ...string) answer {
	p.t.Helper()
	if as != "" {
		words = append(words, "as:"+as)
	}
	path = strings.TrimPrefix(path, basePath)
	w := p.ask(method, basePath+path, body, words...)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.String(), body: map[string]any{}}
	if a.raw != "" {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, a.raw)
		}
	}
	if a.status >= 500 {
		p.t.Errorf("%s %s: %d %s\n%s", method, path, a.status, a.raw, p.log)
	}
	return a
}

// want is do, which must be answered with the status.
func (p *premises) want(status int, as, method, path, body string, words ...string) answer {
	p.t.Helper()
	a := p.do(as, method, path, body, words...)
	if a.status != status {
		p.t.Fatalf("%s %s as %q: %d %s, want %d", method, path, as, a.status, a.raw, status)
	}
	return a
}

// refuse checks status, code and faults of fields ("location code").
func (p *premises) refuse(a answer, status int, code string, fields ...string) {
	p.t.Helper()
	var got []string
	list, _ := a.body["errors"].([]any)
	for _, x := range list {
		e, _ := x.(map[string]any)
		got = append(got, e["location"].(string)+" "+e["code"].(string)) //nolint:errcheck,forcetypeassert // a panic tells it
	}
	slices.Sort(got)
	slices.Sort(fields)
	if a.status != status || a.text("code") != code || !slices.Equal(got, fields) {
		p.t.Errorf("got %d %s %v,\nwant %d %s %v", a.status, a.text("code"), got, status, code, fields)
	}
}

// items are the texts of one property of a list's items.
func (a answer) items(name string) []string {
	out := []string{}
	list, _ := a.body["items"].([]any)
	for _, x := range list {
		item, _ := x.(map[string]any)
		if s, ok := item[name].(string); ok {
			out = append(out, s)
			continue
		}
		raw, _ := json.Marshal(item[name])
		out = append(out, string(raw))
	}
	return out
}

func (a answer) etag() string { return "If-Match: " + a.header.Get("ETag") }

// found founds a business as the founder and gives its path.
func (p *premises) found(slug string) string {
	p.t.Helper()
	a := p.want(http.StatusCreated, "founder", "POST", "/businesses", `{"name":{"ja":"花サロン","en":"Hana Salon"},"vertical":"hair_salon","slug":"`+slug+
		`","phone":"03-1234-5678","prefecture":"東京都","city":"渋谷区"}`)
	return a.header.Get("Location")
}

// shop is a business that was filled, and the ids of what is in it.
type shopIDs struct{ path, sato, suzuki, chair, option, cut string }

// filled founds a business and fills it with all that it needs.
func (p *premises) filled(slug string) shopIDs {
	p.t.Helper()
	s := shopIDs{path: p.found(slug)}
	hours := p.want(http.StatusOK, "founder", "GET", s.path+"/hours", "")
	p.want(http.StatusOK, "founder", "PUT", s.path+"/hours",
		`{"weekly":[{"weekday":2,"ranges":[{"start_minute":600,"end_minute":780},{"start_minute":840,"end_minute":1200}]}]}`, hours.etag())
	add := func(what, body string) string {
		return p.want(http.StatusCreated, "founder", "POST", s.path+"/"+what, body).text("id")
	}
	s.sato = add("resources", `{"kind":"staff","name":{"ja":"佐藤"},"nomination_fee":{"amount":550,"currency":"JPY"}}`)
	s.suzuki = add("resources", `{"kind":"staff","name":{"ja":"鈴木"},"nominatable":false}`)
	s.chair = add("resources", `{"kind":"seat","name":{"ja":"席"}}`)
	s.option = add("service-options", `{"name":{"ja":"炭酸スパ"},"price":{"amount":1100,"currency":"JPY"},"duration_minutes":15}`)
	s.cut = add("services", `{"name":{"ja":"カット"},"duration_minutes":60,"price":{"amount":5500,"currency":"JPY"},"option_ids":["`+s.option+
		`"],"requirements":[{"kind":"staff"},{"kind":"seat","resource_ids":["`+s.chair+`"],"after_minutes":10}]}`)
	return s
}

// approved is filled, submitted and approved.
func (p *premises) approved(slug string) shopIDs {
	p.t.Helper()
	s := p.filled(slug)
	p.want(http.StatusOK, "founder", "POST", s.path+"/submit", "")
	p.want(http.StatusOK, "operator", "POST", "/admin"+strings.TrimPrefix(s.path, basePath)+"/approve", `{"reason":"確認しました"}`)
	return s
}

// member makes an account that works for the business.
func (p *premises) member(path, name string, role tenant.Role) {
	p.t.Helper()
	bid, err := id.Parse[business.Business](path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.Team.Add(p.t.Context(), tenant.Worker(), bid, business.MemberInput{UserID: p.account(name), Role: role}); err != nil {
		p.t.Fatal(err)
	}
}

// keys are the sorted property names of an object.
func keys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
