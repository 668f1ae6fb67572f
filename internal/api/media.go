package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// This file is the photos of a shop itself. Those of staff, rooms and menus stand
// in media_owned.go.

var tagPhotos = []string{"Photos"}

const (
	pathPhotos = "/businesses/{business_id}/photos"
	pathPhoto  = pathPhotos + "/{photo_id}"

	aboutFiles = "JPEG, PNG or WebP of at most 10 MB, 8,000 pixels a side and 24 million in all. The picture is decoded, turned upright, cut to its shape " +
		"and encoded anew in up to three widths: nothing but the pixels is kept, no place and no camera. It is never made larger than it was."
)

func (a *API) registerPhotos() {
	register(a, operation{
		ID: "list-photos", Method: http.MethodGet, Path: pathPhotos, Tags: tagPhotos, Authz: mayReadBusiness,
		Summary: "Photos of the shop in their order", Description: "The first is the cover.",
	}, a.listPhotos)
	register(a, operation{
		ID: "add-photo", Method: http.MethodPost, Path: pathPhotos, Tags: tagPhotos, Authz: mayChangeBusiness,
		Status: http.StatusCreated, Idempotent: true, MaxBody: maxForm, BodyTime: uploadTime, Consumes: formType, Form: photoForm(),
		Errors:  []string{codeSuspended, codeLimit},
		Summary: "Add a photo of the shop", Description: "At the end of the list, three wide for two high. " + aboutFiles,
	}, a.addPhoto)
	register(a, operation{
		ID: "set-photo-order", Method: http.MethodPut, Path: "/businesses/{business_id}/photo-order", Tags: tagPhotos, Authz: mayChangeBusiness,
		Errors:  []string{codeSuspended},
		Summary: "Put the photos of the shop in order", Description: "The first is the cover. Those that are not named stay behind, in their order.",
	}, a.setPhotoOrder)
	register(a, operation{
		ID: "get-photo", Method: http.MethodGet, Path: pathPhoto, Tags: tagPhotos, Authz: mayReadBusiness,
		Summary: "A photo of the shop",
	}, a.getPhoto)
	register(a, operation{
		ID: "update-photo", Method: http.MethodPatch, Path: pathPhoto, Tags: tagPhotos, Authz: mayChangeBusiness,
		Errors:  []string{codeSuspended},
		Summary: "Say what a photo of the shop shows",
	}, a.updatePhoto)
	register(a, operation{
		ID: "delete-photo", Method: http.MethodDelete, Path: pathPhoto, Tags: tagPhotos, Authz: mayChangeBusiness,
		Status: http.StatusNoContent, Errors: []string{codeSuspended},
		Summary: "Take a photo of the shop away", Description: "Its files are deleted an hour or two later.",
	}, a.deletePhoto)
	a.registerOwnedPhotos()
}

// PhotoView is a photo in the widths that it is kept in.
type PhotoView struct {
	ID       media.ID       `json:"id"`
	Alt      locale.Text    `json:"alt,omitempty" doc:"What it shows, for who cannot see it"`
	Variants []PhotoVariant `json:"variants" doc:"From the smallest on; at least one"`
}

// PhotoVariant is a photo in one width.
type PhotoVariant struct {
	URL    string `json:"url" doc:"Below this server. What stands there never changes" example:"/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-640.jpg"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

func photoView(p *media.Photo) PhotoView {
	v := PhotoView{ID: p.ID, Alt: p.Alt, Variants: make([]PhotoVariant, len(p.Sizes))}
	for i, s := range p.Sizes {
		v.Variants[i] = PhotoVariant{p.Name.Path(s.Width), s.Width, s.Height}
	}
	return v
}

// photoOf is the photo of a row that may have none.
func photoOf(p *media.Photo) *PhotoView {
	if p == nil {
		return nil
	}
	v := photoView(p)
	return &v
}

func photoViews(photos []media.Photo) []PhotoView {
	out := make([]PhotoView, len(photos))
	for i := range photos {
		out[i] = photoView(&photos[i])
	}
	return out
}

type listPhotosInput struct {
	InBusiness
	Paging
}

func (a *API) listPhotos(ctx context.Context, in *listPhotosInput) (*data[list[PhotoView]], error) {
	all, err := a.Media.OfShop(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	at := place{Position: -1}
	if _, err := in.after(ctx, a, nil, &at); err != nil {
		return nil, err
	}
	rest := all[:0]
	for _, p := range all {
		if p.Position > at.Position || p.Position == at.Position && p.ID.String() > at.ID.String() {
			rest = append(rest, p)
		}
	}
	return pageOf(ctx, a, in.Paging, nil, rest, photoView, func(p *media.Photo) place { return place{p.Position, id.Of[any](p.ID)} })
}

type addPhotoInput struct {
	InBusiness
	Keyed
	PhotoFile
}

func (a *API) addPhoto(ctx context.Context, in *addPhotoInput) (*created[PhotoView], error) {
	v, replayed, err := a.upload(ctx, in.IdempotencyKey, http.StatusCreated, media.Owner{}, in.RawBody)
	if err != nil {
		return nil, err
	}
	return &created[PhotoView]{below(businessID(ctx), "photos", v.ID), replayedHeader(replayed), v}, nil
}

// upload has a form's picture shown, once for a key.
func (a *API) upload(ctx context.Context, key string, status int, owner media.Owner, body []byte) (PhotoView, bool, error) {
	form, err := readPhotoForm(body, callOf(ctx).boundary)
	if err != nil {
		return PhotoView{}, false, err
	}
	bid := businessID(ctx)
	return idempotent(ctx, a, effect[*media.Photo, PhotoView]{
		Key: key, Business: &bid, Request: form.asked(), Status: status, Render: photoView,
		Do: func(c *idempotency.Claim) (*media.Photo, error) {
			return a.Media.Add(ctx, actor(ctx), bid, owner, media.Upload{Data: form.file, Crop: form.crop}, c)
		},
	})
}

// InPhoto is embedded by inputs about one photo of the shop.
type InPhoto struct {
	InBusiness
	PhotoID media.ID `path:"photo_id"`
}

type photoInput struct{ InPhoto }

func (a *API) getPhoto(ctx context.Context, in *photoInput) (*data[PhotoView], error) {
	return shownPhoto(a.Media.One(ctx, businessID(ctx), media.Target{ID: in.PhotoID}))
}

// PhotoWords is what a photo shows.
type PhotoWords struct {
	Alt locale.Text `json:"alt" doc:"At most 200 characters; an empty text in Japanese alone: nothing is said"`
}

type updatePhotoInput struct {
	InPhoto
	Body PhotoWords
}

func (a *API) updatePhoto(ctx context.Context, in *updatePhotoInput) (*data[PhotoView], error) {
	return shownPhoto(a.Media.SetAlt(ctx, actor(ctx), businessID(ctx), media.Target{ID: in.PhotoID}, in.Body.Alt))
}

func shownPhoto(p *media.Photo, err error) (*data[PhotoView], error) {
	if err != nil {
		return nil, err
	}
	return &data[PhotoView]{photoView(p)}, nil
}

func (a *API) deletePhoto(ctx context.Context, in *photoInput) (*empty, error) {
	return &empty{}, a.Media.Remove(ctx, actor(ctx), businessID(ctx), media.Target{ID: in.PhotoID})
}

// PhotoOrder is photos in their order.
type PhotoOrder struct {
	PhotoIDs []media.ID `json:"photo_ids" maxItems:"10"`
}

type photoOrderInput struct {
	InBusiness
	Body PhotoOrder
}

func (a *API) setPhotoOrder(ctx context.Context, in *photoOrderInput) (*data[PhotoOrder], error) {
	all, err := a.Media.SetOrder(ctx, actor(ctx), businessID(ctx), in.Body.PhotoIDs)
	out := PhotoOrder{make([]media.ID, len(all))}
	for i := range all {
		out.PhotoIDs[i] = all[i].ID
	}
	return &data[PhotoOrder]{out}, err
}
