package jp

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestKatakana_AcceptsAnyKana(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"はなこ":             "ハナコ",
		"ﾊﾅｺ":             "ハナコ",
		"ﾊﾞﾝﾊﾞ ﾋﾟｰﾄ":      "バンバ ピート",
		"  さとう　たろう ":      "サトウ タロウ",
		"ゔゕゖゝゞ":           "ヴヵヶヽヾ",
		"か\u3099":         "ガ", // a mark of its own
		"SMITH":           "SMITH",
		"\u202eはな\u200b":  "ハナ",
		"":                "",
		"ハナ\u0000\u0007こ": "ハナコ",
		"さとー":             "サトー",
		"サト－":             "サトー",
		"ｻﾄ-":             "サトー",
		"さと〜":             "サトー",
		"か゛は゜":            "ガパ",
		"ﾞｶ":              "\u3099カ", // a mark with nothing to voice
		"ゐゑヰヱを":           "ヰヱヰヱヲ",
		"わ゛":              "ヷ",
		"ぁぃっゃゎ":           "ァィッャヮ",
		"すゞ":              "スヾ", // as it was written
		"A-1":             "A-1",
		"㍿":               "株式会社",
	} {
		if got := Katakana(in); got != want {
			t.Errorf("Katakana(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsKana(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"ハナコ": true, "ヴァン・ゴッホ": true, "サトー タロウ": true,
		"はなこ": false, "花子": false, "Hana": false, "": false, " ": false, "ﾊﾅ": true, // as a script; Katakana widens it
	} {
		if got := IsKana(in); got != want {
			t.Errorf("IsKana(%q) = %v", in, got)
		}
	}
}

func TestFold_OneWordInAllItsForms(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"はな", "ハナ", "ﾊﾅ"},
		{"hana", "HANA", "Ｈａｎａ", "ｈａｎａ"},
		{"がーでん", "ガーデン", "ｶﾞｰﾃﾞﾝ"},
		{"a b", " A　 B\t"},
		{"いすず", "いすゞ", "イスズ", "イスヾ", "ｲｽｽﾞ", "いすす\u3099"},
		{"さささ", "さゝゝ", "サヽヽ", "ｻｻｻ"},
		{"すずず", "すゞゞ"},
		{"ゝあ", "ヽア"}, // repeats nothing
		{"よしえ", "よしゑ", "ヨシヱ", "ヨシエ"},
		{"ゔぃおら", "ヴィオラ", "ｳﾞｨｵﾗ", "う゛ぃおら", "ウ゛ィオラ"},
		{"わ\u3099", "ヷ", "わ゛", "ワ゛", "ﾜﾞ"},
		{"らーめん", "ラーメン", "ﾗｰﾒﾝ", "ら〜めん", "ラ～メン", "ラ－メン", "ラ‐メン", "ﾗ-ﾒﾝ"},
		{"10~20", "10〜20", "10～20", "１０～２０"},
		{"a-b", "A－B"},
		{"株式会社花", "㈱花", "㍿花", "(株)花", "（株）花", "株式会社花"},
		{"有限会社花", "㈲花", "（有）花"},
		{"きろ", "㌔", "キロ"},
		{"令和", "㋿"},
		{"ぱぴぷ", "ﾊﾟﾋﾟﾌﾟ", "は゜ぴプ"},
	} {
		for _, f := range forms {
			if got := Fold(f); got != forms[0] {
				t.Errorf("Fold(%q) = %q, want %q", f, got, forms[0])
			}
		}
	}
}

func TestWords_AreBounded(t *testing.T) {
	t.Parallel()
	if got := Words("ハナ サロン 渋谷 東京", 3); !slices.Equal(got, []string{"はな", "さろん", "渋谷"}) {
		t.Errorf("got %q", got)
	}
	if got := Words("　", 3); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestSortKey_OrdersAsADirectoryDoes(t *testing.T) {
	t.Parallel()
	type person struct{ kana, name string }
	want := []person{
		{"", "10番"},
		{"", "Abe"},
		{"", "Émile"},
		{"", "Smith"},
		{"アイ", "相"},
		{"アイ カナ", "相 加奈"},
		{"アイカ", "藍花"},
		{"カアト", "加亜人"},
		{"カキ", "柿"},
		{"カギ", "鍵"},
		{"ガキ", "餓鬼"},
		{"ハハ", "母"},
		{"ハハタ", "幡多"},
		{"ババ", "馬場"},
		{"ババタ", "馬場田"},
		{"", "渡辺"}, // no reading: after those with one
	}
	// ババ and ハハ differ in voicing only, so ババ stands before ハハタ.
	want[12], want[13] = want[13], want[12]
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b person) int { return bytes.Compare(SortKey(a.kana, a.name), SortKey(b.kana, b.name)) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestSortKey_LongVowelAndSmallKanaStandWithTheirBase(t *testing.T) {
	t.Parallel()
	order := []string{"カー", "カア", "カアン", "ツタ", "ッタ", "リユウ", "リュウ", "リュウマ", "ンー"}
	key := func(s string) []byte { return SortKey(s, s) }
	primary := func(s string) []byte { return bytes.SplitN(key(s), []byte{levelEnd}, 2)[0] }
	for _, pair := range [][2]string{{"カー", "カア"}, {"ツタ", "ッタ"}, {"リユウ", "リュウ"}, {"ハハ", "パバ"}} {
		if !bytes.Equal(primary(pair[0]), primary(pair[1])) {
			t.Errorf("%s and %s differ at the first level", pair[0], pair[1])
		}
	}
	for i := 1; i < len(order); i++ {
		if c := bytes.Compare(primary(order[i-1]), primary(order[i])); c > 0 {
			t.Errorf("%s does not come before %s", order[i-1], order[i])
		}
	}
}

func TestSortKey_IsStableUnderFormsOfTyping(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{{"はなこ", "ハナコ", "ﾊﾅｺ", " ハナコ　"}, {"ぺーじ", "ﾍﾟｰｼﾞ"}} {
		for _, f := range forms {
			if !bytes.Equal(SortKey(f, "x"), SortKey(forms[0], "x")) {
				t.Errorf("%q sorts unlike %q", f, forms[0])
			}
		}
	}
}

// An iteration mark sorts as what it repeats, and is written as it was.
func TestSortKey_IterationMarks(t *testing.T) {
	t.Parallel()
	want := []string{"イスヾ", "イスゼ", "イスセソ"}
	got := []string{"イスゼ", "イスセソ", "イスヾ"}
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(SortKey(a, "x"), SortKey(b, "x")) })
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if !bytes.Equal(SortKey("いすゞ", "x"), SortKey("イスズ", "x")) {
		t.Error("いすゞ and イスズ sort apart")
	}
}

var kanaText = rapid.StringOfN(rapid.SampledFrom([]rune("あアｱかカガがｶﾞﾟ゛゜\u3099\u309Aはパﾊゔヴうわヷゐヱヸゑヲをヺンんーｰ-－〜～ゝゞヽヾっッ 　・aＡ1株(㈱㍿㌔ㇰヶゖ々")), 0, 12, -1)

// However a text is typed, it is found.
func TestFold_HiraganaIsKatakana(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(kanaText, rapid.String()).Draw(t, "s")
		if a, b := Fold(s), Fold(Katakana(s)); a != b {
			t.Fatalf("Fold(%q) = %q, of its katakana %q", s, a, b)
		}
	})
}

func TestFolding_IsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(kanaText, rapid.String()).Draw(t, "s")
		for name, f := range map[string]func(string) string{"Fold": Fold, "Katakana": Katakana, "CleanName": CleanName, "CleanText": CleanText} {
			if once := f(s); f(once) != once {
				t.Fatalf("%s(%q) = %q, and again %q", name, s, once, f(once))
			}
		}
		if len(SortKey(s, s)) == 0 {
			t.Fatalf("SortKey(%q) is empty", s)
		}
	})
}

func TestIndexRow_HoldsWhomADirectoryLooksForThere(t *testing.T) {
	t.Parallel()
	for reading, row := range map[string]string{
		"アイ": "a", "オノ": "a", "カトウ": "ka", "ガンダ": "ka", "ごとう": "ka", "ソノダ": "sa", "ジン": "sa", "ッタ": "ta", "デグチ": "ta", "ノダ": "na",
		"パク": "ha", "ボウ": "ha", "モリ": "ma", "ャマ": "ya", "ヨネ": "ya", "ロン": "ra", "ワダ": "wa", "ヲカ": "wa", "ンゴ": "wa", "ヴァン": "a",
		"Smith": "latin", "Ångström": "latin", "7号": "latin", "": "latin", "山田": "other", "김": "other",
	} {
		key := SortKey(reading, "")
		for _, r := range IndexRows {
			from, to := IndexRow(r)
			if in := bytes.Compare(key, from) >= 0 && bytes.Compare(key, to) < 0; in != (r == row) {
				t.Errorf("%q is in %s: %t, but it belongs to %s", reading, r, in, row)
			}
		}
	}
	if from, to := IndexRow("ki"); !bytes.Equal(from, to) {
		t.Errorf("no such row: %x to %x", from, to)
	}
}
