package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Environ is the process's environment as a map.
func Environ() map[string]string { return env.ToMap(os.Environ()) }

// Fault is one wrong setting.
type Fault struct {
	Variable string // "OMOTENASHI_ADDR"
	Problem  string // never shows the value of a secret
}

// Error is all wrong settings of a configuration.
type Error struct{ Faults []Fault }

// Error lists them, one a line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("the configuration has faults:")
	for _, f := range e.Faults {
		fmt.Fprintf(&b, "\n  %s: %s", f.Variable, f.Problem)
	}
	return b.String()
}

// Load reads the settings from the environment, over which the flags of the
// command line (by variable) win, and validates them. The error is an *Error
// with all faults.
func Load(environ, flags map[string]string) (Config, error) {
	vars := map[string]string{}
	for k, v := range environ {
		vars[k] = strings.TrimSpace(v)
	}
	maps.Copy(vars, flags)
	for k, v := range vars {
		if v == "" { // set to nothing means not set
			delete(vars, k)
		}
	}
	var c Config
	v := &validator{vars: vars, bad: map[string]bool{}}
	v.parse(&c)
	v.bounds(&c)
	v.meaning(&c)
	c.Unknown = unknown(vars)
	if len(v.faults) > 0 {
		slices.SortFunc(v.faults, func(a, b Fault) int { return strings.Compare(a.Variable, b.Variable) })
		return Config{}, &Error{Faults: v.faults}
	}
	return c, nil
}

// validator gathers faults; a variable has at most one.
type validator struct {
	vars   map[string]string
	faults []Fault
	bad    map[string]bool
}

func (v *validator) add(variable, problem string) {
	if !v.bad[variable] {
		v.bad[variable] = true
		v.faults = append(v.faults, Fault{variable, problem})
	}
}

func (v *validator) check(ok bool, variable, problem string) {
	if !ok {
		v.add(variable, problem)
	}
}

// parse reads the texts into their types.
func (v *validator) parse(c *Config) {
	err := env.ParseWithOptions(c, env.Options{Environment: v.vars})
	var all env.AggregateError
	if err == nil || !errors.As(err, &all) {
		return
	}
	for _, e := range all.Errors {
		var p env.ParseError
		if !errors.As(e, &p) {
			v.add("OMOTENASHI_*", "cannot be read") // only a programmer's error in a tag
			continue
		}
		f, _ := reflect.TypeFor[Config]().FieldByName(p.Name)
		v.add(f.Tag.Get("env"), "is not "+kindName(f.Type))
	}
}

func kindName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a length of time such as 20s or 5m"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	}
	return "readable"
}

// bounds checks what the tags min, max and enum say.
func (v *validator) bounds(c *Config) {
	for f, value := range fields(c) {
		switch x := value.Interface().(type) {
		case int:
			lo, hi := atoi(f.Tag.Get("min")), atoi(f.Tag.Get("max"))
			v.check(x >= lo && x <= hi, f.Tag.Get("env"), fmt.Sprintf("must be %d to %d", lo, hi))
		case time.Duration:
			lo, hi := duration(f.Tag.Get("min")), duration(f.Tag.Get("max"))
			v.check(x >= lo && x <= hi, f.Tag.Get("env"), fmt.Sprintf("must be %s to %s", lo, hi))
		case string:
			if words := f.Tag.Get("enum"); words != "" {
				v.check(slices.Contains(strings.Split(words, ","), x), f.Tag.Get("env"),
					"must be one of "+strings.ReplaceAll(words, ",", ", "))
			}
		}
	}
}

// unknown are variables with our beginning that no setting reads.
func unknown(vars map[string]string) []string {
	known := map[string]bool{ // read by the embedded PostgreSQL and by tests
		"OMOTENASHI_PG_BIN": true, "OMOTENASHI_PG_IGNORE_SYSTEM": true, "OMOTENASHI_TEST": true, "OMOTENASHI_TEST_PG": true,
		"OMOTENASHI_PASSPHRASE": true, // of admin create
	}
	for f := range fields(&Config{}) {
		known[f.Tag.Get("env")] = true
	}
	var out []string
	for k := range vars {
		if strings.HasPrefix(k, "OMOTENASHI_") && !known[k] && !byOrchestrator(k) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// byOrchestrator tells the variables that Kubernetes sets for a service named omotenashi.
func byOrchestrator(k string) bool {
	rest := strings.TrimPrefix(k, "OMOTENASHI_")
	return rest == "PORT" || strings.HasPrefix(rest, "PORT_") || strings.HasPrefix(rest, "SERVICE_")
}
