package app_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// paint sets the colour of the shop's pages and who may frame them.
func (x *shop) paint(color string, origins ...string) {
	x.t.Helper()
	x.must(http.StatusOK, http.MethodPatch, x.path(""), map[string]any{"accent_color": color}, x.owner, x.version(""))
	x.set(map[string]any{"embed_origins": origins})
}

// Only the pages of the form may be framed, by who the shop named; the way to a
// booking in a frame needs no cookies, and ends where nothing can be cancelled.
func TestProof_Site_BookingInAFrame(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("framed-salon", 1)
	framing := func(path string) string {
		_, who, _ := strings.Cut(x.browse(path, nil).header.Get("Content-Security-Policy"), "frame-ancestors ")
		return who
	}
	if who := framing("/embed/framed-salon"); who != "'none'" {
		t.Errorf("framed without being asked for: %s", who)
	}
	x.paint("", "https://www.salon.example", "https://salon.example:8443")
	const may = "https://www.salon.example https://salon.example:8443"
	for path, want := range map[string]string{
		"/embed/framed-salon": may, "/embed/en/framed-salon": may, "/embed/ja/framed-salon/times?service=" + x.service: may,
		"/": "'none'", "/framed-salon": "'none'", "/framed-salon/times?service=" + x.service: "'none'", "/embed/no-such-shop": "'none'", "/offline/ja": "'none'",
	} {
		if who := framing(path); who != want {
			t.Errorf("%s: %s, want %s", path, who, want)
		}
	}
	x.page(http.StatusOK, "/embed/en/framed-salon", nil, `href="/embed/en/framed-salon/times?service=`+x.service, `noindex`, "Open")
	times := x.page(http.StatusOK, "/embed/en/framed-salon/times?service="+x.service, nil, `action="/embed/en/framed-salon/hold"`, `href="/embed/ja/framed-salon/times?service=`)
	held := x.page(http.StatusSeeOther, "/embed/en/framed-salon/hold", with(times.hidden(), "start", times.starts()[3]))
	form := x.page(http.StatusOK, held.location, nil, `action="/embed/en/framed-salon/details"`).hidden()
	right := with(form, "family_name", "Smith", "given_name", "Ann", "phone", "090-5550-1239", "terms", "1")
	done := x.page(http.StatusSeeOther, "/embed/en/framed-salon/details", right)
	end := x.page(http.StatusOK, done.location, nil, "Smith Ann", `target="_blank"`, "See, move or cancel")
	if !strings.HasPrefix(done.location, "/embed/en/framed-salon/done?booking=") || strings.Contains(end.body, "/cancel") || strings.Contains(end.body, "data-keep") {
		t.Errorf("the end in a frame: %s %s", done.location, end.body)
	}
	if len(end.header.Values("Set-Cookie"))+len(times.header.Values("Set-Cookie")) > 0 || end.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers in a frame: %v", end.header)
	}
	link := regexp.MustCompile(`href="(/manage/[^"?]+)`).FindStringSubmatch(end.body)
	if link == nil || framing(link[1]) != "'none'" || framing(link[1]+"/cancel") != "'none'" {
		t.Errorf("the booking's own page: %v", link)
	}
	token := strings.TrimPrefix(link[1], "/manage/")
	x.page(http.StatusNotFound, "/embed/en/framed-salon/done?booking=forged", nil)
	x.found("other-salon", x.owner, 1).approved(x.operator)
	x.page(http.StatusNotFound, "/embed/en/other-salon/done?booking="+token, nil)
	if p := x.browse("/embed/en/framed-salon/hold", with(times.hidden(), "start", times.starts()[4]), "Sec-Fetch-Site: cross-site"); p.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", p.status)
	}
	snippet := x.must(http.StatusOK, http.MethodGet, x.path("/settings"), nil, x.owner).text("embed_snippet")
	if !strings.Contains(snippet, `/embed.js" data-shop="framed-salon"`) {
		t.Errorf("the line for owners: %s", snippet)
	}
	if p := x.page(http.StatusOK, "/embed.js", nil, "iframe"); p.header.Get("Content-Type") != "text/javascript; charset=utf-8" || p.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the script of the line: %v", p.header)
	}
}

// The colour of a shop is refused where nobody could read it, and stands in a
// style sheet of its own, and on the card that is shown where the page is shared.
func TestProof_Site_LooksOfAShop(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("red-salon", 1)
	image := regexp.MustCompile(`property="og:image" content="http://[^/]+(/red-salon/card\.png[^"]+)"`)
	before := image.FindStringSubmatch(x.page(http.StatusOK, "/red-salon", nil, "summary_large_image", `"@type":"HairSalon"`, `"price":5500`, "openingHoursSpecification").body)
	refused := x.ask(0, http.MethodPatch, x.path(""), map[string]any{"accent_color": "#ffcc00"}, x.owner, x.version(""))
	if refused.status != http.StatusUnprocessableEntity || !bytes.Contains(refused.raw, []byte("business.accent_contrast")) || !bytes.Contains(refused.raw, []byte("#")) {
		t.Errorf("a colour that nobody can read: %d %s", refused.status, refused.raw)
	}
	x.paint("#9c2a5b")
	shop := x.page(http.StatusOK, "/red-salon", nil, `href="/assets/accent/9c2a5b-1.css"`, `content="#9c2a5b"`)
	x.page(http.StatusOK, "/assets/accent/9c2a5b-1.css", nil, "--accent: #9c2a5b")
	x.page(http.StatusNotFound, "/assets/accent/ffcc00-1.css", nil)
	x.page(http.StatusNotFound, "/assets/accent/9c2a5b;}-1.css", nil)
	if got := x.must(http.StatusOK, http.MethodGet, x.site(""), nil).text("accent_color"); got != "#9c2a5b" {
		t.Errorf("the public profile says %q", got)
	}
	after := image.FindStringSubmatch(shop.body)
	if before == nil || after == nil || before[1] == after[1] {
		t.Fatalf("cards %v and %v", before, after)
	}
	pictures := map[string]bool{}
	for path, cache := range map[string]string{strings.ReplaceAll(after[1], "&amp;", "&"): "immutable", "/red-salon/card.png?lang=en": "max-age=300"} {
		p := x.page(http.StatusOK, path, nil)
		img, err := png.Decode(strings.NewReader(p.body))
		if err != nil || img.Bounds().Dx() != 1200 || img.Bounds().Dy() != 630 || !strings.Contains(p.header.Get("Cache-Control"), cache) {
			t.Errorf("%s: %v %v", path, err, p.header)
		}
		pictures[p.body] = true
	}
	if len(pictures) != 2 {
		t.Error("the card is the same in both languages")
	}
	x.page(http.StatusNotFound, "/no-such-shop/card.png", nil)
	for _, block := range regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindAllStringSubmatch(shop.body, -1) {
		if !json.Valid([]byte(block[1])) {
			t.Errorf("structured data: %s", block[1])
		}
	}
}

// A browser may install the site, and has a page for when there is no connection.
func TestProof_Site_CanBeInstalled(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1)
	var m struct {
		Name  string
		Icons []struct{ Src, Sizes, Purpose string }
		Start string `json:"start_url"`
	}
	p := x.page(http.StatusOK, "/manifest.webmanifest", nil)
	if err := json.Unmarshal([]byte(p.body), &m); err != nil || m.Name == "" || m.Start != "/" || len(m.Icons) != 4 {
		t.Fatalf("%v %s", err, p.body)
	}
	for _, icon := range m.Icons {
		img, err := png.Decode(bytes.NewReader([]byte(x.page(http.StatusOK, icon.Src, nil).body)))
		if size, _, _ := strings.Cut(icon.Sizes, "x"); err != nil || size != strconv.Itoa(img.Bounds().Dx()) {
			t.Errorf("%s: %v", icon.Src, err)
		}
	}
	worker := x.page(http.StatusOK, "/sw.js", nil, "/offline/ja", "/offline/en", "/assets/site-", "/assets/shop-")
	if worker.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the worker is kept: %v", worker.header)
	}
	x.page(http.StatusOK, "/offline/en", nil, "Bookings on this device", `lang="en"`)
	x.page(http.StatusNotFound, "/offline/xx", nil)
}

// Shops that are not there for customers say why, as far as it is their business.
func TestProof_Site_ShopsThatAreNotOpen(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("good-salon", 1)
	draft := x.found("draft-salon", x.owner, 1)
	x.page(http.StatusNotFound, "/draft-salon", nil, "受付を始めておりません")
	x.page(http.StatusNotFound, "/draft-salon/times?service="+draft.service, nil, "受付を始めておりません")
	times := x.page(http.StatusOK, "/good-salon/times?service="+x.service, nil)
	form := with(times.hidden(), "start", times.starts()[5], "family_name", "山田", "given_name", "花子", "phone", "09055501236", "terms", "1")
	booked := x.page(http.StatusSeeOther, "/good-salon/details", form)
	x.must(http.StatusOK, http.MethodPost, "/admin/businesses/"+x.id+"/suspend", map[string]any{"reason": "確認中"}, x.operator)
	for _, path := range []string{"/good-salon", "/good-salon/times?service=" + x.service, "/good-salon/card.png", "/embed/good-salon"} {
		p := x.page(http.StatusForbidden, path, nil, "ただいまご利用いただけません")
		if strings.Contains(p.body, "証明サロン") {
			t.Errorf("%s names the shop", path)
		}
	}
	x.page(http.StatusForbidden, "/good-salon/hold", times.hidden())
	x.page(http.StatusOK, booked.location, nil, "山田 花子", "キャンセル")
	if strings.Contains(x.page(http.StatusOK, "/sitemap.xml", nil).body, "good-salon") {
		t.Error("the map lists a shop that is suspended")
	}
}

// Several services are booked, moved and cancelled as one visit.
func TestProof_Site_SeveralServicesInOneVisit(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("long-salon", 1)
	second := x.add("services", map[string]any{
		"name": map[string]string{"ja": "カラー", "en": "Colour"}, "duration_minutes": 30, "price": yen(4400),
		"requirements": []map[string]any{{"kind": "staff", "resource_ids": x.staff}},
	})
	x.page(http.StatusOK, "/long-salon/times?service="+x.service, nil, `name="also" value="`+second+`"`)
	times := x.page(http.StatusOK, "/long-salon/times?service="+x.service+"&also="+second, nil, "カット &#43; カラー", "90分", "¥9,900")
	form := with(times.hidden(), "start", times.starts()[1], "also", second, "family_name", "山田", "given_name", "花子", "phone", "09055501237", "terms", "1")
	form.Del("option") // it is offered, and nobody took it
	x.page(http.StatusOK, x.page(http.StatusSeeOther, "/long-salon/hold", form).location, nil, "カット &#43; カラー", "¥9,900")
	booked := x.page(http.StatusSeeOther, "/long-salon/details", with(form, "start", times.starts()[4]))
	link, _, _ := strings.Cut(booked.location, "?")
	x.page(http.StatusOK, link, nil, "カット", "カラー", "¥9,900")
	if n := x.count(`SELECT count(*) FROM booking_segments`); n != 2 {
		t.Errorf("%d parts", n)
	}
	moved := x.page(http.StatusOK, link+"/times", nil).starts()
	x.page(http.StatusSeeOther, link+"/move", url.Values{"start": {moved[len(moved)-1]}})
	x.set(map[string]any{"max_items": 1})
	if p := x.page(http.StatusOK, "/long-salon/times?service="+x.service+"&also="+second, nil); strings.Contains(p.body, `name="also"`) || !strings.Contains(p.body, "60分") {
		t.Error("a shop that takes one service at a time was asked for two")
	}
}

// What people write does no harm to what stands around it.
func TestProof_Site_HostileNames(t *testing.T) {
	t.Parallel()
	x := newStage(t, 1).openShop("evil-salon", 1)
	long := strings.Repeat("Pneumonoultramicroscopic", 2)[:40]
	name := `<img src=x onerror=alert(1)> "quoted" & שלום ` + long
	x.must(http.StatusOK, http.MethodPatch, x.path(""), map[string]any{
		"name": map[string]string{"ja": name}, "description": map[string]string{"ja": "</script><script>alert(1)</script>\u202e" + long},
	}, x.owner, x.version(""))
	x.add("services", map[string]any{
		"name": map[string]string{"ja": `</script><b>` + long}, "duration_minutes": 30, "price": yen(100),
		"requirements": []map[string]any{{"kind": "staff", "resource_ids": x.staff}},
	})
	times := x.browse("/evil-salon/times?service="+x.service, nil)
	form := with(times.hidden(), "start", times.starts()[1], "family_name", "<b>山", "given_name", "مرحبا", "phone", "09055501238", "note", "<img onerror>\u202e", "terms", "1")
	booked := x.page(http.StatusSeeOther, "/evil-salon/details", form)
	for _, path := range []string{
		"/evil-salon", "/evil-salon?q=" + url.QueryEscape("<script>"), "/evil-salon/times?service=" + x.service, "/embed/ja/evil-salon",
		"/?q=" + url.QueryEscape(`"><img src=x>`), booked.location, strings.Split(booked.location, "?")[0] + "/cancel",
	} {
		p := x.page(http.StatusOK, path, nil)
		if strings.Contains(p.body, "<img") || strings.Contains(p.body, "<script>") || strings.Contains(p.body, "<b>山") || strings.Contains(p.body, "</script><b>") {
			t.Errorf("%s carries markup of others: %s", path, p.body)
		}
	}
	title := regexp.MustCompile(`<title>(.*)</title>`).FindStringSubmatch(times.body)
	if title == nil || strings.Count(title[1], "\u2068") != strings.Count(title[1], "\u2069") || !strings.Contains(title[1], "\u2068") {
		t.Errorf("a name from right to left is not kept apart: %q", title)
	}
	x.page(http.StatusOK, "/evil-salon/card.png", nil)
}

// Budgets: what a page of the booking site makes a phone load.
func TestProof_Site_Budgets(t *testing.T) {
	t.Parallel()
	const kB = 1024
	x := newStage(t, 1).openShop("lean-salon", 2)
	x.paint("#9c2a5b")
	times := x.page(http.StatusOK, "/lean-salon/times?service="+x.service, nil)
	held := x.page(http.StatusSeeOther, "/lean-salon/hold", with(times.hidden(), "start", times.starts()[1]))
	loads := regexp.MustCompile(`<(?:script|link)[^>]*(?:src|rel="(?:stylesheet|icon|manifest)" href)="([^"]+)"`)
	for _, path := range []string{"/", "/lean-salon", "/lean-salon/times?service=" + x.service, held.location, "/offline/ja", "/embed/ja/lean-salon"} {
		p := x.page(http.StatusOK, path, nil)
		total := len(p.body)
		var seen []string
		for _, m := range loads.FindAllStringSubmatch(p.body, -1) {
			part := x.browse(m[1], nil, "Accept-Encoding: gzip")
			if part.status != http.StatusOK {
				t.Errorf("%s loads %s: %d", path, m[1], part.status)
			}
			seen = append(seen, m[1])
			total += len(part.body)
			if strings.HasSuffix(m[1], ".js") {
				r, err := gzip.NewReader(strings.NewReader(part.body))
				if err != nil || len(part.body) > 15*kB {
					t.Errorf("the script is %d bytes, %v", len(part.body), err)
				} else if plain, err := io.ReadAll(r); err != nil || !bytes.Contains(plain, []byte("data-until")) {
					t.Errorf("the script: %v", err)
				}
			}
		}
		if !slices.ContainsFunc(seen, func(s string) bool { return strings.HasSuffix(s, ".css") }) || total > 180*kB {
			t.Errorf("%s loads %d bytes: %v", path, total, seen)
		}
	}
}
