package api

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// S22: what is noted of somebody's health, and their birth date, stand nowhere
// in plain text, and whoever reads the former is on record.
func TestNotes_S22_AreSealedAndEveryReadIsAudited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.add(`{"family_name":"山田","phone":"090-1234-5678","birth_date":"1953-07-19"}`)
	note := func(kind, body string) string {
		d.clock.Advance(time.Second)
		return d.want(http.StatusCreated, "manager", "POST", at+"/notes", `{"kind":"`+kind+`","body":"`+body+`"}`, "Idempotency-Key: "+kind).header.Get("Location")
	}
	general, allergy, health := note("general", "窓側の席"), note("allergy", "CANARY-ジアミン-4f1"), note("health", "CANARY-妊娠中-77e")
	reads := func() int { return len(d.audited("customer.health_read")) }
	list := func(query string) answer { return d.want(http.StatusOK, "manager", "GET", at+"/notes"+query, "") }
	if got := list("?kind=general"); !slices.Equal(got.items("body"), []string{"窓側の席"}) || reads() != 0 {
		t.Errorf("general notes: %s, %d reads", got.raw, reads())
	}
	if got := list(""); !slices.Equal(got.items("kind"), []string{"health", "allergy", "general"}) || reads() != 1 {
		t.Errorf("all notes: %s, %d reads", got.raw, reads())
	}
	if got := list("?kind=allergy"); !slices.Equal(got.items("body"), []string{"CANARY-ジアミン-4f1"}) || reads() != 2 {
		t.Errorf("allergies: %s, %d reads", got.raw, reads())
	}
	page := list("?limit=2")
	if rest := list("?limit=2&cursor=" + page.text("next_cursor")); !slices.Equal(rest.items("kind"), []string{"general"}) || reads() != 3 {
		t.Errorf("the second page: %s, %d reads", rest.raw, reads())
	}
	d.get(general)
	a := d.get(health)
	if reads() != 4 {
		t.Errorf("%d reads", reads())
	}
	b := d.want(http.StatusOK, "manager", "PATCH", health, `{"body":"CANARY-産後-8a0"}`, a.etag())
	if b.text("body") != "CANARY-産後-8a0" || b.header.Get("ETag") != `"2"` || reads() != 5 {
		t.Errorf("changed: %s, %d reads", b.raw, reads())
	}
	d.refuse(d.do("manager", "PATCH", health, `{"kind":"general"}`, a.etag()), 412, "precondition.stale")
	d.refuse(d.do("manager", "DELETE", health, ""), 428, "precondition.required", "header.If-Match required")
	d.refuse(d.do("manager", "POST", at+"/notes", `{"kind":"gossip","body":" "}`), 422, "validation.failed", "body.kind not_allowed")
	d.refuse(d.do("manager", "POST", at+"/notes", `{"kind":"general","body":"\u200b"}`), 422, "validation.failed", "body.body required")
	d.wantNowhere("CANARY-", "ジアミン", "妊娠中", "産後", "1953-07-19", "19530719", "窓側の席")

	// Where the entry cannot be written, nothing is read.
	var seq pg.Batch
	seq.Queue(&pg.Statement{SQL: `DELETE FROM business_seq WHERE business_id = $1`}, d.id)
	if err := d.db.BatchTenant(t.Context(), d.id, &seq); err != nil {
		t.Fatal(err)
	}
	if w := d.ask("GET", at+"/notes", "", "as:manager"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "CANARY") {
		t.Errorf("unaudited: %d %s", w.Code, w.Body)
	}
	if got := list("?kind=general"); len(got.items("id")) != 1 {
		t.Errorf("general notes need no entry: %s", got.raw)
	}
	var mend pg.Batch
	mend.Queue(&pg.Statement{SQL: `INSERT INTO business_seq (business_id, seq) VALUES ($1, 1000)`}, d.id)
	if err := d.db.BatchTenant(t.Context(), d.id, &mend); err != nil {
		t.Fatal(err)
	}
	d.want(http.StatusNoContent, "manager", "DELETE", allergy, "", `If-Match: "1"`)
	d.refuse(d.do("manager", "GET", allergy, ""), 404, "not_found")
}

// A note that is put into another's place does not open.
func TestNotes_AreBoundToTheirPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, other := d.add(`{"family_name":"一","birth_date":"1990-01-01"}`), d.add(`{"family_name":"二"}`)
	d.want(http.StatusCreated, "manager", "POST", one+"/notes", `{"kind":"general","body":"一の"}`)
	for _, sql := range []string{`UPDATE customer_notes SET customer_id = $1`, `UPDATE customers SET birth_date = (SELECT birth_date FROM customers WHERE birth_date IS NOT NULL) WHERE id = $1`} {
		var b pg.Batch
		b.Queue(&pg.Statement{SQL: sql}, other[len(other)-36:])
		if err := d.db.BatchTenant(t.Context(), d.id, &b); err != nil {
			t.Fatal(err)
		}
		below := "/notes"
		if strings.Contains(sql, "birth_date") {
			below = ""
		}
		if w := d.ask("GET", other+below, "", "as:manager"); w.Code != http.StatusInternalServerError {
			t.Errorf("%s: %d %s", sql, w.Code, w.Body)
		}
	}
}

func TestMerge_MakesTwoRecordsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, _ := d.book(hanako)
	second, _ := d.book(`{"family_name":"田中","given_name":"花子","phone":"090-1111-2222"}`)
	at, other := d.at+"/"+d.of(first), d.at+"/"+d.of(second)
	d.want(http.StatusCreated, "manager", "POST", other+"/notes", `{"kind":"allergy","body":"そば"}`)
	d.want(http.StatusOK, "manager", "PATCH", other, `{"tags":["常連"],"birth_date":"1990-05-05"}`, d.get(other).etag())
	d.want(http.StatusOK, "manager", "PATCH", at, `{"tags":["VIP"],"email":""}`, d.get(at).etag())
	d.want(http.StatusCreated, "manager", "POST", other+"/consents", `{"purpose":"health_data","granted":true,"version":"3"}`)
	body := `{"other_id":"` + other[len(other)-36:] + `"}`
	d.refuse(d.do("manager", "POST", at+"/merge", body, `If-Match: "1"`), 412, "precondition.stale")
	d.refuse(d.do("manager", "POST", at+"/merge", `{"other_id":"`+at[len(at)-36:]+`"}`, d.get(at).etag()), 409, "customer.same")
	d.refuse(d.do("manager", "POST", at+"/merge", `{"other_id":"01936b2f-7c1e-7000-8000-000000000001"}`, d.get(at).etag()), 422, "validation.failed", "body.other_id unknown_id")
	before := d.get(at).etag()
	a := d.want(http.StatusOK, "manager", "POST", at+"/merge", body, before, "Idempotency-Key: m")
	if replay := d.want(http.StatusOK, "manager", "POST", at+"/merge", body, before, "Idempotency-Key: m"); replay.raw != a.raw {
		t.Errorf("replayed %s, not %s", replay.raw, a.raw)
	}
	if !strings.Contains(a.raw, `"tags":["VIP","常連"]`) || a.text("birth_date") != "1990-05-05" || a.text("family_name") != "山田" || a.text("health_consent") != "granted" || a.header.Get("ETag") != `"3"` {
		t.Errorf("got %s", a.raw)
	}
	if got := d.want(http.StatusOK, "manager", "GET", at+"/notes", "").items("body"); !slices.Equal(got, []string{"そば"}) {
		t.Errorf("notes %q", got)
	}
	if got := d.want(http.StatusOK, "manager", "GET", at+"/bookings", "").items("id"); !slices.Equal(got, []string{second, first}) {
		t.Errorf("visits %q", got)
	}
	if got := d.want(http.StatusOK, "manager", "GET", at+"/consents", "").items("purpose"); len(got) != 3 {
		t.Errorf("consents %q", got)
	}
	gone := d.do("manager", "GET", other, "")
	d.refuse(gone, 404, "customer.merged")
	if gone.text("customer_id") != a.text("id") {
		t.Errorf("leads to %s", gone.raw)
	}
	d.refuse(d.do("manager", "PATCH", other, `{"tags":[]}`, `If-Match: "3"`), 404, "customer.merged")
	if got := d.want(http.StatusOK, "manager", "GET", d.at+"?q=田中", "").items("id"); len(got) != 0 {
		t.Errorf("found by the other's name: %q", got)
	}

	// Who books by the other's name is the one that it became, and brings nothing into the grave.
	third, _ := d.book(`{"family_name":"田中","given_name":"花子","phone":"090-1111-2222","email":"tanaka@guest.example"}`)
	if d.of(third) != a.text("id") || len(d.want(http.StatusOK, "manager", "GET", d.at+"?q=tanaka%40guest.example", "").items("id")) != 0 {
		t.Errorf("a booking by the other's name is %s's", d.of(third))
	}
	// A chain leads to its end, and takes its identities along.
	last := d.add(`{"family_name":"最後","given_name":"の人"}`)
	d.want(http.StatusOK, "manager", "POST", last+"/merge", `{"other_id":"`+a.text("id")+`"}`, `If-Match: "1"`)
	fourth, _ := d.book(`{"family_name":"田中","given_name":"花子","phone":"090-1111-2222"}`)
	if d.of(fourth) != last[len(last)-36:] || d.do("manager", "GET", other, "").text("customer_id") != last[len(last)-36:] {
		t.Errorf("the chain ends at %s", d.of(fourth))
	}
	// The survivor may take the name and phone of one that it took in.
	d.want(http.StatusOK, "manager", "PATCH", last, `{"family_name":"田中","given_name":"花子","phone":"090-1111-2222"}`, `If-Match: "2"`)
	fifth, _ := d.book(`{"family_name":"田中","given_name":"花子","phone":"090-1111-2222"}`)
	if d.of(fifth) != last[len(last)-36:] {
		t.Errorf("and is %s", d.of(fifth))
	}
}

func TestDuplicates_TellsWhatIsTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.add(hanako)
	d.add(`{"family_name":"やまだ","given_name":"ﾊﾅｺ"}`)
	d.add(`{"family_name":"山田","given_name":"太郎","phone":"090-1234-5678"}`)
	d.add(`{"family_name":"山田","given_name":"一郎","phone":"090-9999-5678","email":"HANAKO@guest.example"}`)
	d.add(`{"family_name":"山田","given_name":"二郎","phone":"090-9999-5679"}`)
	a := d.want(http.StatusOK, "manager", "GET", at+"/duplicates", "")
	same := map[string]string{}
	for i, name := range a.items("given_name") {
		same[name] = a.items("same")[i]
	}
	want := map[string]string{"ﾊﾅｺ": `["name"]`, "太郎": `["phone"]`, "一郎": `["email"]`}
	if len(same) != 3 || same["太郎"] != want["太郎"] || same["一郎"] != want["一郎"] || !strings.Contains(a.raw, `"same":["name"]`) {
		t.Errorf("got %s", a.raw)
	}
}

// Two that are merged into each other at once, and a booking meanwhile, end as one.
func TestMerge_Crosswise_EndsAsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for round := range 6 {
		phone := `"phone":"090-1234-` + string(rune('0'+round)) + `000"`
		a, b := d.add(`{"family_name":"甲","given_name":"花",`+phone+`}`), d.add(`{"family_name":"乙","given_name":"花",`+phone+`}`)
		merge := func(into, other string) int {
			return d.ask("POST", into+"/merge", `{"other_id":"`+other[len(other)-36:]+`"}`, "as:manager", `If-Match: "1"`).Code
		}
		start := d.next()
		var codes [3]int
		var wg sync.WaitGroup
		gun := make(chan struct{})
		for i, f := range []func() int{func() int { return merge(a, b) }, func() int { return merge(b, a) }, func() int {
			return d.ask("POST", d.public+"/bookings", `{"start":"`+start+`","service_id":"`+d.cut+`","customer":{"family_name":"乙","given_name":"花",`+phone+`},"consent":{"terms_version":"1"}}`).Code
		}} {
			wg.Go(func() { <-gun; codes[i] = f() })
		}
		close(gun)
		wg.Wait()
		alive := []string{}
		for _, at := range []string{a, b} {
			if d.do("manager", "GET", at, "").status == http.StatusOK {
				alive = append(alive, at)
			}
		}
		if len(alive) != 1 || codes[2] != http.StatusCreated || codes[0]+codes[1] != 404+200 && codes[0]+codes[1] != 422+200 {
			t.Fatalf("round %d: %d alive, codes %v", round, len(alive), codes)
		}
		if got := d.want(http.StatusOK, "manager", "GET", alive[0]+"/bookings", "").items("id"); len(got) != 1 {
			t.Errorf("round %d: the survivor has %d bookings", round, len(got))
		}
	}
}

func TestErase_LeavesNoWordOfThePerson(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const who = `{"family_name":"消田","given_name":"忘子","family_name_kana":"キエタ","given_name_kana":"ワスレコ","phone":"090-8765-4321","email":"wasureko@guest.example"}`
	visit, token := d.book(who, `,"note":"消田のメモ"`)
	d.visited(visit)
	other, _ := d.book(who)
	at := d.at + "/" + d.of(visit)
	d.want(http.StatusOK, "manager", "PATCH", at, `{"tags":["消田さま"],"birth_date":"1961-02-03"}`, d.get(at).etag())
	d.want(http.StatusCreated, "manager", "POST", at+"/notes", `{"kind":"health","body":"消田の持病"}`, "Idempotency-Key: note")
	d.want(http.StatusOK, "manager", "POST", at+"/merge", `{"other_id":"`+d.add(`{"family_name":"消田","given_name":"旧姓","phone":"090-8765-4322"}`)[len(d.at)+1:]+`"}`, d.get(at).etag())
	reason := `{"reason":"customer_request"}`
	d.refuse(d.do("manager", "POST", at+"/erase", reason, d.get(at).etag()), 409, "customer.has_upcoming")
	d.act(other, "cancel", `{"reason":"消田様のご都合"}`)
	d.refuse(d.do("manager", "POST", at+"/erase", `{"reason":"消田"}`, d.get(at).etag()), 422, "validation.failed", "body.reason not_allowed")
	d.refuse(d.do("manager", "POST", at+"/erase", reason, `If-Match: "1"`), 412, "precondition.stale")
	key := "Idempotency-Key: again"
	hold := d.next()
	again := `{"start":"` + hold + `","service_id":"` + d.cut + `","customer":` + who + `,"consent":{"terms_version":"1"}}`
	b, _ := d.want(http.StatusCreated, "", "POST", d.public+"/bookings", again, key).body["booking"].(map[string]any)
	d.act(b["id"].(string), "cancel") //nolint:errcheck,forcetypeassert // a panic tells it
	version := d.get(at).etag()
	a := d.want(http.StatusOK, "manager", "POST", at+"/erase", reason, version, "Idempotency-Key: erase")
	if a.body["erased_at"] == nil || !strings.Contains(a.raw, `"visit_count":1`) || a.text("family_name") != "" || a.body["birth_date"] != nil {
		t.Errorf("got %s", a.raw)
	}
	d.wantNowhere("消田", "忘子", "きえた", "キエタ", "ワスレコ", "わすれこ", "旧姓", "9087654321", "#4321", "9087654322", "#4322", "wasureko", "持病", "1961-02-03")
	if replay := d.want(http.StatusOK, "manager", "POST", at+"/erase", reason, version, "Idempotency-Key: erase"); replay.raw != a.raw {
		t.Errorf("replayed %s", replay.raw)
	}
	d.refuse(d.do("", "POST", d.public+"/bookings", again, key), 404, "not_found")
	for _, link := range []string{"", "/data"} {
		d.refuse(d.do("", "GET", basePath+"/public/bookings/"+token+link, ""), 404, "not_found")
	}
	d.refuse(d.do("manager", "POST", at+"/erase", reason, a.etag()), 409, "customer.erased")
	d.refuse(d.do("manager", "PATCH", at, `{"tags":["x"]}`, a.etag()), 409, "customer.erased")
	d.refuse(d.do("manager", "POST", at+"/notes", `{"kind":"general","body":"x"}`), 409, "customer.erased")
	if got := d.want(http.StatusOK, "manager", "GET", at+"/bookings", "").items("status"); !slices.Equal(got, []string{"cancelled", "cancelled", "completed"}) {
		t.Errorf("visits that stay: %q", got)
	}
	if d.get(d.path+"/bookings/"+visit).text("note") != "" || strings.Contains(d.get(d.path+"/bookings/"+other+"/history").raw, "ご都合") {
		t.Error("the bookings remember")
	}
	if v, err := d.Trail.Verify(t.Context(), d.id); err != nil || !v.OK() {
		t.Errorf("the trail: %+v, %v", v, err)
	}
	// The same person is somebody new.
	fresh, _ := d.book(who)
	if d.of(fresh) == at[len(d.at)+1:] || len(d.want(http.StatusOK, "manager", "GET", d.at+"?q=4321", "").items("id")) != 1 {
		t.Errorf("came back as %s", d.of(fresh))
	}
}

// Of erasing and booking at once, either the booking is there first and refuses
// the erasing, or it is somebody new's: none is left with a name and no customer.
func TestErase_AgainstABooking_OneOfBoth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for round := range 6 {
		guest := `{"family_name":"消田","given_name":"忘子","phone":"090-1234-` + string(rune('0'+round)) + `000"}`
		at, start := d.add(guest), d.next()
		var erased, booked answer
		var wg sync.WaitGroup
		wg.Go(func() {
			erased = d.do("manager", "POST", at+"/erase", `{"reason":"customer_request"}`, `If-Match: "1"`)
		})
		wg.Go(func() {
			booked = d.do("", "POST", d.public+"/bookings", `{"start":"`+start+`","service_id":"`+d.cut+`","customer":`+guest+`,"consent":{"terms_version":"1"}}`)
		})
		wg.Wait()
		found := d.want(http.StatusOK, "manager", "GET", d.at+"?q="+string(rune('0'+round))+"000", "").items("next_visit_at")
		if booked.status != http.StatusCreated || erased.status != http.StatusOK && erased.text("code") != "customer.has_upcoming" || len(found) != 1 || found[0] == "null" {
			t.Fatalf("round %d: %d %s, %d %s, found %q", round, erased.status, erased.raw, booked.status, booked.raw, found)
		}
	}
}

func TestExport_IsWholeAndAudited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	visit, _ := d.book(hanako, `,"note":"窓側"`)
	at := d.at + "/" + d.of(visit)
	d.want(http.StatusCreated, "manager", "POST", at+"/notes", `{"kind":"allergy","body":"そば"}`)
	d.clock.Advance(time.Second) // consents are in the order of time
	c := d.want(http.StatusCreated, "manager", "POST", at+"/consents", `{"purpose":"marketing_email","granted":true,"version":" 2026-04 "}`, "Idempotency-Key: c")
	if c.text("version") != "2026-04" || c.text("source") != "console" || c.body["booking_id"] != nil {
		t.Errorf("consent %s", c.raw)
	}
	d.clock.Advance(time.Minute)
	d.want(http.StatusCreated, "manager", "POST", at+"/consents", `{"purpose":"marketing_email","granted":false,"version":"2026-04"}`)
	d.refuse(d.do("manager", "POST", at+"/consents", `{"purpose":"terms","granted":true,"version":"1"}`), 422, "validation.failed", "body.purpose not_allowed")
	if got := d.get(at); got.text("marketing_consent") != "withdrawn" || got.text("health_consent") != "none" {
		t.Errorf("got %s", got.raw)
	}
	a := d.want(http.StatusOK, "manager", "GET", at+"/export", "")
	for _, part := range []string{`"family_name":"山田"`, `"note":"窓側"`, `"body":"そば"`, `"purpose":"terms","granted":true,"version":"1","source":"booking","booking_id":"` + visit, `"granted":false`, `"event":"booking.confirmed"`, `"truncated":false`} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("no %s in %s", part, a.raw)
		}
	}
	if got := d.audited("customer."); !slices.Equal(got[len(got)-2:], []string{"customer.health_read", "customer.exported"}) {
		t.Errorf("audited %q", got)
	}
	page := d.want(http.StatusOK, "manager", "GET", at+"/consents?limit=2", "")
	rest := d.want(http.StatusOK, "manager", "GET", at+"/consents?limit=2&cursor="+page.text("next_cursor"), "")
	if got := append(page.items("purpose"), rest.items("purpose")...); !slices.Equal(got, []string{"marketing_email", "marketing_email", "terms"}) {
		t.Errorf("consents %q", got)
	}
}

// The person's own way: what a link shows and erases, and what it does not prove.
func TestOwnData_FromTheLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link := func(token, below string) string { return basePath + "/public/bookings/" + token + below }
	only, token := d.book(hanako, `,"note":"窓側"`)
	a := d.want(http.StatusOK, "", "GET", link(token, "/data"), "")
	if !strings.Contains(a.raw, `"complete":true`) || !strings.Contains(a.raw, `"note":"窓側"`) || !strings.Contains(a.raw, `"purpose":"terms"`) || strings.Contains(a.raw, `"notes"`) {
		t.Errorf("got %s", a.raw)
	}
	d.refuse(d.do("", "POST", link(token, "/erase"), `{"confirm":true}`), 409, "customer.has_upcoming")
	d.refuse(d.do("", "POST", link(token, "/erase"), `{"confirm":false}`), 422, "validation.failed", "body.confirm not_allowed")
	d.refuse(d.do("", "POST", link(token, "/erase"), `{}`), 422, "validation.failed", "body.confirm required")
	d.visited(only)
	at := d.at + "/" + d.of(only)
	d.want(http.StatusCreated, "manager", "POST", at+"/notes", `{"kind":"general","body":"店のメモ"}`)

	// Somebody who knows name and number books, and cancels: that is not the person.
	fake, stolen := d.book(`{"family_name":"山田","given_name":"花子","phone":"090-1234-5678","email":"thief@guest.example"}`)
	b := d.want(http.StatusOK, "", "GET", link(stolen, "/data"), "")
	if !strings.Contains(b.raw, `"complete":false`) || strings.Contains(b.raw, "hanako@") || strings.Contains(b.raw, only) || d.of(fake) != d.of(only) {
		t.Errorf("the thief sees %s", b.raw)
	}
	d.want(http.StatusOK, "", "POST", link(stolen, "/cancel"), "")
	d.refuse(d.do("", "POST", link(stolen, "/erase"), `{"confirm":true}`), 409, "customer.unproven")

	whole := d.want(http.StatusOK, "", "GET", link(token, "/data"), "")
	if !strings.Contains(whole.raw, `"complete":true`) || !strings.Contains(whole.raw, fake) || strings.Contains(whole.raw, "店のメモ") {
		t.Errorf("got %s", whole.raw)
	}
	d.want(http.StatusNoContent, "", "POST", link(token, "/erase"), `{"confirm":true}`)
	d.refuse(d.do("", "GET", link(token, "/data"), ""), 404, "not_found")
	d.refuse(d.do("", "GET", link("x"+token, "/data"), ""), 404, "not_found")
	d.refuse(d.do("", "POST", link(token, "/erase"), `{"confirm":true}`), 404, "not_found")
	d.wantNowhere("hanako@", "9012345678", "#5678", "店のメモ", "thief@")
	if got := d.audited("customer.e"); !slices.Equal(got, []string{"customer.exported", "customer.exported", "customer.exported", "customer.erased"}) {
		t.Errorf("audited %q", got)
	}
	if d.get(at).body["erased_at"] == nil {
		t.Error("it is not erased")
	}
}
