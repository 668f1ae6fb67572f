package card

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"golang.org/x/image/vector"
)

// round is how far a curve's handles stand off for a quarter of a circle.
const round = 0.5522847

// circle adds a circle to a path; turned the other way it is a hole.
func circle(p *vector.Rasterizer, x, y, r float32, hole bool) {
	k := r * round
	p.MoveTo(x+r, y)
	if hole {
		p.CubeTo(x+r, y-k, x+k, y-r, x, y-r)
		p.CubeTo(x-k, y-r, x-r, y-k, x-r, y)
		p.CubeTo(x-r, y+k, x-k, y+r, x, y+r)
		p.CubeTo(x+k, y+r, x+r, y+k, x+r, y)
	} else {
		p.CubeTo(x+r, y+k, x+k, y+r, x, y+r)
		p.CubeTo(x-k, y+r, x-r, y+k, x-r, y)
		p.CubeTo(x-r, y-k, x-k, y-r, x, y-r)
		p.CubeTo(x+k, y-r, x+r, y-k, x+r, y)
	}
	p.ClosePath()
}

func paint(img draw.Image, p *vector.Rasterizer, c color.Color) {
	p.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{})
}

// pill is a bar with round ends.
func pill(img *image.RGBA, r image.Rectangle, c color.Color) {
	half := r.Dy() / 2
	fill(img, image.Rect(r.Min.X+half, r.Min.Y, r.Max.X-half, r.Max.Y), c)
	p := vector.NewRasterizer(img.Bounds().Dx(), img.Bounds().Dy())
	circle(p, float32(r.Min.X+half), float32(r.Min.Y+half), float32(half), false)
	circle(p, float32(r.Max.X-half), float32(r.Min.Y+half), float32(half), false)
	paint(img, p, c)
}

// Icon writes the sign of the installed site as a square PNG: a bowl from above,
// held out. All of it stands in the inner circle that any mask leaves.
func Icon(w io.Writer, size int, accent color.RGBA) error {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	fill(img, img.Bounds(), accent)
	s := float32(size)
	ring := vector.NewRasterizer(size, size)
	circle(ring, s/2, s/2, s*0.30, false)
	circle(ring, s/2, s/2, s*0.22, true)
	paint(img, ring, white)
	dot := vector.NewRasterizer(size, size)
	circle(dot, s/2, s/2, s*0.10, false)
	paint(img, dot, white)
	return png.Encode(w, img)
}
