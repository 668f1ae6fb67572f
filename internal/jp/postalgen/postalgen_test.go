package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

func TestTownsOf_CleansWhatIsNoTown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, name, kana, want string }{
		{"1500001", "神宮前", "ｼﾞﾝｸﾞｳﾏｴ", "神宮前/ジングウマエ"},
		{"1500000", "以下に掲載がない場合", "ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ", "/"},
		{"4090211", "小菅村の次に６６４番地以降がくる場合", "ｺｽｹﾞﾑﾗﾉﾂｷﾞﾆ664ﾊﾞﾝﾁｲｺｳｶﾞｸﾙﾊﾞｱｲ", "/"},
		{"1000301", "利島村一円", "ﾄｼﾏﾑﾗｲﾁｴﾝ", "/"},
		{"5220317", "一円", "ｲﾁｴﾝ", "一円/イチエン"},
		{"6028368", "北町（上の下立売通天神道西入上る）", "ｷﾀﾏﾁ(ｶﾐﾉｼﾓﾀﾁｳﾘﾄﾞｵﾘ)", "北町/キタマチ"},
		{"4506221", "名駅ミッドランドスクエア（高層棟）２１階", "ﾒｲｴｷﾐｯﾄﾞﾗﾝﾄﾞｽｸｴｱ(ｺｳｿｳﾄｳ)21ｶｲ", "名駅ミッドランドスクエア（高層棟）２１階/メイエキミッドランドスクエア(コウソウトウ)21カイ"},
		{"0240341", "杉名畑４４地割（湯田ダム管理事務所）", "ｽｷﾞﾅﾊﾀ44ﾁﾜﾘ(ﾕﾀﾞﾀﾞﾑｶﾝﾘｼﾞﾑｼｮ)", "杉名畑/スギナハタ"},
		{"0287901", "種市第８地割〜第１４地割（玉川、戸類家）", "ﾀﾈｲﾁﾀﾞｲ8ﾁﾜﾘ-ﾀﾞｲ14ﾁﾜﾘ(ﾀﾏｶﾞﾜ)", "種市/タネイチ"},
		{"0287901", "", "", "種市/タネイチ"},
		{"0287900", "", "", "/"},
		{"4411324", "", "", "井道/イミチ 奥井道/オクイミチ 内井道/ウチイミチ"},
	} {
		var got []string
		for _, x := range townsOf(c.code, c.name, c.kana) {
			got = append(got, x.name+"/"+kana(x.kana))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s: %q, want %q", c.code, c.name, got, c.want)
		}
	}
}

const head = `jQuery_jpostal_callback([["_000info","","ver2 2025-09-25 2025-09-30","","","","","",""],["_150","東京都","渋谷区","","","","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ",""],`

func folder(lines string) fstest.MapFS {
	return fstest.MapFS{
		"150.json":   {Data: []byte(head + lines + "]);")},
		"index.html": {Data: []byte("<html>")},
	}
}

func TestRead_TakesEachTownOnce(t *testing.T) {
	t.Parallel()
	src, err := read(folder(`["_1508010","東京都","渋谷区","神南","２丁目２番１号","日本放送協会","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ","ｼﾞﾝﾅﾝ"],
		["_1500001","東京都","渋谷区","神宮前","","","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ","ｼﾞﾝｸﾞｳﾏｴ"],["_1500001","東京都","渋谷区","神宮前","","","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ","ｼﾞﾝｸﾞｳﾏｴ"]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []row{
		{"1500001", jp.Place{Prefecture: "東京都", City: "渋谷区", Town: "神宮前", PrefectureKana: "トウキョウト", CityKana: "シブヤク", TownKana: "ジングウマエ"}},
		{"1508010", jp.Place{Prefecture: "東京都", City: "渋谷区", Town: "神南", PrefectureKana: "トウキョウト", CityKana: "シブヤク", TownKana: "ジンナン"}},
	}
	if src.date != "2025-09-30" || !slices.Equal(src.rows, want) || src.codes() != 2 {
		t.Errorf("got %+v", src)
	}
}

func TestRun_RefusesAFolderThatIsNotThePackage(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"nothing": "", "no call": `[["_1500001"]]`, "no JSON": "callback(150);", "few columns": `callback([["_1500001","東京都"]]);`,
		"no date": `callback([["_1500001","東京都","渋谷区","神宮前","","","","",""]]);`, "no rows": head[:len(head)-1] + "]);",
		"a sign that is no kana": head + `["_1500001","東京都","渋谷区","神宮前","","","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ","神"]]);`,
	} {
		in, out := t.TempDir(), filepath.Join(t.TempDir(), "postal.bin")
		if content != "" {
			if err := os.WriteFile(filepath.Join(in, "150.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := run(in, out); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: wrote a file", name)
		}
	}
	if err := run("", "x"); err == nil {
		t.Error("runs without a folder")
	}
}

func TestCompare_FindsADifference(t *testing.T) {
	t.Parallel()
	src, err := read(folder(`["_1500001","東京都","渋谷区","神宮前","","","ﾄｳｷｮｳﾄ","ｼﾌﾞﾔｸ","ｼﾞﾝｸﾞｳﾏｴ"]`))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := pack(src)
	if err != nil || compare(src, packed) != nil {
		t.Fatal(err)
	}
	src.rows[0].place.Town = "神宮"
	if compare(src, packed) == nil {
		t.Error("nothing found")
	}
}

func TestPack_OpensAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := source{date: "2025-09-30"}
		code := 0
		for range rapid.IntRange(1, 60).Draw(t, "codes") {
			code += rapid.IntRange(1, 100_000).Draw(t, "step")
			for i := range rapid.SampledFrom([]int{1, 1, 1, 2, 70}).Draw(t, "towns") {
				city := rapid.IntRange(0, 4).Draw(t, "city")
				src.rows = append(src.rows, row{fmt.Sprintf("%07d", code), jp.Place{
					Prefecture: "東京都", City: fmt.Sprintf("市%d", city), Town: strings.Repeat("町", i%3), TownKana: []string{"", "マチ", "ー・1(ヴ)"}[i%3],
				}})
			}
		}
		packed, err := pack(src)
		if err != nil {
			t.Fatal(err)
		}
		if err := compare(src, packed); err != nil {
			t.Fatal(err)
		}
	})
}
