package flag

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of a change.
const (
	MaxBusinesses = 200 // beyond them a percentage is what is meant
	MaxReason     = 500 // characters
)

// Described is a flag with its state.
type Described struct {
	*Flag
	State
}

// List is every flag of the program, by name, with its state as it now stands.
func (s *Service) List(ctx context.Context) ([]Described, error) {
	rows, err := s.read(ctx)
	if err != nil {
		return nil, fmt.Errorf("flags: %w", err)
	}
	known := (*snapshot)(nil).with(rows, time.Time{})
	var out []Described
	for _, f := range All() {
		out = append(out, Described{f, known.of(f.Name)})
	}
	return out, nil
}

// Get is one flag with its state as it now stands; not_found for none.
func (s *Service) Get(ctx context.Context, name string) (Described, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Described{}, err
	}
	i := slices.IndexFunc(all, func(d Described) bool { return d.Flag.Name == name })
	if i < 0 {
		return Described{}, ErrNotFound
	}
	return all[i], nil
}

// SetInput is how far a flag shall be on, and why.
type SetInput struct {
	Killed     bool
	Percent    int
	Businesses []id.Of[any]
	Reason     string
}

// Validate reports every fault of the input.
func (in *SetInput) Validate() error {
	var v fault.Fields
	if v.Check(in.Percent >= 0, "body.percent", "too_small", fault.Args{"min": 0}) {
		v.Check(in.Percent <= 100, "body.percent", "too_large", fault.Args{"max": 100})
	}
	v.Check(len(in.Businesses) <= MaxBusinesses, "body.business_ids", "too_many", fault.Args{"max": MaxBusinesses})
	if reason := jp.CleanText(in.Reason); v.Check(reason != "", "body.reason", "required") {
		v.Check(utf8.RuneCountInString(reason) <= MaxReason, "body.reason", "too_long", fault.Args{"max": MaxReason})
	}
	return v.Err()
}

// Set changes a flag; the platform's trail tells who did and why. It answers
// not_found for a flag that the program does not know, ErrStale unless expect is
// its version, and names businesses that do not exist.
func (s *Service) Set(ctx context.Context, actor tenant.Actor, name string, expect int64, in SetInput) (Described, error) {
	f := byName(name)
	if f == nil {
		return Described{}, ErrNotFound
	}
	if err := in.Validate(); err != nil {
		return Described{}, err
	}
	next := State{Name: name, Killed: in.Killed, Percent: in.Percent, Businesses: distinct(in.Businesses), Version: expect + 1}
	err := s.db.InAccount(ctx, func(tx *pg.Tx) error {
		next.UpdatedAt = s.clock.Now()
		before, err := locked(ctx, tx, name, expect, in.Businesses)
		if err != nil {
			return err
		}
		audit.AppendPlatform(tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](next.UpdatedAt), At: next.UpdatedAt, Actor: actor, Action: "flag.changed",
			Subject: "flag:" + name, Reason: jp.CleanText(in.Reason), Detail: difference(before, next),
		})
		n, err := tx.Exec(ctx, write, name, next.Killed, next.Percent, next.Businesses, expect, next.UpdatedAt)
		if err == nil && n == 0 {
			return ErrStale
		}
		return err
	})
	if err != nil {
		return Described{}, err
	}
	s.learn([]State{next}, time.Time{})
	return Described{f, next}, nil
}

// locked is the flag's present state, which nobody else changes meanwhile.
func locked(ctx context.Context, tx *pg.Tx, name string, expect int64, businesses []id.Of[any]) (State, error) {
	var absent []int
	var state State
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(lock, name), &state, &found)
	pg.CollectColumn(b.Queue(unknown, businesses), &absent)
	if err := tx.Run(ctx, &b); err != nil {
		return State{}, err
	}
	if !found {
		state = initial(name)
	}
	if state.Version != expect {
		return State{}, ErrStale
	}
	var v fault.Fields
	for _, n := range absent {
		v.Add(fmt.Sprintf("body.business_ids[%d]", n-1), "unknown_id")
	}
	return state, v.Err()
}

// difference is what the trail keeps: both states, and who came and went.
func difference(before, after State) map[string]any {
	return map[string]any{
		"killed":  []bool{before.Killed, after.Killed},
		"percent": []int{before.Percent, after.Percent},
		"added":   without(after.Businesses, before.Businesses),
		"removed": without(before.Businesses, after.Businesses),
	}
}

func without(list, other []id.Of[any]) []string {
	out := []string{}
	for _, b := range list {
		if !slices.Contains(other, b) {
			out = append(out, b.String())
		}
	}
	return out
}

// distinct is the list sorted, each once.
func distinct(list []id.Of[any]) []id.Of[any] {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b id.Of[any]) int { return slices.Compare(a[:], b[:]) })
	out = slices.Compact(out)
	if out == nil {
		out = []id.Of[any]{}
	}
	return out
}
