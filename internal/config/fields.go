package config

import (
	"fmt"
	"iter"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// fields walks the settings in the order of the struct.
func fields(c *Config) iter.Seq2[reflect.StructField, reflect.Value] {
	return func(yield func(reflect.StructField, reflect.Value) bool) {
		v := reflect.ValueOf(c).Elem()
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if name := f.Tag.Get("env"); name == "" || name == "-" {
				continue
			}
			if !yield(f, v.Field(i)) {
				return
			}
		}
	}
}

// The bounds in tags are written by us: one that cannot be read is a programmer's error.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Setting is one setting as documents and the log show it.
type Setting struct {
	Variable string
	Default  string
	Doc      string
	Value    string // masked where it is a secret; "" when it is not set
}

// Settings are all settings with their present values, secrets masked.
func (c Config) Settings() []Setting {
	var out []Setting
	for f, v := range fields(&c) {
		out = append(out, Setting{
			Variable: f.Tag.Get("env"), Default: f.Tag.Get("envDefault"), Doc: f.Tag.Get("doc"),
			Value: mask(f.Tag.Get("secret"), fmt.Sprint(plain(v.Interface()))),
		})
	}
	return out
}

func plain(v any) any {
	if list, ok := v.([]string); ok {
		return strings.Join(list, ",")
	}
	return v
}

// mask hides a secret; of an address it shows where it leads and as whom.
func mask(kind, value string) string {
	switch {
	case kind == "" || value == "":
		return value
	case kind == "url":
		u, err := url.Parse(value)
		if err == nil && u.Host != "" {
			shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
			if name := u.User.Username(); name != "" {
				shown.User = url.User(name)
			}
			return shown.String()
		}
	}
	return "***"
}

// Table is the settings as a Markdown table, for the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, s := range (Config{}).Settings() {
		d := ""
		if s.Default != "" {
			d = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Variable, d, s.Doc)
	}
	return b.String()
}
