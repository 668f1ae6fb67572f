package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// use is a code in a source.
type use struct {
	code string
	at   token.Position
}

// isCode tells codes from other texts that happen to be a second argument.
var isCode = regexp.MustCompile(`^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*$`)

// codesIn finds the codes of faults that a file makes: fault.New(kind, "code"),
// fault.Wrap(kind, "code", err), fault.Field{…, Code: "code"}, and on gathered
// faults v.Add(where, "code") and v.Check(ok, where, "code").
func codesIn(fset *token.FileSet, f *ast.File) []use {
	var out []use
	add := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if code, err := strconv.Unquote(lit.Value); err == nil && isCode.MatchString(code) {
			out = append(out, use{code, fset.Position(lit.Pos())})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if i := codeArgument(n); i >= 0 && i < len(n.Args) {
				add(n.Args[i])
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Code" {
				add(n.Value)
			}
		}
		return true
	})
	return out
}

// codeArgument is which argument of a call is a code, or -1.
func codeArgument(call *ast.CallExpr) int {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return -1
	}
	on, _ := sel.X.(*ast.Ident)
	switch {
	case on != nil && on.Name == "fault" && (sel.Sel.Name == "New" || sel.Sel.Name == "Wrap"):
		return 1
	case sel.Sel.Name == "Add" && len(call.Args) >= 2:
		return 1
	case sel.Sel.Name == "Check" && len(call.Args) >= 3:
		return 2
	}
	return -1
}

// sources parses every file of the program that is no test.
func sources(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, root := range []string{"..", filepath.Join("..", "..", "cmd")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return filepath.SkipDir
			case d.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
				return nil
			}
			f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			files = append(files, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return fset, files
}

// Every code that the program answers has a text in every language.
func TestCodes_OfTheSources_HaveTexts(t *testing.T) {
	t.Parallel()
	fset, files := sources(t)
	seen := 0
	for _, f := range files {
		for _, u := range codesIn(fset, f) {
			seen++
			for _, lang := range locale.Langs {
				if !locale.Has(lang, u.code) {
					t.Errorf("%s: code %q has no text in %s", u.at, u.code, lang)
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d codes were found: the search is broken", seen)
	}
}

// The search finds each form, and nothing else.
func TestCodes_SearchFindsEachForm(t *testing.T) {
	t.Parallel()
	const source = `package x
var a = fault.New(fault.Conflict, "a.one").With(fault.Args{"x": "not_this"})
func f(v *fault.Fields, h http.Header) error {
	v.Add("body.x", "b_two", fault.Args{"max": 1})
	v.Check(true, "body.y", "c_three")
	h.Add("Vary", "Accept")
	total.Add(1)
	_ = fault.Field{Location: "body", Code: "d_four"}
	return fault.Wrap(fault.Internal, "e.five", nil)
}`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range codesIn(fset, f) {
		got = append(got, u.code)
	}
	if want := "a.one b_two c_three d_four e.five"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
