package business_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func TestSubmit_NamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon", func(in *business.FoundInput) { in.Phone = nil })
	_, err := b.business.Submit(t.Context(), b.owner, x.ID)
	refused(t, err, "business.incomplete", "business.phone business.missing_phone", "business.hours business.missing_hours",
		"business.services business.missing_services")
	b.fill(x.ID)
	_, err = b.business.Submit(t.Context(), b.owner, x.ID)
	refused(t, err, "business.incomplete", "business.phone business.missing_phone")
	got, err := b.business.Get(t.Context(), x.ID)
	b.must(err)
	_, err = b.business.Update(t.Context(), b.owner, x.ID, got.Version, business.UpdateInput{Profile: business.Profile{Email: new("info@hana.example")}})
	b.must(err)
	got, err = b.business.Submit(t.Context(), b.owner, x.ID)
	if err != nil || got.Status != business.PendingReview {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Every decision in every status: what is not in the table is refused.
func TestDecide_OnlyAlongTheAllowedPaths(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	allowed := map[business.Status]map[business.Decision]business.Status{
		business.PendingReview: {business.Approve: business.Approved, business.Reject: business.Rejected},
		business.Approved:      {business.Suspend: business.Suspended},
		business.Suspended:     {business.Reinstate: business.Approved},
	}
	x := b.found("hana-salon")
	for _, from := range business.Statuses {
		for _, d := range []business.Decision{business.Approve, business.Reject, business.Suspend, business.Reinstate} {
			b.setStatus(x.ID, from)
			got, err := b.business.Decide(t.Context(), operator, x.ID, business.DecideInput{Decision: d, Reason: "理由"})
			want, ok := allowed[from][d]
			switch {
			case !ok:
				refused(t, err, "business.wrong_status")
			case err != nil || got.Status != want || got.StatusReason != "理由":
				t.Errorf("%s of %s: %+v, %v", d, from, got, err)
			}
		}
	}
}

func (b *bench) setStatus(bid business.ID, s business.Status) {
	b.tb.Helper()
	b.must(b.db.InTenant(b.tb.Context(), bid, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: `UPDATE businesses SET status = $2 WHERE business_id = $1`}, bid, s)
		return nil
	}))
}

func TestDecide_IsToldInBothTrailsAndTheDirectory(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	b.fill(x.ID)
	_, err := b.business.Submit(t.Context(), b.owner, x.ID)
	b.must(err)
	if _, err := b.business.BySlug(t.Context(), "hana-salon"); err == nil {
		t.Error("public before it was approved")
	}
	b.decide(x.ID, business.Approve)
	if p, err := b.business.BySlug(t.Context(), "hana-salon"); err != nil || p.ID != x.ID {
		t.Errorf("approved: %+v, %v", p, err)
	}
	b.decide(x.ID, business.Suspend)
	_, err = b.business.BySlug(t.Context(), "hana-salon")
	refused(t, err, "not_found")
	if got, err := b.business.Search(t.Context(), business.SearchInput{}, nil, 10); err != nil || len(got) != 0 {
		t.Errorf("suspended and listed: %+v, %v", got, err)
	}
	b.decide(x.ID, business.Reinstate)
	own := b.texts(x.ID, `SELECT action FROM audit_entries WHERE business_id = $1 AND action LIKE 'business.%' ORDER BY seq`, x.ID)
	want := []string{"business.founded", "business.submitted", "business.approved", "business.suspended", "business.reinstated"}
	if !slices.Equal(own, want) {
		t.Errorf("own trail %q", own)
	}
	platform := b.texts(x.ID, `SELECT action || ' ' || reason || ' ' || subject FROM platform_audit ORDER BY action`)
	for i, action := range []string{"business.approved", "business.reinstated", "business.suspended"} {
		if platform[i] != action+" 理由 business:"+x.ID.String() {
			t.Errorf("platform's trail %q", platform)
		}
	}
}

func TestDecide_NeedsAReason(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for reason, code := range map[string]string{"": "required", " \u200b\n": "required", strings.Repeat("あ", 501): "too_long"} {
		_, err := b.business.Decide(t.Context(), operator, business.ID{1}, business.DecideInput{Decision: business.Approve, Reason: reason})
		refused(t, err, "validation.failed", "body.reason "+code)
	}
	_, err := b.business.Decide(t.Context(), operator, business.ID{1}, business.DecideInput{Decision: business.Approve, Reason: "理由"})
	refused(t, err, "not_found")
}

func TestSubmit_AfterRejectionAndNotWhileSuspended(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	b.fill(x.ID)
	ctx := t.Context()
	_, err := b.business.Submit(ctx, b.owner, x.ID)
	b.must(err)
	_, err = b.business.Submit(ctx, b.owner, x.ID)
	refused(t, err, "business.wrong_status")
	b.decide(x.ID, business.Reject)
	got, err := b.business.Submit(ctx, b.owner, x.ID)
	if err != nil || got.StatusReason != "" {
		t.Errorf("after a rejection: %+v, %v", got, err)
	}
	b.decide(x.ID, business.Approve)
	b.decide(x.ID, business.Suspend)
	_, err = b.business.Submit(ctx, b.owner, x.ID)
	refused(t, err, "business.suspended")
	// Whoever is nobody in particular may not change it either.
	_, err = b.business.Submit(ctx, tenant.Actor{}, x.ID)
	refused(t, err, "business.suspended")
}
