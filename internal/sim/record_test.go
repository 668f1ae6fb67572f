package sim_test

import (
	"time"
)

// record is a booking as those who made it wrote it down from each answer.
type record struct {
	w       *world
	shop    *shop
	guest   *guest // nil for somebody at the counter
	id      string
	code    string
	token   string // of the guest's link
	status  string
	before  []string // the statuses that it came from
	start   time.Time
	end     time.Time
	total   int64
	version int64
	expires time.Time // of a pending one
	mails   bool      // there is an address to write to
	silent  bool      // nobody is told of the next event
	events  []string  // of which the customer is to be told
}

// write begins the record of a booking that was made.
func (s *shop) write(a answer, path string) *record {
	s.t.Helper()
	r := &record{w: s.world, shop: s, id: a.text(path + "id"), code: a.text(path + "code")}
	r.read(a, path)
	if r.id == "" || r.version != 1 {
		s.fail("a new booking of version %d: %s", r.version, a.raw)
	}
	s.records[r.id] = r
	return r
}

func (r *record) read(a answer, path string) {
	r.status, r.total, r.version = a.text(path+"status"), a.number(path+"price.total.amount"), a.number(path+"version")
	r.start, r.end, r.expires = a.instant(path+"start"), a.instant(path+"end"), a.instant(path+"expires_at")
}

func (a answer) instant(path string) time.Time {
	t, _ := time.Parse(time.RFC3339, a.text(path))
	return t.UTC()
}

// learn takes over a change: the next version of what was there.
func (r *record) learn(a answer, path string) {
	r.w.t.Helper()
	r.lapse()
	was, status := r.version, r.status
	r.read(a, path)
	if r.version != was+1 {
		r.w.fail("booking %s was of version %d, and is of %d after one change: %s", r.code, was, r.version, a.raw)
	}
	if r.status != status {
		r.before = append(r.before, status)
	}
}

// same compares what is shown with what was written down.
func (r *record) same(a answer, path string) {
	r.w.t.Helper()
	r.lapse()
	status, start := a.text(path+"status"), a.instant(path+"start")
	if r.pendingOver() { // whether the job was there already
		return
	}
	if status != r.status || !start.Equal(r.start) || a.number(path+"price.total.amount") != r.total || a.number(path+"version") != r.version {
		r.w.fail("booking %s is %s of version %d at %s, and shown as %s", r.code, r.status, r.version, r.start, a.raw)
	}
}

func (r *record) pending() bool { return r.status == "pending_approval" }

// pendingOver tells whether its time ran out.
func (r *record) pendingOver() bool {
	return r.pending() && !r.expires.After(r.w.clock.Now())
}

// lapse notes that the time of a request ran out long enough ago for any job,
// also one whose worker died twice.
func (r *record) lapse() {
	if r.pending() && r.expires.Before(r.w.clock.Now().Add(-24*time.Hour)) {
		r.before = append(r.before, r.status)
		r.status, r.version = "expired", r.version+1
		r.told("booking.expired")
	}
}

// told notes an event of which the customer is to be told.
func (r *record) told(event string) {
	if r.mails && event != "" && !r.silent {
		r.events = append(r.events, event)
	}
	r.silent = false
}
