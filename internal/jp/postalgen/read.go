package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// source is the public table, cleaned: sorted by code, the towns of one code in the table's order and each once.
type source struct {
	date string
	rows []row
}

type row struct {
	code  string
	place jp.Place
}

func (s source) codes() int {
	n := 0
	for i := range s.rows {
		if i == 0 || s.rows[i].code != s.rows[i-1].code {
			n++
		}
	}
	return n
}

// The columns of a line of the package.
const (
	colCode = iota
	colPrefecture
	colCity
	colTown
	colStreet // of a company with a code of its own, as the next
	colCompany
	colPrefectureKana
	colCityKana
	colTownKana
	columns
)

// infoCode is the line that tells the date: "ver2.13 2025-09-25 2025-09-30".
const infoCode = "_000info"

var (
	dataFile = regexp.MustCompile(`^[0-9]{3}\.json$`)
	fullCode = regexp.MustCompile(`^_[0-9]{7}$`)
	lastDate = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// read reads all files of the folder.
func read(folder fs.FS) (source, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return source{}, err
	}
	var out source
	seen := map[[4]string]bool{}
	for _, e := range entries {
		if !dataFile.MatchString(e.Name()) {
			continue
		}
		lines, err := readFile(folder, e.Name())
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", e.Name(), err)
		}
		for _, line := range lines {
			out.add(line, seen)
		}
	}
	slices.SortStableFunc(out.rows, func(a, b row) int { return cmp.Compare(a.code, b.code) })
	if out.date == "" || len(out.rows) == 0 {
		return source{}, fmt.Errorf("%d files hold %d rows and the date %q", len(entries), len(out.rows), out.date)
	}
	return out, nil
}

// readFile takes the lines out of `callback([[…],…]);`.
func readFile(folder fs.FS, name string) (lines [][]string, err error) {
	b, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	start, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if start < 0 || end < start {
		return nil, fmt.Errorf("no call around %d bytes", len(b))
	}
	if err := json.Unmarshal(b[start+1:end], &lines); err != nil {
		return nil, err
	}
	for _, l := range lines {
		if len(l) != columns {
			return nil, fmt.Errorf("a line of %d columns", len(l))
		}
	}
	return lines, nil
}

// add adds a line of the package, unless it is there. The codes of companies
// give the town; street and company are left out.
func (s *source) add(line []string, seen map[[4]string]bool) {
	if line[colCode] == infoCode {
		s.date = lastDate.FindString(line[colTown] + line[colCity])
	}
	if !fullCode.MatchString(line[colCode]) {
		return
	}
	code := line[colCode][1:]
	for _, town := range townsOf(code, line[colTown], line[colTownKana]) {
		key := [4]string{code, line[colPrefecture], line[colCity], town.name}
		if seen[key] {
			continue
		}
		seen[key] = true
		s.rows = append(s.rows, row{code, jp.Place{
			Prefecture: line[colPrefecture], City: line[colCity], Town: town.name,
			PrefectureKana: kana(line[colPrefectureKana]), CityKana: kana(line[colCityKana]), TownKana: kana(town.kana),
		}})
	}
}

// kana is full-width, with digits and Latin letters half-width.
func kana(s string) string { return norm.NFKC.String(s) }

type town struct{ name, kana string }

// corrections are towns that the package's own cleaning loses.
var corrections = map[string][]town{
	"4411324": {{"井道", "イミチ"}, {"奥井道", "オクイミチ"}, {"内井道", "ウチイミチ"}},
	"6560461": {{"市円行寺", "イチエンギョウジ"}},
}

// The lot ranges of 洋野町 have codes of their own, all in 種市.
var taneichi = regexp.MustCompile(`^02879(0[1-3]|1[1-8])$`)

var (
	noTown   = regexp.MustCompile(`^以下に掲載がない場合$|の次に.*番地.*がくる場合$|^.+[町村]一円$`)
	lots     = regexp.MustCompile(`(第?[０-９]+地割)[^（]*$`)
	lotsKana = regexp.MustCompile(`(ダイ|ﾀﾞｲ)?[0-9]+(チワリ|ﾁﾜﾘ)[^(]*$`)
	note     = regexp.MustCompile(`（[^（）]*）$`)
	noteKana = regexp.MustCompile(`\([^()]*\)$`)
)

// townsOf cleans a town: what is a sentence and no town becomes none, notes in
// brackets and ranges of lots go.
func townsOf(code, name, kana string) []town {
	if t, ok := corrections[code]; ok {
		return t
	}
	name, kana = strings.TrimSpace(name), strings.TrimSpace(kana)
	if name == "" && taneichi.MatchString(code) {
		return []town{{"種市", "タネイチ"}}
	}
	if note.MatchString(name) {
		name, kana = note.ReplaceAllString(name, ""), noteKana.ReplaceAllString(kana, "")
	}
	if lots.MatchString(name) {
		name, kana = lots.ReplaceAllString(name, ""), lotsKana.ReplaceAllString(kana, "")
	}
	if noTown.MatchString(name) {
		name, kana = "", ""
	}
	return []town{{name, kana}}
}
