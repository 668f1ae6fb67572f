package api

import "github.com/omotenashi-connect/omotenashi/internal/tenant"

// Who may do what with a business's own records. A higher role may do whatever a
// lower one may.
//
//	                                          owner  manager  staff  assistant
//	read profile, catalogue, hours, shifts      x       x       x        x
//	write profile, catalogue, hours, shifts     x       x
//	read settings, members, audit trail         x       x
//	write settings, submit for approval         x
var (
	mayRead    = member(tenant.Assistant) // what the ledger shows
	mayManage  = member(tenant.Manager)   // what is sold, by whom and when
	mayOversee = member(tenant.Manager)   // how the business is run
	mayOwn     = member(tenant.Owner)     // what binds the business
)
