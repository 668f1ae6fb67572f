package transfer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Format is how an export is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	JSON Format = "json"
)

// Everything is the kind of export that has all the others in it; JSON only.
const Everything = "all"

// exportPage is how many records are read at once.
const exportPage = 500

// ExportInput is what is to be taken out, and how.
type ExportInput struct {
	Kind    string
	Format  Format
	Charset Charset     // of CSV
	Lang    locale.Lang // of the headers of CSV
}

// Validate reports every fault.
func (in *ExportInput) Validate() error {
	var v fault.Fields
	kinds := ExportKinds()
	v.Check(slices.Contains(kinds, in.Kind), "path.kind", "not_allowed", fault.Args{"values": strings.Join(kinds, ", ")})
	v.Check(in.Format == CSV || in.Format == JSON, "query.format", "not_allowed", fault.Args{"values": "csv, json"})
	v.Check(in.Charset == UTF8 || in.Charset == ShiftJIS, "query.charset", "not_allowed", fault.Args{"values": "utf-8, shift_jis"})
	v.Check(in.Kind != Everything || in.Format == JSON, "query.format", "not_allowed", fault.Args{"values": "json"})
	v.Check(in.Format == CSV || in.Charset == UTF8, "query.charset", "not_allowed", fault.Args{"values": "utf-8"})
	return v.Err()
}

// item is one record: as JSON, and as the cells of a line.
type item struct {
	json  []byte
	cells []string
}

// source is where the records of a kind come from, a page at a time in an order
// that lasts, each page a transaction of its own: a slow reader holds no
// connection, and every record that stands all the while is there once.
type source struct {
	kind   string
	header func(ctx context.Context, x *export) ([]Column, error)
	page   func(ctx context.Context, x *export, after string) (items []item, next string, err error) // next "" is the end
}

// sources are all of them, in the order of the export of everything.
var sources = slices.Concat([]source{
	{"customers", fixed(customerColumns), customerPage},
	{"customer-notes", fixed(noteColumns), notePage},
	{"bookings", fixed(bookingColumns), bookingPage},
	{"services", fixed(serviceColumns), servicePage},
	{"options", fixed(optionColumns), optionPage},
	{"resources", fixed(resourceColumns), resourcePage},
	{"members", fixed(memberColumns), memberPage},
}, tableSources())

// ExportKinds are the kinds of exports.
func ExportKinds() []string {
	out := make([]string, 0, len(sources)+1)
	for i := range sources {
		out = append(out, sources[i].kind)
	}
	return append(out, Everything)
}

func fixed(list []Column) func(context.Context, *export) ([]Column, error) {
	return func(context.Context, *export) ([]Column, error) { return list, nil }
}

// export is one that is under way.
type export struct {
	s     *Service
	actor tenant.Actor
	bid   business.ID
	in    ExportInput
	snap  *availability.Snapshot
	enc   *Encoder
	out   io.Writer
	count int
	err   error // of writing
}

// Report is what an export came to.
type Report struct {
	Records  int
	Replaced int // signs that the charset does not have
}

// Export writes the records of a kind. That it began and how it ended is audited.
// An error after the first byte leaves what was written incomplete: the caller
// must see to it that whoever reads it can tell.
func (s *Service) Export(ctx context.Context, a tenant.Actor, bid business.ID, in ExportInput, out io.Writer) (Report, error) {
	if err := in.Validate(); err != nil {
		return Report{}, err
	}
	snap, err := s.avail.Snapshot(ctx, bid)
	if err != nil {
		return Report{}, err
	}
	x := &export{s: s, actor: a, bid: bid, in: in, snap: snap, enc: &Encoder{charset: in.Charset}, out: out}
	if err := x.audited(ctx, "business.export_began", nil); err != nil {
		return Report{}, err
	}
	err = x.write(ctx)
	told := map[string]any{"records": x.count, "complete": err == nil}
	if auditErr := x.audited(context.WithoutCancel(ctx), "business.exported", told); err == nil {
		err = auditErr
	}
	return Report{Records: x.count, Replaced: x.enc.Replaced}, err
}

func (x *export) audited(ctx context.Context, action string, detail map[string]any) error {
	d := map[string]any{"kind": x.in.Kind, "format": x.in.Format}
	maps.Copy(d, detail)
	var b pg.Batch
	audit.Append(&b, x.bid, audit.Entry{At: x.s.clock.Now(), Actor: x.actor, Action: action, Subject: "business:" + x.bid.String(), Detail: d}, nil)
	return x.s.db.BatchTenant(ctx, x.bid, &b)
}

func (x *export) write(ctx context.Context) error {
	var err error
	switch {
	case x.in.Kind == Everything:
		err = x.everything(ctx)
	case x.in.Format == JSON:
		x.text(`{"kind":` + quoted(x.in.Kind) + `,"exported_at":` + quoted(x.s.clock.Now().Format(time.RFC3339)) + `,"items":`)
		err = x.array(ctx, x.source())
		x.text("}\n")
	default:
		err = x.table(ctx, x.source())
	}
	if err == nil {
		err = x.err
	}
	return err
}

func (x *export) source() *source {
	return &sources[slices.IndexFunc(sources, func(s source) bool { return s.kind == x.in.Kind })]
}

// everything writes all kinds as one object.
func (x *export) everything(ctx context.Context) error {
	x.text(`{"kind":"all","business_id":` + quoted(x.bid.String()) + `,"exported_at":` + quoted(x.s.clock.Now().Format(time.RFC3339)))
	for i := range sources {
		x.text(",\n" + quoted(strings.ReplaceAll(sources[i].kind, "-", "_")) + ":")
		if err := x.array(ctx, &sources[i]); err != nil {
			return err
		}
	}
	x.text("}\n")
	return nil
}

func (x *export) array(ctx context.Context, s *source) error {
	first := true
	x.text("[")
	err := x.each(ctx, s, func(i *item) {
		if !first {
			x.text(",\n")
		}
		first = false
		x.bytes(i.json)
	})
	x.text("]")
	return err
}

// table writes lines of cells: with a byte order mark in UTF-8, by which
// spreadsheets know it, and with nothing that a spreadsheet would take for a formula.
func (x *export) table(ctx context.Context, s *source) error {
	header, err := s.header(ctx, x)
	if err != nil {
		return err
	}
	if x.in.Charset == UTF8 {
		x.text(bom)
	}
	names := make([]string, len(header))
	for i, c := range header {
		names[i] = c.Name
		if x.in.Lang == locale.JA && c.JA != "" {
			names[i] = c.JA
		}
	}
	x.line(names)
	return x.each(ctx, s, func(i *item) { x.line(i.cells) })
}

func (x *export) line(cells []string) {
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(cell(c))
	}
	b.WriteString("\r\n")
	x.bytes(x.enc.Encode(b.String()))
}

// cell is a text as a cell: no formula, and in quotes where it needs them.
func cell(s string) string {
	s = guarded(s)
	if strings.ContainsAny(s, "\",;\t\r\n") || s != strings.TrimSpace(s) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// each reads the records of a source page by page.
func (x *export) each(ctx context.Context, s *source, do func(*item)) error {
	for after := ""; ; {
		items, next, err := s.page(ctx, x, after)
		if err != nil {
			return fmt.Errorf("export %s: %w", s.kind, err)
		}
		for i := range items {
			do(&items[i])
		}
		x.count += len(items)
		if x.err != nil {
			return x.err
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

func (x *export) text(s string) { x.bytes([]byte(s)) }

func (x *export) bytes(b []byte) {
	if x.err == nil {
		_, x.err = x.out.Write(b)
	}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a text
	}
	return string(b)
}

// encode is a record as JSON.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("transfer: %T: %v", v, err)) // plain values
	}
	return b
}
