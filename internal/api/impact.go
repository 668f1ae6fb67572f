package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is what changes of hours, shifts, resources and menus tell of the
// bookings that stand: nothing breaks silently.

// ImpactQuery is embedded by the inputs of changes that may leave bookings
// outside the rules.
type ImpactQuery struct {
	DryRun bool `query:"dry_run" doc:"Only tell what the change would do: nothing is changed, and affected_bookings names the bookings that it would leave outside"`
}

// impact has the changes under the answered context tell what they do.
func (q ImpactQuery) impact(ctx context.Context) (context.Context, *business.Impact) {
	i := &business.Impact{DryRun: q.DryRun}
	return business.WithImpact(ctx, i), i
}

// status is that of an answer which tells what would be created.
func (q ImpactQuery) status() int {
	if q.DryRun {
		return http.StatusOK
	}
	return http.StatusCreated
}

// describeTries documents that a dry run of an operation which creates something
// is answered with 200.
func describeTries(input reflect.Type, responses map[string]*huma.Response) {
	created := responses[strconv.Itoa(http.StatusCreated)]
	if _, tries := input.FieldByName("DryRun"); tries && created != nil {
		responses[strconv.Itoa(http.StatusOK)] = &huma.Response{
			Description: "OK: a dry run, which created nothing", Headers: created.Headers, Content: created.Content,
		}
	}
}

// ImpactBody is embedded by the answers of such changes.
type ImpactBody struct {
	DryRun           bool              `json:"dry_run" doc:"true: nothing was changed"`
	AffectedBookings []affectedBooking `json:"affected_bookings" doc:"The bookings that the change leaves outside hours or shifts, in order of their start, at most 200 of them; each is marked outside_rules in the same transaction"`
	AffectedTotal    int               `json:"affected_total" doc:"How many they are"`
	RestoredTotal    int               `json:"restored_total" doc:"How many were outside before and are inside again"`
}

// affectedBooking is a booking that a change leaves outside, with nothing of the customer.
type affectedBooking struct {
	ID         id.Of[any]  `json:"id"`
	Code       string      `json:"code"`
	Status     string      `json:"status"`
	Start      time.Time   `json:"start"`
	End        time.Time   `json:"end"`
	Reason     string      `json:"reason" enum:"closed,service_hours,staff_off,resource_off,resource_gone,unfit,capacity,party_size" doc:"Which rule it no longer keeps"`
	ResourceID *id.Of[any] `json:"resource_id,omitempty" doc:"Who or what no longer serves it"`
	Message    string      `json:"message" doc:"The reason in the language of the answer"`
}

// impactBody is what the answer tells of an impact, once the change returned or
// while it stores its answer.
func impactBody(ctx context.Context, i *business.Impact) ImpactBody {
	out := ImpactBody{DryRun: i.DryRun, AffectedBookings: make([]affectedBooking, len(i.Affected)), AffectedTotal: i.Total, RestoredTotal: i.Restored}
	lang := language(ctx)
	for n, x := range i.Affected {
		args := map[string]any{}
		if x.ResourceName != nil {
			args["resource"] = x.ResourceName.In(lang)
		}
		b := affectedBooking{
			ID: id.Of[any](x.BookingID), Code: x.Code, Status: x.Status, Start: x.StartsAt.In(i.Zone), End: x.EndsAt.In(i.Zone),
			Reason: x.Reason, Message: locale.T(lang, "impact."+x.Reason, args),
		}
		if x.ResourceID != nil {
			r := id.Of[any](*x.ResourceID)
			b.ResourceID = &r
		}
		out.AffectedBookings[n] = b
	}
	return out
}

// createdOrTried is the output of creating operations that may be tried out.
type createdOrTried[T any] struct {
	Status   int
	Location string `header:"Location" doc:"Where the created resource is; of a dry run where it would be"`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same key"`
	Body     T
}

// told is the answer of a deletion: whom it concerns.
func (q ImpactQuery) told(ctx context.Context, m Precondition, do func(ctx context.Context, expect int64) error) (*data[ImpactBody], error) {
	expect, err := m.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := q.impact(ctx)
	if err := do(ctx, expect); err != nil {
		return nil, err
	}
	return &data[ImpactBody]{impactBody(ctx, impact)}, nil
}
