package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the headings of the menu.

const (
	pathCategories = "/businesses/{business_id}/service-categories"
	pathCategory   = pathCategories + "/{category_id}"
)

func (a *API) registerCategories() {
	register(a, operation{
		ID: "list-service-categories", Method: http.MethodGet, Path: pathCategories, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "The headings of the menu in their order",
	}, a.listCategories)
	register(a, operation{
		ID: "create-service-category", Method: http.MethodPost, Path: pathCategories, Tags: tagCatalog, Authz: mayManageCatalog,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Add a heading to the menu", Description: "Services and sets name the category under which they stand.",
	}, a.createCategory)
	register(a, operation{
		ID: "get-service-category", Method: http.MethodGet, Path: pathCategory, Tags: tagCatalog, Authz: mayReadCatalog,
		Summary: "A heading of the menu",
	}, a.getCategory)
	register(a, operation{
		ID: "update-service-category", Method: http.MethodPatch, Path: pathCategory, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change a heading of the menu",
	}, a.updateCategory)
	register(a, operation{
		ID: "delete-service-category", Method: http.MethodDelete, Path: pathCategory, Tags: tagCatalog, Authz: mayManageCatalog,
		IfMatch: true, Status: http.StatusNoContent, Errors: []string{codeSuspended, catalog.ErrCategoryInUse.Code},
		Summary: "Remove a heading of the menu", Description: "Only one under which no service and no set stands, archived ones too.",
	}, a.deleteCategory)
}

// CategoryView is a heading of the menu.
type CategoryView struct {
	ID       catalog.CategoryID `json:"id"`
	Name     locale.Text        `json:"name"`
	Position int                `json:"position"`
	Version  int64              `json:"version"`
}

func categoryView(c *catalog.Category) CategoryView {
	return CategoryView{c.ID, c.Name, c.Position, c.Version}
}

type listCategoriesInput struct {
	InBusiness
	Paging
}

func (a *API) listCategories(ctx context.Context, in *listCategoriesInput) (*data[list[CategoryView]], error) {
	var at place
	var after *catalog.Category
	if more, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	} else if more {
		after = &catalog.Category{Position: at.Position, ID: catalog.CategoryID(at.ID)}
	}
	rows, err := a.Catalog.Categories(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, categoryView,
		func(c *catalog.Category) place { return place{c.Position, id.Of[any](c.ID)} })
}

type createCategoryInput struct {
	InBusiness
	Keyed
	Body catalog.CreateLabelInput
}

func (a *API) createCategory(ctx context.Context, in *createCategoryInput) (*created[CategoryView], error) {
	bid := businessID(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*catalog.Category, CategoryView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated, Render: categoryView,
		Do: func(c *idempotency.Claim) (*catalog.Category, error) {
			return a.Catalog.CreateCategory(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[CategoryView]{below(bid, "service-categories", v.ID), replayedHeader(replayed), v}, nil
}

// InCategory is embedded by inputs about one category.
type InCategory struct {
	InBusiness
	CategoryID catalog.CategoryID `path:"category_id"`
}

type categoryInput struct{ InCategory }

func (a *API) getCategory(ctx context.Context, in *categoryInput) (*versioned[CategoryView], error) {
	return versionedCategory(a.Catalog.Category(ctx, businessID(ctx), in.CategoryID))
}

type updateCategoryInput struct {
	InCategory
	Precondition
	Body catalog.UpdateLabelInput
}

func (a *API) updateCategory(ctx context.Context, in *updateCategoryInput) (*versioned[CategoryView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedCategory(a.Catalog.UpdateCategory(ctx, actor(ctx), businessID(ctx), in.CategoryID, expect, in.Body))
}

func versionedCategory(c *catalog.Category, err error) (*versioned[CategoryView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[CategoryView]{etag(c.Version), categoryView(c)}, nil
}

type deleteCategoryInput struct {
	InCategory
	Precondition
}

func (a *API) deleteCategory(ctx context.Context, in *deleteCategoryInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Catalog.DeleteCategory(ctx, actor(ctx), businessID(ctx), in.CategoryID, expect)
}
