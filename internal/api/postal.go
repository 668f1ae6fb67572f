package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
)

func (a *API) registerPostal() {
	register(a, operation{
		ID: "look-up-postal-code", Method: http.MethodGet, Path: "/public/postal-codes/{postal_code}", Tags: tagDirectory, Authz: public(),
		Summary: "The towns of a postal code", Description: "To fill in an address: several places where one code stands for several towns, so that the person can choose. The table is that of " +
			"Japan Post; a code that is not in it is 404.",
		Errors: []string{"not_found"},
	}, lookUpPostalCode)
}

// PostalCodeView is a postal code and its places.
type PostalCodeView struct {
	PostalCode string      `json:"postal_code" doc:"Seven digits" example:"1500001"`
	Places     []PlaceView `json:"places" minItems:"1"`
}

// PlaceView is a town of a postal code.
type PlaceView struct {
	Prefecture     string `json:"prefecture" example:"東京都"`
	City           string `json:"city" example:"渋谷区"`
	Town           string `json:"town" example:"神宮前" doc:"Empty where the code stands for the whole city"`
	PrefectureKana string `json:"prefecture_kana" example:"トウキョウト"`
	CityKana       string `json:"city_kana" example:"シブヤク"`
	TownKana       string `json:"town_kana" example:"ジングウマエ" doc:"May be empty for the code of a company"`
}

// cached is the output of operations whose answer is the same for everybody, for a while.
type cached[T any] struct {
	CacheControl string `header:"Cache-Control" doc:"How long the answer may be kept"`
	Body         T
}

// The table changes once a month.
const postalCache = "public, max-age=86400"

type postalInput struct {
	PostalCode string `path:"postal_code" maxLength:"20" doc:"Seven digits; 〒, full-width digits and any dash are accepted" example:"150-0001"`
}

func lookUpPostalCode(_ context.Context, in *postalInput) (*cached[PostalCodeView], error) {
	code, err := jp.ParsePostal(in.PostalCode)
	if err != nil {
		var v fault.Fields
		v.Add("path.postal_code", "postal_code")
		return nil, v.Err()
	}
	places := jp.Postal(code)
	if len(places) == 0 {
		return nil, errNotFound
	}
	out := &cached[PostalCodeView]{CacheControl: postalCache, Body: PostalCodeView{PostalCode: code, Places: make([]PlaceView, len(places))}}
	for i, p := range places {
		out.Body.Places[i] = PlaceView(p)
	}
	return out, nil
}
