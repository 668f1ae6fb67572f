package business

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	insert          = pg.Register("business.insert", `INSERT INTO businesses (`+columns+`) VALUES ($1, `+settableAt+`)`)
	update          = pg.Register("business.update", `UPDATE businesses SET (`+settable+`) = ROW(`+settableAt+`) WHERE business_id = $1`)
	insertSeq       = pg.Register("business.insert_seq", `INSERT INTO business_seq (business_id) VALUES ($1)`)
	insertVersion   = pg.Register("business.insert_version", `INSERT INTO schedule_versions (business_id) VALUES ($1)`)
	upsertDirectory = pg.Register("business.upsert_directory",
		`INSERT INTO directory (tenant_id, slug, name, vertical, prefecture, city, status, search, sort_key, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		 ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, name = excluded.name, vertical = excluded.vertical,
		     prefecture = excluded.prefecture, city = excluded.city, status = excluded.status, search = excluded.search,
		     sort_key = excluded.sort_key`)
	insertMember = pg.Register("business.insert_member",
		`INSERT INTO members (business_id, id, user_id, role, resource_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)`)
	insertWorks = pg.Register("business.insert_works",
		`INSERT INTO user_businesses (user_id, tenant_id, role, resource_id) VALUES ($1, $2, $3, $4)`)
)

// settableAt is the places of the settable columns, "$2, $3, ...".
var settableAt = func() string {
	places := make([]string, strings.Count(settable, ",")+1)
	for i := range places {
		places[i] = "$" + strconv.Itoa(i+2)
	}
	return strings.Join(places, ", ")
}()

// row is the values of the columns, in their order.
func row(b *Business) []any {
	return []any{
		b.ID, b.Slug, b.Name, b.Description, b.Vertical, b.Status, b.StatusReason, b.Timezone, b.Currency, b.Locale,
		b.PostalCode, b.Prefecture, b.City, b.AddressLine, b.Phone, b.Email, b.GridMinutes, b.BookingMode, b.ApprovalHours,
		b.MinNoticeMinutes, b.BookingWindowDays, b.ChangeNoticeMinutes, b.CancelNoticeMinutes, b.HoldMinutes, b.MaxItems,
		b.CancellationPolicy, b.TermsVersion, b.Terms,
		b.BookingCutoff, b.ChangeCutoff, b.CancelCutoff, b.BookingOpens, b.MaxOpenPerCustomer, b.MaxPerCustomerDay, b.MaxPerDay,
		b.Pace, b.Stopped, b.StoppedUntil, b.TurnMinutes, b.Fairness, b.AccentColor, b.EmbedOrigins,
		b.Version, b.CreatedAt, b.UpdatedAt,
	}
}

func insertRow(b *pg.Batch, x *Business) {
	b.Queue(insert, row(x)...)
	b.Queue(insertSeq, x.ID)
	b.Queue(insertVersion, x.ID)
}

func writeRow(b *pg.Batch, x *Business) { b.Queue(update, row(x)...) }

// writeDirectory keeps the public directory in step.
func writeDirectory(b *pg.Batch, x *Business) {
	b.Queue(upsertDirectory, x.ID, x.Slug, x.Name, x.Vertical, x.Prefecture, x.City, x.Status, searchText(x),
		jp.SortKey("", x.Name["ja"]), x.CreatedAt)
}

// searchText is the folded words by which a business is found.
func searchText(x *Business) string {
	words := make([]string, 0, len(x.Name)+3)
	for _, tag := range slices.Sorted(maps.Keys(x.Name)) {
		words = append(words, x.Name[tag])
	}
	return jp.Fold(strings.Join(append(words, x.Prefecture, x.City, x.Slug), " "))
}

func writeMember(b *pg.Batch, bid ID, m *Member) {
	b.Queue(insertMember, bid, m.ID, m.UserID, m.Role, nilIfZero(m.ResourceID), m.CreatedAt)
	b.Queue(insertWorks, m.UserID, bid, m.Role, nilIfZero(m.ResourceID))
}

func nilIfZero(x [16]byte) *[16]byte {
	if x == ([16]byte{}) {
		return nil
	}
	return &x
}
