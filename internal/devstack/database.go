package devstack

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database makes the database where it is missing and gives the superuser's
// address of it.
func (p *Postgres) Database(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, p.SuperuserURL("postgres"))
	if err != nil {
		return "", fmt.Errorf("make database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42P04" { // there already
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("make database: %w", err)
	}
	return p.SuperuserURL(name), nil
}
