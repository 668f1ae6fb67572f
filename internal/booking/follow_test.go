package booking_test

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// What is remembered and follows bookings is what the database would say, to the
// minute that somebody is booked: while others write, hold, cancel, and read.
func TestFollow_WhatIsRemembered_IsWhatWouldBeRead(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.staff(3)
	s.resource(res{kind: catalog.Seat, capacity: 3})
	svc := s.menu(30, 5500, need{kind: catalog.Staff}, need{kind: catalog.Seat})
	for round := range 12 {
		var booked atomic.Int32
		var reading, writing sync.WaitGroup
		reading.Go(func() { // a calendar is read anew while others commit; the last commits find it read
			for booked.Load() < 20 {
				s.avail.BookingsChanged(s.id)
				_, _ = s.avail.Calendar(context.Background(), s.id)
			}
		})
		for i := range 8 {
			writing.Go(func() {
				for k := range 4 {
					booked.Add(1)
					start := at(1+round%6, 10+i, 30*(k%2))
					if round%2 == 1 && k == 2 {
						if h, err := s.hold(svc, start); err == nil && i%2 == 0 {
							_, _ = s.book(s.with(h, wish(svc, start)))
						}
						continue
					}
					x, err := s.book(wish(svc, start))
					if err == nil && k == 3 && i%4 == 0 {
						_, _ = s.cancelByLink(x, "")
					}
				}
			})
		}
		writing.Wait()
		reading.Wait()
		s.wantAsRead(t)
	}
}

// wantAsRead compares what the process remembers with what another would read.
func (s *shop) wantAsRead(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	kept, err := s.avail.Calendar(ctx, s.id)
	if err != nil {
		t.Fatal(err)
	}
	read, err := availability.New(s.db, s.clock).Calendar(ctx, s.id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range read.Frame.Resources {
		a, b := &kept.Frame.Resources[i], &read.Frame.Resources[i]
		for u := range b.Busy {
			if a.Busy[u].Count() != b.Busy[u].Count() || a.Busy[u].Count() > 0 && !reflect.DeepEqual(a.Busy[u], b.Busy[u]) {
				t.Errorf("resource %d, unit %d: remembered %d steps, read %d", i, u+1, a.Busy[u].Count(), b.Busy[u].Count())
			}
		}
		if !reflect.DeepEqual(a.Load, b.Load) {
			t.Errorf("resource %d: remembered minutes %v, read %v", i, a.Load, b.Load)
		}
	}
}
