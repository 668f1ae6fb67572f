package availability

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// AppendJSON appends the answer as JSON, byte for byte what encoding/json makes
// of Answer(next), without making one: an answer of a month has hundreds of
// slots, and this is the most frequent read of all. next may be zero.
func (s *Starts) AppendJSON(b []byte, next time.Time) []byte {
	b = slices.Grow(b, s.sizeHint())
	b = append(b, `{"timezone":"`...)
	b = append(b, s.Frame.Zone.String()...) // IANA names have nothing to escape
	b = append(b, `","days":[`...)
	c := calendar{frame: s.Frame, day: math.MinInt64}
	for i, day := range s.Frame.Days {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"date":"`...)
		b = appendDate(b, day.Date.Year, int(day.Date.Month), day.Date.Day)
		b = append(b, `","state":"`...)
		b = append(b, s.State(i)...)
		b = append(b, `","slots":[`...)
		first := true
		for step := range s.Day(i) {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = s.appendSlot(b, &c, step)
		}
		b = append(b, "]}"...)
	}
	b = append(b, `],"next_available":`...)
	if next.IsZero() {
		return append(b, "null}"...)
	}
	b = append(b, '"')
	b = next.In(s.Frame.Zone).AppendFormat(b, time.RFC3339Nano)
	return append(b, `"}`...)
}

// sizeHint is about as many bytes as the answer takes, rather more than fewer.
func (s *Starts) sizeHint() int {
	const day, slot, id = 64, 120, 39
	return 128 + len(s.Frame.Days)*day + s.Free.Count()*(slot+len(s.Staff)*id)
}

func (s *Starts) appendSlot(b []byte, c *calendar, step int) []byte {
	b = append(b, `{"start":"`...)
	b = c.append(b, step)
	b = append(b, `","end":"`...)
	b = c.append(b, step+s.Length)
	b = append(b, `","staff_ids":[`...)
	first := true
	for i, r := range s.Staff {
		if !s.staff[i].Has(step) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, s.Frame.Resources[r].text[:]...)
	}
	b = append(b, `],"remaining":`...)
	b = strconv.AppendInt(b, int64(s.left.at(step)), 10)
	return append(b, '}')
}

// calendar writes steps as local time, and remembers the last date, which
// hundreds of starts share.
type calendar struct {
	frame *Frame
	day   int64 // of the text, counted from the epoch
	text  [len("2006-01-02")]byte
}

const secondsPerDay = 24 * 60 * 60

func (c *calendar) append(b []byte, step int) []byte {
	o := c.frame.offsetAt(step)
	local := c.frame.unix(step) + o.seconds
	second := local % secondsPerDay
	if second < 0 {
		second += secondsPerDay
	}
	if day := (local - second) / secondsPerDay; day != c.day {
		c.day = day
		t := time.Unix(local, 0).UTC()
		appendDate(c.text[:0], t.Year(), int(t.Month()), t.Day())
	}
	b = append(b, c.text[:]...)
	b = append(b, 'T')
	b = appendTwo(b, int(second)/3600)
	b = append(b, ':')
	b = appendTwo(b, int(second)/60%60)
	b = append(b, ':')
	b = appendTwo(b, int(second)%60)
	return append(b, o.text...)
}

func appendDate(b []byte, year, month, day int) []byte {
	b = appendTwo(b, year/100)
	b = appendTwo(b, year%100)
	b = append(b, '-')
	b = appendTwo(b, month)
	b = append(b, '-')
	return appendTwo(b, day)
}

func appendTwo(b []byte, n int) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10)) //nolint:gosec // two digits
}
