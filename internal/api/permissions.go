package api

import (
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

//go:generate go test -count 1 -run ^TestPermissions_Document_ -update .

// The table of permissions: who may do what in a business. Each operation takes
// its Authz from here, services learn from it whose records an actor is bound
// to, and docs/permissions.md is written of it.
//
// A role may do it to all, only to its own (bookings served by the resource that
// the member is, and their customers), or not. The scope is what an API key
// needs; without one it is for people only.
var (
	//                            owner     staff
	//                                 manager   assistant  API key
	mayReadBusiness      = may(all, all, all, all, "business:read", "Read the profile of the business")
	mayChangeBusiness    = may(all, all, not, not, "", "Change the profile of the business")
	mayReadSettings      = may(all, all, not, not, "", "Read settings")
	mayChangeSettings    = may(all, not, not, not, "", "Change settings")
	mayStopAccepting     = may(all, all, all, not, "schedule:write", "Stop and resume taking bookings from customers, for the business or for a resource")
	maySubmit            = may(all, not, not, not, "", "Submit the business for approval")
	mayReadAudit         = may(all, all, not, not, "", "Read the audit trail")
	mayManageKeys        = may(all, not, not, not, "", "Manage API keys")
	mayReadMembers       = may(all, all, not, not, "", "Read members and invitations")
	mayManageMembers     = may(all, all, not, not, "", "Invite, change and remove members; a manager, staff and assistants only")
	mayTransferOwnership = may(all, not, not, not, "", "Hand the business over to another member")
	mayLeave             = may(all, all, all, all, "", "Leave the business; its last owner cannot")
	mayReadCatalog       = may(all, all, all, all, "catalog:read", "Read services, options and resources")
	mayManageCatalog     = may(all, all, not, not, "catalog:write", "Change services, options and resources")
	mayReadSchedule      = may(all, all, all, all, "schedule:read", "Read opening hours, special days and shifts")
	mayManageSchedule    = may(all, all, not, not, "schedule:write", "Change opening hours, special days and shifts")
	mayReadLeaves        = may(all, all, own, not, "", "Read leave of the staff with its kind and note")
	mayManageLeaves      = may(all, all, not, not, "", "Enter, change and take back leave")
	mayReadLedger        = may(all, all, all, all, "bookings:read", "Read the ledger: the whole day, with names")
	maySeeContact        = may(all, all, own, not, "bookings:read", "See phone, e-mail and notes of a booking, in the ledger too")
	maySeeTakings        = may(all, not, not, not, "bookings:read", "See the takings of a day in the ledger")
	mayReadBookings      = may(all, all, own, not, "bookings:read", "Find and read bookings and their history")
	mayCreateBookings    = may(all, all, all, not, "bookings:write", "Enter bookings, for anybody on the staff")
	mayReceiveGuests     = may(all, all, own, all, "bookings:write", "Check guests in and complete visits")
	mayChangeBookings    = may(all, all, own, not, "bookings:write", "Approve, decline, move, cancel and undo bookings, note no-shows")
	mayReadCustomers     = may(all, all, own, not, "customers:read", "Find and read customers")
	mayEditCustomers     = may(all, all, own, not, "customers:write", "Enter and change customers, their tags and notes")
	mayManageCustomers   = may(all, all, not, not, "customers:write", "Merge, export and erase customers")
	mayImport            = may(all, all, not, not, "", "Import customers, services, staff and bookings from files")
	mayExport            = may(all, not, not, not, "", "Export everything")
	mayReadHealth        = may(all, all, own, not, "", "Read and write allergy and health notes; each reading is recorded")
)

// permissions are the table's rows in the order of the document.
var permissions = []Authz{
	mayReadBusiness, mayChangeBusiness, mayReadSettings, mayChangeSettings, mayStopAccepting, maySubmit, mayReadAudit, mayManageKeys,
	mayReadMembers, mayManageMembers, mayTransferOwnership, mayLeave,
	mayReadCatalog, mayManageCatalog, mayReadSchedule, mayManageSchedule, mayReadLeaves, mayManageLeaves,
	mayReadLedger, maySeeContact, maySeeTakings, mayReadBookings, mayCreateBookings, mayReceiveGuests, mayChangeBookings,
	mayReadCustomers, mayEditCustomers, mayManageCustomers, mayReadHealth, mayImport, mayExport,
}

// scopes are what an API key may be given.
var scopes = []string{
	"business:read", "catalog:read", "catalog:write", "schedule:read", "schedule:write",
	"bookings:read", "bookings:write", "customers:read", "customers:write",
}

// reach is how far a permission goes for a role.
type reach int

const (
	not reach = iota
	own       // what is served by the resource that the member is
	all
)

// may is one row of the table.
func may(owner, manager, staff, assistant reach, scope, words string) Authz { //nolint:unparam // the table shows what every role may
	if scope != "" && !slices.Contains(scopes, scope) {
		panic("api: no such scope: " + scope)
	}
	z := Authz{Audience: audienceBusiness, Scope: scope, Permission: words}
	for i, r := range []reach{owner, manager, staff, assistant} {
		if r != not {
			z.Roles = append(z.Roles, rank[i])
		}
		if r == own {
			z.Own = append(z.Own, rank[i])
		}
	}
	return z
}

// reach is how far the permission goes for a role; for the empty one, an API key
// whose scope was checked or somebody of the platform, to all.
func (z Authz) reach(role tenant.Role) reach {
	switch {
	case role == "":
		return all
	case !slices.Contains(z.Roles, role):
		return not
	case slices.Contains(z.Own, role):
		return own
	}
	return all
}
