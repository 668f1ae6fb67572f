package devstack

import (
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	maxLog   = 10 << 20 // a longer log is emptied at start
	tailSize = 16 << 10 // how far back an error looks
	tailRows = 15
)

// openLog opens the server's log for appending, emptied when it has grown too long.
func openLog(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("server log: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.Size() > maxLog {
		err = file.Truncate(0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("server log: %w", err), file.Close())
	}
	return file, nil
}

// tailSince returns the last lines that were written after the offset; an unreadable log is named as such.
func tailSince(path string, from int64) string {
	file, err := os.Open(path)
	if err != nil {
		return "(log: " + err.Error() + ")"
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil {
		from = max(from, info.Size()-tailSize)
	}
	data, err := io.ReadAll(io.NewSectionReader(file, from, tailSize))
	if err != nil {
		return "(log: " + err.Error() + ")"
	}
	return lastLines(string(data), tailRows)
}
