package booking

import (
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file keeps what a menu offers to new or to returning customers for those.
// A customer is returning who has a booking that was not cancelled, declined or
// expired, whether the visit is over or to come: nobody is new twice. Members
// book anything for anybody.

var customerRule = pg.Register("booking.customer_rule", `SELECT customer_rule($1, $2, $3, $4)`)

// newcomers is whom the services of a visit take.
type newcomers struct {
	identity       *string // of who books
	new, returning bool    // only those
}

// newcomersOf is the rule for a guest who books a visit, nil for none.
func newcomersOf(v *availability.Visit, g customer.Guest) *newcomers {
	var n newcomers
	for _, p := range v.Parts {
		n.new = n.new || p.Service.Customers == catalog.NewCustomers
		n.returning = n.returning || p.Service.Customers == catalog.ReturningCustomers
	}
	if !n.new && !n.returning {
		return nil
	}
	n.identity = g.IdentityKey()
	return &n
}

// queue queues the check, which locks the customer to the end of the transaction:
// after the guard of the schedule, before the locks of resources.
func (n *newcomers) queue(b *pg.Batch, d *draft) {
	if n != nil {
		b.Queue(customerRule, d.snap.Business.ID, n.identity, n.new, n.returning)
	}
}
