package catalog

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Category is a heading of the menu.
type Category struct {
	ID        CategoryID  `db:"id"`
	Name      locale.Text `db:"name"`
	Position  int         `db:"position"`
	Version   int64       `db:"version"`
	CreatedAt time.Time   `db:"created_at"`
	UpdatedAt time.Time   `db:"updated_at"`
}
