package jp

import (
	"bytes"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
)

func TestPostal_KnownCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"1500001": "東京都 渋谷区 神宮前 トウキョウト シブヤク ジングウマエ",
		"0600000": "北海道 札幌市中央区  ホッカイドウ サッポロシチュウオウク ",
		"0600042": "北海道 札幌市中央区 大通西 ホッカイドウ サッポロシチュウオウク オオドオリニシ",
		"6028368": "京都府 京都市上京区 北町 キョウトフ キョウトシカミギョウク キタマチ", // crossings in brackets
		"4300801": "静岡県 浜松市中央区 神立町 シズオカケン ハママツシチュウオウク コウダチチョウ",
		"1066127": "東京都 港区 六本木六本木ヒルズ森タワー２７階 トウキョウト ミナトク ロッポンギロッポンギヒルズモリタワー27カイ",
		"0287917": "岩手県 九戸郡洋野町 種市 イワテケン クノヘグンヒロノチョウ タネイチ", // ranges of lots
		"4090142": "山梨県 北都留郡小菅村  ヤマナシケン キタツルグンコスゲムラ ",     // 小菅村の次に１～６６３番地がくる場合
		"1000301": "東京都 利島村  トウキョウト トシマムラ ",               // 利島村一円
		"5220317": "滋賀県 犬上郡多賀町 一円 シガケン イヌカミグンタガチョウ イチエン",  // a town of that name
		"6560461": "兵庫県 南あわじ市 市円行寺 ヒョウゴケン ミナミアワジシ イチエンギョウジ",
		"9071801": "沖縄県 八重山郡与那国町 与那国 オキナワケン ヤエヤマグンヨナグニチョウ ヨナグニ",
		"1008111": "東京都 千代田区 千代田 トウキョウト チヨダク チヨダ", // an office's own code
	} {
		got := Postal(code)
		if len(got) != 1 {
			t.Errorf("%s: %v", code, got)
			continue
		}
		p := got[0]
		if s := strings.Join([]string{p.Prefecture, p.City, p.Town, p.PrefectureKana, p.CityKana, p.TownKana}, " "); s != want {
			t.Errorf("%s: %q, want %q", code, s, want)
		}
	}
	for _, code := range []string{"", "0000000", "9999999", "0000001", "150000", "15000011", "150-0001", "１５０００", "1500000000000", "150000a"} {
		if got := Postal(code); len(got) != 0 {
			t.Errorf("%q: %v", code, got)
		}
	}
}

func TestPostal_OneCodeSeveralTowns(t *testing.T) {
	t.Parallel()
	towns := func(code string) (out []string) {
		for _, p := range Postal(code) {
			out = append(out, p.Prefecture+p.City+p.Town)
		}
		return out
	}
	if got := towns("4980000"); !slices.Equal(got, []string{"愛知県弥富市", "三重県桑名郡木曽岬町"}) { // two prefectures
		t.Errorf("got %q", got)
	}
	if got := towns("4411324"); !slices.Equal(got, []string{"愛知県新城市井道", "愛知県新城市奥井道", "愛知県新城市内井道"}) {
		t.Errorf("got %q", got)
	}
	if got := towns("4520961"); len(got) != 66 || !slices.Contains(got, "愛知県清須市春日宮重町") {
		t.Errorf("%d: %q", len(got), got)
	}
}

// Every row is whole, and no row is one that a person would not write as an address.
func TestPostal_WholeTable(t *testing.T) {
	t.Parallel()
	table, err := OpenPostal(postalFile)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := table.areas()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas {
		if full, ok := ParsePrefecture(a.prefecture); !ok || full != a.prefecture || a.city == "" || !IsKana(a.prefectureKana) || !IsKana(a.cityKana) {
			t.Errorf("area %v", a)
		}
	}
	rows, codes, previous := 0, 0, uint32(0)
	for i := range len(table.index) / postalEntry {
		b, err := table.block(i)
		if err != nil {
			t.Fatal(err)
		}
		for j, code := range b.codes {
			rows++
			if code != previous || rows == 1 {
				codes++
			}
			if code < previous || code > 9999999 {
				t.Errorf("%07d after %07d", code, previous)
			}
			previous = code
			if town, kana := b.towns[j], unpackKana(b.kana[j]); !wholeTown(town, kana) {
				t.Errorf("%07d: %q, %q", code, town, kana)
			}
		}
	}
	if rows != table.Rows() || codes != table.Codes() || rows < 140000 || len(areas) < 1800 || table.Date() < "2025" {
		t.Errorf("%d towns of %d, %d codes of %d, %d areas, %s", rows, table.Rows(), codes, table.Codes(), len(areas), table.Date())
	}
}

// kanaSigns may stand in a reading beside katakana.
const kanaSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZー・()-."

func wholeTown(town, kana string) bool {
	if town == "" && kana != "" || strings.ContainsAny(town, "「」、,\n\t ") || strings.Contains(town, "場合") || strings.Contains(town, "以下に") {
		return false
	}
	if strings.HasSuffix(town, "）") || strings.HasPrefix(town, "（") {
		return false
	}
	return strings.IndexFunc(kana, func(r rune) bool { return !unicode.Is(unicode.Katakana, r) && !strings.ContainsRune(kanaSigns, r) }) < 0
}

func TestOpenPostal_RefusesABrokenTable(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"empty": nil, "another file": []byte("PK\x03\x04 and so on, longer than the head"), "head only": postalFile[:20],
		"cut": postalFile[:len(postalFile)/2], "longer": append(bytes.Clone(postalFile), 0),
	} {
		if _, err := OpenPostal(b); !errors.Is(err, errPostalTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := bytes.Clone(postalFile)
	for i := len(broken) * 9 / 10; i < len(broken); i++ {
		broken[i] = 0xFF
	}
	table, err := OpenPostal(broken)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := table.Lookup("9900001"); !errors.Is(err, errPostalTable) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := table.Lookup("0600042"); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPostal_ManyAtOnce(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				code := []string{"1500001", "0600042", "4980000", "9071801"}[i%4]
				if got := Postal(code); len(got) == 0 || got[0].Prefecture == "" {
					t.Errorf("%s: %v", code, got)
				}
			}
		})
	}
	wg.Wait()
}

// What stays in memory after look-ups everywhere: areas and one block.
func BenchmarkPostal_Memory(b *testing.B) {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for b.Loop() {
		before := heap()
		table, err := OpenPostal(postalFile)
		if err != nil {
			b.Fatal(err)
		}
		for _, code := range []string{"0600042", "1500001", "4980000", "9071801"} {
			if _, err := table.Lookup(code); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(heap()-before)/1024, "KB-held")
		runtime.KeepAlive(table)
	}
}

func BenchmarkPostal_Scattered(b *testing.B) {
	codes := []string{"0600042", "1500001", "4980000", "9071801", "4520961", "6028368", "9999999"}
	for i := 0; b.Loop(); i++ {
		Postal(codes[i%len(codes)])
	}
}

func BenchmarkPostal_SameBlock(b *testing.B) {
	for b.Loop() {
		Postal("1500001")
	}
}
