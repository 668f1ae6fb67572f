package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/faultproxy"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// behind puts a network that goes wrong on demand between the servers that are
// started from now on and their PostgreSQL, and gives their variables.
func (s *stage) behind(workers bool) (*faultproxy.Proxy, map[string]string) {
	s.t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := faultproxy.Start(s.t.Context(), u.Host)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = p.Close() })
	u.Host = p.Addr()
	environ := s.environ(workers)
	environ["DATABASE_URL"] = u.String()
	return p, environ
}

// ready is what /readyz of a server says.
func (s *stage) ready(server int) int { return readyAt(s.t, s.servers[server].Site) }

func readyAt(t *testing.T, site string) int {
	t.Helper()
	status, _ := call(t, http.MethodGet, "http://"+site+"/readyz", "")
	return status
}

// A trouble between program and PostgreSQL, and how it shows.
type trouble struct {
	name   string
	begin  func(*faultproxy.Proxy)
	down   bool // readiness is lost
	misses int  // lasts until so many more were told to come again
	full   bool // of a full run
}

var troubles = []trouble{
	{name: "cut", begin: func(p *faultproxy.Proxy) { p.Cut() }},
	{name: "refused", begin: func(p *faultproxy.Proxy) { p.Refuse(); p.Cut() }, down: true, misses: 5},
	{name: "slow", begin: func(p *faultproxy.Proxy) { p.Delay(20*time.Millisecond, 20*time.Millisecond) }, full: true},
	{name: "a short black hole", begin: (*faultproxy.Proxy).BlackHole, down: true, full: true},
	{name: "a long black hole", begin: (*faultproxy.Proxy).BlackHole, down: true, misses: 30, full: true},
	{name: "new ones refused", begin: (*faultproxy.Proxy).Refuse, full: true},
	{name: "cut again", begin: func(p *faultproxy.Proxy) { p.Cut() }, full: true},
}

// Whatever happens between program and PostgreSQL, a request is answered: done,
// refused for a reason of its own, or asked to come again, in the end everything
// is there once, and the program heals by itself.
func TestProof_Storm_BetweenProgramAndDatabase(t *testing.T) {
	t.Parallel()
	s := emptyStage(t, pgtest.NewURL(t))
	p, environ := s.behind(true)
	s.serve(environ, app.Options{UnsafeNoSync: true})
	x := s.openShop("storm-salon", 4)
	c := x.gather(pgtest.Rounds(4, 8), 200*time.Millisecond, false)
	for _, trouble := range troubles {
		if trouble.full && !pgtest.Full() {
			continue
		}
		c.wantServed(2)
		before := c.unavailable()
		trouble.begin(p)
		if trouble.down {
			s.until("not ready: "+trouble.name, func() bool { return s.ready(0) == http.StatusServiceUnavailable })
		}
		s.until("enough who were told to come again: "+trouble.name, func() bool { return c.unavailable() >= before+trouble.misses })
		if !trouble.down {
			c.wantServed(2)
		}
		p.Heal()
		s.until("ready again after "+trouble.name, func() bool { return s.ready(0) == http.StatusOK })
		c.wantServed(pgtest.Rounds(2, 20))
		t.Logf("%s: %d were told to come again", trouble.name, c.unavailable()-before)
	}
	c.wantWhole("storm")
	c.wantOneMailEach(t)
}
