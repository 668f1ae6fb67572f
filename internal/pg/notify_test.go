package pg_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// ears runs a process's listener and gives what it heard.
func ears(t *testing.T, db *pg.DB) (*pg.Changes, <-chan string) {
	t.Helper()
	c := pg.NewChanges(db, "test_changes", slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	heard := make(chan string, 5000)
	var wg sync.WaitGroup
	wg.Go(func() { c.Run(ctx, func(w string) { heard <- w }) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	if w := <-heard; w != pg.Everything {
		t.Fatalf("first word = %q, want everything: nothing was heard before", w)
	}
	return c, heard
}

func TestChanges_WordOfOneProcess_IsHeardByAnother(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	a, _ := ears(t, pgtest.Open(t, url))
	_, heard := ears(t, pgtest.Open(t, url))
	a.Tell("shop")
	if w := <-heard; w != "shop" {
		t.Fatalf("heard %q, want shop", w)
	}
}

func TestChanges_MoreWordsThanFit_BecomeEverything(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	teller := pg.NewChanges(pgtest.Open(t, url), "test_changes", slog.New(slog.DiscardHandler))
	_, heard := ears(t, pgtest.Open(t, url))
	for i := range 1500 { // before Run: nothing goes out meanwhile
		teller.Tell(strconv.Itoa(i))
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { teller.Run(ctx, func(string) {}) })
	defer func() { cancel(); wg.Wait() }()
	for range 1500 { // had nothing overflowed, so many words would come
		if <-heard == pg.Everything {
			return
		}
	}
	t.Fatal("1500 words came one by one")
}
