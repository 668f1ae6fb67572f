package pg

import (
	"fmt"
	"sort"
	"sync"
)

// Statement is one SQL statement with the name that metrics, traces and tests know it by.
type Statement struct {
	Name string // "booking.insert"
	SQL  string
}

var registry struct {
	sync.Mutex
	byName map[string]*Statement
	bySQL  map[string]string
}

// Register names a statement; it is called for package-level variables only.
// A name given twice is a programmer's error.
func Register(name, sql string) *Statement {
	registry.Lock()
	defer registry.Unlock()
	if registry.byName == nil {
		registry.byName, registry.bySQL = map[string]*Statement{}, map[string]string{}
	}
	if registry.byName[name] != nil {
		panic(fmt.Sprintf("pg: statement %s registered twice", name))
	}
	s := &Statement{Name: name, SQL: sql}
	registry.byName[name], registry.bySQL[sql] = s, name
	return s
}

// Statements are all that are registered, by name.
func Statements() []*Statement {
	registry.Lock()
	defer registry.Unlock()
	out := make([]*Statement, 0, len(registry.byName))
	for _, s := range registry.byName {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// nameOf is the registered name of a statement's text, or "other".
func nameOf(sql string) string {
	registry.Lock()
	defer registry.Unlock()
	if n, ok := registry.bySQL[sql]; ok {
		return n
	}
	return "other"
}
