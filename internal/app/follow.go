package app

import (
	"context"
	"sync"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/live"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// The words that processes tell each other: what changed, and of which business.
const (
	changesChannel  = "omotenashi_changes"
	scheduleChanged = "schedule "
	bookingsChanged = "bookings "
	holidaysChanged = "holidays"  // of every business
	roleChanged     = "employee " // and whose role it is, behind the business
)

// changes tells the other processes what this one changed, and has what is
// remembered here dropped when they tell; then who watches the business learns of
// it, who would else read what was remembered. No write trusts what is remembered,
// so that a lost word costs freshness and no more.
type changes struct {
	teller *pg.Changes
	avail  *availability.Service
	people *auth.Service
	hub    *live.Hub
}

func newChanges(db *pg.DB, avail *availability.Service, people *auth.Service, hub live.Options) *changes {
	c := &changes{teller: pg.NewChanges(db, changesChannel, hub.Log), avail: avail, people: people}
	hub.Missed = c.forget
	hub.Read = func(ctx context.Context, list []business.ID) (map[business.ID]int64, error) {
		return sequences(ctx, db, list)
	}
	c.hub = live.New(hub)
	return c
}

// sequences are the numbers of the last writes of businesses.
func sequences(ctx context.Context, db *pg.DB, list []business.ID) (map[business.ID]int64, error) {
	ids := make([][16]byte, len(list))
	for i, bid := range list {
		ids[i] = bid
	}
	found, err := audit.Sequences(ctx, db, ids)
	out := make(map[business.ID]int64, len(found))
	for bid, seq := range found {
		out[bid] = seq
	}
	return out, err
}

// forget drops what is remembered of a business, of whose change no word came.
func (c *changes) forget(bid business.ID) {
	c.avail.ScheduleChanged(bid)
	c.avail.BookingsChanged(bid)
}

// schedule is called after each commit that changed hours, menus or resources.
func (c *changes) schedule(bid business.ID) {
	c.avail.ScheduleChanged(bid)
	c.hub.Changed(bid)
	c.teller.Tell(scheduleChanged + bid.String())
}

// holidays is called after each commit that changed the holidays of the
// installation, which decide when any business is open. It is rare.
func (c *changes) holidays() {
	c.avail.ForgetAll()
	c.hub.ChangedAll()
	c.teller.Tell(holidaysChanged)
}

// bookings is called after each commit that changed what is taken; the service
// of bookings has dropped what this process remembers.
func (c *changes) bookings(bid business.ID) {
	c.hub.Changed(bid)
	c.teller.Tell(bookingsChanged + bid.String())
}

// role is called after each commit that changed what somebody is in a business.
func (c *changes) role(user [16]byte, bid business.ID) {
	c.people.ForgetRole(user, bid)
	c.hub.Dismiss(bid)
	c.teller.Tell(roleChanged + bid.String() + auth.UserID(user).String())
}

// follow tells and hears until the answered function is called.
func (c *changes) follow(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var both sync.WaitGroup
	both.Go(func() { c.teller.Run(ctx, c.heard) })
	both.Go(func() { c.hub.Run(ctx) })
	return func() {
		cancel()
		both.Wait()
	}
}

func (c *changes) heard(word string) {
	if word == pg.Everything {
		c.avail.ForgetAll()
		c.people.ForgetRoles()
		c.hub.ChangedAll()
		return
	}
	if word == holidaysChanged {
		c.avail.ForgetAll()
		c.hub.ChangedAll()
		return
	}
	const head, end = len(scheduleChanged), len(scheduleChanged) + 36 // of an id
	if len(word) < end {
		return
	}
	bid, err := id.Parse[business.Business](word[head:end])
	if err != nil {
		return // of a newer version of the program
	}
	switch word[:head] {
	case scheduleChanged:
		c.avail.ScheduleChanged(bid)
		c.hub.Changed(bid)
	case bookingsChanged:
		c.avail.BookingsChanged(bid)
		c.hub.Changed(bid)
	case roleChanged:
		if user, err := id.Parse[auth.User](word[end:]); err == nil {
			c.people.ForgetRole(user, bid)
			c.hub.Dismiss(bid)
		}
	}
}
