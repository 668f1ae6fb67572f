package business

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of settings, as the database checks them.
const (
	MaxTerms        = 5000 // characters, as the API bounds any text
	maxTermsVersion = 40
	maxNotice       = 30 * 24 * 60 // minutes
	maxSteps        = 10
	maxStepHours    = 365 * 24
)

// SettingsInput changes how a business takes bookings; what is left out stays.
type SettingsInput struct {
	Base
	GridMinutes         *int                `json:"grid_minutes,omitempty" doc:"Starts are so many minutes apart" enum:"5,10,15,20,30,60" example:"30"`
	BookingMode         *Mode               `json:"booking_mode,omitempty" doc:"instant: confirmed at once; approval: the business answers first" enum:"instant,approval"`
	ApprovalHours       *int                `json:"approval_hours,omitempty" doc:"A request lapses after so many hours without an answer" minimum:"1" maximum:"168"`
	MinNoticeMinutes    *int                `json:"min_notice_minutes,omitempty" doc:"Customers book at least so long before the start" minimum:"0" maximum:"43200"`
	BookingWindowDays   *int                `json:"booking_window_days,omitempty" doc:"Customers book at most so many days ahead" minimum:"1" maximum:"366"`
	ChangeNoticeMinutes *int                `json:"change_notice_minutes,omitempty" doc:"Customers move a visit at least so long before its start" minimum:"0" maximum:"43200"`
	CancelNoticeMinutes *int                `json:"cancel_notice_minutes,omitempty" doc:"Customers cancel at least so long before the start" minimum:"0" maximum:"43200"`
	HoldMinutes         *int                `json:"hold_minutes,omitempty" doc:"A slot is kept so long while a customer types" minimum:"1" maximum:"60"`
	MaxItems            *int                `json:"max_items,omitempty" doc:"Services in one visit" minimum:"1" maximum:"10"`
	CancellationPolicy  *CancellationPolicy `json:"cancellation_policy,omitempty"`
	TermsVersion        *string             `json:"terms_version,omitempty" doc:"What customers consent to; a change of the terms needs a new one" minLength:"1" maxLength:"40" example:"1"`
	Terms               locale.Text         `json:"terms,omitempty"`
	TurnMinutes         *[]TurnTime         `json:"turn_minutes,omitempty" doc:"How long a table is kept by a service that is a turn, by ascending size of the party; none: as long as the service says" maxItems:"20"`
	Fairness            *Fairness           `json:"fairness,omitempty" doc:"Who of several free staff serves a booking without nomination. least_booked: who has the least booked on the day; round_robin: who was given a booking longest ago; priority: the first in the order of the staff" enum:"least_booked,round_robin,priority"`
	EmbedOrigins        *[]string           `json:"embed_origins,omitempty" doc:"Pages of these origins may show the booking form in a frame; none: nobody may" maxItems:"10" example:"[\"https://www.hana-salon.example\"]"`
	Rules               RulesInput          `json:"-"` // the API reads them, with what null means
}

// Validate reports every fault of the input that shows without the present settings.
func (in *SettingsInput) Validate() error {
	var v fault.Fields
	in.apply(&Business{}, &v)
	return v.Err()
}

func (in *SettingsInput) apply(b *Business, v *fault.Fields) {
	in.Base.apply(b, v)
	if in.GridMinutes != nil {
		b.GridMinutes = *in.GridMinutes
		v.Check(slices.Contains(Grids, b.GridMinutes), "body.grid_minutes", "not_allowed", fault.Args{"values": gridNames()})
	}
	if in.BookingMode != nil {
		b.BookingMode = *in.BookingMode
		checkOneOf(v, "body.booking_mode", b.BookingMode, []Mode{Instant, Approval})
	}
	set(v, "body.approval_hours", &b.ApprovalHours, in.ApprovalHours, 1, 168)
	set(v, "body.min_notice_minutes", &b.MinNoticeMinutes, in.MinNoticeMinutes, 0, maxNotice)
	set(v, "body.booking_window_days", &b.BookingWindowDays, in.BookingWindowDays, 1, 366)
	set(v, "body.change_notice_minutes", &b.ChangeNoticeMinutes, in.ChangeNoticeMinutes, 0, maxNotice)
	set(v, "body.cancel_notice_minutes", &b.CancelNoticeMinutes, in.CancelNoticeMinutes, 0, maxNotice)
	set(v, "body.hold_minutes", &b.HoldMinutes, in.HoldMinutes, 1, 60)
	set(v, "body.max_items", &b.MaxItems, in.MaxItems, 1, 10)
	if in.CancellationPolicy != nil {
		b.CancellationPolicy = in.CancellationPolicy.read(v, "body.cancellation_policy.steps")
	}
	in.applyTurns(b, v)
	in.applyFairness(b, v)
	in.applyEmbedding(b, v)
	in.Rules.apply(b, v)
	in.applyTerms(b, v)
}

func set(v *fault.Fields, at string, dst, src *int, least, most int) {
	if src != nil {
		*dst = *src
		if v.Check(*src >= least, at, "too_small", fault.Args{"min": least}) {
			v.Check(*src <= most, at, "too_large", fault.Args{"max": most})
		}
	}
}

func gridNames() string {
	names := make([]string, len(Grids))
	for i, g := range Grids {
		names[i] = strconv.Itoa(g)
	}
	return strings.Join(names, ", ")
}

// read checks the steps and puts the earliest first. Cancelling never gets
// cheaper as the visit comes nearer: that would be a slip of the pen.
func (p *CancellationPolicy) read(v *fault.Fields, at string) CancellationPolicy {
	v.Check(len(p.Steps) <= maxSteps, at, "too_many", fault.Args{"max": maxSteps})
	for i, s := range p.Steps {
		item := at + "[" + strconv.Itoa(i) + "]"
		set(v, item+".hours_before", new(int), &s.HoursBefore, 0, maxStepHours)
		set(v, item+".percent", new(int), &s.Percent, 0, 100)
	}
	out := CancellationPolicy{Steps: slices.Clone(p.Steps)}
	if out.Steps == nil {
		out.Steps = []PolicyStep{}
	}
	slices.SortFunc(out.Steps, func(a, b PolicyStep) int { return cmp.Compare(b.HoursBefore, a.HoursBefore) })
	for i := 1; i < len(out.Steps); i++ {
		before, after := out.Steps[i-1], out.Steps[i]
		if !v.Check(before.HoursBefore != after.HoursBefore, at, "duplicate") ||
			!v.Check(before.Percent <= after.Percent, at, "business.policy_order") {
			break
		}
	}
	return out
}

// applyTerms changes the terms under a new version only: consents name the
// version, so that a version is one text for ever.
func (in *SettingsInput) applyTerms(b *Business, v *fault.Fields) {
	before, version := b.Terms, b.TermsVersion
	if in.TermsVersion != nil {
		b.TermsVersion = jp.CleanName(*in.TermsVersion)
		if v.Check(b.TermsVersion != "", "body.terms_version", "required") {
			v.Check(utf8.RuneCountInString(b.TermsVersion) <= maxTermsVersion, "body.terms_version", "too_long", fault.Args{"max": maxTermsVersion})
		}
	}
	if in.Terms != nil {
		b.Terms = in.Terms.Lines()
		b.Terms.Check(v, "body.terms", MaxTerms, false)
		changed := len(before) > 0 && !sameText(before, b.Terms)
		v.Check(!changed || b.TermsVersion != version, "body.terms_version", "business.terms_version_same")
	}
}

func sameText(a, b locale.Text) bool {
	if len(a) != len(b) {
		return false
	}
	for k, s := range a {
		if b[k] != s {
			return false
		}
	}
	return true
}

// UpdateSettings changes how the business takes bookings. Bookings that were
// made before keep the policy that they were made under. It answers
// precondition.stale unless expect is the business's version.
func (s *Service) UpdateSettings(ctx context.Context, actor tenant.Actor, bid ID, expect int64, in SettingsInput) (*Business, error) {
	return s.update(ctx, actor, bid, expect, "business.settings_changed", in.Validate(), in.apply)
}
