package media

import (
	"context"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// unusedFor is how long files are kept that no photo shows: uploads take seconds,
// and pages that were read before a photo was removed are soon read again.
const unusedFor = time.Hour

// Sweep gives up the files of a business that no photo has shown for an hour, and
// deletes them and then their rows: whoever is killed in between is followed by
// the next sweep, which finds the rows. Nobody can show a file that was given up.
func (s *Service) Sweep(ctx context.Context, db *pg.DB, bid business.ID) error {
	type file struct {
		Name  Name   `db:"name"`
		Sizes []Size `db:"sizes"`
	}
	var files []file
	var b pg.Batch
	b.Queue(giveUp, bid, s.clock.Now().Add(-unusedFor))
	pg.Collect(b.Queue(givenUp, bid), &files)
	if err := db.BatchTenant(ctx, bid, &b); err != nil || len(files) == 0 {
		return err
	}
	gone := make([]Name, 0, len(files))
	for _, f := range files {
		for _, size := range f.Sizes {
			if err := s.blobs.Delete(ctx, f.Name.file(size.Width)); err != nil {
				return fmt.Errorf("delete a photo: %w", err)
			}
		}
		gone = append(gone, f.Name)
	}
	var d pg.Batch
	d.Queue(deleteFiles, bid, gone)
	return db.BatchTenant(ctx, bid, &d)
}

// Clean removes what writers that were killed left half written.
func (s *Service) Clean(ctx context.Context) error {
	return s.blobs.Clean(ctx, unusedFor)
}
