package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// This file is how everything is taken out again.

// Bounds of a download. What is smaller than its first block is told about as a
// whole before it begins.
const (
	firstBlock   = 256 << 10
	longestWait  = 30 * time.Second // for a reader who takes nothing
	longestWhole = 10 * time.Minute
)

// signsReplaced tells how many signs the charset did not have.
const signsReplaced = "Characters-Replaced"

func (a *API) registerExports() {
	register(a, operation{
		ID: "export-records", Method: http.MethodGet, Path: "/businesses/{business_id}/exports/{kind}", Tags: tagTransfer, Authz: mayExport,
		Produces: []string{"text/csv", "application/json"},
		Summary:  "Take records out",
		Description: "The answer is streamed. CSV in UTF-8 begins with a byte order mark; a cell that a spreadsheet would take for a formula begins with an apostrophe. " +
			"What Shift_JIS has no sign for is written as 〓, and the header (of a long answer: the trailer) Characters-Replaced says how often. " +
			"The export of customers, services, resources (as staff) and bookings can be imported. An answer that breaks off is not whole.",
	}, a.exportRecords)
}

type exportInput struct {
	InBusiness
	Kind    string           `path:"kind" enum:"customers,customer-notes,bookings,services,options,resources,members,business,opening-hours,special-days,closing-rules,periods,shifts,shift-exceptions,breaks,leaves,resource-joins,staff-ranks,service-categories,service-sets,service-hours,service-prices,service-options,requirements,consents,booking-history,booking-reasons,audit,all" doc:"all: everything in one answer, as JSON" example:"customers"`
	Format  transfer.Format  `query:"format" enum:"csv,json" default:"csv" doc:"all is JSON only"`
	Charset transfer.Charset `query:"charset" enum:"utf-8,shift_jis" default:"utf-8" doc:"Of CSV; JSON is UTF-8"`
}

func (a *API) exportRecords(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	what := transfer.ExportInput{Kind: in.Kind, Format: in.Format, Charset: in.Charset, Lang: language(ctx)}
	if what.Kind == transfer.Everything {
		what.Format = transfer.JSON // whatever the default is
	}
	if err := what.Validate(); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		_, w := humago.Unwrap(h)
		a.download(ctx, w, what)
	}}, nil
}

// download streams an export for as long as the reader takes it: the time for one
// operation does not bind what is long.
func (a *API) download(ctx context.Context, w http.ResponseWriter, what transfer.ExportInput) {
	// The request is read to its end, but the server's time for reading goes on, and would take the client for gone.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // not every writer has one
	long, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestWhole)
	defer cancel()
	go func() {
		select {
		case <-callOf(ctx).gone:
			cancel()
		case <-long.Done():
		}
	}()
	d := &download{w: w, what: what, day: clock.DateOf(a.Clock.Now())}
	report, err := a.Transfer.Export(long, actor(ctx), businessID(ctx), what, d)
	if err == nil {
		err = d.end(report)
	}
	if err == nil {
		return
	}
	if d.began { // the reader must see that it is not whole
		callOf(ctx).cause = err
		panic(http.ErrAbortHandler)
	}
	callOf(ctx).refuse(err).write(w)
}

// download writes an answer of any length.
type download struct {
	w     http.ResponseWriter
	what  transfer.ExportInput
	day   clock.Date
	first bytes.Buffer
	began bool
}

// Write keeps the first block back until it is full.
func (d *download) Write(p []byte) (int, error) {
	if d.began {
		return d.send(p)
	}
	d.first.Write(p)
	if d.first.Len() < firstBlock {
		return len(p), nil
	}
	if d.what.Charset == transfer.ShiftJIS {
		d.w.Header().Set("Trailer", signsReplaced)
	}
	return len(p), d.begin()
}

func (d *download) begin() error {
	h := d.w.Header()
	h.Set("Content-Type", "application/json")
	if d.what.Format == transfer.CSV {
		h.Set("Content-Type", "text/csv; charset="+string(d.what.Charset))
	}
	h.Set("Content-Disposition", `attachment; filename="`+d.what.Kind+"-"+d.day.String()+"."+string(d.what.Format)+`"`)
	d.began = true
	d.w.WriteHeader(http.StatusOK)
	_, err := d.send(d.first.Bytes())
	d.first.Reset()
	return err
}

func (d *download) send(p []byte) (int, error) {
	_ = http.NewResponseController(d.w).SetWriteDeadline(clock.System{}.Now().Add(longestWait)) // not every writer has one
	return d.w.Write(p)
}

// end sends what is left, and how much was lost on the way.
func (d *download) end(r transfer.Report) error {
	if d.what.Charset == transfer.ShiftJIS {
		d.w.Header().Set(signsReplaced, strconv.Itoa(r.Replaced)) // a trailer, once the answer began
	}
	if d.began {
		return nil
	}
	return d.begin()
}
