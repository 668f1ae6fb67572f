package jp

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// Place is a town with a postal code.
type Place struct {
	Prefecture string // 東京都
	City       string // 渋谷区; 札幌市中央区; with the district where there is one: 九戸郡洋野町
	Town       string // 神宮前; empty where the code stands for all of a city that has none of its own

	PrefectureKana, CityKana, TownKana string // full-width katakana, digits half-width
}

// PostalTable is the table of postal codes as postalgen packs it. A table is
// safe for concurrent use. It stays packed: a look-up unpacks one block of some
// hundred codes, and the block last used is kept.
//
// The file: PostalMagic; ten bytes of date; rows, codes; the areas (prefecture
// and city with their kana, tab-separated lines, deflated, length first); the
// number of blocks; for each its first code and the end of its bytes, four bytes
// each; the blocks. A block has three deflated columns, each with its length
// first: uvarint steps from code to code and varint steps from area to area; the
// towns, a line each; their kana in one byte a sign, a line each. Rows are in the
// order of codes, those of one code in one block.
type PostalTable struct {
	date   string
	rows   int
	codes  int
	areas  func() ([]postalArea, error)
	index  []byte
	blocks []byte
	last   atomic.Pointer[postalBlock]
}

// PostalMagic begins a packed table.
const PostalMagic = "JPPC1"

const (
	postalDate  = len("2006-01-02")
	postalEntry = 8 // bytes of the index a block
)

// postalArea is a city with its prefecture.
type postalArea struct{ prefecture, city, prefectureKana, cityKana string }

// postalBlock is an unpacked block.
type postalBlock struct {
	number int
	codes  []uint32
	areas  []int
	towns  []string
	kana   []string
}

var errPostalTable = errors.New("broken table of postal codes")

// OpenPostal opens a packed table; it reads no block yet.
func OpenPostal(b []byte) (*PostalTable, error) {
	if len(b) < len(PostalMagic)+postalDate || string(b[:len(PostalMagic)]) != PostalMagic {
		return nil, errPostalTable
	}
	b = b[len(PostalMagic):]
	t := &PostalTable{date: string(b[:postalDate])}
	r := &postalReader{rest: b[postalDate:]}
	t.rows, t.codes = r.number(), r.number()
	packed := r.take(r.number())
	t.areas = sync.OnceValues(func() ([]postalArea, error) { return unpackAreas(packed) })
	t.index = r.take(r.number() * postalEntry)
	t.blocks = r.rest
	if r.broken || len(t.index) > 0 && t.end(len(t.index)/postalEntry-1) != len(t.blocks) {
		return nil, errPostalTable
	}
	return t, nil
}

// Date is the day of the public data, "2025-09-30".
func (t *PostalTable) Date() string { return t.date }

// Rows counts the towns.
func (t *PostalTable) Rows() int { return t.rows }

// Codes counts the codes.
func (t *PostalTable) Codes() int { return t.codes }

func (t *PostalTable) first(block int) uint32 {
	return binary.BigEndian.Uint32(t.index[block*postalEntry:])
}

func (t *PostalTable) end(block int) int {
	return int(binary.BigEndian.Uint32(t.index[block*postalEntry+4:]))
}

// Lookup gives the places of a code of seven digits, in the order of the public
// data; none for a code that is not in use. An error means a broken table.
func (t *PostalTable) Lookup(code string) ([]Place, error) {
	n, ok := postalNumber(code)
	if !ok {
		return nil, nil
	}
	number := sort.Search(len(t.index)/postalEntry, func(i int) bool { return t.first(i) > n }) - 1
	if number < 0 {
		return nil, nil
	}
	b, err := t.block(number)
	if err != nil {
		return nil, err
	}
	areas, err := t.areas()
	if err != nil {
		return nil, err
	}
	var out []Place
	for i := sort.Search(len(b.codes), func(i int) bool { return b.codes[i] >= n }); i < len(b.codes) && b.codes[i] == n; i++ {
		if uint(b.areas[i]) >= uint(len(areas)) {
			return nil, errPostalTable
		}
		a := areas[b.areas[i]]
		out = append(out, Place{a.prefecture, a.city, b.towns[i], a.prefectureKana, a.cityKana, unpackKana(b.kana[i])})
	}
	return out, nil
}

// postalNumber is the code as a number.
func postalNumber(code string) (n uint32, ok bool) {
	if len(code) != 7 {
		return 0, false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint32(c-'0')
	}
	return n, true
}

// block is the unpacked block of the number.
func (t *PostalTable) block(number int) (*postalBlock, error) {
	if b := t.last.Load(); b != nil && b.number == number {
		return b, nil
	}
	start := 0
	if number > 0 {
		start = t.end(number - 1)
	}
	if end := t.end(number); start > end || end > len(t.blocks) {
		return nil, errPostalTable
	}
	b, err := unpackBlock(t.blocks[start:t.end(number)], t.first(number))
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", number, err)
	}
	b.number = number
	t.last.Store(b)
	return b, nil
}

func unpackBlock(packed []byte, code uint32) (*postalBlock, error) {
	r := &postalReader{rest: packed}
	steps, towns, kana := r.inflate(), r.inflate(), r.inflate()
	b := &postalBlock{towns: strings.Split(string(towns), "\n"), kana: strings.Split(string(kana), "\n")}
	s, area := &postalReader{rest: steps}, 0
	for len(s.rest) > 0 && !s.broken {
		code += uint32(s.number()) //nolint:gosec // steps between codes of seven digits
		area += s.signed()
		b.codes, b.areas = append(b.codes, code), append(b.areas, area)
	}
	if r.broken || s.broken || len(b.codes) != len(b.towns) || len(b.codes) != len(b.kana) {
		return nil, errPostalTable
	}
	return b, nil
}

func unpackAreas(packed []byte) ([]postalArea, error) {
	text, err := inflate(packed)
	if err != nil {
		return nil, err
	}
	var out []postalArea
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			return nil, errPostalTable
		}
		out = append(out, postalArea{f[0], f[1], f[2], f[3]})
	}
	return out, nil
}

// kanaShiftedTo is the byte of the first sign of the katakana block; ASCII stands for itself.
const (
	kanaBase      = '゠'
	kanaShiftedTo = 0x80
)

func unpackKana(s string) string {
	out := make([]rune, len(s))
	for i, c := range []byte(s) {
		out[i] = rune(c)
		if c >= kanaShiftedTo {
			out[i] += kanaBase - kanaShiftedTo
		}
	}
	return string(out)
}

// postalReader takes the parts off; once broken, all further ones are empty.
type postalReader struct {
	rest   []byte
	broken bool
}

func (r *postalReader) fail() { r.rest, r.broken = nil, true }

func (r *postalReader) number() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > 1<<30 {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *postalReader) signed() int {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *postalReader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *postalReader) inflate() []byte {
	b, err := inflate(r.take(r.number()))
	if err != nil {
		r.fail()
	}
	return b
}

// maxUnpacked is far above what any part unpacks to.
const maxUnpacked = 1 << 20

// inflaters are kept, as each takes some ten thousand bytes.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// inflater is what package flate makes.
type inflater interface {
	io.Reader
	flate.Resetter
}

func inflate(packed []byte) ([]byte, error) {
	z, ok := inflaters.Get().(inflater)
	if !ok {
		return nil, errPostalTable
	}
	defer inflaters.Put(z)
	if err := z.Reset(bytes.NewReader(packed), nil); err != nil {
		return nil, errors.Join(errPostalTable, err)
	}
	b, err := io.ReadAll(io.LimitReader(z, maxUnpacked))
	if err != nil {
		return nil, errors.Join(errPostalTable, err)
	}
	return b, nil
}
