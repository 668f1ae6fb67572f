package media

import (
	"context"
	"errors"
	"io"
	"time"
)

// Blobs is where files lie: a folder, or a store of objects. A key is a name of
// ours, of letters, digits, dashes and dots.
type Blobs interface {
	// Put stores a file, whole or not at all, and durably. Another of the same key
	// is replaced.
	Put(ctx context.Context, key string, data []byte) error
	// Open reads a file; ErrNoBlob when there is none.
	Open(ctx context.Context, key string) (Blob, error)
	// Delete removes a file; one that is not there is removed already.
	Delete(ctx context.Context, key string) error
	// Clean removes what writers that were killed left half written so long ago.
	Clean(ctx context.Context, age time.Duration) error
}

// Blob is a file that is read.
type Blob interface {
	io.ReadSeekCloser
}

// ErrNoBlob is the answer for a key that nothing is stored under.
var ErrNoBlob = errors.New("no such blob")
