package jp

import "testing"

func TestCleanName_StripsWhatNobodySees(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  佐藤　 花子 ":                     "佐藤 花子",
		"佐\u200b藤\ufeff":                "佐藤",
		"\u202e佐藤\u2066花子\u2069":        "佐藤花子",
		"a\x00b\x1bc\u0085d":            "abc d",
		"か\u3099":                       "が",
		"葛\U000E0100城":                  "葛\U000E0100城", // which form of a kanji: kept
		"O'Brien-Smith":                 "O'Brien-Smith",
		"line\nbreak\u2028here":         "line break here",
		"\u3164\uffa0":                  "",
		"\xff佐藤":                        "佐藤",
		"ＡＢＣ":                           "ＡＢＣ", // NFC, not NFKC: names stay as written
		"=HYPERLINK(\"x\")\r\nBcc: a@b": "=HYPERLINK(\"x\") Bcc: a@b",
	} {
		if got := CleanName(in); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanText_KeepsLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"一行目\r\n二行目":       "一行目\n二行目",
		"a\n\n\n\nb":       "a\n\nb",
		"\n\n a \u202e \n": "a",
		"a\u2029b\rc":      "a\nb\nc",
		" \n \u200b \n":    "",
		"tab\there":        "tab here",
		"１　全額を申し受けます。\n　２　その他": "１ 全額を申し受けます。\n２ その他",
	} {
		if got := CleanText(in); got != want {
			t.Errorf("CleanText(%q) = %q, want %q", in, got, want)
		}
	}
}
