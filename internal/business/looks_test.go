package business_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func TestAccent_IsReadable_OrANearOneIsNamed(t *testing.T) {
	t.Parallel()
	for color, near := range map[string]string{
		"#2f5d50": "#2f5d50", "#000000": "#000000", "#9c2a5b": "#9c2a5b", "#e91e63": "#d81b5c", "#ffffff": "#707070", "#ffff00": "#727200",
	} {
		if got := business.ReadableAccent(color); got != near {
			t.Errorf("%s: %s, want %s", color, got, near)
		}
		if again := business.ReadableAccent(near); again != near {
			t.Errorf("%s is named, and would be refused for %s", near, again)
		}
	}
}

func TestAccent_Refusals(t *testing.T) {
	t.Parallel()
	for color, code := range map[string]string{
		"red": "business.accent_format", "#fff": "business.accent_format", "#12345g": "business.accent_format", "#2f5d50;": "business.accent_format",
		"#e91e63": "business.accent_contrast",
	} {
		in := business.UpdateInput{Profile: business.Profile{AccentColor: &color}}
		refused(t, in.Validate(), "validation.failed", "body.accent_color "+code)
		if f, _ := fault.As(in.Validate()); code == "business.accent_contrast" && f.Fields[0].Args["near"] != "#d81b5c" {
			t.Errorf("names %v", f.Fields[0].Args)
		}
	}
	for _, color := range []string{"", " #2F5D50 "} {
		in := business.UpdateInput{Profile: business.Profile{AccentColor: &color}}
		if err := in.Validate(); err != nil {
			t.Errorf("%q: %v", color, err)
		}
	}
}

func TestEmbedOrigins_AreKeptAsBrowsersSayThem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	if x.EmbedOrigins == nil || len(x.EmbedOrigins) > 0 || x.AccentColor != "" {
		t.Errorf("a new business: %v %q", x.EmbedOrigins, x.AccentColor)
	}
	in := []string{" https://WWW.Hana.example/ ", "https://www.hana.example:443", "https://hana.example:8443", "https://xn--q9j.example"}
	_, err := b.business.UpdateSettings(t.Context(), b.owner, x.ID, 1, business.SettingsInput{EmbedOrigins: &in})
	b.must(err)
	accent := "#9C2A5B"
	_, err = b.business.Update(t.Context(), b.owner, x.ID, 2, business.UpdateInput{Profile: business.Profile{AccentColor: &accent}})
	b.must(err)
	read, err := b.business.Get(t.Context(), x.ID)
	b.must(err)
	if want := []string{"https://www.hana.example", "https://hana.example:8443", "https://xn--q9j.example"}; !slices.Equal(read.EmbedOrigins, want) {
		t.Errorf("kept %v", read.EmbedOrigins)
	}
	if read.AccentColor != "#9c2a5b" {
		t.Errorf("kept %s", read.AccentColor)
	}
}

// What stands in a header is one origin each: no list, no wildcard, no word of
// the policy.
func TestEmbedOrigins_Refusals(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "http://hana.example", "https://", "https://hana", "https://*.hana.example", "https://hana.example/page", "https://hana.example?x",
		"https://a@hana.example", "https://hana.example; script-src *", "https://hana.example https://b.example", "'self'", "*", "https://1.2.3.4",
		"https://hana.example:0", "https://hana.example:099", "https://hana.example:70000", "https://hana.example:", "https://-hana.example",
		"https://はな.example", "https://" + strings.Repeat("a", 64) + ".example", "https://[::1]", "javascript:alert(1)", "https://hana.example\r\nX: y", "https://..example",
	} {
		in := business.SettingsInput{EmbedOrigins: &[]string{bad}}
		refused(t, in.Validate(), "validation.failed", "body.embed_origins[0] business.embed_origin")
	}
	many := make([]string, 11)
	for i := range many {
		many[i] = "https://shop" + string(rune('a'+i)) + ".example"
	}
	in := business.SettingsInput{EmbedOrigins: &many}
	refused(t, in.Validate(), "validation.failed", "body.embed_origins too_many")
}
