// Package pg is the way to PostgreSQL: pools, tenant transactions, statements by
// name, errors by state, and migrations.
//
// Invariants: a tenant's rows are touched only inside InTenant or BatchTenant,
// which set the tenant for that transaction alone; sessions serve under the
// role omotenashi_app, which owns nothing and is bound by row-level security;
// synchronous_commit is on, so that an answered commit survives a crash.
package pg
