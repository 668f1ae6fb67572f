package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/site/card"
)

const (
	rememberedCards = 128 // of some 50 kB each
	drawnAtOnce     = 1
	longestWait     = 5 * time.Second
)

// cards draws the pictures that stand where a shop's link is shared. A picture is
// drawn once, one at a time, and remembered as long as others are not asked for
// more.
type cards struct {
	drawn *otter.Cache[string, []byte]
	room  chan struct{}
}

func newCards() *cards {
	return &cards{
		drawn: otter.Must(&otter.Options[string, []byte]{MaximumSize: rememberedCards}),
		room:  make(chan struct{}, drawnAtOnce),
	}
}

// cardOf is what a shop's card says, and the name of its content.
func cardOf(h head, b *business.Business) (c card.Card, version string) {
	accent := b.AccentColor
	if accent == "" {
		accent = platformAccent
	}
	c = card.Card{Name: drawable(b, h.Lang), Trade: tradeName(h.Lang, b.Vertical), Call: h.T("card.call"), Maker: platformName, Accent: rgba(accent)}
	c.Place, _ = card.Clean(b.Prefecture + b.City)
	sum := sha256.Sum256([]byte(strings.Join([]string{card.Version, c.Name, c.Trade, c.Place, c.Call, c.Maker, accent}, "\x00")))
	return c, hex.EncodeToString(sum[:8])
}

// drawable is the name in the language of the page, or in another one where the
// font has no letters for it; the slug where it has for none.
func drawable(b *business.Business, lang locale.Lang) string {
	tries := []string{b.Name.In(lang)}
	for _, l := range locale.Langs {
		tries = append(tries, b.Name.In(l))
	}
	for _, x := range tries {
		if clean, whole := card.Clean(x); whole && clean != "" {
			return clean
		}
	}
	return b.Slug
}

// cardPath is the address of a shop's card, below the public URL.
func cardPath(h head, b *business.Business) string {
	_, version := cardOf(h, b)
	return at("/"+b.Slug+"/card.png", url.Values{"lang": {string(h.Lang)}, "v": {version}})
}

func (s *shops) card(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	c, version := cardOf(s.head(v, ""), &snap.Business)
	// Others may wait for the same picture when this visitor leaves.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), longestWait)
	defer cancel()
	raw, err := s.cards.drawn.Get(ctx, version, otter.LoaderFunc[string, []byte](func(ctx context.Context, _ string) ([]byte, error) {
		return s.cards.draw(ctx, &c)
	}))
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=300") // whoever kept an old address gets what is new
	if v.URL.Query().Get("v") == version {
		forEver(h)
	}
	_, _ = v.w.Write(raw) // the client may be gone
	return nil
}

// draw waits for its turn; ctx ends the waiting.
func (x *cards) draw(ctx context.Context, c *card.Card) ([]byte, error) {
	select {
	case x.room <- struct{}{}:
		defer func() { <-x.room }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, "unavailable", context.Cause(ctx))
	}
	var b bytes.Buffer
	err := c.Draw(&b)
	return b.Bytes(), err
}
