package card

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
)

// Version is that of the drawing: a change of it makes other pictures of the same words.
const Version = "1"

// Width and Height of a card, in pixels: what the platforms that show them ask for.
const (
	Width  = 1200
	Height = 630
)

// Card is what stands on the card of a shop.
type Card struct {
	Name, Trade, Place string
	Call               string // what one may do there
	Maker              string // whose installation it is
	Accent             color.RGBA
}

var (
	ground = color.RGBA{0xf6, 0xf5, 0xf2, 0xff}
	ink    = color.RGBA{0x1c, 0x1c, 0x1e, 0xff}
	soft   = color.RGBA{0x55, 0x55, 0x4f, 0xff}
	white  = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

const (
	margin   = 88
	band     = 28
	nameTop  = 96
	nameRoom = 330 // of the name, in height
	mostRows = 3
	small    = 36.0 // size of the other words
	maker    = 28.0
)

// nameSizes are tried in order until the name fits.
var nameSizes = [...]float64{96, 84, 72, 60}

// Draw writes the card as a PNG.
func (c *Card) Draw(w io.Writer) error {
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	fill(img, img.Bounds(), ground)
	fill(img, image.Rect(0, 0, Width, band), c.Accent)
	if err := c.drawName(img); err != nil {
		return err
	}
	if err := c.drawRest(img); err != nil {
		return err
	}
	return (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(w, img)
}

func (c *Card) drawName(img *image.RGBA) error {
	for i, size := range nameSizes {
		f, err := face(size)
		if err != nil {
			return err
		}
		pitch := int(size * 1.3)
		rows, all := lines(f, c.Name, Width-2*margin, min(mostRows, nameRoom/pitch))
		if !all && i < len(nameSizes)-1 {
			continue
		}
		for k, row := range rows {
			write(img, f, ink, margin, nameTop+(k+1)*pitch-int(size*0.25), row)
		}
		return nil
	}
	return nil
}

func (c *Card) drawRest(img *image.RGBA) error {
	f, err := face(small)
	if err != nil {
		return err
	}
	y := Height - 168
	wide := Width - 2*margin
	if rows, _ := lines(f, c.Trade+"　"+c.Place, wide, 1); len(rows) > 0 {
		write(img, f, soft, margin, y, rows[0])
	}
	const high, inset = 72, 36
	call := width(f, c.Call)
	pill(img, image.Rect(margin, Height-64-high, margin+call+2*inset, Height-64), c.Accent)
	write(img, f, white, margin+inset, Height-64-high/2+13, c.Call)
	f, err = face(maker)
	if err != nil {
		return err
	}
	write(img, f, soft, Width-margin-width(f, c.Maker), Height-64-high/2+10, c.Maker)
	return nil
}

func fill(img draw.Image, r image.Rectangle, c color.Color) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}
