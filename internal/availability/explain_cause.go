package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// CauseKind says in one word why a start is not free. Kinds are stable: programs
// may rely on them, and on new ones being added.
type CauseKind string

// The kinds, in the order in which they are given: first what stands against any
// start, then what is wrong with this one, then who and what is missing.
const (
	CauseNotBookable     CauseKind = "business_not_bookable" // it is not public: a draft, in review, suspended
	CauseNotAccepting    CauseKind = "not_accepting"         // the business takes no customers in for the time being
	CauseInactive        CauseKind = "service_inactive"      // the service is archived
	CauseNoNomination    CauseKind = "no_nomination"         // the service takes none
	CauseStaffInactive   CauseKind = "staff_inactive"        // the staff member is archived
	CauseNotForService   CauseKind = "staff_not_for_service" // the staff member does not do this
	CauseNotNominatable  CauseKind = "staff_not_nominatable" // the staff member cannot be asked for
	CausePartySize       CauseKind = "party_size"            // outside what the service or the staff member takes
	CausePast            CauseKind = "past"                  // it has gone by
	CauseDateClosed      CauseKind = "date_closed"           // no opening hours on the date
	CauseOutsideHours    CauseKind = "outside_hours"         // before opening, after closing or between
	CauseAfterClosing    CauseKind = "ends_after_closing"    // it begins within the hours and ends outside
	CauseTooSoon         CauseKind = "too_soon"              // the least notice is not kept any more
	CauseBeyondWindow    CauseKind = "beyond_window"         // the date is not open for booking yet
	CauseOffGrid         CauseKind = "off_grid"              // between two starts on offer
	CauseNotOnDate       CauseKind = "service_not_on_date"   // the service is not offered on the date
	CauseServiceHours    CauseKind = "outside_service_hours" // it is offered on the date, at other times
	CauseDayFull         CauseKind = "day_full"              // as many bookings as the business takes on a day
	CauseIntervalFull    CauseKind = "interval_full"         // as many arrivals as it takes in an interval of the clock
	CauseNoResource      CauseKind = "no_resource"           // nothing active serves the requirement
	CauseStaffStopped    CauseKind = "staff_stopped"         // customers are not given them for the time being
	CauseResourceStopped CauseKind = "resource_stopped"      // the same of a room, seat or equipment
	CauseStaffOnLeave    CauseKind = "staff_on_leave"        // has the day off, whatever shifts say
	CauseStaffOff        CauseKind = "staff_off"             // does not work then
	CauseResourceOff     CauseKind = "resource_off"          // the same of a room, seat or equipment
	CauseStaffOnBreak    CauseKind = "staff_on_break"        // works on the day, and pauses then
	CauseResourceOnBreak CauseKind = "resource_on_break"     // the same of a room, seat or equipment
	CauseCapacity        CauseKind = "capacity"              // not as many units or places as are needed
	CauseStaffBooked     CauseKind = "staff_booked"          // taken by a booking
	CauseStaffHeld       CauseKind = "staff_held"            // taken by somebody who is about to book
	CauseResourceBooked  CauseKind = "resource_booked"       // the same of a room, seat or equipment
	CauseResourceHeld    CauseKind = "resource_held"
	CauseFragmented      CauseKind = "fragmented"  // each part of the time is free, and no one candidate for the whole
	CauseCombination     CauseKind = "combination" // each requirement could be served, not all at once
)

// CauseKinds are all of them.
var CauseKinds = []CauseKind{
	CauseNotBookable, CauseNotAccepting, CauseInactive, CauseNoNomination, CauseStaffInactive, CauseNotForService, CauseNotNominatable, CausePartySize,
	CausePast, CauseDateClosed, CauseOutsideHours, CauseAfterClosing, CauseTooSoon, CauseBeyondWindow, CauseOffGrid,
	CauseNotOnDate, CauseServiceHours, CauseDayFull, CauseIntervalFull,
	CauseNoResource, CauseStaffStopped, CauseResourceStopped, CauseStaffOnLeave, CauseStaffOff, CauseResourceOff,
	CauseStaffOnBreak, CauseResourceOnBreak, CauseCapacity,
	CauseStaffBooked, CauseStaffHeld, CauseResourceBooked, CauseResourceHeld, CauseFragmented, CauseCombination,
}

// Cause is one thing that stands against a start, in words and for programs.
type Cause struct {
	Kind        CauseKind         `json:"kind" doc:"Stable; more may come" enum:"business_not_bookable,not_accepting,service_inactive,no_nomination,staff_inactive,staff_not_for_service,staff_not_nominatable,party_size,past,date_closed,outside_hours,ends_after_closing,too_soon,beyond_window,off_grid,service_not_on_date,outside_service_hours,day_full,interval_full,no_resource,staff_stopped,resource_stopped,staff_on_leave,staff_off,resource_off,staff_on_break,resource_on_break,capacity,staff_booked,staff_held,resource_booked,resource_held,fragmented,combination"`
	Message     string            `json:"message" doc:"In the language of the request" example:"14:00〜15:00は田中さんに別のご予約（7K3M9PQX）が入っています。"`
	Subject     CauseSubject      `json:"subject"`
	Requirement *CauseRequirement `json:"requirement,omitempty" doc:"Which requirement of the service is not served; absent when it concerns the whole visit"`
	Resource    *CauseResource    `json:"resource,omitempty" doc:"Who or what is off or taken"`
	Overlap     Overlap           `json:"overlap,omitempty" enum:"visit,preparation,clean_up,own_preparation,own_clean_up" doc:"Of what is taken: which part of the other visit is in the way, or whether only preparation or clean-up of this one is"`
	FreeAt      *time.Time        `json:"free_at,omitempty" doc:"When the resource is next not taken, for a moment at least; the candidates of a requirement come in its order"`
}

// CauseRequirement is a requirement of the service.
type CauseRequirement struct {
	ID   catalog.RequirementID `json:"id"`
	Kind catalog.Kind          `json:"kind" enum:"staff,room,seat,equipment"`
}

// CauseResource is a resource by its name in the language of the answer.
type CauseResource struct {
	ID   catalog.ResourceID `json:"id"`
	Name string             `json:"name"`
}

// SubjectType is what kind of thing causes a reason.
type SubjectType string

// The types.
const (
	SubjectBooking    SubjectType = "booking"
	SubjectHold       SubjectType = "hold"
	SubjectShift      SubjectType = "shift"
	SubjectHours      SubjectType = "hours"
	SubjectSpecialDay SubjectType = "special_day"
	// What else decides on a date: a regular closing, the rows of holidays and of their eves.
	SubjectClosingRule  SubjectType = "closing_rule"
	SubjectHolidayHours SubjectType = "holiday_hours"
	SubjectEveHours     SubjectType = "eve_hours"
	SubjectException    SubjectType = "exception"
	SubjectLeave        SubjectType = "leave"
	SubjectBreak        SubjectType = "break"
	SubjectSetting      SubjectType = "setting"
	SubjectService      SubjectType = "service"
	SubjectResource     SubjectType = "resource"
)

// CauseSubject is the rule, booking or shift that causes a reason: what is to be
// changed so that it goes away. Where nothing alone is, it is the service.
type CauseSubject struct {
	Type      SubjectType `json:"type" enum:"booking,hold,shift,hours,special_day,closing_rule,holiday_hours,eve_hours,exception,leave,break,setting,service,resource"`
	ID        string      `json:"id,omitempty" doc:"Of a booking, service, resource or closing rule; of shifts, exceptions and breaks the resource's; of a leave its own"`
	Date      string      `json:"date,omitempty" format:"date" doc:"The business day, of hours, special days, closing rules, shifts, exceptions, leaves and breaks"`
	Code      string      `json:"code,omitempty" doc:"Of a booking"`
	Name      string      `json:"name,omitempty" doc:"Of a service or resource; the note of a special day or exception; a closing rule in words; of a setting its property in settings"`
	Start     *time.Time  `json:"start,omitempty" doc:"What is taken, with preparation and clean-up; what is open or worked, from the first to the last"`
	End       *time.Time  `json:"end,omitempty"`
	ExpiresAt *time.Time  `json:"expires_at,omitempty" doc:"When a hold, or a booking that waits for approval or payment, falls free unless it is kept"`
}
