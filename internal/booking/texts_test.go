package booking_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// raised are the codes that the sources of a package give to fault.New, Add and
// Check, with the names of their arguments.
func raised(t *testing.T, dir string, into map[string][]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", dir, files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				readCall(call, into)
			}
			return true
		})
	}
}

// codeAt is which argument of a call is a code.
var codeAt = map[string]int{"New": 1, "Add": 1, "Check": 2}

func readCall(call *ast.CallExpr, into map[string][]string) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	at, ok := codeAt[fun.Sel.Name]
	if !ok || len(call.Args) <= at {
		return
	}
	code, ok := literal(call.Args[at])
	if !ok {
		return
	}
	into[code] = append(into[code], "")
	for _, arg := range call.Args[at+1:] {
		args, ok := arg.(*ast.CompositeLit)
		for i := 0; ok && i < len(args.Elts); i++ {
			if kv, ok := args.Elts[i].(*ast.KeyValueExpr); ok {
				name, _ := literal(kv.Key)
				into[code] = append(into[code], name)
			}
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

func TestCodes_EachHasATextInEachLanguage(t *testing.T) {
	t.Parallel()
	codes := map[string][]string{}
	for _, dir := range []string{".", "../availability", "../customer"} {
		raised(t, dir, codes)
	}
	for _, c := range []availability.Code{availability.TooSoon, availability.TooFar, availability.OffGrid, availability.Closed, availability.NotOffered} {
		codes["booking."+string(c)] = []string{""}
	}
	codes[booking.ErrState.Code] = []string{"status"} // With
	for _, limited := range []*fault.Fault{customer.ErrNotes, booking.ErrCustomerLimit, booking.ErrCustomerDayLimit} {
		codes[limited.Code] = []string{"max"} // With
	}
	if len(codes) < 25 {
		t.Fatalf("%d codes were found", len(codes))
	}
	for code, args := range codes {
		for _, lang := range locale.Langs {
			if !locale.Has(lang, code) {
				t.Errorf("%s has no text in %s", code, lang)
			}
			for _, m := range placeholder.FindAllStringSubmatch(locale.T(lang, code, nil), -1) {
				if !slices.Contains(args, m[1]) {
					t.Errorf("%s in %s shows {%s}, which nobody gives", code, lang, m[1])
				}
			}
		}
	}
	for _, lang := range locale.Langs {
		for _, key := range locale.Keys(lang) {
			if strings.HasPrefix(key, "booking.") && codes[key] == nil {
				t.Errorf("%s has a text in %s, but nobody raises it", key, lang)
			}
		}
	}
}
