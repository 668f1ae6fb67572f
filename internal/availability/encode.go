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
		b = appendDate(b, day.Date.Year, day.Date.Month, day.Date.Day)
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
	b = c.append(b, step+s.LengthAt(step))
	b = append(b, `","staff_ids":[`...)
	none := len(b)
	for i, r := range s.Staff {
		if s.staff[i].Has(step) {
			b = append(b, s.Frame.Resources[r].text[:]...)
		}
	}
	if len(b) > none {
		b = b[:len(b)-1] // the last comma
	}
	b = append(b, `],"remaining":`...)
	b = strconv.AppendInt(b, int64(s.fitting(step)), 10)
	return append(b, '}')
}

// calendar writes steps as local time. It keeps the last text: hundreds of
// starts share a date and an offset, and only the time of day changes.
type calendar struct {
	frame  *Frame
	offset *offset
	day    int64 // of the text, counted from the epoch
	text   [len("2006-01-02T15:04:05-07:00")]byte
	length int
}

const secondsPerDay = 24 * 60 * 60

func (c *calendar) append(b []byte, step int) []byte {
	o := c.frame.offsetAt(step)
	local := c.frame.unix(step) + o.seconds
	second := local % secondsPerDay
	if second < 0 {
		second += secondsPerDay
	}
	if day := (local - second) / secondsPerDay; day != c.day || o != c.offset {
		c.day, c.offset = day, o
		year, month, date := time.Unix(local, 0).UTC().Date()
		t := appendDate(c.text[:0], year, month, date)
		t = append(t, "T00:00:00"...)
		c.length = len(append(t, o.text...))
	}
	const hour, minute, sec = len("2006-01-02T"), len("2006-01-02T15:"), len("2006-01-02T15:04:")
	putTwo(c.text[hour:], int(second)/3600)
	putTwo(c.text[minute:], int(second)/60%60)
	putTwo(c.text[sec:], int(second)%60)
	return append(b, c.text[:c.length]...)
}

func putTwo(b []byte, n int) {
	b[0], b[1] = byte('0'+n/10), byte('0'+n%10) //nolint:gosec // two digits
}

func appendDate(b []byte, year int, month time.Month, day int) []byte {
	b = append(b, "0000-00-00"...)
	t := b[len(b)-len("0000-00-00"):]
	putTwo(t, year/100)
	putTwo(t[2:], year%100)
	putTwo(t[5:], int(month))
	putTwo(t[8:], day)
	return b
}
