package flag

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Flag is one switch of the program. Flags are temporary.
type Flag struct {
	Name   string     // "business_api_keys"
	What   string     // what is different where it is on, in a sentence for operators
	Owner  string     // who answers for it
	Remove clock.Date // the last day on which it may stand in the code; a test fails after it
}

var defined struct {
	sync.Mutex
	byName map[string]*Flag
}

var namePattern = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

// Define makes a flag; it is called for package-level variables only. A flag
// that is incomplete or there twice is a programmer's error.
func Define(f Flag) *Flag {
	defined.Lock()
	defer defined.Unlock()
	if !namePattern.MatchString(f.Name) || f.What == "" || f.Owner == "" || f.Remove.IsZero() {
		panic(fmt.Sprintf("flag: %q is not complete", f.Name))
	}
	if defined.byName[f.Name] != nil {
		panic(fmt.Sprintf("flag: %s is defined twice", f.Name))
	}
	if defined.byName == nil {
		defined.byName = map[string]*Flag{}
	}
	defined.byName[f.Name] = &f
	return &f
}

// All are the flags of the program, by name.
func All() []*Flag {
	defined.Lock()
	defer defined.Unlock()
	out := make([]*Flag, 0, len(defined.byName))
	for _, f := range defined.byName {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Flag) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// byName is nil for a flag that the program does not know.
func byName(name string) *Flag {
	defined.Lock()
	defer defined.Unlock()
	return defined.byName[name]
}

// Overdue are the flags whose last day is before the given one.
func Overdue(flags []*Flag, today clock.Date) []*Flag {
	var out []*Flag
	for _, f := range flags {
		if f.Remove.Before(today) {
			out = append(out, f)
		}
	}
	return out
}

// bucket is where a business stands among a hundred, for this flag: another flag
// sorts businesses otherwise, so that it is not always the same ones who go first.
func (f *Flag) bucket(business [16]byte) int {
	sum := sha256.Sum256(append([]byte(f.Name+"/"), business[:]...))
	return int(binary.BigEndian.Uint64(sum[:]) % 100)
}
