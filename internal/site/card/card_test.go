package card_test

import (
	"bytes"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/site/card"
)

var accent = color.RGBA{0x2f, 0x5d, 0x50, 0xff}

func TestCard_IsAPictureOfItsSize_WhateverTheNameIs(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"ヘアサロン ハナ", "", strings.Repeat("あ", 100), strings.Repeat("Pneumonoultra", 10), "Salon de la Très Grande Élégance à Kyōto", "髙栁と𠮷野", "\u202eolleh <b>"} {
		name, _ := card.Clean(name)
		c := card.Card{Name: name, Trade: "美容室・理容室", Place: "東京都渋谷区神宮前1-2-3", Call: "ネット予約", Maker: "Omotenashi Connect", Accent: accent}
		var b bytes.Buffer
		if err := c.Draw(&b); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if dir := os.Getenv("CARD_DIR"); dir != "" {
			_ = os.WriteFile(dir+"/"+string(rune('a'+i))+".png", b.Bytes(), 0o600)
		}
		img, err := png.Decode(&b)
		if err != nil || img.Bounds().Dx() != card.Width || img.Bounds().Dy() != card.Height {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A name that the font has is drawn: other names make other pictures, and a
// space makes none.
func TestCard_DrawsJapanese(t *testing.T) {
	t.Parallel()
	draw := func(name string) string {
		var b bytes.Buffer
		c := card.Card{Name: name, Accent: accent}
		if err := c.Draw(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if draw("花") == draw("鼻") || draw("花") == draw(" ") {
		t.Error("the letters of the name are not on the card")
	}
}

func TestClean_KeepsWhatTheFontHas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		clean string
		whole bool
	}{
		"髙﨑𠮷 サロン":            {"髙﨑𠮷 サロン", true},
		"花\u200b\u202eサロン 🌸": {"花サロン", true},
		"سلام":               {"", false},
		" Café\n\tNoir ":     {"Café Noir", true},
	} {
		if clean, whole := card.Clean(text); clean != want.clean || whole != want.whole {
			t.Errorf("%q: %q %t, want %q %t", text, clean, whole, want.clean, want.whole)
		}
	}
}

func TestIcon_IsSquareAndOpaque(t *testing.T) {
	t.Parallel()
	for _, size := range []int{180, 192, 512} {
		var b bytes.Buffer
		if err := card.Icon(&b, size, accent); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil || img.Bounds().Dx() != size || img.Bounds().Dy() != size {
			t.Fatalf("%d: %v", size, err)
		}
		if _, _, _, a := img.At(0, 0).RGBA(); a != 0xffff {
			t.Error("the corner is not painted: masks cut where they like")
		}
	}
}
