package availability

import "math/bits"

const wordBits = 64

// Bits is a set of steps: bit i of the slice is step i of the frame. Bits
// outside the slice are not set.
type Bits []uint64

// NewBits makes an empty set with room for the steps.
func NewBits(steps int) Bits { return make(Bits, (steps+wordBits-1)/wordBits) }

// Has tells whether step i is in the set.
func (b Bits) Has(i int) bool {
	return i >= 0 && i < len(b)*wordBits && b[i/wordBits]>>(i%wordBits)&1 != 0
}

// Count is the number of steps in the set.
func (b Bits) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Next is the first step of the set in [from, to), or -1.
func (b Bits) Next(from, to int) int {
	from, to = max(from, 0), min(to, len(b)*wordBits)
	if from >= to {
		return -1
	}
	w := from / wordBits
	word := b[w] &^ ones(0, from%wordBits)
	for word == 0 {
		if w++; w*wordBits >= to {
			return -1
		}
		word = b[w]
	}
	if i := w*wordBits + bits.TrailingZeros64(word); i < to {
		return i
	}
	return -1
}

// ones has the bits [from, to) of a word set; 0 <= from <= to <= 64.
func ones(from, to int) uint64 {
	return ^uint64(0) << from &^ (^uint64(0) << to) // a shift by 64 gives 0
}

// fill adds the steps [from, to), as far as there is room for them.
func (b Bits) fill(from, to int) {
	from, to = max(from, 0), min(to, len(b)*wordBits)
	for from < to {
		w := from / wordBits
		end := min(to, (w+1)*wordBits)
		b[w] |= ones(from-w*wordBits, end-w*wordBits)
		from = end
	}
}

// all tells whether every step of [from, to) is in the set.
func (b Bits) all(from, to int) bool {
	if from < 0 || to > len(b)*wordBits {
		return from >= to
	}
	for from < to {
		w := from / wordBits
		end := min(to, (w+1)*wordBits)
		if m := ones(from-w*wordBits, end-w*wordBits); b[w]&m != m {
			return false
		}
		from = end
	}
	return true
}

// none tells whether no step of [from, to) is in the set.
func (b Bits) none(from, to int) bool { return b.Next(from, to) < 0 }

// erode keeps step i only if all of [i, i+n) are in the set; n >= 1. It ANDs
// the set with itself shifted, over lengths that double: log2(n) passes.
func (b Bits) erode(n int) {
	for have := 1; have < n; {
		by := min(have, n-have)
		b.andAhead(b, by)
		have += by
	}
}

// andAhead keeps step i only if src has step i+by. With by > 0, b may be src:
// words are read before they are written.
func (b Bits) andAhead(src Bits, by int) {
	switch {
	case by > 0:
		b.andAbove(src, by)
	case by < 0:
		b.andBelow(src, -by)
	default:
		for i := range b {
			b[i] &= src[i]
		}
	}
}

func (b Bits) andAbove(src Bits, by int) {
	skip, low := by/wordBits, uint(by%wordBits)
	if skip >= len(src) {
		clear(b)
		return
	}
	from, to := src[skip:], b[:len(src)-skip]
	word := from[0]
	for i, next := range from[1:] {
		to[i] &= word>>(low&63) | next<<1<<((63-low)&63) // by 64-low in two parts, as low may be 0; &63 spares a check
		word = next
	}
	to[len(to)-1] &= word >> (low & 63)
	clear(b[len(to):])
}

func (b Bits) andBelow(src Bits, by int) {
	skip, up := by/wordBits, uint(by%wordBits)
	for i := range b {
		var w uint64
		if j := i - skip; j >= 0 {
			w = src[j] << up
			if j > 0 {
				w |= src[j-1] >> (wordBits - up) // with up == 0 a shift by 64 gives 0
			}
		}
		b[i] &= w
	}
}

// counter holds one small number per step, in binary across planes: digit p of
// step i is bit i%64 of row[p], where row is the planes of word i/64. Adding a
// set adds one to 64 steps at a time.
type counter struct {
	planes int
	rows   []uint64
}

// digits is how many planes numbers up to most need.
func digits(most int) int { return bits.Len(uint(max(most, 1))) }

func (c counter) row(w int) []uint64 { return c.rows[w*c.planes : (w+1)*c.planes] }

// add adds 2^digit at every step of set that is also in mask. The sum must fit the planes.
func (c counter) add(set, mask Bits, digit int) {
	for w := range mask {
		carry := set[w] & mask[w]
		if carry == 0 {
			continue
		}
		row := c.row(w)[digit:]
		for p := range row {
			row[p], carry = row[p]^carry, row[p]&carry
			if carry == 0 {
				break
			}
		}
	}
}

// addTimes adds n at every step of set that is also in mask.
func (c counter) addTimes(set, mask Bits, n int) {
	for digit := 0; n>>digit != 0; digit++ {
		if n>>digit&1 != 0 {
			c.add(set, mask, digit)
		}
	}
}

// at is the number of step i.
func (c counter) at(i int) int {
	n := 0
	for p, w := range c.row(i / wordBits) {
		n |= int(w>>(i%wordBits)&1) << p
	}
	return n
}

// put makes n the number of step i.
func (c counter) put(i, n int) {
	row, bit := c.row(i/wordBits), uint64(1)<<(i%wordBits)
	for p := range row {
		row[p] &^= bit
		if n>>p&1 != 0 {
			row[p] |= bit
		}
	}
}

// atMost lowers each number to that of d where d's is less. Both have the same planes.
func (c counter) atMost(d counter) {
	for w := range len(c.rows) / c.planes {
		mine, theirs := c.row(w), d.row(w)
		less, equal := uint64(0), ^uint64(0) // of theirs against mine, from the highest digit down
		for p := c.planes - 1; p >= 0; p-- {
			less |= equal & mine[p] &^ theirs[p]
			equal &^= mine[p] ^ theirs[p]
		}
		for p := range mine {
			mine[p] = mine[p]&^less | theirs[p]&less
		}
	}
}
