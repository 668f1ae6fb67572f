package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

// rowsPerBlock is about how many rows a look-up unpacks: with 256 the file is a
// tenth larger than with 2,048, and a look-up ten times faster.
const rowsPerBlock = 256

// pack writes the file that jp.OpenPostal reads; the format stands there.
func pack(s source) ([]byte, error) {
	if len(s.date) != len("2006-01-02") {
		return nil, fmt.Errorf("date %q", s.date)
	}
	areas := areasOf(s.rows)
	table, err := deflate([]byte(strings.Join(areas, "\n")))
	if err != nil {
		return nil, err
	}
	number := make(map[string]int, len(areas))
	for i, a := range areas {
		number[a] = i
	}
	var index, blocks []byte
	for chunk := range blocksOf(s.rows) {
		b, err := packBlock(chunk, number)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b...)
		index = binary.BigEndian.AppendUint32(index, codeNumber(chunk[0].code))
		index = binary.BigEndian.AppendUint32(index, uint32(len(blocks))) //nolint:gosec // some megabytes at most
	}
	out := append([]byte(jp.PostalMagic), s.date...)
	out = binary.AppendUvarint(out, uint64(len(s.rows)))
	out = binary.AppendUvarint(out, uint64(s.codes())) //nolint:gosec // a count
	out = append(binary.AppendUvarint(out, uint64(len(table))), table...)
	out = append(binary.AppendUvarint(out, uint64(len(index)/8)), index...)
	return append(out, blocks...), nil
}

// areasOf lists the areas in the order in which codes meet them, so that steps between them are small.
func areasOf(rows []row) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range rows {
		if a := areaLine(r.place); !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

func areaLine(p jp.Place) string {
	return strings.Join([]string{p.Prefecture, p.City, p.PrefectureKana, p.CityKana}, "\t")
}

// blocksOf cuts the rows where a code ends.
func blocksOf(rows []row) func(yield func([]row) bool) {
	return func(yield func([]row) bool) {
		for len(rows) > 0 {
			n := min(rowsPerBlock, len(rows))
			for n < len(rows) && rows[n].code == rows[n-1].code {
				n++
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

func packBlock(rows []row, areas map[string]int) ([]byte, error) {
	var steps []byte
	var towns, kana []string
	code, area := codeNumber(rows[0].code), 0
	for _, r := range rows {
		n, a := codeNumber(r.code), areas[areaLine(r.place)]
		steps = binary.AppendUvarint(steps, uint64(n-code))
		steps = binary.AppendVarint(steps, int64(a-area))
		code, area = n, a
		k, err := packKana(r.place.TownKana)
		if err != nil || strings.ContainsAny(r.place.Town, "\n\t") {
			return nil, fmt.Errorf("%s %q: %w", r.code, r.place.Town, err)
		}
		towns, kana = append(towns, r.place.Town), append(kana, k)
	}
	var out []byte
	for _, column := range [][]byte{steps, []byte(strings.Join(towns, "\n")), []byte(strings.Join(kana, "\n"))} {
		b, err := deflate(column)
		if err != nil {
			return nil, err
		}
		out = append(binary.AppendUvarint(out, uint64(len(b))), b...)
	}
	return out, nil
}

// packKana writes katakana in a byte a sign.
func packKana(s string) (string, error) {
	out := make([]byte, 0, len(s)/3)
	for _, r := range s {
		switch {
		case ' ' <= r && r <= '~':
			out = append(out, byte(r))
		case '゠' <= r && r <= 'ヿ':
			out = append(out, byte(r-'゠')+0x80)
		default:
			return "", fmt.Errorf("kana %q has %q", s, r)
		}
	}
	return string(out), nil
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return slices.Clip(out.Bytes()), nil
}

// codeNumber is a code of seven digits as a number.
func codeNumber(code string) uint32 {
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil {
		panic(err) // read lets only digits through
	}
	return uint32(n)
}
