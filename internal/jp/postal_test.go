package jp

import "testing"

func TestParsePostal_AsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"1500001", "150-0001", "〒150-0001", "〒１５０－０００１", " 150 0001", "150ー0001", "150−0001", "〒 150‐0001"} {
		if got, err := ParsePostal(in); err != nil || got != "1500001" {
			t.Errorf("ParsePostal(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "150-000", "150-00011", "15000O1", "150〒0001", "SW1A 1AA", "-------"} {
		if got, err := ParsePostal(in); err == nil {
			t.Errorf("ParsePostal(%q) = %q, want an error", in, got)
		}
	}
}

func TestFormatPostal(t *testing.T) {
	t.Parallel()
	if got := FormatPostal("1500001"); got != "150-0001" {
		t.Errorf("got %q", got)
	}
	if got := FormatPostal(""); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestParsePrefecture_AnyCommonForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"東京都": "東京都", "東京": "東京都", "Tokyo": "東京都", " 北海道 ": "北海道", "OSAKA": "大阪府", "京都": "京都府",
	} {
		if got, ok := ParsePrefecture(in); !ok || got != want {
			t.Errorf("ParsePrefecture(%q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "東京府", "California", "東"} {
		if got, ok := ParsePrefecture(in); ok {
			t.Errorf("ParsePrefecture(%q) = %q", in, got)
		}
	}
	if len(prefectures) != 47 {
		t.Errorf("%d prefectures", len(prefectures))
	}
}
