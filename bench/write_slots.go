package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// Where the loaded businesses have nothing yet: the last hour of each day, and,
// of the hot one, the small hours, for which it opens.
const (
	firstDay, lastDay = 2, 56 // from today
	lastHour          = 19
	spreadStaff       = 8 // the fewest that a loaded business has
	hotStaff          = 5
	hotMinutes        = 5
	hotStarts         = openHours * hourMinutes / hotMinutes
)

// A target is a loaded business in which slots are booked.
type target struct {
	Business [16]byte
	Slug     string
	Service  [16]byte
	Menu     string // the service's name as JSON
	Version  int64  // of the schedule
	Staff    [][16]byte
	Seats    [][16]byte
	Known    person // who has booked before
}

type person struct {
	Family, Given, FamilyKana, GivenKana, Phone, Email string
}

// targets are the loaded businesses, in an order of no meaning.
func (r *rig) targets(ctx context.Context) ([]target, error) {
	return r.targetsWhere(ctx, `b.slug LIKE 'bulk-%' AND s.position = 1`)
}

func (r *rig) targetsWhere(ctx context.Context, where string) ([]target, error) {
	rows, err := r.admin.Query(ctx, `
		SELECT b.business_id, b.slug, s.id, s.name::text, (SELECT v.version + h.revision FROM schedule_versions v, holiday_calendar h WHERE v.business_id = b.business_id),
		    ARRAY(SELECT id FROM resources x WHERE x.business_id = b.business_id AND kind = 'staff' ORDER BY position),
		    ARRAY(SELECT id FROM resources x WHERE x.business_id = b.business_id AND kind = 'seat' ORDER BY position),
		    c.family_name, c.given_name, c.family_name_kana, c.given_name_kana, c.phone, c.email
		FROM businesses b JOIN services s USING (business_id)
		CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.business_id = b.business_id AND phone <> '' ORDER BY id LIMIT 1) c
		WHERE `+where+` ORDER BY md5(b.slug)`)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t target, err error) {
		return t, row.Scan(&t.Business, &t.Slug, &t.Service, &t.Menu, &t.Version, &t.Staff, &t.Seats,
			&t.Known.Family, &t.Known.Given, &t.Known.FamilyKana, &t.Known.GivenKana, &t.Known.Phone, &t.Known.Email)
	})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("no business where %s", where)
	}
	return list, err
}

// hotTarget is one business with a short service of five stylists and five
// chairs, which is open while the others sleep.
func (r *rig) hotTarget(ctx context.Context) (*target, error) {
	const hot = `(SELECT business_id FROM businesses WHERE slug = 'bulk-7')`
	for _, sql := range []string{
		fmt.Sprintf(`UPDATE businesses SET grid_minutes = %d WHERE slug = 'bulk-7'`, hotMinutes),
		`UPDATE opening_hours SET start_minute = 0 WHERE business_id = ` + hot,
		`UPDATE resource_shifts SET start_minute = 0 WHERE business_id = ` + hot,
		fmt.Sprintf(`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
		 SELECT business_id, gen_random_uuid(), '{"ja": "前髪"}', %d, 1100, 10, 1, 1, 'optional', 99, true, now(), now() FROM businesses
		 WHERE slug = 'bulk-7' AND NOT EXISTS (SELECT FROM services s WHERE s.business_id = businesses.business_id AND position = 99)`, hotMinutes),
		`INSERT INTO requirements (business_id, id, service_id, position, kind, units, per_person, before_minutes, after_minutes, resource_ids)
		 SELECT business_id, gen_random_uuid(), id, k.position, k.kind, 1, false, 0, 0, ARRAY(SELECT r.id FROM resources r
		     WHERE r.business_id = s.business_id AND r.kind = k.kind ORDER BY r.position LIMIT 5)
		 FROM services s, (VALUES ('staff', 0), ('seat', 1)) k (kind, position)
		 WHERE business_id = ` + hot + ` AND s.position = 99 AND NOT EXISTS (SELECT FROM requirements q WHERE q.business_id = s.business_id AND q.service_id = s.id)`,
		`UPDATE schedule_versions SET version = version + 1 WHERE business_id = ` + hot,
	} {
		if _, err := r.admin.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	list, err := r.targetsWhere(ctx, `b.slug = 'bulk-7' AND s.position = 99`)
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (t *target) availabilityPath() string {
	day := clock.DateOf(time.Now().In(japan())).AddDays(firstDay)
	return fmt.Sprintf("/api/v1/public/businesses/%s/availability?service_id=%s&from=%s&to=%s", t.Slug, uuid(t.Service), day, day)
}

// slots are free starts, numbered so that neighbours belong to different
// businesses, or, in one, to different stylists.
type slots struct {
	targets []target
	staff   int // that are booked of each
	perDay  int // starts of a day
	days    int // half of them for the program, half for the pipeline
}

// A place is one slot: whose, when, and which of the staff and chairs.
type place struct {
	target *target
	start  time.Time
	who    int
	nth    int
	turn   int // which guest
}

// place is slot n of the program or of the pipeline; it fails loudly when all are used.
func (s *slots) place(n int, hot, bare bool) place {
	at, rest := n%len(s.targets), n/len(s.targets)
	p := place{target: &s.targets[at], nth: n, turn: at/2 + rest}
	p.who, rest = rest%s.staff, rest/s.staff
	step, day := rest%s.perDay, rest/s.perDay*2
	if bare {
		day++
	}
	if day >= s.days {
		panic("the bench has booked every slot")
	}
	today := clock.DateOf(time.Now().In(japan()))
	if hot {
		p.start = clock.Instant(today.AddDays(firstDay+day), step*hotMinutes, japan())
		return p
	}
	p.start = clock.Instant(today.AddDays(firstDay+day), lastHour*hourMinutes, japan())
	return p
}

// guest is who books a slot: every other one is new.
func (p *place) guest() person {
	if p.turn%2 == 0 {
		return p.target.Known
	}
	return person{
		Family: "佐藤", Given: "一郎", FamilyKana: "サトウ", GivenKana: "イチロウ",
		Phone: fmt.Sprintf("+8180%08d", p.nth%100_000_000), Email: fmt.Sprintf("ichiro%d@bench.example", p.nth),
	}
}

// request is the booking of slot n over HTTP: at every other business the stylist
// is named. At the hot one all are, so that each slot is met once.
func (s *slots) request(n int, hot bool) request {
	p := s.place(n, hot, false)
	g := p.guest()
	body := map[string]any{
		"start": p.start.Format(time.RFC3339), "service_id": uuid(p.target.Service),
		"customer": map[string]any{
			"family_name": g.Family, "given_name": g.Given, "family_name_kana": g.FamilyKana, "given_name_kana": g.GivenKana,
			"phone": g.Phone, "email": g.Email,
		},
		"consent": map[string]any{"terms_version": "1"},
	}
	if hot || n%len(s.targets)%2 == 0 {
		body["staff_id"] = uuid(p.target.Staff[p.who])
	}
	return post(fmt.Sprintf(bookingsPath, p.target.Slug), fmt.Sprintf("bench-%d-%d", n, time.Now().UnixNano()), body)
}

// rival is the k-th client's booking of the i-th fought slot: the last stylist's
// of a business, in the hour before the last.
func (s *slots) rival(i, k int) request {
	t := &s.targets[i%len(s.targets)]
	today := clock.DateOf(time.Now().In(japan()))
	start := clock.Instant(today.AddDays(firstDay+lastDay+i/len(s.targets)), lastHour*hourMinutes, japan())
	return post(fmt.Sprintf(bookingsPath, t.Slug), fmt.Sprintf("race-%d-%d-%d", i, k, time.Now().UnixNano()), map[string]any{
		"start": start.Format(time.RFC3339), "service_id": uuid(t.Service), "staff_id": uuid(t.Staff[0]),
		"customer": map[string]any{"family_name": "競合", "given_name": strconv.Itoa(k), "phone": fmt.Sprintf("+8170%08d", 10_000_000+k), "email": fmt.Sprintf("rival%d@bench.example", k)},
		"consent":  map[string]any{"terms_version": "1"},
	})
}

// dial is a worker with a connection.
func dial(ctx context.Context, addr string) (*worker, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &worker{conn: c, r: bufio.NewReaderSize(c, 64<<10), statuses: map[int]int{}}, nil
}
