// Package tenant says who acts: the actor that services receive, and the roles.
package tenant

import "github.com/omotenashi-connect/omotenashi/internal/locale"

// ActorKind is on whose behalf something is done.
type ActorKind string

// The kinds of actors, as histories and the audit trail store them.
const (
	Anonymous ActorKind = "customer" // a guest; shown as the customer
	Customer  ActorKind = "customer"
	Member    ActorKind = "member"
	Operator  ActorKind = "operator"
	System    ActorKind = "system"
	APIKey    ActorKind = "api_key" // a program with a key of the business
)

// Role is a member's role in a business.
type Role string

// The roles of members.
const (
	Owner     Role = "owner"
	Manager   Role = "manager"
	Staff     Role = "staff"
	Assistant Role = "assistant"
)

// Actor is who calls a service. The zero value is nobody and may do nothing.
type Actor struct {
	Kind      ActorKind
	UserID    [16]byte // zero for a guest and for the system; the key's id for an API key
	Role      Role     // of a member, in the business at hand
	Staff     [16]byte // the resource that the member is there; zero for none
	Own       bool     // bound to what Staff serves, and to its customers, in what is being done
	RequestID string
	Lang      locale.Lang
}

// Worker is the actor of background work.
func Worker() Actor { return Actor{Kind: System, Lang: locale.JA} }

// OfBusiness tells whether the actor works for the business: a member, or a
// program with one of its keys.
func (a Actor) OfBusiness() bool { return a.Kind == Member || a.Kind == APIKey }

// Serves tells whether what a staff resource serves is the actor's own.
func (a Actor) Serves(staff [16]byte) bool {
	return a.Staff != [16]byte{} && a.Staff == staff
}

// Job is what somebody is in a business.
type Job struct {
	Role  Role     `db:"role"`
	Staff [16]byte `db:"staff"` // the resource that the member is; zero for none
}

// User is the account of the actor, nil for none: for columns that may be NULL.
func (a Actor) User() *[16]byte {
	if a.UserID == ([16]byte{}) {
		return nil
	}
	return &a.UserID
}
