package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// This file is the one photo that a resource or a service may have.

const (
	pathResourcePhoto = "/businesses/{business_id}/resources/{resource_id}/photo"
	pathServicePhoto  = "/businesses/{business_id}/services/{service_id}/photo"
)

func (a *API) registerOwnedPhotos() {
	register(a, operation{
		ID: "put-resource-photo", Method: http.MethodPut, Path: pathResourcePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		MaxBody: maxForm, BodyTime: uploadTime, Consumes: formType, Form: photoForm(), Errors: []string{codeSuspended},
		Summary:     "Show a photo of a staff member, room or seat",
		Description: "Square, in the place of the one before, whose words stay. " + aboutFiles,
	}, a.putResourcePhoto)
	register(a, operation{
		ID: "update-resource-photo", Method: http.MethodPatch, Path: pathResourcePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		Errors: []string{codeSuspended}, Summary: "Say what the photo of a resource shows",
	}, a.updateResourcePhoto)
	register(a, operation{
		ID: "delete-resource-photo", Method: http.MethodDelete, Path: pathResourcePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		Status: http.StatusNoContent, Errors: []string{codeSuspended}, Summary: "Take the photo of a resource away",
	}, a.deleteResourcePhoto)
	register(a, operation{
		ID: "put-service-photo", Method: http.MethodPut, Path: pathServicePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		MaxBody: maxForm, BodyTime: uploadTime, Consumes: formType, Form: photoForm(), Errors: []string{codeSuspended},
		Summary:     "Show a photo of a service",
		Description: "Four wide for three high, in the place of the one before, whose words stay. " + aboutFiles,
	}, a.putServicePhoto)
	register(a, operation{
		ID: "update-service-photo", Method: http.MethodPatch, Path: pathServicePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		Errors: []string{codeSuspended}, Summary: "Say what the photo of a service shows",
	}, a.updateServicePhoto)
	register(a, operation{
		ID: "delete-service-photo", Method: http.MethodDelete, Path: pathServicePhoto, Tags: tagPhotos, Authz: mayManageCatalog,
		Status: http.StatusNoContent, Errors: []string{codeSuspended}, Summary: "Take the photo of a service away",
	}, a.deleteServicePhoto)
}

func (in *InResource) photo() media.Owner { return media.Owner{Resource: id.Of[any](in.ResourceID)} }
func (in *InService) photo() media.Owner  { return media.Owner{Service: id.Of[any](in.ServiceID)} }

type putResourcePhotoInput struct {
	InResource
	PhotoFile
}

func (a *API) putResourcePhoto(ctx context.Context, in *putResourcePhotoInput) (*data[PhotoView], error) {
	v, _, err := a.upload(ctx, "", http.StatusOK, in.photo(), in.RawBody)
	return &data[PhotoView]{v}, err
}

type putServicePhotoInput struct {
	InService
	PhotoFile
}

func (a *API) putServicePhoto(ctx context.Context, in *putServicePhotoInput) (*data[PhotoView], error) {
	v, _, err := a.upload(ctx, "", http.StatusOK, in.photo(), in.RawBody)
	return &data[PhotoView]{v}, err
}

type updateResourcePhotoInput struct {
	InResource
	Body PhotoWords
}

func (a *API) updateResourcePhoto(ctx context.Context, in *updateResourcePhotoInput) (*data[PhotoView], error) {
	return shownPhoto(a.Media.SetAlt(ctx, actor(ctx), businessID(ctx), media.Target{Owner: in.photo()}, in.Body.Alt))
}

type updateServicePhotoInput struct {
	InService
	Body PhotoWords
}

func (a *API) updateServicePhoto(ctx context.Context, in *updateServicePhotoInput) (*data[PhotoView], error) {
	return shownPhoto(a.Media.SetAlt(ctx, actor(ctx), businessID(ctx), media.Target{Owner: in.photo()}, in.Body.Alt))
}

type ownedResourcePhotoInput struct{ InResource }

func (a *API) deleteResourcePhoto(ctx context.Context, in *ownedResourcePhotoInput) (*empty, error) {
	return &empty{}, a.Media.Remove(ctx, actor(ctx), businessID(ctx), media.Target{Owner: in.photo()})
}

type ownedServicePhotoInput struct{ InService }

func (a *API) deleteServicePhoto(ctx context.Context, in *ownedServicePhotoInput) (*empty, error) {
	return &empty{}, a.Media.Remove(ctx, actor(ctx), businessID(ctx), media.Target{Owner: in.photo()})
}
