package availability

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// naive is a set of steps the slow way.
type naive []bool

func drawSet(t *rapid.T, words int) (Bits, naive) {
	n := make(naive, words*wordBits)
	// Runs rather than noise: free times come in stretches.
	for i, on := 0, rapid.Bool().Draw(t, "on"); i < len(n); on = !on {
		for end := i + rapid.IntRange(1, 150).Draw(t, "run"); i < min(end, len(n)); i++ {
			n[i] = on
		}
	}
	b := make(Bits, words)
	for i, on := range n {
		if on {
			b.fill(i, i+1)
		}
	}
	return b, n
}

func (n naive) at(i int) bool { return i >= 0 && i < len(n) && n[i] }

func TestBits_EqualOneStepAtATime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 6).Draw(t, "words")
		b, n := drawSet(t, words)
		from := rapid.IntRange(-70, words*wordBits+70).Draw(t, "from")
		to := rapid.IntRange(from-5, words*wordBits+140).Draw(t, "to")

		count, next, all, none := 0, -1, true, true
		for i := range n {
			if n[i] {
				count++
			}
			if b.Has(i) != n[i] {
				t.Fatalf("Has(%d)", i)
			}
		}
		for i := from; i < to; i++ {
			all, none = all && n.at(i), none && !n.at(i)
			if next < 0 && n.at(i) {
				next = i
			}
		}
		if b.Count() != count || b.Next(from, to) != next || b.all(from, to) != all || b.none(from, to) != none {
			t.Fatalf("[%d, %d) of %v: count %d, next %d, all %v, none %v; want %d, %d, %v, %v", from, to, b,
				b.Count(), b.Next(from, to), b.all(from, to), b.none(from, to), count, next, all, none)
		}
		if b.Has(-1) || b.Has(len(n)) {
			t.Fatal("steps outside the set")
		}
		filled := slices.Clone(b)
		filled.fill(from, to)
		for i := range n {
			if filled.Has(i) != (n[i] || from <= i && i < to) {
				t.Fatalf("fill(%d, %d) at %d", from, to, i)
			}
		}
		var again naive = make([]bool, len(n))
		for _, s := range b.spans(len(n)) {
			for i := s.From; i < s.To; i++ {
				again[i] = true
			}
		}
		if !slices.Equal(again, n) {
			t.Fatal("spans")
		}
	})
}

func TestBits_ErodeAndShift_EqualOneStepAtATime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 6).Draw(t, "words")
		b, n := drawSet(t, words)
		length := rapid.IntRange(1, 300).Draw(t, "length")
		eroded := slices.Clone(b)
		eroded.erode(length)
		for i := range n {
			want := true
			for k := range length {
				want = want && n.at(i+k)
			}
			if eroded.Has(i) != want {
				t.Fatalf("erode(%d) of %v at %d: %v", length, b, i, !want)
			}
		}
		other, m := drawSet(t, words)
		by := rapid.IntRange(-words*wordBits-10, words*wordBits+10).Draw(t, "by")
		shifted := slices.Clone(b)
		shifted.andAhead(other, by)
		for i := range n {
			if shifted.Has(i) != (n[i] && m.at(i+by)) {
				t.Fatalf("andAhead(%d) at %d", by, i)
			}
		}
	})
}

func TestCounter_EqualsNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 3).Draw(t, "words")
		const most = 1000
		draw := func() (counter, []int) {
			c := counter{digits(most), make([]uint64, words*digits(most))}
			sum := make([]int, words*wordBits)
			for range rapid.IntRange(0, 8).Draw(t, "adds") {
				b, n := drawSet(t, words)
				mask, m := drawSet(t, words)
				times := rapid.IntRange(0, 100).Draw(t, "times")
				c.addTimes(b, mask, times)
				for i := range sum {
					if n[i] && m[i] {
						sum[i] += times
					}
				}
			}
			i, v := rapid.IntRange(0, len(sum)-1).Draw(t, "put at"), rapid.IntRange(0, most).Draw(t, "put")
			c.put(i, v)
			sum[i] = v
			return c, sum
		}
		c, x := draw()
		d, y := draw()
		e := counter{c.planes, slices.Clone(c.rows)}
		e.atMost(d)
		for i := range x {
			if c.at(i) != x[i] || d.at(i) != y[i] || e.at(i) != min(x[i], y[i]) {
				t.Fatalf("at %d: %d %d %d, want %d %d %d", i, c.at(i), d.at(i), e.at(i), x[i], y[i], min(x[i], y[i]))
			}
		}
	})
}

func TestTimeline_FloorAndCeil(t *testing.T) {
	t.Parallel()
	for _, base := range []time.Time{
		time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC), // steps before the epoch round the same way
	} {
		line := Timeline{Base: int64(floorStep(base.Unix())), Steps: 100}
		for _, c := range []struct {
			after       time.Duration
			floor, ceil int
		}{
			{0, 0, 0},
			{time.Nanosecond, 0, 1},
			{5*time.Minute - time.Nanosecond, 0, 1},
			{5 * time.Minute, 1, 1},
			{time.Hour, 12, 12},
			{-time.Nanosecond, -1, 0},
			{-5 * time.Minute, -1, -1},
			{-5*time.Minute - time.Second, -2, -1},
			{time.Hour + time.Second, 12, 13},
		} {
			if f, e := line.Floor(base.Add(c.after)), line.Ceil(base.Add(c.after)); f != c.floor || e != c.ceil {
				t.Errorf("%s and %s: floor %d, ceil %d, want %d, %d", base, c.after, f, e, c.floor, c.ceil)
			}
		}
		if got := line.Instant(12); !got.Equal(base.Add(time.Hour)) || got.Location() != time.UTC {
			t.Errorf("step 12 begins %s", got)
		}
	}
}
