package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Bounds of a picture, checked before anything of it is decoded.
const (
	maxSide   = 8000
	maxPixels = 24_000_000 // a phone's camera takes 12 to 24 million; browsers of ours send fewer
	minSide   = 120
	maxScans  = 100 // of a progressive JPEG: each goes over the whole picture
)

// kind is a format that is read.
type kind struct {
	name   string
	config func(r *bytes.Reader) (image.Config, error)
}

var (
	ofJPEG = kind{"jpeg", func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }}
	ofPNG  = kind{"png", func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }}
	ofWebP = kind{"webp", func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) }}
)

// kindOf tells what a file is by its first bytes, whatever it is called.
func kindOf(data []byte) (kind, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return ofJPEG, true
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return ofPNG, true
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return ofWebP, true
	}
	return kind{}, false
}

// header is what a file says of itself.
type header struct {
	kind
	width, height int
	weight        int64 // bytes that decoding it may take
	turn          turn  // how the camera was held
}

// look reads a file's header, and refuses what is no picture of ours or too much
// of one. Nothing is decoded yet.
func look(data []byte) (header, error) {
	k, known := kindOf(data)
	if !known {
		return header{}, refused("photo.type", nil)
	}
	if k.name == ofWebP.name && isMoving(data) {
		return header{}, refused("photo.moving", nil)
	}
	c, err := k.config(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return header{}, refused("photo.broken", nil)
	}
	if c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels {
		return header{}, refused("photo.too_many_pixels", fault.Args{"side": maxSide, "max": maxPixels})
	}
	if min(c.Width, c.Height) < minSide {
		return header{}, refused("photo.too_small", fault.Args{"min": minSide})
	}
	h := header{kind: k, width: c.Width, height: c.Height, weight: 4 * int64(c.Width*c.Height)}
	h.turn = orientation(k, data)
	switch k.name {
	case ofJPEG.name:
		s := survey(data)
		if s.scans > maxScans {
			return header{}, refused("photo.broken", nil)
		}
		if s.progressive { // coefficients of all components are kept to the end
			h.weight *= 4
		}
	case ofPNG.name:
		h.weight *= 2 // 16 bits a channel
	}
	return h, nil
}

// isMoving tells a WebP that is an animation.
func isMoving(data []byte) bool {
	return len(data) > 21 && string(data[12:16]) == "VP8X" && data[20]&0x02 != 0
}
