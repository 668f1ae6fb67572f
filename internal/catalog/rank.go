package catalog

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Rank is a grade of staff, such as トップスタイリスト: it may decide prices.
type Rank struct {
	ID        RankID      `db:"id"`
	Name      locale.Text `db:"name"`
	Position  int         `db:"position"`
	Version   int64       `db:"version"`
	CreatedAt time.Time   `db:"created_at"`
	UpdatedAt time.Time   `db:"updated_at"`
}
