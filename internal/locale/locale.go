package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
)

// Lang is a language of the screens.
type Lang string

// The languages; Japanese is the default.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// Langs are all of them, the default first.
var Langs = []Lang{JA, EN}

//go:embed messages/*.json
var files embed.FS

var catalog = sync.OnceValue(load)

// load reads every file; a broken or doubled key is a programmer's error.
func load() map[Lang]map[string]string {
	out := map[Lang]map[string]string{JA: {}, EN: {}}
	names, err := files.ReadDir("messages")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		parts := strings.Split(n.Name(), ".")
		if len(parts) != 3 || out[Lang(parts[1])] == nil {
			panic("locale: name of file " + n.Name())
		}
		raw, err := files.ReadFile(path.Join("messages", n.Name()))
		if err != nil {
			panic(err)
		}
		var m map[string]string
		if err := json.Unmarshal(raw, &m); err != nil {
			panic(fmt.Sprintf("locale: %s: %v", n.Name(), err))
		}
		for k, v := range m {
			if _, dup := out[Lang(parts[1])][k]; dup {
				panic("locale: key twice: " + k)
			}
			out[Lang(parts[1])][k] = v
		}
	}
	return out
}

var matcher = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// Match picks the language for an Accept-Language header; Japanese when nothing fits.
func Match(acceptLanguage string) Lang {
	if acceptLanguage == "" {
		return JA
	}
	if l, ok := matched.Load(acceptLanguage); ok {
		return l.(Lang) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	l := match(acceptLanguage)
	if len(acceptLanguage) <= longestMatched && matchedSize.Add(1) <= mostMatched {
		matched.Store(strings.Clone(acceptLanguage), l)
	}
	return l
}

// What browsers send is one of a few texts: they are remembered, as many as
// come first and are no longer than any browser's.
const (
	mostMatched    = 500
	longestMatched = 120
)

var (
	matched     sync.Map // of text to Lang
	matchedSize atomic.Int64
)

func match(acceptLanguage string) Lang {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return JA
	}
	_, i, conf := matcher.Match(tags...)
	if conf == language.No {
		return JA
	}
	return Langs[i]
}

// Parse reads a stored or posted language; ok is false for one that we do not have.
func Parse(s string) (lang Lang, ok bool) {
	switch Lang(s) {
	case JA, EN:
		return Lang(s), true
	}
	return JA, false
}

// Has tells whether the key has a text.
func Has(lang Lang, key string) bool {
	_, ok := catalog()[lang][key]
	return ok
}

// Keys are all keys of a language, sorted.
func Keys(lang Lang) []string {
	keys := make([]string, 0, len(catalog()[lang]))
	for k := range catalog()[lang] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// T is the text of a key with its arguments filled in; a key without a text is shown as itself.
func T(lang Lang, key string, args map[string]any) string {
	t, ok := catalog()[lang][key]
	if !ok {
		return key
	}
	if len(args) == 0 || !strings.Contains(t, "{") {
		return t
	}
	pairs := make([]string, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(t)
}
