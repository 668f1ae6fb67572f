package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/webp"
)

// Widths are those in which a photo is kept, as far as it reaches: nothing is
// made larger than it was.
var Widths = []int{320, 640, 1280}

const (
	quality    = 82
	decodeTime = 8 * time.Second
)

// rendered is a picture as it is stored.
type rendered struct {
	sizes   []Size
	files   [][]byte // JPEG, one for each size
	content []byte   // a hash of the files
}

// decode reads the pixels of a file. A broken or hostile one ends with its input
// or with the time, whichever is first.
func (h *header) decode(ctx context.Context, data []byte) (img image.Image, err error) {
	defer func() { // of the decoder, on a file that nobody has thought of
		if recover() != nil {
			err = refused("photo.broken", nil)
		}
	}()
	r := &timely{ctx, bytes.NewReader(data)}
	switch h.name {
	case ofPNG.name:
		img, err = png.Decode(r)
	case ofWebP.name:
		img, err = webp.Decode(r)
	default:
		img, err = jpeg.Decode(r)
	}
	switch {
	case ctx.Err() != nil:
		return nil, errBusy.Because(ctx.Err())
	case err != nil:
		return nil, refused("photo.broken", nil)
	case img.Bounds().Dx() != h.width || img.Bounds().Dy() != h.height:
		return nil, refused("photo.broken", nil)
	}
	return img, nil
}

// timely is a reader that ends with its context: a decoder asks for more every
// few thousand pixels.
type timely struct {
	ctx context.Context //nolint:containedctx // a reader has no place for one
	r   io.Reader
}

// Read reads unless the time is over.
func (t *timely) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p[:min(len(p), 4096)])
}

// render crops a picture to the shape and encodes it in the widths that it reaches.
func render(ctx context.Context, img image.Image, t turn, c Crop, s Shape) (*rendered, error) {
	b := img.Bounds()
	width, height := b.Dx(), b.Dy()
	if t.sideways() {
		width, height = height, width
	}
	c = c.shaped(s, width, height)
	part := t.source(c).in(b)
	reach := part.Dx()
	if t.sideways() {
		reach = part.Dy()
	}
	out := &rendered{sizes: sizesOf(reach, s), files: [][]byte{}}
	largest := out.sizes[len(out.sizes)-1]
	w, h := largest.Width, largest.Height
	if t.sideways() {
		w, h = h, w
	}
	picture, err := shrink(ctx, img, part, min(w, part.Dx()), min(h, part.Dy()))
	if err != nil {
		return nil, errBusy.Because(err)
	}
	picture = t.turned(picture)
	for i, size := range out.sizes {
		if err := out.add(ctx, i, picture, size); err != nil {
			return nil, err
		}
	}
	out.content = out.hash()
	return out, nil
}

// sizesOf are the sizes of a picture that is so many pixels wide. The largest is
// its own width where that lies between two.
func sizesOf(reach int, s Shape) []Size {
	var out []Size
	add := func(w int) { out = append(out, Size{w, max((w*s.Height+s.Width/2)/s.Width, 1)}) }
	for _, w := range Widths {
		if w > reach {
			break
		}
		add(w)
	}
	last := Widths[len(Widths)-1]
	if len(out) == 0 || out[len(out)-1].Width < min(reach, last) {
		add(min(reach, last))
	}
	return out
}

func (r *rendered) add(ctx context.Context, i int, picture *image.RGBA, s Size) error {
	scaled := picture
	if picture.Rect.Dx() > s.Width {
		var err error
		if scaled, err = shrink(ctx, picture, picture.Rect, s.Width, min(s.Height, picture.Rect.Dy())); err != nil {
			return errBusy.Because(err)
		}
	}
	r.sizes[i] = Size{scaled.Rect.Dx(), scaled.Rect.Dy()}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, scaled, &jpeg.Options{Quality: quality}); err != nil {
		return err
	}
	r.files = append(r.files, b.Bytes())
	return nil
}

func (r *rendered) hash() []byte {
	h := sha256.New()
	for _, f := range r.files {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(f)))
		h.Write(n[:])
		h.Write(f)
	}
	return h.Sum(nil)
}
