package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// S16: what comes in, and what may go out.

const canary = "CANARY-35.6812N-139.7671E"

// quarters is a picture whose corners are red, green, blue and white.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 20, 20, 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{20, 200, 20, 255}
			case x < w/2 && y >= h/2:
				c = color.RGBA{20, 20, 200, 255}
			case x >= w/2:
				c = color.RGBA{240, 240, 240, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// segment is one of a JPEG.
func segment(marker byte, body string) string {
	var n [2]byte
	binary.BigEndian.PutUint16(n[:], uint16(len(body)+2))
	return string([]byte{0xff, marker}) + string(n[:]) + body
}

// exif is a directory with an orientation and a place, in the order of bytes given.
func exif(order binary.AppendByteOrder, mark string, orientation uint16) string {
	b := []byte(mark)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, e := range [][2]uint16{{0x010f, 2}, {0x0112, 3}} { // a text in front
		b = order.AppendUint16(b, e[0])
		b = order.AppendUint16(b, e[1])
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, orientation)
		b = order.AppendUint16(b, 0)
	}
	return string(b) + canary
}

// withMetadata is the JPEG with all that cameras and people put into one.
func withMetadata(file []byte, orientation uint16) []byte {
	head := segment(0xe1, "Exif\x00\x00"+exif(binary.BigEndian, "MM\x00*", orientation)) +
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+canary+"</x:xmpmeta>") +
		segment(0xe2, "ICC_PROFILE\x00\x01\x01"+canary) + segment(0xed, "Photoshop 3.0\x00"+canary) +
		segment(0xfe, "<script>alert('"+canary+"')</script>")
	return []byte(string(file[:2]) + head + string(file[2:]) + "PK\x03\x04" + canary + "<?php echo 1; ?><html><script>")
}

// chunk is one of a PNG.
func chunk(name, body string) string {
	var n, sum [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(body)))
	binary.BigEndian.PutUint32(sum[:], crc32.ChecksumIEEE([]byte(name+body)))
	return string(n[:]) + name + body + string(sum[:])
}

func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// made is what becomes of a file; a refusal is told by its code.
func made(tb testing.TB, data []byte, shape Shape) (*rendered, string) {
	tb.Helper()
	s := New(nil, nil, nil, nil)
	r, err := s.prepare(tb.Context(), Upload{Data: data, Crop: whole}, shape)
	if err == nil {
		return r, ""
	}
	f := &fault.Fault{}
	if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Location != "body.file" {
		tb.Fatalf("error %v", err)
	}
	return nil, f.Fields[0].Code
}

func TestS16_WhatIsRefused(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(300, 200))
	huge := asPNG(t, image.NewGray(image.Rect(0, 0, 130, 130)))
	binary.BigEndian.PutUint32(huge[16:], 60_000) // the header lies
	binary.BigEndian.PutUint32(huge[20:], 60_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	wide := bytes.Clone(photo)
	at := bytes.Index(wide, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(wide[at+5:], 65_000)
	binary.BigEndian.PutUint16(wide[at+7:], 65_000)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing but a signature":     {[]byte("\xff\xd8\xff"), "photo.broken"},
		"SVG, called a JPEG":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "photo.type"},
		"HTML":                        {[]byte("<html>" + string(photo)), "photo.type"},
		"GIF":                         {fixture(t, "moving.gif"), "photo.type"},
		"PDF":                         {[]byte("%PDF-1.7\n"), "photo.type"},
		"HEIC":                        {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "photo.type"},
		"TIFF":                        {[]byte(exif(binary.LittleEndian, "II*\x00", 1)), "photo.type"},
		"an animated WebP":            {fixture(t, "moving.webp"), "photo.moving"},
		"a JPEG cut off":              {photo[:len(photo)/2], "photo.broken"},
		"a PNG cut off":               {asPNG(t, quarters(300, 200))[:500], "photo.broken"},
		"a WebP cut off":              {fixture(t, "lossy.webp")[:150], "photo.broken"},
		"a PNG that says it is huge":  {huge, "photo.too_many_pixels"},
		"a JPEG that says it is huge": {wide, "photo.too_many_pixels"},
		"one long side":               {asPNG(t, image.NewGray(image.Rect(0, 0, maxSide+1, 130))), "photo.too_many_pixels"},
		"many pixels":                 {asPNG(t, image.NewGray(image.Rect(0, 0, 6000, 4001))), "photo.too_many_pixels"},
		"a stamp":                     {asPNG(t, quarters(119, 500)), "photo.too_small"},
		"a thousand scans":            {scans(1000), "photo.broken"},
	} {
		if r, got := made(t, c.data, ShopShape); got != c.want {
			t.Errorf("%s: %q, want %q; %v", name, got, c.want, r != nil)
		}
	}
}

// scans is a progressive JPEG with so many scans, each of which goes over all of a
// large picture and says nothing.
func scans(n int) []byte {
	var b strings.Builder
	b.WriteString("\xff\xd8")
	b.WriteString(segment(0xdb, "\x00"+strings.Repeat("\x01", 64)))
	b.WriteString(segment(0xc2, "\x08\x0f\xa0\x0f\xa0\x01\x01\x11\x00"))          // 4000 × 4000, one component
	b.WriteString(segment(0xc4, "\x00"+"\x01"+strings.Repeat("\x00", 15)+"\x00")) // DC: one code, no bits
	b.WriteString(segment(0xc4, "\x10"+"\x01"+strings.Repeat("\x00", 15)+"\xe0")) // AC: a long run of blocks without any
	for range n {
		b.WriteString(segment(0xda, "\x01\x01\x00\x01\x05\x00") + strings.Repeat("\x00", 40))
	}
	return []byte(b.String() + "\xff\xd9")
}

func TestS16_WhatIsTaken_IsPlainAfterwards(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(300, 200))
	withText := string(asPNG(t, quarters(300, 200)))
	const header = 8 + 25
	withText = withText[:header] + chunk("tEXt", "Comment\x00"+canary) + chunk("eXIf", exif(binary.LittleEndian, "II*\x00", 1)) + withText[header:] + canary
	for name, data := range map[string][]byte{
		"baseline":          photo,
		"metadata":          withMetadata(photo, 1),
		"progressive":       fixture(t, "progressive.jpg"),
		"CMYK":              fixture(t, "cmyk.jpg"),
		"grey JPEG":         fixture(t, "gray.jpg"),
		"PNG with texts":    []byte(withText),
		"animated PNG":      fixture(t, "moving.png"),
		"palette":           fixture(t, "palette.png"),
		"transparent":       fixture(t, "clear.png"),
		"16 bits of grey":   fixture(t, "gray16.png"),
		"16 bits of colour": asPNG(t, image.NewRGBA64(image.Rect(0, 0, 300, 200))),
		"lossy WebP":        fixture(t, "lossy.webp"),
		"lossless WebP":     fixture(t, "lossless.webp"),
		"turned WebP":       fixture(t, "turned.webp"),
	} {
		r, code := made(t, data, ShopShape)
		if code != "" {
			t.Errorf("%s: refused, %s", name, code)
			continue
		}
		for i, f := range r.files {
			plain(t, name, f, r.sizes[i])
		}
	}
}

// plain tells whether a file is a JPEG of that size, and nothing else: no segments
// but those that a picture needs, no byte behind its end, nothing that was planted.
func plain(t *testing.T, name string, file []byte, want Size) {
	t.Helper()
	c, err := jpeg.DecodeConfig(bytes.NewReader(file))
	if err != nil || c.Width != want.Width || c.Height != want.Height {
		t.Errorf("%s: %+v, %v, want %+v", name, c, err, want)
	}
	if _, err := jpeg.Decode(bytes.NewReader(file)); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, word := range []string{canary, "CANARY", "Exif", "script", "PK\x03\x04", "ICC", "xmp", "Photoshop"} {
		if bytes.Contains(file, []byte(word)) {
			t.Errorf("%s: %q survived", name, word)
		}
	}
	for at := 2; ; {
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if file[at] != 0xff || !bytes.Contains([]byte{0xdb, 0xc0, 0xc4, 0xda}, []byte{marker}) {
			t.Errorf("%s: segment %x", name, file[at:at+2])
			return
		}
		if marker == markerScan {
			break
		}
		at += 2 + length
	}
	if end := bytes.Index(file, []byte{0xff, 0xd9}); end != len(file)-2 {
		t.Errorf("%s: ends at %d of %d", name, end, len(file))
	}
}

// Where the first row and the first column of the stored picture are seen, by the
// table of the standard.
var seen = map[uint16][2]string{
	1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
}

func TestS16_PhotosStandUpright(t *testing.T) {
	t.Parallel()
	opposite := map[string]string{"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
	for o, sides := range seen {
		for _, stored := range []image.Point{{300, 200}, {200, 300}} {
			data := withMetadata(asJPEG(t, quarters(stored.X, stored.Y)), o)
			r, code := made(t, data, Shape{1, 1})
			if code != "" {
				t.Fatalf("orientation %d: %s", o, code)
			}
			img, err := jpeg.Decode(bytes.NewReader(r.files[len(r.files)-1]))
			if err != nil {
				t.Fatal(err)
			}
			row, column := sides[0], sides[1]
			for corner, want := range map[[2]string]string{
				{row, column}: "red", {row, opposite[column]}: "green",
				{opposite[row], column}: "blue", {opposite[row], opposite[column]}: "white",
			} {
				if got := colourAt(img, corner); got != want {
					t.Errorf("orientation %d of %v: %s at %v, want %s", o, stored, got, corner, want)
				}
			}
		}
	}
}

func colourAt(img image.Image, corner [2]string) string {
	b := img.Bounds()
	x, y := b.Dx()/5, b.Dy()/5
	for _, side := range corner {
		switch side {
		case "right":
			x = b.Dx() - b.Dx()/5
		case "bottom":
			y = b.Dy() - b.Dy()/5
		}
	}
	r, g, blue, _ := img.At(x, y).RGBA()
	switch {
	case r > 0xa000 && g > 0xa000 && blue > 0xa000:
		return "white"
	case r > g && r > blue:
		return "red"
	case g > blue:
		return "green"
	}
	return "blue"
}

// A crop is one of the picture as people see it, whichever way it is stored.
func TestS16_TheCropIsOfTheUprightPicture(t *testing.T) {
	t.Parallel()
	s := New(nil, nil, nil, nil)
	for o := range seen {
		data := withMetadata(asJPEG(t, quarters(400, 400)), o)
		full, _ := made(t, data, Shape{1, 1})
		img, _ := jpeg.Decode(bytes.NewReader(full.files[0]))
		for at, corner := range map[string][2]string{
			"0,0,0.5,0.5": {"top", "left"}, "0.5,0,0.5,0.5": {"top", "right"}, "0,0.5,0.5,0.5": {"bottom", "left"}, "0.5,0.5,0.5,0.5": {"bottom", "right"},
		} {
			crop, ok := ParseCrop(at)
			if !ok {
				t.Fatal(at)
			}
			r, err := s.prepare(t.Context(), Upload{data, crop}, Shape{1, 1})
			if err != nil {
				t.Fatal(err)
			}
			part, _ := jpeg.Decode(bytes.NewReader(r.files[0]))
			if got, want := colourAt(part, [2]string{"top", "left"}), colourAt(img, corner); got != want || r.sizes[0] != (Size{200, 200}) {
				t.Errorf("orientation %d, crop %s: %s in %v, want %s", o, at, got, r.sizes, want)
			}
		}
	}
}
