package customer

import (
	"context"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// maxExported bounds each list of an export.
const maxExported = 1000

// Export is all that this package keeps of a person.
type Export struct {
	Customer  *Customer
	Notes     []Note // nil for the person's own export
	Consents  []Consent
	Truncated bool // a list was cut at a thousand
}

// Export reads all that the business keeps of a customer, for the business. It
// is audited in the same transaction, as is the reading of allergy and health
// notes, which API keys do not get.
func (s *Service) Export(ctx context.Context, w Who) (*Export, error) {
	return s.export(ctx, w, "console", func(b *pg.Batch, rows *[]noteRow) {
		pg.Collect(b.Queue(notesOf, w.Business, w.Customer, maxExported), rows)
	})
}

// ExportOwn reads it for the person: without what the staff noted.
func (s *Service) ExportOwn(ctx context.Context, w Who) (*Export, error) {
	return s.export(ctx, w, "manage_link", func(*pg.Batch, *[]noteRow) {})
}

// ExportedPart audits that the person was shown what one booking holds of them.
func (s *Service) ExportedPart(ctx context.Context, w Who, booking [16]byte) error {
	var b pg.Batch
	detail := map[string]any{"by": "manage_link", "booking": id.Of[any](booking)}
	queueAudit(&b, w, s.clock.Now(), "customer.exported", w.Customer, detail)
	return s.db.BatchTenant(ctx, w.Business, &b)
}

func (s *Service) export(ctx context.Context, w Who, by string, queueNotes func(*pg.Batch, *[]noteRow)) (*Export, error) {
	now := s.clock.Now()
	var out *Export
	err := s.db.InTenant(ctx, w.Business, func(tx *pg.Tx) (err error) {
		var who fullRow
		var found bool
		var rows []noteRow
		var b pg.Batch
		out = &Export{}
		queueFull(&b, w, now, &who, &found)
		queueNotes(&b, &rows)
		queueConsents(&b, w, nil, maxExported, &out.Consents)
		if err := tx.Run(ctx, &b); err != nil {
			return err
		}
		if out.Customer, err = s.full(w.Business, &who, found); err != nil {
			return err
		}
		if w.Actor.Kind == tenant.APIKey { // no key opens them
			rows = slices.DeleteFunc(rows, func(r noteRow) bool { return r.Kind.Sensitive() })
		}
		if out.Notes, err = s.open(w, rows); err != nil {
			return err
		}
		out.Truncated = len(rows) >= maxExported || len(out.Consents) >= maxExported
		s.auditExport(tx, w, now, by, out)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) auditExport(tx *pg.Tx, w Who, now time.Time, by string, e *Export) {
	audited(tx, w, now, e.Notes)
	queueAudit(tx.AtEnd(), w, now, "customer.exported", w.Customer, map[string]any{"by": by, "notes": len(e.Notes)})
}
