package media

import (
	"context"
	"image"
	"image/color"
)

// shrink is a part of a picture in a smaller size, each pixel the mean of what it
// stands for, on white where the picture is transparent. It holds one row of the
// source at a time, so that a large one costs no more memory than it has.
func shrink(ctx context.Context, src image.Image, part image.Rectangle, width, height int) (*image.RGBA, error) {
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	read := rowsOf(src)
	source := make([]float32, 3*part.Dx())
	across := spans(part.Dx(), width)
	row, sum := make([]float32, 3*width), make([]float32, 3*width)
	at := -1 // the row of the part that row holds
	for y, down := range spans(part.Dy(), height) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(sum)
		for i := down.first; i <= down.last; i++ {
			if i != at {
				read(part.Min.X, part.Min.Y+i, source)
				squeeze(source, across, row)
				at = i
			}
			weight := down.weight(i)
			for j, v := range row {
				sum[j] += weight * v
			}
		}
		paint(out.Pix[y*out.Stride:], sum)
	}
	return out, nil
}

// span is what one pixel of the result is made of: whole pixels of the source
// between a first and a last one that count in part.
type span struct {
	first, last int
	head, tail  float32 // weights of the first and the last
	body        float32 // of each between
}

func (s *span) weight(i int) float32 {
	switch i {
	case s.first:
		return s.head
	case s.last:
		return s.tail
	}
	return s.body
}

// spans divide a length into so many equal ones.
func spans(length, into int) []span {
	out := make([]span, into)
	each := float64(length) / float64(into)
	for i := range out {
		from, to := float64(i)*each, float64(i+1)*each
		first := min(int(from), length-1)
		last := min(max(first, int(to-1e-9)), length-1)
		s := span{first: first, last: last, body: float32(1 / each), head: 1}
		if last > first {
			s.head = float32((float64(first+1) - from) / each)
			s.tail = float32((to - float64(last)) / each)
		}
		out[i] = s
	}
	return out
}

// squeeze brings a row to its new width.
func squeeze(source []float32, across []span, row []float32) {
	for x := range across {
		s := &across[x]
		var r, g, b float32
		for i := s.first; i <= s.last; i++ {
			w, p := s.weight(i), source[3*i:3*i+3]
			r, g, b = r+w*p[0], g+w*p[1], b+w*p[2]
		}
		row[3*x], row[3*x+1], row[3*x+2] = r, g, b
	}
}

func paint(pix []uint8, row []float32) {
	for x := range len(row) / 3 {
		for c := range 3 {
			pix[4*x+c] = uint8(min(max(row[3*x+c]+0.5, 0), 255))
		}
		pix[4*x+3] = 255
	}
}

// rowsOf reads a row of a picture from a place on, as red, green and blue of 0 to 255.
func rowsOf(src image.Image) func(x, y int, row []float32) {
	switch m := src.(type) {
	case *image.YCbCr:
		return func(x, y int, row []float32) {
			for i := range len(row) / 3 {
				luma, chroma := m.YOffset(x+i, y), m.COffset(x+i, y)
				r, g, b := color.YCbCrToRGB(m.Y[luma], m.Cb[chroma], m.Cr[chroma])
				row[3*i], row[3*i+1], row[3*i+2] = float32(r), float32(g), float32(b)
			}
		}
	case *image.RGBA:
		return func(x, y int, row []float32) {
			for i := range len(row) / 3 {
				p := m.Pix[m.PixOffset(x+i, y):][:4]
				white := float32(255 - p[3])
				row[3*i], row[3*i+1], row[3*i+2] = float32(p[0])+white, float32(p[1])+white, float32(p[2])+white
			}
		}
	case image.RGBA64Image:
		return func(x, y int, row []float32) {
			for i := range len(row) / 3 {
				onWhite(m.RGBA64At(x+i, y), row[3*i:])
			}
		}
	}
	return func(x, y int, row []float32) {
		for i := range len(row) / 3 {
			r, g, b, a := src.At(x+i, y).RGBA()
			onWhite(color.RGBA64{uint16(r), uint16(g), uint16(b), uint16(a)}, row[3*i:]) //nolint:gosec // 16 bits by contract
		}
	}
}

func onWhite(c color.RGBA64, row []float32) {
	white := float32(0xffff - c.A)
	row[0], row[1], row[2] = (float32(c.R)+white)/257, (float32(c.G)+white)/257, (float32(c.B)+white)/257
}

// turned is a picture made upright.
func (t turn) turned(src *image.RGBA) *image.RGBA {
	if t == upright {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if t.sideways() {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := t.from(x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// from is where a pixel of the upright picture stands in the stored one; w and h
// are the upright one's.
func (t turn) from(x, y, w, h int) (sx, sy int) {
	switch t {
	case upright:
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, w - 1 - x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return h - 1 - y, x
	}
	return x, y
}
