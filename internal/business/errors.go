package business

import (
	"errors"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Faults of a business.
var (
	ErrNotFound   = fault.New(fault.NotFound, "not_found")
	ErrStale      = fault.New(fault.Precondition, "precondition.stale")
	ErrNoVersion  = fault.New(fault.NoPrecondition, "precondition.required")
	ErrUnverified = fault.New(fault.Forbidden, "auth.email_unverified")
	ErrSuspended  = fault.New(fault.Conflict, "business.suspended")
	ErrSlugTaken  = fault.New(fault.Conflict, "business.slug_taken")
	ErrStatus     = fault.New(fault.Conflict, "business.wrong_status")
	ErrIncomplete = fault.New(fault.Conflict, "business.incomplete")
	ErrMember     = fault.New(fault.Conflict, "business.member_exists")
	ErrLimit      = fault.New(fault.Conflict, "business.limit_reached")
)

// Faults of a team.
var (
	ErrForbidden        = fault.New(fault.Forbidden, "auth.forbidden")
	ErrLastOwner        = fault.New(fault.Conflict, "business.last_owner")
	ErrOwnRole          = fault.New(fault.Conflict, "business.own_role")
	ErrAlreadyOwner     = fault.New(fault.Conflict, "business.already_owner")
	ErrMemberUnverified = fault.New(fault.Conflict, "business.member_unverified")

	ErrInvited            = fault.New(fault.Conflict, "invitation.pending")
	ErrInvitedTooOften    = fault.New(fault.Throttled, "invitation.too_often")
	ErrInvitationExpired  = fault.New(fault.Conflict, "invitation.expired")
	ErrInvitationRevoked  = fault.New(fault.Conflict, "invitation.revoked")
	ErrInvitationDeclined = fault.New(fault.Conflict, "invitation.declined")
	ErrInvitationUsed     = fault.New(fault.Conflict, "invitation.used")
	ErrInvitationReplaced = fault.New(fault.Conflict, "invitation.replaced")
	ErrOtherAddress       = fault.New(fault.Forbidden, "invitation.other_address")
)

// errAgain ends a transaction that has nothing to do: it was done before.
var errAgain = errors.New("done before")

func isAgain(err error) bool { return errors.Is(err, errAgain) }
