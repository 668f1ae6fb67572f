package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
)

// This file is what members note about customers. All of it is sealed; whoever
// reads an allergy or health note leaves an entry in the audit trail.

func (a *API) registerCustomerNotes() {
	const path = "/businesses/{business_id}/customers/{customer_id}/notes"
	register(a, operation{
		ID: "list-customer-notes", Method: http.MethodGet, Path: path, Tags: tagCustomers, Authz: mayReadHealth, Errors: []string{codeMerged},
		Summary: "Notes about a customer, the newest first", Description: "With allergy or health notes among them, the read is recorded in the audit trail, or fails. Ask for the general ones alone where they are enough.",
	}, a.listNotes)
	register(a, operation{
		ID: "create-customer-note", Method: http.MethodPost, Path: path, Tags: tagCustomers, Authz: mayReadHealth,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeMerged, codeErased, "customer.too_many_notes"},
		Summary: "Note something about a customer", Description: "health_consent of the customer tells whether they agreed to the keeping of health data.",
	}, a.createNote)
	register(a, operation{
		ID: "get-customer-note", Method: http.MethodGet, Path: path + "/{note_id}", Tags: tagCustomers, Authz: mayReadHealth, Errors: []string{codeMerged},
		Summary: "A note", Description: "Reading an allergy or health note is recorded in the audit trail, or fails.",
	}, a.getNote)
	register(a, operation{
		ID: "update-customer-note", Method: http.MethodPatch, Path: path + "/{note_id}", Tags: tagCustomers, Authz: mayReadHealth, IfMatch: true,
		Errors: []string{codeMerged, codeErased}, Summary: "Change a note",
	}, a.updateNote)
	register(a, operation{
		ID: "delete-customer-note", Method: http.MethodDelete, Path: path + "/{note_id}", Tags: tagCustomers, Authz: mayReadHealth, IfMatch: true,
		Status: http.StatusNoContent, Errors: []string{codeMerged, codeErased}, Summary: "Remove a note for good",
	}, a.deleteNote)
}

// NoteView is a note about a customer.
type NoteView struct {
	ID        customer.NoteID   `json:"id"`
	Kind      customer.NoteKind `json:"kind" enum:"general,allergy,health"`
	Body      string            `json:"body"`
	Author    string            `json:"author" doc:"Who wrote it: member, api_key, operator or system"`
	AuthorID  *id.Of[Named]     `json:"author_id" doc:"The account of the author; null for none"`
	Version   int64             `json:"version" doc:"For If-Match"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func noteView(n *customer.Note, zone *time.Location) NoteView {
	v := NoteView{
		ID: n.ID, Kind: n.Kind, Body: n.Body, Author: n.AuthorKind, Version: n.Version, CreatedAt: n.CreatedAt.In(zone), UpdatedAt: n.UpdatedAt.In(zone),
	}
	if n.AuthorID != nil {
		author := id.Of[Named](*n.AuthorID)
		v.AuthorID = &author
	}
	return v
}

type listNotesInput struct {
	OneCustomer
	Paging
	Kind customer.NoteKind `query:"kind" enum:"general,allergy,health"`
}

func (a *API) listNotes(ctx context.Context, in *listNotesInput) (*data[list[NoteView]], error) {
	filter := []any{in.CustomerID, in.Kind}
	var after customer.NoteID
	if _, err := in.after(ctx, a, filter, &after); err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	rows, more, err := a.Customers.Notes(ctx, who(ctx, in.CustomerID), in.Kind, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &data[list[NoteView]]{list[NoteView]{Items: make([]NoteView, len(rows))}}
	for i := range rows {
		out.Body.Items[i] = noteView(&rows[i], zone)
	}
	var last *customer.NoteID
	if more {
		last = &rows[len(rows)-1].ID
	}
	out.Body.NextCursor, err = nextCursor(ctx, a, filter, last)
	return out, err
}

type createNoteInput struct {
	OneCustomer
	Keyed
	Body struct {
		Kind customer.NoteKind `json:"kind" enum:"general,allergy,health"`
		Body string            `json:"body" minLength:"1" maxLength:"2000" example:"窓側の席がお好み"`
	}
}

func (a *API) createNote(ctx context.Context, in *createNoteInput) (*created[NoteView], error) {
	bid := businessID(ctx)
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	v, replayed, err := idempotent(ctx, a, effect[*customer.Note, NoteView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(n *customer.Note) NoteView { return noteView(n, zone) },
		Do: func(claim *idempotency.Claim) (*customer.Note, error) {
			w := who(ctx, in.CustomerID)
			w.Claim = claim
			return a.Customers.AddNote(ctx, w, customer.NoteInput{Kind: in.Body.Kind, Body: in.Body.Body})
		},
	})
	if err != nil {
		return nil, err
	}
	at := below(bid, "customers", in.CustomerID) + "/notes/" + v.ID.String()
	return &created[NoteView]{at, replayedHeader(replayed), v}, nil
}

// OneNote is embedded by inputs about one note.
type OneNote struct {
	OneCustomer
	NoteID customer.NoteID `path:"note_id"`
}

func (a *API) getNote(ctx context.Context, in *OneNote) (*versioned[NoteView], error) {
	n, err := a.Customers.Note(ctx, who(ctx, in.CustomerID), in.NoteID)
	return a.versionedNote(ctx, n, err)
}

func (a *API) versionedNote(ctx context.Context, n *customer.Note, err error) (*versioned[NoteView], error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	return &versioned[NoteView]{etag(n.Version), noteView(n, zone)}, nil
}

type updateNoteInput struct {
	OneNote
	Precondition
	Body struct {
		Kind *customer.NoteKind `json:"kind,omitempty" enum:"general,allergy,health"`
		Body *string            `json:"body,omitempty" minLength:"1" maxLength:"2000"`
	}
}

func (a *API) updateNote(ctx context.Context, in *updateNoteInput) (*versioned[NoteView], error) {
	w := who(ctx, in.CustomerID)
	var err error
	if w.Expect, err = in.expect(); err != nil {
		return nil, err
	}
	n, err := a.Customers.UpdateNote(ctx, w, in.NoteID, customer.NoteFields{Kind: in.Body.Kind, Body: in.Body.Body})
	return a.versionedNote(ctx, n, err)
}

type deleteNoteInput struct {
	OneNote
	Precondition
}

func (a *API) deleteNote(ctx context.Context, in *deleteNoteInput) (*empty, error) {
	w := who(ctx, in.CustomerID)
	var err error
	if w.Expect, err = in.expect(); err != nil {
		return nil, err
	}
	return &empty{}, a.Customers.DeleteNote(ctx, w, in.NoteID)
}
