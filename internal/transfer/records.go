package transfer

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file exports the records that imports understand, in the same columns:
// what is exported can be brought in again.

// pick takes columns of a kind by their names, and adds some that imports do not know.
func pick(kind Kind, names string, further ...Column) []Column {
	var out []Column
	for n := range strings.FieldsSeq(names) {
		out = append(out, Columns[kind][slices.IndexFunc(Columns[kind], func(c Column) bool { return c.Name == n })])
	}
	return append(out, further...)
}

var (
	customerColumns = pick(Customers, "id family_name given_name family_name_kana given_name_kana phone email birth_date locale tags",
		Column{Name: "marketing_consent", JA: "メール配信の同意"}, Column{Name: "created_at", JA: "登録日時"})
	noteColumns = []Column{
		{Name: "id"}, {Name: "customer_id", JA: "顧客ID"}, {Name: "kind", JA: "種類"}, {Name: "body", JA: "内容"}, {Name: "created_at", JA: "登録日時"},
	}
	bookingColumns = append(pick(Bookings, "id start"), append([]Column{{Name: "end", JA: "終了日時"}, {Name: "code", JA: "予約コード"}},
		pick(Bookings, "status services staff nominated party_size total family_name given_name family_name_kana given_name_kana phone email note",
			Column{Name: "source", JA: "予約経路"}, Column{Name: "created_at", JA: "登録日時"})...)...)
	serviceColumns  = pick(Services, "id name name_en description duration price tax_percent per_person min_party max_party nomination staff room seat equipment active")
	resourceColumns = pick(Staff, "id name name_en kind capacity min_party max_party nominatable nomination_fee active")
	optionColumns   = []Column{
		{Name: "id"},
		{Name: "name", JA: "オプション名"},
		{Name: "name_en", JA: "オプション名(英語)"},
		{Name: "duration", JA: "所要時間"},
		{Name: "price", JA: "料金"},
		{Name: "active", JA: "公開"},
	}
	memberColumns = []Column{
		{Name: "id"},
		{Name: "user_id"},
		{Name: "family_name", JA: "姓"},
		{Name: "given_name", JA: "名"},
		{Name: "email", JA: "メールアドレス"},
		{Name: "role", JA: "権限"},
		{Name: "resource_id"},
	}
)

// recordOf makes an item of values in the order of the columns.
func (x *export) recordOf(fields ...any) item {
	var i item
	values := map[string]any{}
	for k := 0; k+1 < len(fields); k += 2 {
		name, _ := fields[k].(string)
		values[name] = fields[k+1]
		i.cells = append(i.cells, x.cellOf(fields[k+1]))
	}
	if x.in.Format == JSON {
		i.json = encode(values)
	}
	return i
}

// cellOf is a value as people read it in a table.
func (x *export) cellOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		if x.in.Lang == locale.EN {
			return map[bool]string{true: "yes", false: "no"}[v]
		}
		return map[bool]string{true: "○", false: "×"}[v]
	case []string:
		return strings.Join(v, "、")
	case time.Time:
		return v.In(x.snap.Zone).Format("2006-01-02 15:04")
	case *clock.Date:
		if v != nil {
			return v.String()
		}
	}
	return ""
}

// last is where the next page begins; nothing behind a page that is not full.
func last[T any](list []T, of func(*T) string) string {
	if len(list) < exportPage {
		return ""
	}
	return of(&list[len(list)-1])
}

// behind reads the id that a page begins behind.
func behind[T any](after string) id.Of[T] {
	x, err := id.Parse[T](after)
	if err != nil { // the first page
		return id.Of[T]{}
	}
	return x
}

func customerPage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	list, err := x.s.customers.Page(ctx, x.bid, behind[customer.Guest](after), exportPage)
	for i := range list {
		c := &list[i]
		phone := c.Phone
		if x.in.Format == CSV && phone != "" {
			phone = jp.NationalPhone(phone)
		}
		items = append(items, x.recordOf(
			"id", c.ID.String(), "family_name", c.FamilyName, "given_name", c.GivenName, "family_name_kana", c.FamilyNameKana,
			"given_name_kana", c.GivenNameKana, "phone", phone, "email", c.Email, "birth_date", c.BirthDate, "locale", string(c.Locale),
			"tags", c.Tags, "marketing_consent", string(c.Marketing), "created_at", c.CreatedAt))
	}
	return items, last(list, func(c *customer.Customer) string { return c.ID.String() }), err
}

func notePage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	list, err := x.s.customers.PageOfNotes(ctx, customer.Who{Actor: x.actor, Business: x.bid}, behind[customer.Note](after), exportPage)
	for i := range list {
		n := &list[i]
		items = append(items, x.recordOf("id", n.ID.String(), "customer_id", n.CustomerID.String(), "kind", string(n.Kind), "body", n.Body, "created_at", n.CreatedAt))
	}
	return items, last(list, func(n *customer.Note) string { return n.ID.String() }), err
}

// statusWords are the words of a table for the statuses that imports know.
var statusWords = map[booking.Status]string{
	booking.Confirmed: "予約確定", booking.Completed: "来店済", booking.NoShow: "無断キャンセル", booking.Cancelled: "キャンセル",
}

func bookingPage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	list, err := x.s.bookings.Page(ctx, x.bid, behind[booking.Booking](after), exportPage)
	for _, b := range list {
		i := x.bookingItem(b)
		if x.in.Format == JSON {
			i.json = encode(fullBooking(b))
		}
		items = append(items, i)
	}
	return items, last(list, func(b **booking.Booking) string { return (*b).ID.String() }), err
}

func (x *export) bookingItem(b *booking.Booking) item {
	var services, staff []string
	nominated := false
	for _, s := range b.Segments {
		services = append(services, s.ServiceName.In(locale.JA))
		if r, ok := x.snap.Resource(s.StaffID); ok && !slices.Contains(staff, r.Name.In(locale.JA)) {
			staff = append(staff, r.Name.In(locale.JA))
		}
		nominated = nominated || s.Nominated
	}
	status := string(b.Status)
	if w, ok := statusWords[b.Status]; ok && x.in.Lang == locale.JA {
		status = w
	}
	phone := b.Guest.Phone
	if phone != "" {
		phone = jp.NationalPhone(phone)
	}
	return x.recordOf(
		"id", b.ID.String(), "start", b.StartsAt, "end", b.EndsAt, "code", b.Code, "status", status, "services", services, "staff", staff,
		"nominated", nominated, "party_size", b.PartySize, "total", b.Total, "family_name", b.Guest.FamilyName, "given_name", b.Guest.GivenName,
		"family_name_kana", b.Guest.FamilyNameKana, "given_name_kana", b.Guest.GivenNameKana, "phone", phone, "email", b.Guest.Email,
		"note", b.Note, "source", string(b.Source), "created_at", b.CreatedAt)
}

// fullBooking is all that is kept of a booking.
func fullBooking(b *booking.Booking) map[string]any {
	segments := make([]map[string]any, len(b.Segments))
	for i, s := range b.Segments {
		segments[i] = map[string]any{
			"service_id": s.ServiceID, "service_name": s.ServiceName, "options": s.Options, "duration_minutes": s.DurationMinutes,
			"start": s.StartsAt, "end": s.EndsAt, "staff_id": s.StaffID.Ptr(), "nominated": s.Nominated, "picks": s.Picks,
		}
	}
	return map[string]any{
		"id": b.ID, "code": b.Code, "status": b.Status, "source": b.Source, "customer_id": b.CustomerID.Ptr(), "guest": b.Guest,
		"start": b.StartsAt, "end": b.EndsAt, "business_date": b.Date, "party_size": b.PartySize, "total": b.Total, "currency": b.Currency,
		"price_lines": b.Lines, "policy": b.Policy, "consent": b.Consent, "note": b.Note, "overridden": b.Overridden,
		"override_reason": b.OverrideReason, "outside_rules": b.OutsideRules, "cancel_fee": b.CancelFee, "version": b.Version,
		"created_at": b.CreatedAt, "updated_at": b.UpdatedAt, "segments": segments,
	}
}

func servicePage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	if x.in.Format == JSON {
		return plainServices.page(ctx, x, after)
	}
	list, err := x.s.catalog.Services(ctx, x.bid)
	for i := range list {
		s := &list[i]
		items = append(items, x.recordOf(
			"id", s.ID.String(), "name", s.Name.In(locale.JA), "name_en", s.Name[string(locale.EN)], "description", s.Description.In(locale.JA),
			"duration", s.DurationMinutes, "price", s.Price, "tax_percent", s.TaxPercent, "per_person", s.PerPerson, "min_party", s.MinParty,
			"max_party", s.MaxParty, "nomination", string(s.Nomination), "staff", needOf(x.snap, s, catalog.Staff), "room", needOf(x.snap, s, catalog.Room),
			"seat", needOf(x.snap, s, catalog.Seat), "equipment", needOf(x.snap, s, catalog.Equipment), "active", s.Active))
	}
	return items, "", err
}

// needOf is what a service occupies of a kind: names, "any", or nothing.
func needOf(snap *availability.Snapshot, s *catalog.Service, kind catalog.Kind) []string {
	for i := range s.Requirements {
		q := &s.Requirements[i]
		if q.Kind != kind {
			continue
		}
		if len(q.ResourceIDs) == 0 {
			return []string{"any"}
		}
		var out []string
		for _, rid := range q.ResourceIDs {
			if r, ok := snap.Resource(rid); ok {
				out = append(out, r.Name.In(locale.JA))
			}
		}
		return out
	}
	return nil
}

func resourcePage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	if x.in.Format == JSON {
		return plainResources.page(ctx, x, after)
	}
	list, err := x.s.catalog.Resources(ctx, x.bid, "", nil, catalog.MaxResources)
	for i := range list {
		r := &list[i]
		items = append(items, x.recordOf(
			"id", r.ID.String(), "name", r.Name.In(locale.JA), "name_en", r.Name[string(locale.EN)], "kind", string(r.Kind), "capacity", r.Capacity,
			"min_party", r.MinParty, "max_party", r.MaxParty, "nominatable", r.Nominatable, "nomination_fee", r.NominationFee, "active", r.Active))
	}
	return items, "", err
}

func optionPage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	if x.in.Format == JSON {
		return plainOptions.page(ctx, x, after)
	}
	list, err := x.s.catalog.Options(ctx, x.bid, nil, catalog.MaxOptions)
	for i := range list {
		o := &list[i]
		items = append(items, x.recordOf("id", o.ID.String(), "name", o.Name.In(locale.JA), "name_en", o.Name[string(locale.EN)], "duration", o.DurationMinutes,
			"price", o.Price, "active", o.Active))
	}
	return items, "", err
}

func memberPage(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	list, err := x.s.team.Members(ctx, x.bid, behind[business.Member](after), exportPage)
	for i := range list {
		m := &list[i]
		resource := ""
		if !m.ResourceID.IsZero() {
			resource = m.ResourceID.String()
		}
		items = append(items, x.recordOf("id", m.ID.String(), "user_id", id.Of[any](m.UserID).String(), "family_name", m.FamilyName,
			"given_name", m.GivenName, "email", m.Email, "role", string(m.Role), "resource_id", resource))
	}
	return items, last(list, func(m *business.Member) string { return m.ID.String() }), err
}
