package api

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"mime/multipart"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// This file is the form by which a picture is sent.

const (
	formType   = "multipart/form-data"
	maxForm    = media.MaxBytes + 64<<10 // what stands around the file
	uploadTime = 20 * time.Second
)

// PhotoFile is embedded by inputs with a picture.
type PhotoFile struct {
	RawBody []byte `contentType:"multipart/form-data"`
}

// photoForm is what the document says of the form.
func photoForm() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"}, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary", Description: "JPEG, PNG or WebP"},
			"crop": {
				Type: huma.TypeString, Pattern: `^[0-9.]+(,[0-9.]+){3}$`, Examples: []any{"0.1,0,0.8,1"},
				Description: "What to show of the upright picture: left, top, width and height in parts of 1. The shape that the photo must have is cut out of its middle",
			},
		},
	}
}

// photoUpload is a form that was read.
type photoUpload struct {
	file []byte
	crop media.Crop
}

// asked is what a key stands for: the picture by its hash.
func (u *photoUpload) asked() any {
	return struct {
		File [32]byte
		Crop media.Crop
	}{sha256.Sum256(u.file), u.crop}
}

// readPhotoForm refuses what it does not know and what is given twice.
func readPhotoForm(body []byte, boundary string) (*photoUpload, error) {
	fields, err := readForm(body, boundary, "file", "crop")
	if err != nil {
		return nil, err
	}
	var v fault.Fields
	file, sent := fields["file"]
	v.Check(sent && len(file) > 0, "body.file", "required")
	crop, ok := media.ParseCrop(string(fields["crop"]))
	v.Check(ok, "body.crop", "format")
	if err := v.Err(); err != nil {
		return nil, err
	}
	if len(file) > media.MaxBytes {
		return nil, tooLarge(media.MaxBytes + 1)
	}
	return &photoUpload{file, crop}, nil
}

// readForm reads the parts of a form by their names; the file's is not copied.
func readForm(body []byte, boundary string, names ...string) (map[string][]byte, error) {
	var v fault.Fields
	out := map[string][]byte{}
	if boundary == "" {
		v.Add("body", "format")
		return nil, v.Err()
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for range 2 * len(names) {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out, v.Err()
		}
		if err != nil {
			v.Add("body", "format")
			return nil, v.Err()
		}
		name := part.FormName()
		value, err := io.ReadAll(part)
		switch {
		case err != nil:
			v.Add("body", "format")
			return nil, v.Err()
		case !known[name]:
			v.Add("body["+quoted(name)+"]", "unknown_property")
		case out[name] != nil:
			v.Add("body."+name, "duplicate")
		default:
			out[name] = value
		}
	}
	v.Add("body", "too_many", fault.Args{"max": len(names)})
	return nil, v.Err()
}
