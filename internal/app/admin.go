package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Operator is who is to run the platform.
type Operator struct {
	Email      string
	Passphrase string
	FamilyName string
	GivenName  string
}

// CreateOperator makes an operator's account; nothing else does. The database is
// that of DATABASE_URL, else of the dev server that runs in the data folder.
func CreateOperator(ctx context.Context, c config.Config, o Options, who Operator) error {
	o = o.withDefaults()
	p, err := openProgram(ctx, withDevDatabase(c), o, newLogger(c, o), false, c.BaseURL(c.Addr))
	if err != nil {
		return err
	}
	defer p.close()
	_, err = p.auth.CreateOperator(ctx, auth.Person{
		Email: who.Email, Password: who.Passphrase, FamilyName: who.FamilyName, GivenName: who.GivenName, Locale: locale.JA,
	})
	if err != nil {
		return inWords(err)
	}
	fmt.Fprintln(o.Out, both("ops.admin.created"))
	return nil
}

// inWords tells a fault as people read it, with the fields that are wrong.
func inWords(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	lines := []string{locale.T(locale.EN, f.Code, f.Args)}
	for _, field := range f.Fields {
		lines = append(lines, fmt.Sprintf("  %s: %s", field.Location, locale.T(locale.EN, field.Code, field.Args)))
	}
	return &told{strings.Join(lines, "\n"), err}
}

// told is an error in words for people that keeps the error itself.
type told struct {
	text  string
	cause error
}

// Error tells it in words.
func (t *told) Error() string { return t.text }

// Unwrap gives the error itself.
func (t *told) Unwrap() error { return t.cause }
