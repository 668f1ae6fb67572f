package site

import (
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// picture is a photo as a page shows it. Its width and height are told, so that
// nothing shifts when it comes.
type picture struct {
	Src, Srcset   string
	Alt           string
	Width, Height int
}

// photoIn is a photo of which at least so many pixels across are shown; in place
// of words that it does not have stands what it belongs to. nil for none.
func photoIn(lang locale.Lang, p *media.Photo, width int, of string) *picture {
	if p == nil || len(p.Sizes) == 0 {
		return nil
	}
	out := &picture{Alt: p.Alt.In(lang)}
	if out.Alt == "" {
		out.Alt = of
	}
	var set []string
	for _, s := range p.Sizes {
		if out.Width < width {
			out.Src, out.Width, out.Height = p.Name.Path(s.Width), s.Width, s.Height
		}
		set = append(set, p.Name.Path(s.Width)+" "+strconv.Itoa(s.Width)+"w")
	}
	out.Srcset = strings.Join(set, ", ")
	return out
}

// photosIn are the photos of the shop itself.
func photosIn(lang locale.Lang, photos []media.Photo, of string) []*picture {
	out := make([]*picture, 0, len(photos))
	for i := range photos {
		if p := photoIn(lang, &photos[i], 640, of); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// imagesOf are the pictures of a shop for search engines: its photos in the
// largest width, else the card.
func imagesOf(publicURL string, photos []media.Photo, card string) any {
	if len(photos) == 0 {
		return card
	}
	out := make([]string, 0, len(photos))
	for i := range photos {
		if sizes := photos[i].Sizes; len(sizes) > 0 {
			out = append(out, publicURL+photos[i].Name.Path(sizes[len(sizes)-1].Width))
		}
	}
	return out
}
