package availability

import (
	"fmt"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// BenchmarkExplain is all but the round trip: a salon of fourteen staff, all
// booked from ten to eight, is laid on the axis and asked why.
func BenchmarkExplain(b *testing.B) {
	p := newParlour(b)
	for i := range 12 {
		x := p.snap.Resources[tanaka]
		x.ID = resourceID(10 + i)
		p.snap.Resources = append(p.snap.Resources, x)
	}
	for i := range p.snap.Resources {
		for h := 10; h < 20; h++ {
			p.book(i, 1, fmt.Sprint(i, h), p.time(h, 0), p.time(h+1, 0), 0, 0)
		}
	}
	p.snap.compile(nil, nil, nil)
	q := p.question
	q.Lang = locale.JA
	explain := func(b *testing.B, days int, say func(*explainer, time.Time)) {
		b.Helper()
		b.ReportAllocs()
		start := p.time(14, 30)
		for b.Loop() {
			f, err := p.snap.Frame(tuesday.AddDays(1-days), days, Freedom{})
			if err != nil {
				b.Fatal(err)
			}
			e, err := p.snap.explainer(q, f, p.claims, p.now)
			if err != nil {
				b.Fatal(err)
			}
			say(e, start)
		}
	}
	b.Run("start", func(b *testing.B) { explain(b, 2, func(e *explainer, start time.Time) { e.slot(start) }) })
	b.Run("day", func(b *testing.B) {
		explain(b, 1, func(e *explainer, _ time.Time) {
			e.day = &tuesday
			e.strip()
		})
	})
}
