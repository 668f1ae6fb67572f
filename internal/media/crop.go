package media

import (
	"image"
	"math"
	"strconv"
	"strings"
)

// Crop is a part of an upright picture, in parts of 1.
type Crop struct{ Left, Top, Width, Height float64 }

// whole is all of a picture.
var whole = Crop{0, 0, 1, 1}

// ParseCrop reads "left,top,width,height" in parts of 1, such as "0.1,0,0.8,1";
// an empty text is the whole picture. False for anything else.
func ParseCrop(s string) (Crop, bool) {
	if s == "" {
		return whole, true
	}
	parts := strings.Split(s, ",")
	if len(parts) != 4 || len(s) > 100 {
		return Crop{}, false
	}
	var n [4]float64
	for i, p := range parts {
		x, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(x) || x < 0 || x > 1 {
			return Crop{}, false
		}
		n[i] = x
	}
	const slack, least = 1e-3, 0.01
	c := Crop{n[0], n[1], n[2], n[3]}
	if c.Width < least || c.Height < least || c.Left+c.Width > 1+slack || c.Top+c.Height > 1+slack {
		return Crop{}, false
	}
	c.Width, c.Height = min(c.Width, 1-c.Left), min(c.Height, 1-c.Top)
	return c, true
}

// shaped is the largest part of the crop that has the shape, in its middle;
// width and height are those of the upright picture in pixels.
func (c Crop) shaped(s Shape, width, height int) Crop {
	w, h := c.Width*float64(width), c.Height*float64(height)
	if wanted := h * float64(s.Width) / float64(s.Height); wanted < w {
		c.Left += (w - wanted) / 2 / float64(width)
		c.Width = wanted / float64(width)
	} else {
		wanted := w * float64(s.Height) / float64(s.Width)
		c.Top += (h - wanted) / 2 / float64(height)
		c.Height = wanted / float64(height)
	}
	return c
}

// in is the crop of a picture in pixels: at least one, and none outside.
func (c Crop) in(b image.Rectangle) image.Rectangle {
	w, h := float64(b.Dx()), float64(b.Dy())
	x0 := min(int(math.Round(c.Left*w)), b.Dx()-1)
	y0 := min(int(math.Round(c.Top*h)), b.Dy()-1)
	x1 := min(max(int(math.Round((c.Left+c.Width)*w)), x0+1), b.Dx())
	y1 := min(max(int(math.Round((c.Top+c.Height)*h)), y0+1), b.Dy())
	return image.Rect(x0, y0, x1, y1).Add(b.Min)
}
