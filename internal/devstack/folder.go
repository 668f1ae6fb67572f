package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// folderWait is how long a just killed owner of a folder gets to let it go.
const folderWait = 300 * time.Millisecond

// ErrFolderTaken says that another program works in the data folder.
var ErrFolderTaken = errors.New("another omotenashi works in this data folder")

// LockFolder makes the data folder where it is missing and keeps every other
// program out of it until unlock is called or this process ends, however it
// ends. The error of a folder in use is ErrFolderTaken.
func LockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { // the embedded PostgreSQL may run as another user
		return nil, fmt.Errorf("data folder: %w", err)
	}
	wait, cancel := context.WithTimeout(ctx, folderWait)
	defer cancel()
	unlock, err = lockFile(wait, filepath.Join(dir, "lock"))
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %s", ErrFolderTaken, dir)
	}
	return unlock, err
}
