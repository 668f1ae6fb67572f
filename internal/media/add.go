package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Upload is a picture as it comes in.
type Upload struct {
	Data []byte // JPEG, PNG or WebP, whatever it is called
	Crop Crop   // of the upright picture; the shape of the purpose is cut out of its middle
}

// errGivenUp ends a change whose file was swept away before it was shown.
var errGivenUp = errors.New("file given up")

// Add shows a picture as the photo of its owner: one more of the shop, or the one
// of a resource or service in the place of that which it had, whose words stay. It
// answers an Invalid fault at body.file for what is no picture of ours,
// business.limit_reached for one too many, not_found for an absent owner, and
// Unavailable when too much is being decoded already.
func (s *Service) Add(ctx context.Context, actor tenant.Actor, bid business.ID, o Owner, in Upload, claim *idempotency.Claim) (*Photo, error) {
	if err := s.known(ctx, bid, o); err != nil {
		return nil, err
	}
	r, err := s.prepare(ctx, in, o.shape())
	if err != nil {
		return nil, err
	}
	return s.place(ctx, actor, bid, o, r, locale.Text{}, claim)
}

// known refuses an owner that is not there before anything is decoded or stored for it.
func (s *Service) known(ctx context.Context, bid business.ID, o Owner) error {
	owned := []bool{true}
	var b pg.Batch
	o.queue(&b, bid, &owned)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return err
	}
	if len(owned) == 0 {
		return ErrNotFound
	}
	return nil
}

// Place is Add for a picture that the program made itself.
func (s *Service) Place(ctx context.Context, actor tenant.Actor, bid business.ID, o Owner, img image.Image, alt locale.Text) (*Photo, error) {
	r, err := render(ctx, img, upright, whole, o.shape())
	if err != nil {
		return nil, err
	}
	return s.place(ctx, actor, bid, o, r, alt, nil)
}

// prepare decodes and renders within the bounds of memory and time.
func (s *Service) prepare(ctx context.Context, in Upload, shape Shape) (*rendered, error) {
	h, err := look(in.Data)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, decodeTime)
	defer cancel()
	release, err := s.reserve(ctx, h.weight)
	if err != nil {
		return nil, err
	}
	defer release()
	img, err := h.decode(ctx, in.Data)
	if err != nil {
		return nil, err
	}
	return render(ctx, img, h.turn, in.Crop, shape)
}

// place stores the files and then shows them. Between the two a sweep may give the
// files up, if an hour passes: then they are stored once more.
func (s *Service) place(
	ctx context.Context, actor tenant.Actor, bid business.ID, o Owner, r *rendered, alt locale.Text, claim *idempotency.Claim,
) (*Photo, error) {
	for attempt := 0; ; attempt++ {
		name, err := s.keep(ctx, bid, r)
		if err != nil {
			return nil, err
		}
		p, err := s.show(ctx, actor, bid, o, Photo{Name: name, Sizes: r.sizes, Alt: alt}, claim)
		if err == nil || attempt == 2 || !errors.Is(err, errGivenUp) {
			return p, err
		}
	}
}

// keep stores the files under the name that the business has for them already, or a new one.
func (s *Service) keep(ctx context.Context, bid business.ID, r *rendered) (Name, error) {
	var name Name
	var b pg.Batch
	b.Queue(keepFile, bid, newName(r.content), r.content, r.sizes, s.clock.Now()).QueryRow(func(row pgx.Row) error { return row.Scan(&name) })
	if err := s.db.BatchTenant(ctx, bid, &b); err != nil {
		return "", err
	}
	for i, size := range r.sizes {
		if err := s.blobs.Put(ctx, name.file(size.Width), r.files[i]); err != nil {
			return "", err
		}
	}
	return name, nil
}

// newName is the hash of a content and of chance: neither who has the picture nor
// who had it before can tell it.
func newName(content []byte) Name {
	salt := make([]byte, 32, 64)
	_, _ = rand.Read(salt) // never fails: crypto/rand aborts the program instead
	sum := sha256.Sum256(append(salt, content...))
	return Name(hex.EncodeToString(sum[:]))
}

// show makes the photo of files that are stored.
func (s *Service) show(
	ctx context.Context, actor tenant.Actor, bid business.ID, o Owner, p Photo, claim *idempotency.Claim,
) (*Photo, error) {
	var out *Photo
	err := s.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		x := p
		before, err := o.look(ctx, ch, &x)
		if err != nil {
			return business.Done{}, err
		}
		out = &x
		done := business.Done{Action: "photo.added", Detail: o.detail(), Result: out}
		if before != nil {
			x.ID, x.Alt, x.CreatedAt = before.ID, before.Alt, before.CreatedAt
			ch.Tx.Later(replace, bid, x.ID, x.Name, x.Sizes)
			ch.Tx.Later(useFile, bid, before.Name, ch.Now)
			done.Action = "photo.replaced"
		} else {
			x.ID, x.CreatedAt = id.New[Photo](ch.Now), ch.Now
			ch.Tx.Later(insert, bid, x.ID, x.Name, x.Sizes, x.ResourceID, x.ServiceID, x.Alt, x.Position, x.CreatedAt)
		}
		done.Subject = "photo:" + x.ID.String()
		return done, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// look claims the file and finds the photo's place, and which photo stands there;
// nil for none.
func (o Owner) look(ctx context.Context, ch *business.Change, p *Photo) (*Photo, error) {
	bid := ch.Business.ID
	var used []bool
	owned := []bool{true}
	var all []Photo
	var before Photo
	var found bool
	var b pg.Batch
	pg.CollectColumn(b.Queue(useFile, bid, p.Name, ch.Now), &used)
	p.ResourceID, p.ServiceID = o.Resource, o.Service
	if o == (Owner{}) {
		QueueOfShop(&b, bid, &all)
	} else {
		o.queue(&b, bid, &owned)
		Target{Owner: o}.queue(&b, bid, &before, &found)
	}
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	switch {
	case len(owned) == 0:
		return nil, ErrNotFound
	case len(used) == 0:
		return nil, errGivenUp
	case len(all) >= MaxOfShop:
		return nil, business.ErrLimit.With(fault.Args{"max": MaxOfShop})
	case found:
		return &before, nil
	case len(all) > 0:
		p.Position = all[len(all)-1].Position + 1
	}
	return nil, nil //nolint:nilnil // none stands there
}

// CopyOfService queues that another service shows the photo of a service too, and
// answers its own one; nil for none.
func CopyOfService(b *pg.Batch, bid business.ID, p *Photo, to [16]byte, now time.Time) *Photo {
	if p == nil {
		return nil
	}
	x := *p
	x.ID, x.CreatedAt, x.ServiceID = id.New[Photo](now), now, to
	b.Queue(insert, bid, x.ID, x.Name, x.Sizes, x.ResourceID, x.ServiceID, x.Alt, x.Position, x.CreatedAt)
	return &x
}
