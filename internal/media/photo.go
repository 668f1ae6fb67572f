package media

import (
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// ID is a photo's.
type ID = id.Of[Photo]

// Bounds of photos.
const (
	MaxOfShop = 10
	MaxAlt    = 200      // characters of each language
	MaxBytes  = 10 << 20 // of an uploaded file
)

// Photo is a picture in its place.
type Photo struct {
	ID         ID          `db:"id" json:"id"`
	Name       Name        `db:"name" json:"name"`
	Sizes      []Size      `db:"sizes" json:"sizes"` // ascending, at least one
	Alt        locale.Text `db:"alt" json:"alt"`
	ResourceID id.Of[any]  `db:"resource_id" json:"-"` // zero: not a resource's
	ServiceID  id.Of[any]  `db:"service_id" json:"-"`  // zero: not a service's
	Position   int         `db:"position" json:"-"`    // among those of the shop
	CreatedAt  time.Time   `db:"created_at" json:"-"`
}

// Size is one of the widths that a photo is kept in, in pixels.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Name is what a picture is stored under: 64 signs that nobody can guess. It is
// given once, so that what is served under it never changes.
type Name string

// Path is where the picture is served in a width.
func (n Name) Path(width int) string { return "/media/" + n.file(width) }

func (n Name) file(width int) string { return string(n) + "-" + strconv.Itoa(width) + ".jpg" }

// Shape is how wide a photo is for its height.
type Shape struct{ Width, Height int }

// The shapes of the purposes.
var (
	ShopShape     = Shape{3, 2}
	ResourceShape = Shape{1, 1}
	ServiceShape  = Shape{4, 3}
)

// Owner is whose photo one is: the zero value is the shop's.
type Owner struct {
	Resource id.Of[any]
	Service  id.Of[any]
}

func (o Owner) shape() Shape {
	switch {
	case !o.Resource.IsZero():
		return ResourceShape
	case !o.Service.IsZero():
		return ServiceShape
	}
	return ShopShape
}

// detail is what the audit trail keeps of whose photo it was.
func (o Owner) detail() map[string]any {
	switch {
	case !o.Resource.IsZero():
		return map[string]any{"resource_id": o.Resource.String()}
	case !o.Service.IsZero():
		return map[string]any{"service_id": o.Service.String()}
	}
	return nil
}

// Errors of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "not_found")
	errBusy     = fault.New(fault.Unavailable, "overloaded").After(3 * time.Second)
)

// refused is a picture that is not taken, told at the file.
func refused(code string, args fault.Args) error {
	var v fault.Fields
	v.Add("body.file", code, args)
	return v.Err()
}
