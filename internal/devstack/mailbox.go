package devstack

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// mailKept is how many mails are kept; the oldest go first.
const mailKept = 1000

// headerTo is written before a kept mail: to whom it was really delivered.
const headerTo = "X-Caught-To"

// mailStamp orders the files by name.
const mailStamp = "20060102T150405.000000000"

// caught is one mail.
type caught struct {
	ID       string    `json:"id"` // of the file, without .eml
	Received time.Time `json:"received_at"`
	From     string    `json:"from"`
	To       []string  `json:"to"`
	Subject  string    `json:"subject"`
	Text     string    `json:"text"`
	Links    []string  `json:"links"` // http and https, in order, each once
	html     string
}

// mailbox is the kept mails, in memory and on disk.
type mailbox struct {
	dir   string
	clock clock.Clock

	mu    sync.Mutex
	mails []*caught // oldest first
}

// openMailbox reads the kept mails; a file that cannot be read is left alone.
func openMailbox(dir string, clk clock.Clock, log *slog.Logger) (*mailbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail folder: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return nil, fmt.Errorf("mail folder: %w", err)
	}
	slices.Sort(names)
	b := &mailbox{dir: dir, clock: clk}
	for _, name := range names[max(0, len(names)-mailKept):] {
		raw, err := os.ReadFile(name)
		if err != nil {
			log.Warn("mail not read", "file", filepath.Base(name), "error", err.Error())
			continue
		}
		id := strings.TrimSuffix(filepath.Base(name), ".eml")
		received, err := time.Parse(mailStamp, id)
		if err != nil {
			continue // not one of ours
		}
		b.mails = append(b.mails, readMail(id, received, raw))
	}
	for _, old := range names[:max(0, len(names)-mailKept)] {
		_ = os.Remove(old)
	}
	return b, nil
}

// keep stores a mail on the disk and then in memory.
func (b *mailbox) keep(to []string, raw []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.clock.Now()
	if n := len(b.mails); n > 0 && !at.After(b.mails[n-1].Received) {
		at = b.mails[n-1].Received.Add(time.Nanosecond) // names stay unique and in order
	}
	id := at.Format(mailStamp)
	var file bytes.Buffer
	fmt.Fprintf(&file, "%s: %s\r\n", headerTo, strings.Join(to, ", "))
	file.Write(raw)
	path := filepath.Join(b.dir, id+".eml")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		return err
	}
	b.mails = append(b.mails, readMail(id, at, file.Bytes()))
	if len(b.mails) > mailKept {
		if err := os.Remove(filepath.Join(b.dir, b.mails[0].ID+".eml")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		b.mails = slices.Delete(b.mails, 0, 1)
	}
	return nil
}

// list gives the mails, newest first; to filters by recipient when not empty.
func (b *mailbox) list(to string) []*caught {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]*caught, 0, len(b.mails))
	for _, m := range slices.Backward(b.mails) {
		if to == "" || slices.ContainsFunc(m.To, func(x string) bool { return strings.EqualFold(x, to) }) {
			out = append(out, m)
		}
	}
	return out
}

// find is nil for a mail that is not there.
func (b *mailbox) find(id string) *caught {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.mails {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// source is the mail as it came.
func (b *mailbox) source(m *caught) ([]byte, error) {
	return os.ReadFile(filepath.Join(b.dir, m.ID+".eml"))
}
