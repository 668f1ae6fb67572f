package app_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A life is told as a table of scenes: who asks for what, and what they see.

// scene is one request. $names in call, send and with stand for what earlier
// scenes kept.
type scene struct {
	does  string         // what happens, for the reader of a failure
	as    string         // a kept Authorization; empty: a guest
	call  string         // "POST /public/businesses/$slug/bookings"; without /api/v1
	send  string         // the body, JSON; empty: none
	with  []string       // further headers
	gives int            // the status
	shows map[string]any // what stands in the answer; see want
	keeps map[string]string
	first func(*story) // done before the request
	sees  func(*story, answer) (fault string)
	// soon is of what may be a moment old: it is asked again until it is seen.
	soon bool
	then func(*story, answer)
}

// story is the life so far.
type story struct {
	*stage
	kept map[string]string
}

var nameInScene = regexp.MustCompile(`\$[a-z_0-9]+`)

// fill puts what was kept in the place of its names.
func (y *story) fill(text string) string {
	return nameInScene.ReplaceAllStringFunc(text, func(name string) string {
		v, ok := y.kept[name[1:]]
		if !ok {
			y.t.Fatalf("%s was never kept: %s", name, text)
		}
		return v
	})
}

// play runs scenes in order; the first that goes wrong ends the story.
func (y *story) play(t *testing.T, act string, scenes []scene) {
	t.Helper()
	for i, c := range scenes {
		if c.first != nil {
			c.first(y)
		}
		method, path, _ := strings.Cut(y.fill(c.call), " ")
		words := make([]string, 0, len(c.with)+1)
		for _, w := range c.with {
			words = append(words, y.fill(w))
		}
		if c.as != "" {
			words = append(words, y.fill("$"+c.as))
		}
		var body any
		if c.send != "" {
			body = y.fill(c.send)
		}
		// Whichever server is asked, the life goes on: they share nothing but the database.
		a, fault := y.answer(c, func() answer { return y.ask(i%len(y.servers), method, path, body, words...) })
		if fault != "" {
			t.Fatalf("%s, scene %d: %s\n%s %s\n%s\n%d %s", act, i+1, c.does, method, path, fault, a.status, a.raw)
		}
		if c.then != nil {
			c.then(y, a)
		}
	}
}

// answer asks until the scene is as it should be, or too late.
func (y *story) answer(c scene, ask func() answer) (a answer, fault string) {
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if a = ask(); !c.soon {
			return a, y.look(c, a)
		}
		if fault = y.look(c, a); fault == "" {
			return a, ""
		}
		select {
		case <-late:
			return a, fault
		case <-tick.C:
		}
	}
}

// look compares an answer with its scene and keeps what the scene keeps.
func (y *story) look(c scene, a answer) (fault string) {
	if a.status != c.gives {
		return fmt.Sprintf("want status %d", c.gives)
	}
	for path, want := range c.shows {
		got := a.at(path)
		if name, ok := strings.CutPrefix(path, "header "); ok {
			got = a.header.Get(name)
		}
		if text, ok := want.(string); ok {
			want = y.fill(text)
		}
		if !shown(got, want) {
			return fmt.Sprintf("%s is %v, want %v", path, got, want)
		}
	}
	if c.sees != nil {
		if fault := c.sees(y, a); fault != "" {
			return fault
		}
	}
	for name, path := range c.keeps {
		v := a.text(path)
		if header, ok := strings.CutPrefix(path, "header "); ok {
			v = a.header.Get(header)
		}
		if v == "" {
			return fmt.Sprintf("no %s to keep", path)
		}
		if path == "access_token" {
			v = "Bearer " + v
		}
		y.kept[name] = v
	}
	return ""
}

// present, in shows, is anything but nothing.
type present struct{}

func shown(got, want any) bool {
	switch w := want.(type) {
	case present:
		return got != nil && got != ""
	case int:
		return got == float64(w)
	case []string: // in this order
		list, _ := got.([]any)
		texts := []string{}
		for _, v := range list {
			texts = append(texts, fmt.Sprint(v))
		}
		return reflect.DeepEqual(texts, w)
	}
	return got == want
}
