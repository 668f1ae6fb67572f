package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// build founds and furnishes the shop. It makes what is missing, so that it can
// be run again after an interruption.
func (h *house) build(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"found", h.found},
		{"settle", h.settle},
		{"open", h.open},
		{"divide", h.divide},
		{"furnish", h.furnish},
		{"offer", h.offer},
		{"arrange", h.arrange},
		{"picture", h.picture},
		{"hire", h.hire},
		{"publish", h.publish},
	} {
		h.clock.Advance(time.Minute)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

func (h *house) found(ctx context.Context) error {
	if there, err := h.find(ctx); err != nil || there {
		return err
	}
	x, err := h.business.Found(ctx, h.owner, h.shop.found, nil)
	if err != nil {
		return err
	}
	h.id = x.ID
	return nil
}

func (h *house) settle(ctx context.Context) error {
	x, err := h.business.Get(ctx, h.id)
	if err != nil || len(x.Terms) > 0 {
		return err
	}
	_, err = h.business.UpdateSettings(ctx, h.owner, h.id, x.Version, h.shop.settings)
	return err
}

func (h *house) open(ctx context.Context) error {
	rows, version, err := h.schedule.Hours(ctx, h.id)
	if err != nil || !rows.Week.Empty() {
		return err
	}
	_, _, err = h.schedule.SetHours(ctx, h.owner, h.id, version, schedule.HoursInput{WeekInput: h.shop.hours, Eve: h.shop.eve})
	return err
}

// divide names the parts of the day.
func (h *house) divide(ctx context.Context) error {
	there, version, err := h.schedule.Periods(ctx, h.id)
	if err != nil || len(there) == len(h.shop.periods) {
		return err
	}
	_, _, err = h.schedule.SetPeriods(ctx, h.owner, h.id, version, schedule.PeriodsInput{Periods: h.shop.periods})
	return err
}

func (h *house) furnish(ctx context.Context) error {
	if err := h.look(ctx); err != nil {
		return err
	}
	for i := range h.shop.resources {
		if err := h.ensureResource(ctx, &h.shop.resources[i]); err != nil {
			return fmt.Errorf("%s: %w", h.shop.resources[i].name["ja"], err)
		}
	}
	return nil
}

func (h *house) ensureResource(ctx context.Context, r *resource) error {
	x := h.resources[r.name["ja"]]
	if x == nil {
		var err error
		x, err = h.catalog.CreateResource(ctx, h.owner, h.id, catalog.CreateResourceInput{Kind: r.kind, Name: r.name, ResourceFields: r.fields}, nil)
		if err != nil {
			return err
		}
		h.resources[r.name["ja"]] = x
	}
	if len(r.shifts.Weekly) == 0 {
		return nil
	}
	week, version, err := h.schedule.Shifts(ctx, h.id, x.ID)
	if err != nil || !week.Empty() {
		return err
	}
	_, _, err = h.schedule.SetShifts(ctx, h.owner, h.id, x.ID, version, schedule.ShiftsInput{Weekly: r.shifts.Weekly})
	return err
}

func (h *house) offer(ctx context.Context) error {
	for _, o := range h.shop.options {
		if _, there := h.options[o.name["ja"]]; there {
			continue
		}
		x, err := h.catalog.CreateOption(ctx, h.owner, h.id, catalog.CreateOptionInput{
			Name: o.name, Price: money.Yen(o.price), OptionFields: catalog.OptionFields{DurationMinutes: &o.minutes},
		}, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name["ja"], err)
		}
		h.options[o.name["ja"]] = x.ID
	}
	for i := range h.shop.menu {
		s := &h.shop.menu[i]
		if h.services[s.name["ja"]] != nil {
			continue
		}
		if _, err := h.catalog.CreateService(ctx, h.owner, h.id, h.serviceInput(s), nil); err != nil {
			return fmt.Errorf("%s: %w", s.name["ja"], err)
		}
	}
	return h.look(ctx)
}

func (h *house) serviceInput(s *service) catalog.CreateServiceInput {
	in := catalog.CreateServiceInput{Name: s.name, DurationMinutes: s.minutes, Price: money.Yen(s.price), ServiceFields: s.fields}
	in.Description = s.description
	for _, o := range s.options {
		in.OptionIDs = append(in.OptionIDs, h.options[o])
	}
	for _, n := range s.needs {
		r := catalog.RequirementInput{Kind: n.kind, PerPerson: n.perPerson, BeforeMinutes: n.before, AfterMinutes: n.after}
		for _, name := range n.of {
			r.ResourceIDs = append(r.ResourceIDs, h.resources[name].ID)
		}
		if n.gap[1] > 0 {
			r.GapStartMinute, r.GapEndMinute = &n.gap[0], &n.gap[1]
		}
		in.Requirements = append(in.Requirements, r)
	}
	return in
}

func (h *house) hire(ctx context.Context) error {
	if h.shop.staff == nil {
		return nil
	}
	members, err := h.team.Members(ctx, h.id, business.MemberID{}, 10)
	if err != nil || slices.ContainsFunc(members, func(m business.Member) bool { return m.UserID == h.staff.UserID }) {
		return err
	}
	_, err = h.team.Add(ctx, h.owner, h.id, business.MemberInput{
		UserID: h.staff.UserID, Role: tenant.Staff, ResourceID: h.resources[h.shop.works].ID,
	})
	return err
}

func (h *house) publish(ctx context.Context) error {
	x, err := h.business.Get(ctx, h.id)
	if err != nil {
		return err
	}
	if x.Status == business.Draft {
		if x, err = h.business.Submit(ctx, h.owner, h.id); err != nil {
			return err
		}
	}
	if x.Status == business.PendingReview {
		h.clock.Advance(time.Hour)
		_, err = h.business.Decide(ctx, h.operator, h.id, business.DecideInput{
			Decision: business.Approve, Reason: "書類と掲載内容を確認しました。", Silent: true,
		})
	}
	return err
}
