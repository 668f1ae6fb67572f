package business

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// PageGround is the background of a shop's pages in light: the darkest on which
// letters of its colour stand.
const PageGround = "#f6f5f2"

// leastContrast is what WCAG asks for text at level AA.
const leastContrast = 4.5

var accentPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// readAccent reads the colour of a shop's pages. White letters must be readable
// on it, and letters of it on the page; a refusal names a near one that does.
func readAccent(v *fault.Fields, text string) string {
	const at = "body.accent_color"
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return ""
	}
	if !v.Check(accentPattern.MatchString(text), at, "business.accent_format") {
		return ""
	}
	if near := ReadableAccent(text); near != text {
		v.Add(at, "business.accent_contrast", fault.Args{"near": near})
	}
	return text
}

// ReadableAccent is the colour itself, or the lightest darker shade of it that
// is readable as a ground and as letters.
func ReadableAccent(color string) string {
	ground := luminance(PageGround)
	for part := 100; part > 0; part-- {
		shade := shaded(color, float64(part)/100)
		if l := luminance(shade); contrast(1, l) >= leastContrast && contrast(ground, l) >= leastContrast {
			return shade
		}
	}
	return "#000000"
}

// channels are red, green and blue, 0 to 255.
func channels(color string) [3]float64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return [3]float64{}
	}
	return [3]float64{float64(n >> 16 & 0xff), float64(n >> 8 & 0xff), float64(n & 0xff)}
}

// shaded is a colour with a part of its light.
func shaded(color string, part float64) string {
	c := channels(color)
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]*part), int(c[1]*part), int(c[2]*part))
}

// luminance is how light a colour is, 0 to 1, as WCAG defines it.
func luminance(color string) float64 {
	c := channels(color)
	for i, x := range c {
		if x /= 255; x <= 0.04045 {
			c[i] = x / 12.92
		} else {
			c[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

// contrast is between two luminances, 1 to 21.
func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
