package app

import (
	"context"
	"log/slog"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
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
// remembered here dropped when they tell. No write trusts what is remembered, so
// that a lost word costs freshness and no more.
type changes struct {
	teller *pg.Changes
	avail  *availability.Service
	people *auth.Service
}

func newChanges(db *pg.DB, avail *availability.Service, people *auth.Service, log *slog.Logger) *changes {
	return &changes{teller: pg.NewChanges(db, changesChannel, log), avail: avail, people: people}
}

// schedule is called after each commit that changed hours, menus or resources.
func (c *changes) schedule(bid business.ID) {
	c.avail.ScheduleChanged(bid)
	c.teller.Tell(scheduleChanged + bid.String())
}

// holidays is called after each commit that changed the holidays of the
// installation, which decide when any business is open. It is rare.
func (c *changes) holidays() {
	c.avail.ForgetAll()
	c.teller.Tell(holidaysChanged)
}

// bookings is called after each commit that changed what is taken; the service
// of bookings has dropped what this process remembers.
func (c *changes) bookings(bid business.ID) { c.teller.Tell(bookingsChanged + bid.String()) }

// role is called after each commit that changed what somebody is in a business.
func (c *changes) role(user [16]byte, bid business.ID) {
	c.people.ForgetRole(user, bid)
	c.teller.Tell(roleChanged + bid.String() + auth.UserID(user).String())
}

// follow tells and hears until the answered function is called.
func (c *changes) follow(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.teller.Run(ctx, c.heard)
	}()
	return func() {
		cancel()
		<-done
	}
}

func (c *changes) heard(word string) {
	if word == pg.Everything {
		c.avail.ForgetAll()
		c.people.ForgetRoles()
		return
	}
	if word == holidaysChanged {
		c.avail.ForgetAll()
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
	case bookingsChanged:
		c.avail.BookingsChanged(bid)
	case roleChanged:
		if user, err := id.Parse[auth.User](word[end:]); err == nil {
			c.people.ForgetRole(user, bid)
		}
	}
}
