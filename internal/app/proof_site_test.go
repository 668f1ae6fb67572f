package app_test

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// leaf is an answer of the booking site.
type leaf struct {
	status   int
	body     string
	location string
	header   http.Header
}

// browse asks the booking site as a browser without a script does: a form, when
// given, is posted, and a redirect is answered as it is.
func (s *stage) browse(path string, form url.Values, words ...string) leaf {
	s.t.Helper()
	method, content := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, content = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.servers[0].Site+path, content)
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, w := range words {
		name, value, _ := strings.Cut(w, ": ")
		r.Header.Set(name, value)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return leaf{resp.StatusCode, string(raw), resp.Header.Get("Location"), resp.Header}
}

// page is a visit that must be answered with the status, and say all of the words.
func (s *stage) page(status int, path string, form url.Values, says ...string) leaf {
	s.t.Helper()
	p := s.browse(path, form)
	if p.status != status {
		s.t.Fatalf("%s: %d, want %d: %s", path, p.status, status, p.body)
	}
	for _, word := range says {
		if !strings.Contains(p.body, word) {
			s.t.Errorf("%s does not say %q: %s", path, word, p.body)
		}
	}
	return p
}

var (
	fieldOfForm = regexp.MustCompile(`<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"`)
	startOfForm = regexp.MustCompile(`<button[^>]* name="start" value="([^"]+)"`)
)

// hidden are the fields of a page's forms that are filled in already.
func (p leaf) hidden() url.Values {
	out := url.Values{}
	for _, m := range fieldOfForm.FindAllStringSubmatch(p.body, -1) {
		if m[1] != "terms" && !out.Has(m[1]) {
			out.Set(m[1], html.UnescapeString(m[2]))
		}
	}
	return out
}

// starts are the times that one tap takes.
func (p leaf) starts() []string {
	var out []string
	for _, m := range startOfForm.FindAllStringSubmatch(p.body, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

func with(form url.Values, pairs ...string) url.Values {
	out := maps.Clone(form)
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// A customer finds a shop, takes a time, says who they are and books, without a
// script; sees the booking by its link, moves it and cancels it.
func TestProof_Site_ACustomerBooksMovesAndCancels(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("site-salon", 2)
	x.page(http.StatusOK, "/", nil, `href="/site-salon"`)
	x.page(http.StatusOK, "/?q=nowhere-at-all", nil, "見つかりませんでした")
	x.page(http.StatusOK, "/robots.txt", nil, "Disallow: /manage/", "/sitemap.xml")
	x.page(http.StatusOK, "/sitemap.xml", nil, "/site-salon</loc>")
	shop := x.page(http.StatusOK, "/site-salon", nil, "/site-salon/times?service="+x.service, "application/ld+json", `rel="canonical"`)
	if !strings.Contains(x.browse("/site-salon", nil, "Accept-Language: en").body, "Opening hours") || !strings.Contains(shop.body, "営業時間") {
		t.Error("the page is not in the language that was asked for")
	}
	times := x.page(http.StatusOK, "/site-salon/times?service="+x.service, nil, `aria-current="date"`)
	starts := times.starts()
	if len(starts) < 4 {
		t.Fatalf("starts %v on %s", starts, times.body)
	}
	held := x.page(http.StatusSeeOther, "/site-salon/hold", with(times.hidden(), "start", starts[1]))
	form := x.page(http.StatusOK, held.location, nil, "data-until", "¥").hidden()
	if form.Get("hold") == "" || form.Get("key") == "" || form.Get("start") != starts[1] {
		t.Fatalf("the form has %v", form)
	}

	wrong := x.page(http.StatusUnprocessableEntity, "/site-salon/details", with(form, "family_name", "<img onerror=x>", "given_name", "花子", "phone", "12"), `aria-invalid="true"`, "花子", "同意が必要です")
	if strings.Contains(wrong.body, "<img") || x.count(`SELECT count(*) FROM bookings`) != 0 {
		t.Errorf("what was typed is not text, or was booked: %s", wrong.body)
	}
	form = wrong.hidden()
	if form.Get("hold") == "" || form.Get("given_name") != "花子" {
		t.Fatalf("after a mistake the form has %v", form)
	}
	right := with(form, "family_name", "山田", "family_name_kana", "やまだ", "phone", "０９０-5550-1234", "email", "hana@customer.example", "terms", "1")
	first := x.page(http.StatusSeeOther, "/site-salon/details", right)
	again := x.page(http.StatusSeeOther, "/site-salon/details", right)
	if first.location != again.location || x.count(`SELECT count(*) FROM bookings`) != 1 {
		t.Errorf("sent twice: %s and %s", first.location, again.location)
	}
	x.page(http.StatusOK, first.location, nil, "ありがとうございます", "山田 花子", "calendar.google.com", "line.me")
	link, _, _ := strings.Cut(first.location, "?")
	if p := x.browse(link, nil); p.header.Get("Cache-Control") != "no-store" || p.header.Get("X-Robots-Tag") != "noindex" || strings.Contains(p.body, "ありがとうございます") {
		t.Errorf("the page of a link: %v", p.header)
	}

	other := x.page(http.StatusOK, link+"/times", nil).starts()
	x.page(http.StatusSeeOther, link+"/move", url.Values{"start": {other[3]}})
	x.page(http.StatusOK, link+"?done=moved", nil, "変更いたしました")
	if x.count(`SELECT count(*) FROM bookings WHERE version = 2 AND status = 'confirmed'`) != 1 {
		t.Error("the booking was not moved")
	}
	x.page(http.StatusOK, link+"/cancel", nil, "キャンセル")
	if x.count(`SELECT count(*) FROM bookings WHERE status = 'cancelled'`) != 0 {
		t.Error("a look cancelled the booking")
	}
	x.page(http.StatusSeeOther, link+"/cancel", url.Values{"reason": {"<b>"}})
	x.page(http.StatusSeeOther, link+"/cancel", url.Values{})
	x.page(http.StatusOK, link, nil, "キャンセル済み")
	x.page(http.StatusConflict, link+"/times", nil)
}

// A time that was taken while the customer wrote is told so, with three others,
// and nothing that was typed is lost.
func TestProof_Site_ATakenTime_KeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("taken-salon", 1)
	times := x.page(http.StatusOK, "/taken-salon/times?service="+x.service, nil)
	start := times.starts()[2]
	form := with(times.hidden(), "start", start, "family_name", "鈴木", "given_name", "次郎", "phone", "09055501235", "terms", "1")
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(start, 7))
	refused := x.page(http.StatusConflict, "/taken-salon/details", form, "鈴木", "次郎", "09055501235")
	near := refused.starts()
	if len(near) != 3 {
		t.Fatalf("offers %v: %s", near, refused.body)
	}
	kept := refused.hidden()
	done := x.page(http.StatusSeeOther, "/taken-salon/details", with(kept, "start", near[0], "terms", "1"))
	x.page(http.StatusOK, done.location, nil, "鈴木 次郎")
	if p := x.page(http.StatusConflict, "/taken-salon/hold", with(times.hidden(), "start", near[0])); len(p.starts()) < 3 {
		t.Errorf("no other times: %s", p.body)
	}
}

// What is not there says so; what comes from elsewhere does nothing.
func TestProof_Site_AbsentAndForeign(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("lone-salon", 1)
	for _, path := range []string{
		"/no-such-shop", "/no-such-shop/times", "/lone-salon/nothing", "/lone-salon/times?service=x", "/lone-salon/details", "/manage/forged", "/manage/forged/cancel",
	} {
		p := x.page(http.StatusNotFound, path, nil, "<h1>")
		if p.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(p.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", path, p.header)
		}
	}
	times := x.page(http.StatusOK, "/lone-salon/times?service="+x.service, nil)
	if p := x.browse("/lone-salon/hold", with(times.hidden(), "start", times.starts()[0]), "Sec-Fetch-Site: cross-site"); p.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", p.status)
	}
	if x.count(`SELECT count(*) FROM holds`) != 0 {
		t.Error("a time was held")
	}
}
