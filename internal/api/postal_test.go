package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestPostalCode_GivesTheTowns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	api := New(b.Deps)
	b.API = api
	want := `{"postal_code":"1500001","places":[{"prefecture":"東京都","city":"渋谷区","town":"神宮前",` +
		`"prefecture_kana":"トウキョウト","city_kana":"シブヤク","town_kana":"ジングウマエ"}]}`
	for _, code := range []string{"1500001", "150-0001", "%E3%80%92150-0001", "%EF%BC%91%EF%BC%95%EF%BC%90%EF%BC%8D%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%91", "150%200001", "150%E3%83%BC0001"} {
		w := b.ask("GET", basePath+"/public/postal-codes/"+code, "")
		if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != want || w.Header().Get("Cache-Control") != "public, max-age=86400" {
			t.Errorf("%s: %d %s %v", code, w.Code, w.Body, w.Header())
		}
	}
	w := b.ask("GET", basePath+"/public/postal-codes/4980000", "")
	if !strings.Contains(w.Body.String(), `"city":"弥富市","town":""`) || !strings.Contains(w.Body.String(), `"city":"桑名郡木曽岬町","town":""`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for code, want := range map[string]string{
		"0000000": "Not Found: not_found", "9999999": "Not Found: not_found",
		"150000":                "Unprocessable Entity: validation.failed [path.postal_code postal_code]",
		"SW1A1AA":               "Unprocessable Entity: validation.failed [path.postal_code postal_code]",
		"%00%00%00":             "Unprocessable Entity: validation.failed [path.postal_code invalid_text]",
		"%FF1500001":            "Unprocessable Entity: validation.failed [path.postal_code invalid_text]",
		"150-0001/towns":        "Not Found: not_found",
		strings.Repeat("1", 21): "Unprocessable Entity: validation.failed [path.postal_code too_long]",
	} {
		if got := found(problemOf(t, b.ask("GET", basePath+"/public/postal-codes/"+code, ""))); got != want {
			t.Errorf("%q: %s, want %s", code, got, want)
		}
	}
}
