package catalog

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Set is several services, one after the other, for one price.
type Set struct {
	ID          SetID       `db:"id"`
	CategoryID  CategoryID  `db:"category_id"` // zero: none
	Name        locale.Text `db:"name"`
	Description locale.Text `db:"description"`
	ServiceIDs  []ServiceID `db:"service_ids"` // in order, two to ten
	Price       int64       `db:"price"`       // yen, tax included; in the place of the prices of its services
	ActiveFrom  *clock.Date `db:"active_from"` // first business date on which it may begin; nil: since ever
	ActiveTo    *clock.Date `db:"active_to"`   // last business date on which it may begin; nil: for ever
	Position    int         `db:"position"`
	Active      bool        `db:"active"`
	Version     int64       `db:"version"`
	CreatedAt   time.Time   `db:"created_at"`
	UpdatedAt   time.Time   `db:"updated_at"`
}
