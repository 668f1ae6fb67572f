package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"math"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// This file draws the photos of the demo: calm colours and round shapes, the same
// at every making.

// picture shows what has no photo yet: the shop, its staff and its menu. Without
// a place for files there are none.
func (h *house) picture(ctx context.Context) error {
	if h.media == nil {
		return nil
	}
	shown, err := h.media.OfShop(ctx, h.id)
	if err != nil {
		return err
	}
	name := h.shop.found.Name
	for i := len(shown); i < 2; i++ {
		if err := h.place(ctx, media.Owner{}, scenery(fmt.Sprint(name["ja"], i), 1280, 853), name); err != nil {
			return err
		}
	}
	for _, r := range h.shop.resources {
		x := h.resources[r.name["ja"]]
		if x == nil || x.Kind != catalog.Staff || x.Photo != nil {
			continue
		}
		if err := h.place(ctx, media.Owner{Resource: id.Of[any](x.ID)}, portrait(r.name["ja"], 320), r.name); err != nil {
			return err
		}
	}
	for i := range h.shop.menu {
		s := h.services[h.shop.menu[i].name["ja"]]
		if s == nil || s.Photo != nil {
			continue
		}
		if err := h.place(ctx, media.Owner{Service: id.Of[any](s.ID)}, scenery(s.Name["ja"], 320, 240), s.Name); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) place(ctx context.Context, o media.Owner, img image.Image, alt locale.Text) error {
	_, err := h.media.Place(ctx, h.owner, h.id, o, img, alt)
	return err
}

// chance is a number of 0 to 1 that belongs to a name.
func chance(name string, n int) float64 {
	f := fnv.New32a()
	_, _ = fmt.Fprint(f, name, n)
	return float64(f.Sum32()%1009) / 1008
}

// tone is a soft colour of a hue, from dark (0) to light (1).
func tone(hue, light float64) [3]float64 {
	var c [3]float64
	for i := range c {
		wave := 0.5 + 0.5*math.Cos(2*math.Pi*(hue-float64(i)/3))
		c[i] = 255 * (light*0.75 + 0.25*light*wave + 0.18*wave*(1-light))
	}
	return c
}

// disc is a round shape that lets a part of the ground through; places and sizes
// are in parts of the width.
type disc struct {
	x, y, radius, cover float64
	colour              [3]float64
}

func scenery(name string, w, h int) image.Image {
	hue := chance(name, 0)
	discs := make([]disc, 0, 6)
	for i := range 6 {
		discs = append(discs, disc{
			x: chance(name, 10+i), y: chance(name, 20+i) * float64(h) / float64(w), radius: 0.06 + 0.2*chance(name, 30+i),
			cover: 0.25 + 0.3*chance(name, 40+i), colour: tone(hue+0.12*chance(name, 50+i), 0.55+0.4*chance(name, 60+i)),
		})
	}
	return drawn(w, h, tone(hue, 0.92), tone(hue+0.1, 0.6), discs)
}

func portrait(name string, side int) image.Image {
	hue := chance(name, 0)
	return drawn(side, side, tone(hue, 0.9), tone(hue+0.15, 0.7), []disc{
		{x: 0.5, y: 1.05, radius: 0.38, cover: 1, colour: tone(hue+0.5, 0.45)},
		{x: 0.5, y: 0.42, radius: 0.19, cover: 1, colour: tone(0.06, 0.85)},
	})
}

// drawn is a ground that goes from one colour to another, with discs on it.
func drawn(w, h int, top, bottom [3]float64, discs []disc) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		part := float64(y) / float64(h)
		for x := range w {
			c := [3]float64{}
			for i := range c {
				c[i] = top[i] + (bottom[i]-top[i])*part
			}
			for _, d := range discs {
				c = d.over(c, float64(x)/float64(w), float64(y)/float64(w), 1/float64(w))
			}
			m.SetRGBA(x, y, color.RGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255})
		}
	}
	return m
}

// over lays the disc on a colour; its edge is one pixel soft.
func (d *disc) over(c [3]float64, x, y, pixel float64) [3]float64 {
	x, y = x-d.x, y-d.y
	far := x*x + y*y
	if far > (d.radius+pixel)*(d.radius+pixel) {
		return c
	}
	cover := d.cover * min(max((d.radius-math.Sqrt(far))/pixel+0.5, 0), 1)
	for i := range c {
		c[i] += (d.colour[i] - c[i]) * cover
	}
	return c
}
