package app_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
)

// photograph gives the shop, one of its staff and its service a photo, and answers the shop's.
func (x *shop) photograph() string {
	x.t.Helper()
	form := "Content-Type: " + photoBodyType
	for _, path := range []string{"/resources/" + x.staff[0], "/services/" + x.service} {
		x.must(http.StatusOK, http.MethodPut, x.path(path+"/photo"), photoBody, x.owner, form)
	}
	return x.must(http.StatusCreated, http.MethodPost, x.path("/photos"), photoBody, x.owner, form).text("id")
}

const photoBodyType = "multipart/form-data; boundary=proof-of-photos"

// photoBody is a form with a picture that is taken.
var photoBody = formWith(smallPhoto())

// smallPhoto is a picture of calm colours.
func smallPhoto() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(2 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func formWith(file []byte) string {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(w.SetBoundary("proof-of-photos"))
	part, err := w.CreateFormFile("file", "photo.jpg")
	must(err)
	_, err = part.Write(file)
	must(err)
	must(w.Close())
	return b.String()
}
