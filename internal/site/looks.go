package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/site/card"
)

// This file is the colours of the pages, and what makes the site one to install.

const (
	platformName   = "Omotenashi Connect"
	platformAccent = "#2f5d50"
)

// accentStyle is the address of the style sheet of a colour; empty for none. Its
// number is that of what is written for a colour: browsers keep it for ever.
func accentStyle(hex string) string {
	if hex == "" {
		return ""
	}
	return "/assets/accent/" + strings.TrimPrefix(hex, "#") + "-1.css"
}

var accentFile = regexp.MustCompile(`^([0-9a-f]{6})-1\.css$`)

// accent writes the style sheet of a colour, of those that shops may have.
func (s *shops) accent(v *visitor) error {
	m := accentFile.FindStringSubmatch(v.PathValue("file"))
	if m == nil || business.ReadableAccent("#"+m[1]) != "#"+m[1] {
		return fault.New(fault.NotFound, "not_found")
	}
	own := "#" + m[1]
	h := v.w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	forEver(h)
	_, _ = fmt.Fprintf(v.w, ":root { --accent: %s; --on-accent: #fff; }\n@media (prefers-color-scheme: dark) { :root { --accent: %s; --on-accent: #161614; } }\n", own, lightened(own)) // the client may be gone
	return nil
}

// forEver is what browsers are told of a file that is named by its content.
func forEver(h http.Header) {
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
}

// lightened is a colour for letters on the dark page: so much of white is mixed
// in that the darkest of colours can be read there.
func lightened(hex string) string {
	const white, part = 255, 0.62
	c := rgba(hex)
	mix := func(x uint8) uint8 { return uint8(float64(x)*(1-part) + white*part) }
	return fmt.Sprintf("#%02x%02x%02x", mix(c.R), mix(c.G), mix(c.B))
}

// rgba is a colour of the form #rrggbb; black for what is none.
func rgba(hex string) color.RGBA {
	n, _ := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32) // 0 is black
	return color.RGBA{uint8(n >> 16 & 0xff), uint8(n >> 8 & 0xff), uint8(n & 0xff), 0xff}
}

// iconSizes are those of the installed site: of iOS, and of the manifest.
var iconSizes = [...]int{180, 192, 512}

// icons are drawn at their first use.
var icons = sync.OnceValue(func() map[string][]byte {
	out := map[string][]byte{}
	for _, size := range iconSizes {
		var b bytes.Buffer
		if err := card.Icon(&b, size, rgba(platformAccent)); err != nil {
			panic("site: the icon of the program: " + err.Error())
		}
		out[iconName(size)] = b.Bytes()
	}
	return out
})

func iconName(size int) string { return "sign-" + strconv.Itoa(size) + "-1.png" }

func iconPath(size int) string { return "/assets/icon/" + iconName(size) }

func (s *shops) icon(v *visitor) error {
	raw, ok := icons()[v.PathValue("file")]
	if !ok {
		return fault.New(fault.NotFound, "not_found")
	}
	h := v.w.Header()
	h.Set("Content-Type", "image/png")
	forEver(h)
	_, _ = v.w.Write(raw) // the client may be gone
	return nil
}

// webManifest is what a browser needs to put the site among the programs.
type webManifest struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	ShortName  string    `json:"short_name"`
	Lang       string    `json:"lang"`
	Start      string    `json:"start_url"`
	Scope      string    `json:"scope"`
	Display    string    `json:"display"`
	Background string    `json:"background_color"`
	Theme      string    `json:"theme_color"`
	About      string    `json:"description"`
	Icons      []webIcon `json:"icons"`
}

type webIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

func (s *shops) manifest(v *visitor) error {
	m := webManifest{
		ID: "/", Name: platformName, ShortName: "Omotenashi", Lang: string(v.lang), Start: "/", Scope: "/", Display: "standalone",
		Background: business.PageGround, Theme: platformAccent, About: s.head(v, "").T("directory.about"),
	}
	for _, size := range iconSizes[1:] {
		edge := strconv.Itoa(size)
		for _, purpose := range []string{"any", "maskable"} {
			m.Icons = append(m.Icons, webIcon{iconPath(size), edge + "x" + edge, "image/png", purpose})
		}
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/manifest+json")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Vary", "Accept-Language, Cookie")
	return json.NewEncoder(v.w).Encode(m)
}
