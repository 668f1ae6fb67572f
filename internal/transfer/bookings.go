package transfer

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// bookings brings bookings in: each is a transaction of its own, by the one write
// path. Those to come are placed; those that are over are recorded.
type bookings struct {
	*run
	zone  *time.Location
	snap  *availability.Snapshot
	taken map[clock.Date][]availability.Allocation // by those of a dry run that were placed before
}

func (k *bookings) bring(ctx context.Context, list []line, to int) error {
	var err error
	if k.snap, err = k.s.avail.Snapshot(ctx, k.bid); err != nil {
		return err
	}
	own, err := k.own(ctx, list)
	if err != nil {
		return err
	}
	var pending []record
	for i := range list {
		rec, over := k.before(&list[i])
		if _, known := k.seen[string(rec.key)]; !over && known {
			rec, over = rec.refused(Problem{Column: "id", Code: "import.booking_known"}), true
		}
		if !over && own[list[i].cells["id"]] { // our own export
			rec.Outcome, over = Unchanged, true
		}
		if !over {
			next := to
			if i+1 < len(list) {
				next = list[i+1].Line
			}
			kept, err := k.one(ctx, list[i].cells, &rec, pending, next)
			if err != nil {
				return err
			}
			if kept {
				pending = nil
				continue
			}
		}
		pending = append(pending, rec)
	}
	return k.keep(ctx, pending, to)
}

// own tells which lines name bookings of the business by our own ids.
func (k *bookings) own(ctx context.Context, list []line) (map[string]bool, error) {
	var ids, known []booking.ID
	for i := range list {
		if x, err := id.Parse[booking.Booking](list[i].cells["id"]); err == nil {
			ids = append(ids, x)
		}
	}
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // a nil map knows nothing
	}
	var b pg.Batch
	booking.QueueKnown(&b, k.bid, ids, &known)
	if err := k.s.db.ReadTenant(ctx, k.bid, &b); err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, x := range known {
		out[x.String()] = true
	}
	return out, nil
}

// one brings a booking in; kept tells that its transaction kept what became of it
// and of those before that are pending.
func (k *bookings) one(ctx context.Context, c cells, rec *record, pending []record, next int) (kept bool, err error) {
	in, status, problems := k.read(c)
	if len(problems) > 0 {
		*rec = rec.refused(problems...)
		return false, nil
	}
	rec.Outcome = Created
	in.Entry.Try = k.im.DryRun
	in.Entry.Along = func(b *pg.Batch, x *booking.Booking) {
		rec.Subject = k.subject(x.ID)
		queueRecords(b, k.bid, k.im, k.at, next, append(slices.Clone(pending), *rec), k.s.clock.Now())
	}
	var x *booking.Booking
	if status == booking.Confirmed {
		in.Entry.Also = k.around(in.Start)
		x, err = k.s.bookings.Bring(ctx, k.im.actor(), k.bid, in)
	} else {
		x, err = k.s.bookings.Record(ctx, k.im.actor(), k.bid, in, status)
	}
	if err != nil {
		*rec, err = rec.verdict(err)
		return false, err
	}
	k.knows(rec, x.ID)
	if k.im.DryRun {
		for _, s := range x.Segments {
			rec.Picks = append(rec.Picks, s.Picks...)
		}
		k.take(rec.Picks)
		return false, nil
	}
	k.at = next
	return true, nil
}

// take remembers what a booking of a dry run would have taken.
func (k *bookings) take(picks []availability.Allocation) {
	if k.taken == nil {
		k.taken = map[clock.Date][]availability.Allocation{}
	}
	for _, p := range picks {
		d := clock.DateOf(p.StartsAt.UTC())
		k.taken[d] = append(k.taken[d], p)
	}
}

// around is what bookings of a dry run would have taken near a start.
func (k *bookings) around(start time.Time) (out []availability.Allocation) {
	for day := -3; day <= 3 && len(k.taken) > 0; day++ {
		out = append(out, k.taken[clock.DateOf(start.UTC()).AddDays(day)]...)
	}
	return out
}

func (k *bookings) replay(_ *line, was triedRow) { k.take(was.Picks) }

// past is how far back a booking may begin that is not over.
const past = 24 * time.Hour

// statuses are the words for them.
var statuses = func() map[string]booking.Status {
	out := map[string]booking.Status{}
	for status, list := range map[booking.Status]string{
		booking.Confirmed: "confirmed 確定 予約確定 予約 予約中 予約済 予約済み 受付済 受付済み 来店待ち reserved booked",
		booking.Completed: "completed 来店済 来店済み 来店 完了 会計済 会計済み 済 施術済 done visited",
		booking.NoShow:    "no_show noshow no-show 無断キャンセル 未来店 ノーショー",
		booking.Cancelled: "cancelled canceled cancel キャンセル 取消 取消し 取り消し お客様キャンセル 店舗キャンセル サロンキャンセル キャンセル済 キャンセル済み",
	} {
		for w := range strings.FieldsSeq(list) {
			out[plainValue(w)] = status
		}
	}
	return out
}()

// read makes a booking of a line.
func (k *bookings) read(c cells) (in booking.CreateInput, status booking.Status, problems []Problem) {
	c = withNames(c)
	bad := func(column, code string, args ...fault.Args) {
		p := Problem{Column: column, Code: code}
		if len(args) > 0 {
			p.Args = args[0]
		}
		problems = append(problems, p)
	}
	in = booking.CreateInput{Source: booking.Import, Silent: true, Note: c["note"], Entry: &booking.Entry{}, Customer: customer.Input{
		FamilyName: c["family_name"], GivenName: c["given_name"], FamilyNameKana: c["family_name_kana"], GivenNameKana: c["given_name_kana"],
		Phone: c["phone"], Email: c["email"],
	}}
	start, column := startOf(c, k.zone)
	if in.Start = start; column != "" {
		bad(nameOfStart(c, column), "import."+column)
	}
	in.PartySize = 1
	if p, ok := c["party_size"]; ok {
		if in.PartySize, ok = number(p, "名様", "名", "人"); !ok || in.PartySize < 1 {
			bad("party_size", "import.number")
		}
	} else {
		in.PartySize = 0
	}
	if t, ok := c["total"]; ok {
		n, valid := yen(t)
		if in.Entry.Total = &n; !valid || n > maxTotal {
			bad("total", "import.money")
		}
	}
	if status = k.status(c, start); status == "" {
		bad("status", "not_allowed", fault.Args{"values": "confirmed, completed, no_show, cancelled"})
	} else if status == booking.Confirmed && !start.IsZero() && start.Before(k.s.clock.Now().Add(-past)) {
		bad("status", "import.over")
	}
	k.items(c, &in, status, bad)
	return in, status, problems
}

// maxTotal is the highest total in yen.
const maxTotal = 100_000_000

// nameOfStart is the column that a start was read from.
func nameOfStart(c cells, column string) string {
	if _, ok := c["start"]; ok {
		return "start"
	}
	return column
}

// status is the line's; where it names none, a visit of before is over.
func (k *bookings) status(c cells, start time.Time) booking.Status {
	word, ok := c["status"]
	switch {
	case ok:
		return statuses[plainValue(word)]
	case start.Before(k.s.clock.Now().Add(-past)):
		return booking.Completed
	}
	return booking.Confirmed
}

// items reads what was booked, and with whom.
func (k *bookings) items(c cells, in *booking.CreateInput, status booking.Status, bad func(string, string, ...fault.Args)) {
	names, ok := c["services"]
	if !ok {
		bad("services", "required")
		return
	}
	wanted := []string{names}
	if _, code := k.service(names, status); code != "" {
		wanted = list(names)
	}
	for _, name := range wanted {
		svc, code := k.service(name, status)
		if code != "" {
			bad("services", code)
			return
		}
		in.Items = append(in.Items, availability.Item{ServiceID: svc.ID})
	}
	in.Entry.Assigned = make([]*catalog.ResourceID, len(in.Items))
	if who, ok := c["staff"]; ok {
		k.staff(c, who, in, bad)
	}
}

// staff gives the items those who serve them: one for all, or one each.
func (k *bookings) staff(c cells, who string, in *booking.CreateInput, bad func(string, string, ...fault.Args)) {
	if _, ok := yes(who); ok && !yesWords[plainValue(who)] { // フリー, -
		return
	}
	nominated := false
	if n, ok := c["nominated"]; ok {
		var valid bool
		if nominated, valid = yes(n); !valid {
			bad("nominated", "import.yes_no")
		}
	}
	people := []string{who}
	if _, code := k.person(who); code != "" {
		people = list(who)
	}
	if len(people) != 1 && len(people) != len(in.Items) {
		bad("staff", "import.people")
		return
	}
	for i := range in.Items {
		x, code := k.person(people[min(i, len(people)-1)])
		if code != "" {
			bad("staff", code)
			return
		}
		if !staffed(k.snap.Services[in.Items[i].ServiceID]) {
			continue
		}
		if nominated {
			in.Items[i].StaffID = &x.ID
		} else {
			in.Entry.Assigned[i] = &x.ID
		}
	}
}

func staffed(s *catalog.Service) bool {
	return slices.ContainsFunc(s.Requirements, func(r catalog.Requirement) bool { return r.Kind == catalog.Staff })
}

// Codes of names that lead nowhere, or to several.
const (
	codeUnknownName = "import.unknown_name"
	codeAmbiguous   = "import.ambiguous"
)

// plainName is a name as it is compared: folded, without blanks.
func plainName(s string) string { return strings.ReplaceAll(jp.Fold(s), " ", "") }

// named tells whether a text in any of its languages is the name.
func named(t locale.Text, name string) bool {
	for _, s := range t {
		if plainName(s) == name {
			return true
		}
	}
	return false
}

// service finds a service by its name; archived ones for visits that are over.
func (k *bookings) service(name string, status booking.Status) (*catalog.Service, string) {
	name = plainName(name)
	var found, archived []*catalog.Service
	for _, s := range k.snap.Services {
		switch {
		case !named(s.Name, name):
		case s.Active:
			found = append(found, s)
		default:
			archived = append(archived, s)
		}
	}
	if len(found) == 0 && status.Ended() {
		found = archived
	}
	switch len(found) {
	case 0:
		return nil, codeUnknownName
	case 1:
		return found[0], ""
	}
	return nil, codeAmbiguous
}

// person finds staff by their name.
func (k *bookings) person(name string) (*catalog.Resource, string) {
	name = plainName(name)
	var found []*catalog.Resource
	for i := range k.snap.Resources {
		if r := &k.snap.Resources[i]; r.Kind == catalog.Staff && named(r.Name, name) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, codeUnknownName
	case 1:
		return found[0], ""
	}
	return nil, codeAmbiguous
}

// columnsAt are the columns that parts of a request were read from.
var columnsAt = map[string]string{
	"items": "services", "service_id": "services", "staff_id": "staff", "option_ids": "services", "resource_ids": "staff",
	"requirements": "staff", "duration_minutes": "duration", "amount": "price", "name": "name", "override_reason": "",
}

// columnOf is the column that a place in a request was read from.
func columnOf(location string) string {
	parts := strings.FieldsFunc(location, func(r rune) bool { return r == '.' || r == '[' })
	for _, p := range slices.Backward(parts) {
		p = strings.TrimSuffix(p, "]")
		if p == "" || p == "body" || p == "customer" || p[0] >= '0' && p[0] <= '9' {
			continue
		}
		if to, ok := columnsAt[p]; ok {
			return to
		}
		return p
	}
	return ""
}
