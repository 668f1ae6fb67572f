package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// This file is how files come in: an import, its parts, and what became of each line.

var tagTransfer = []string{"Import and export"}

// Codes of imports.
const (
	codeImportState = "import.wrong_state"
	codeImportParts = "import.parts_missing"
)

func (a *API) registerImports() {
	const one = "/businesses/{business_id}/imports/{import_id}"
	register(a, operation{
		ID: "list-imports", Method: http.MethodGet, Path: "/businesses/{business_id}/imports", Tags: tagTransfer, Authz: mayImport,
		Summary: "Imports, the newest first",
	}, a.listImports)
	register(a, operation{
		ID: "create-import", Method: http.MethodPost, Path: "/businesses/{business_id}/imports", Tags: tagTransfer, Authz: mayImport,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeLimit},
		Summary: "Begin an import", Description: "Its file is sent in parts then, and the work is started. What was uploaded is sealed, and erased when the work is done, at the latest after a week.",
	}, a.createImport)
	register(a, operation{
		ID: "get-import", Method: http.MethodGet, Path: one, Tags: tagTransfer, Authz: mayImport, Summary: "How far an import is",
	}, a.getImport)
	register(a, operation{
		ID: "put-import-part", Method: http.MethodPut, Path: one + "/parts/{position}", Tags: tagTransfer, Authz: mayImport,
		Status: http.StatusNoContent, Consumes: "text/csv", Errors: []string{codeImportState},
		Summary:     "Send a part of the file",
		Description: "The file is cut anywhere, into at most fifty parts of at most 1 MB each. A part replaces the one that was sent for the same position.",
	}, a.putImportPart)
	register(a, operation{
		ID: "start-import", Method: http.MethodPost, Path: one + "/start", Tags: tagTransfer, Authz: mayImport,
		Idempotent: true, Errors: []string{codeImportState, codeImportParts},
		Summary:     "Start the work",
		Description: "A dry run reports what would become of each line and changes nothing; the import can be started again after it. The same line again never has its effect twice.",
	}, a.startImport)
	register(a, operation{
		ID: "list-import-lines", Method: http.MethodGet, Path: one + "/lines", Tags: tagTransfer, Authz: mayImport,
		Summary: "What became of each line",
	}, a.listImportLines)
	register(a, operation{
		ID: "delete-import", Method: http.MethodDelete, Path: one, Tags: tagTransfer, Authz: mayImport, Status: http.StatusNoContent,
		Summary: "Forget an import", Description: "What it brought stays. One that is at work ends at its next step.",
	}, a.deleteImport)
}

// ImportView is an import and how far it is.
type ImportView struct {
	ID             transfer.ID     `json:"id"`
	Kind           transfer.Kind   `json:"kind" enum:"customers,services,staff,bookings"`
	Status         transfer.Status `json:"status" enum:"receiving,queued,running,checked,done,failed" doc:"checked: a dry run is over"`
	DryRun         bool            `json:"dry_run" doc:"Of the run at hand, or the last one"`
	Name           string          `json:"name"`
	Charset        *string         `json:"charset" enum:"utf-8,shift_jis" doc:"Null until it is known"`
	Parts          int             `json:"parts"`
	Bytes          int64           `json:"bytes"`
	Total          int             `json:"total" doc:"Lines with something in them, without the header; 0 until it is known"`
	Created        int             `json:"created"`
	Updated        int             `json:"updated"`
	Unchanged      int             `json:"unchanged"`
	Refused        int             `json:"refused"`
	Columns        []string        `json:"columns" doc:"The columns of the file in order; empty for one that is not understood"`
	UnknownColumns []string        `json:"unknown_columns" doc:"Headers that are not understood"`
	DoubledColumns []string        `json:"doubled_columns" doc:"Columns that the file has twice: the first one counts"`
	Problem        *ImportProblem  `json:"problem" doc:"What ended a run that failed; null for nothing"`
	CreatedAt      time.Time       `json:"created_at"`
	UpdatedAt      time.Time       `json:"updated_at"`
}

// ImportProblem is what ended an import.
type ImportProblem struct {
	Code    string `json:"code"`
	Message string `json:"message" doc:"In the language of Accept-Language"`
}

// importView shows an import in a language.
func importView(lang locale.Lang) func(*transfer.Import) ImportView {
	return func(i *transfer.Import) ImportView {
		v := ImportView{
			ID: i.ID, Kind: i.Kind, Status: i.Status, DryRun: i.DryRun, Name: i.Name, Parts: i.Parts, Bytes: i.Bytes, Total: i.Total,
			Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Refused: i.Refused,
			Columns: orEmpty(i.Layout.Columns), UnknownColumns: orEmpty(i.Layout.Unknown), DoubledColumns: orEmpty(i.Layout.Doubled),
			CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
		}
		if i.Charset != "" {
			charset := string(i.Charset)
			v.Charset = &charset
		}
		if i.Error != "" {
			v.Problem = &ImportProblem{i.Error, locale.T(lang, i.Error, nil)}
		}
		return v
	}
}

func orEmpty(list []string) []string { return append([]string{}, list...) }

type listImportsInput struct {
	InBusiness
	Paging
}

func (a *API) listImports(ctx context.Context, in *listImportsInput) (*data[list[ImportView]], error) {
	var mark transfer.Mark
	var after *transfer.Mark
	more, err := in.after(ctx, a, nil, &mark)
	if err != nil {
		return nil, err
	}
	if more {
		after = &mark
	}
	rows, err := a.Transfer.List(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, importView(language(ctx)), func(i *transfer.Import) transfer.Mark { return transfer.Mark{At: i.CreatedAt, ID: i.ID} })
}

type createImportInput struct {
	InBusiness
	Keyed
	Body struct {
		Kind    transfer.Kind    `json:"kind" enum:"customers,services,staff,bookings"`
		Name    string           `json:"name,omitempty" maxLength:"100" doc:"What the file is called" example:"顧客一覧.csv"`
		Charset transfer.Charset `json:"charset,omitempty" enum:"utf-8,shift_jis" doc:"Found out from the file unless given"`
	}
}

func (a *API) createImport(ctx context.Context, in *createImportInput) (*created[ImportView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*transfer.Import, ImportView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: importView(language(ctx)),
		Do: func(c *idempotency.Claim) (*transfer.Import, error) {
			return a.Transfer.Create(ctx, actor(ctx), bid, transfer.CreateInput{Kind: in.Body.Kind, Name: in.Body.Name, Charset: in.Body.Charset}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[ImportView]{below(bid, "imports", v.ID), replayedHeader(replayed), v}, nil
}

// InImport is embedded by inputs about one import.
type InImport struct {
	InBusiness
	ImportID transfer.ID `path:"import_id"`
}

type importInput struct{ InImport }

func (a *API) getImport(ctx context.Context, in *importInput) (*data[ImportView], error) {
	i, err := a.Transfer.Get(ctx, businessID(ctx), in.ImportID)
	if err != nil {
		return nil, err
	}
	return &data[ImportView]{importView(language(ctx))(i)}, nil
}

func (a *API) deleteImport(ctx context.Context, in *importInput) (*empty, error) {
	return &empty{}, a.Transfer.Delete(ctx, actor(ctx), businessID(ctx), in.ImportID)
}

type importPartInput struct {
	InImport
	Position int    `path:"position" minimum:"1" maximum:"50" doc:"Where the part belongs, from 1"`
	RawBody  []byte `contentType:"text/csv" doc:"Bytes of the file, in its own charset"`
}

func (a *API) putImportPart(ctx context.Context, in *importPartInput) (*empty, error) {
	return &empty{}, a.Transfer.PutPart(ctx, actor(ctx), businessID(ctx), in.ImportID, in.Position, in.RawBody)
}

type startImportInput struct {
	InImport
	Keyed
	Body struct {
		DryRun bool `json:"dry_run,omitempty" doc:"Report what would become of the lines, and change nothing"`
	}
}

func (a *API) startImport(ctx context.Context, in *startImportInput) (*outcome[ImportView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*transfer.Import, ImportView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusOK, Render: importView(language(ctx)),
		Do: func(c *idempotency.Claim) (*transfer.Import, error) {
			return a.Transfer.Start(ctx, actor(ctx), bid, in.ImportID, in.Body.DryRun, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &outcome[ImportView]{replayedHeader(replayed), v}, nil
}

// ImportLine is what became of a line.
type ImportLine struct {
	Line      int               `json:"line" doc:"As a spreadsheet counts: 2 is the first behind the header"`
	Outcome   transfer.Outcome  `json:"outcome" enum:"created,updated,unchanged,refused"`
	SubjectID *id.Of[any]       `json:"subject_id" doc:"The customer, service, resource or booking; null for a refused line, and in a dry run"`
	Errors    []ImportLineError `json:"errors"`
}

// ImportLineError is what is wrong with a line.
type ImportLineError struct {
	Column  string `json:"column" doc:"Empty for the line as a whole" example:"phone"`
	Code    string `json:"code" doc:"Stable" example:"phone"`
	Message string `json:"message" doc:"For people, in the language of Accept-Language"`
}

func importLine(lang locale.Lang) func(*transfer.Line) ImportLine {
	return func(l *transfer.Line) ImportLine {
		v := ImportLine{Line: l.Line, Outcome: l.Outcome, Errors: make([]ImportLineError, len(l.Errors))}
		if l.SubjectID != nil {
			x := id.Of[any](*l.SubjectID)
			v.SubjectID = &x
		}
		for i, e := range l.Errors {
			v.Errors[i] = ImportLineError{e.Column, e.Code, locale.T(lang, e.Code, e.Args)}
		}
		return v
	}
}

type listImportLinesInput struct {
	InImport
	Paging
	Outcome transfer.Outcome `query:"outcome" enum:"created,updated,unchanged,refused" doc:"Only lines of this outcome"`
}

func (a *API) listImportLines(ctx context.Context, in *listImportLinesInput) (*data[list[ImportLine]], error) {
	filter := struct {
		Import  transfer.ID      `json:"i"`
		Outcome transfer.Outcome `json:"o"`
	}{in.ImportID, in.Outcome}
	after := 0
	if _, err := in.after(ctx, a, filter, &after); err != nil {
		return nil, err
	}
	rows, err := a.Transfer.Lines(ctx, businessID(ctx), in.ImportID, in.Outcome, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows, importLine(language(ctx)), func(l *transfer.Line) int { return l.Line })
}
