package transfer

import (
	"maps"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// reader reads the cells of a line and notes what is wrong with them.
type reader struct {
	cells
	problems []Problem
}

func (r *reader) bad(column, code string) {
	r.problems = append(r.problems, Problem{Column: column, Code: code})
}

// number is what a column says, nil where it says nothing.
func (r *reader) number(column string, read func(string) (int, bool), code string) *int {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	n, valid := read(s)
	if !valid {
		r.bad(column, code)
	}
	return &n
}

func plainNumber(s string) (int, bool) {
	return number(s, "名様", "名", "人", "台", "席", "%", "件")
}

func (r *reader) yes(column string) *bool {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	y, valid := yes(s)
	if !valid {
		r.bad(column, "import.yes_no")
	}
	return &y
}

func (r *reader) money(column string) *money.Money {
	s, ok := r.cells[column]
	if !ok {
		return nil
	}
	n, valid := yen(s)
	if !valid {
		r.bad(column, "import.money")
	}
	m := money.Yen(n)
	return &m
}

// names are a name in the languages in which it is given, over what there is.
func (r *reader) names(over locale.Text) locale.Text {
	t := maps.Clone(over)
	if t == nil {
		t = locale.Text{}
	}
	if s, ok := r.cells["name"]; ok {
		t[string(locale.JA)] = s
	}
	if s, ok := r.cells["name_en"]; ok {
		t[string(locale.EN)] = s
	}
	return t.Line()
}
