package media

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
	"testing"
)

func TestRender_NeverLargerThanItWas_InTheShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h  int
		shape Shape
		want  []Size
	}{
		{3000, 2000, ShopShape, []Size{{320, 213}, {640, 427}, {1280, 853}}},
		{2000, 3000, ShopShape, []Size{{320, 213}, {640, 427}, {1280, 853}}},
		{1000, 1000, ResourceShape, []Size{{320, 320}, {640, 640}, {1000, 1000}}},
		{640, 480, ServiceShape, []Size{{320, 240}, {640, 480}}},
		{200, 120, ServiceShape, []Size{{160, 120}}},
		{121, 7000, ResourceShape, []Size{{121, 121}}},
	} {
		r, err := render(t.Context(), image.NewGray(image.Rect(0, 0, c.w, c.h)), upright, whole, c.shape)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.sizes, c.want) {
			t.Errorf("%d × %d: %v, want %v", c.w, c.h, r.sizes, c.want)
		}
		for i, f := range r.files {
			if got, err := jpeg.DecodeConfig(bytes.NewReader(f)); err != nil || got.Width != r.sizes[i].Width || got.Height != r.sizes[i].Height {
				t.Errorf("%d × %d: %+v %v", c.w, c.h, got, err)
			}
		}
	}
}

// The mean of a picture is that of the smaller one, whatever it is stored as.
func TestShrink_KeepsTheMean(t *testing.T) {
	t.Parallel()
	b := image.Rect(-3, 5, 614, 482)
	rgba, nrgba, wide := image.NewRGBA(b), image.NewNRGBA(b), image.NewRGBA64(b)
	ycc := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	var want float64
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			v := uint8((x*x + 3*y) % 251)
			want += float64(v)
			rgba.Set(x, y, color.Gray{v})
			nrgba.Set(x, y, color.Gray{v})
			wide.Set(x, y, color.Gray{v})
			ycc.Y[ycc.YOffset(x, y)] = v
		}
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = 128, 128
	}
	want /= float64(b.Dx() * b.Dy())
	for _, m := range []image.Image{rgba, nrgba, wide, ycc, plainImage{rgba}} {
		out, err := shrink(t.Context(), m, b, 97, 61)
		if err != nil {
			t.Fatal(err)
		}
		var got float64
		for i := 0; i < len(out.Pix); i += 4 {
			got += float64(out.Pix[i+1])
		}
		if got /= 97 * 61; math.Abs(got-want) > 0.2 {
			t.Errorf("%T: mean %.2f, want %.2f", m, got, want)
		}
	}
}

// plainImage can do nothing but what every picture can.
type plainImage struct{ m image.Image }

func (p plainImage) ColorModel() color.Model { return p.m.ColorModel() }
func (p plainImage) Bounds() image.Rectangle { return p.m.Bounds() }
func (p plainImage) At(x, y int) color.Color { return p.m.At(x, y) }

func TestShrink_TransparentIsWhite(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 10, 10)) // black, and not there
	out, err := shrink(t.Context(), m, m.Rect, 5, 5)
	if err != nil || out.RGBAAt(2, 2) != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("%v %v", out.RGBAAt(2, 2), err)
	}
}

func TestRender_EndsWithItsTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := New(nil, nil, nil, nil)
	if _, err := s.prepare(ctx, Upload{asJPEG(t, quarters(300, 200)), whole}, ShopShape); err == nil {
		t.Error("decoded after its time")
	}
	if _, err := render(ctx, quarters(300, 200), upright, whole, ShopShape); err == nil {
		t.Error("rendered after its time")
	}
}

func TestParseCrop(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": true, "0,0,1,1": true, "0.25,0.5,0.5,0.5": true, "1e-3,0,0.5,0.5": true,
		"0,0,1": false, "0,0,1,1,1": false, "-0.1,0,1,1": false, "0,0,0,0": false, "0.6,0,0.5,1": false, "NaN,0,1,1": false,
		"0,0,Inf,1": false, "a,b,c,d": false, "0;0;1;1": false,
	} {
		if _, ok := ParseCrop(s); ok != want {
			t.Errorf("%q: %v", s, ok)
		}
	}
}

// Whatever comes in, nothing breaks, and what goes out is plain.
func FuzzPrepare(f *testing.F) {
	for _, name := range []string{"progressive.jpg", "cmyk.jpg", "turned.png", "clear.png", "turned.webp", "lossless.webp", "moving.webp"} {
		f.Add(fixture(f, name))
	}
	f.Add(withMetadata(asJPEG(f, quarters(130, 130)), 6))
	f.Add(scans(3))
	s := New(nil, nil, nil, nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := look(data); err != nil || h.width*h.height > 1_000_000 {
			return // the rest is a matter of time
		}
		r, err := s.prepare(t.Context(), Upload{data, Crop{0.1, 0.1, 0.7, 0.8}}, ShopShape)
		if err != nil {
			return
		}
		for i, file := range r.files {
			plain(t, "fuzzed", file, r.sizes[i])
		}
	})
}
