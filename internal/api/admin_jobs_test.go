package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// deadJob is one that ended so, a number of minutes before the test's now.
func (p *premises) deadJob(kind, state, stored string, ago int) string {
	p.t.Helper()
	var id int64
	err := p.db.WritePool().QueryRow(p.t.Context(), `INSERT INTO river_job (state, attempt, max_attempts, kind, queue, args, errors, finalized_at)
		VALUES ($1::text::river_job_state, 8, 8, $2, 'messages', jsonb_build_object('phone', $5::text), ARRAY[jsonb_build_object('error', $3::text)],
		        $4::timestamptz) RETURNING id`, state, kind, stored, testNow.AddDate(0, 0, -ago), canary).Scan(&id)
	if err != nil {
		p.t.Fatal(err)
	}
	return strconv.FormatInt(id, 10)
}

func TestJobsAdmin_OperatorsSeeTheDead_AndHaveThemTriedAnew(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	first := p.deadJob("message.send", "discarded", "timeout", 3)
	second := p.deadJob("message.send", "discarded", canary+" is no address", 2)
	third := p.deadJob("import.run", "discarded", "panic", 1)
	given := p.deadJob("message.send", "cancelled", "not_found", 4)

	list := p.want(http.StatusOK, "operator", "GET", "/admin/jobs", "")
	if got := list.items("id"); !slices.Equal(got, []string{third, second, first}) || !slices.Equal(list.items("error"), []string{"panic", "error", "timeout"}) {
		t.Errorf("the dead: %s", list.raw)
	}
	if strings.Contains(list.raw, canary) || list.items("attempts")[0] != "8" || list.items("queue")[0] != "messages" {
		t.Errorf("what is shown: %s", list.raw)
	}
	page := p.want(http.StatusOK, "operator", "GET", "/admin/jobs?kind=message.send&limit=1", "")
	rest := p.want(http.StatusOK, "operator", "GET", "/admin/jobs?kind=message.send&limit=1&cursor="+page.text("next_cursor"), "")
	if got := slices.Concat(page.items("id"), rest.items("id")); !slices.Equal(got, []string{second, first}) {
		t.Errorf("pages: %q", got)
	}
	p.refuse(p.do("operator", "GET", "/admin/jobs?limit=1&cursor="+page.text("next_cursor"), ""), 422, "validation.failed", "query.cursor cursor")
	p.refuse(p.do("operator", "GET", "/admin/jobs?state=running", ""), 422, "validation.failed", "query.state not_allowed")
	if got := p.want(http.StatusOK, "operator", "GET", "/admin/jobs?state=cancelled", "").items("id"); !slices.Equal(got, []string{given}) {
		t.Errorf("given up: %q", got)
	}

	at := "/admin/jobs/" + first + "/replay"
	p.refuse(p.do("founder", "POST", at, `{"reason":"x"}`), 403, "auth.forbidden")
	p.refuse(p.do("founder", "GET", "/admin/jobs", ""), 403, "auth.forbidden")
	p.refuse(p.do("", "GET", "/admin/jobs", ""), 401, "auth.required")
	p.refuse(p.do("operator", "POST", at, `{}`), 422, "validation.failed", "body.reason required")
	p.refuse(p.do("operator", "POST", "/admin/jobs/999999999/replay", `{"reason":"x"}`), 404, "not_found")
	p.want(http.StatusNoContent, "operator", "POST", at, `{"reason":"メールサーバーが復旧したため"}`)
	p.refuse(p.do("operator", "POST", at, `{"reason":"x"}`), 409, "job.not_dead")
	if got := p.want(http.StatusOK, "operator", "GET", "/admin/jobs", "").items("id"); !slices.Equal(got, []string{third, second}) {
		t.Errorf("after it: %q", got)
	}
	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?action=job.replayed&subject=job:"+first, "")
	if got := trail.items("reason"); !slices.Equal(got, []string{"メールサーバーが復旧したため"}) || strings.Contains(trail.raw, canary) {
		t.Errorf("trail: %s", trail.raw)
	}
}

func TestJobsAdmin_KindsAndGivingUp(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	dead := p.deadJob("message.send", "discarded", canary, 3)
	p.deadJob("import.run", "cancelled", "panic", 1)
	const kinds = "/admin/job-kinds"
	list := p.want(http.StatusOK, "operator", "GET", kinds, "")
	if got := list.items("kind"); !slices.Equal(got, []string{"import.run", "message.send"}) || strings.Contains(list.raw, canary) {
		t.Errorf("kinds: %s", list.raw)
	}
	if !slices.Equal(list.items("discarded"), []string{"0", "1"}) || !slices.Equal(list.items("cancelled"), []string{"1", "0"}) || list.items("oldest_due_at")[0] != "null" {
		t.Errorf("how they stand: %s", list.raw)
	}
	at := "/admin/jobs/" + dead + "/discard"
	p.refuse(p.do("founder", "GET", kinds, ""), 403, "auth.forbidden")
	p.refuse(p.do("founder", "POST", at, `{"reason":"x"}`), 403, "auth.forbidden")
	p.refuse(p.do("", "POST", at, `{"reason":"x"}`), 401, "auth.required")
	p.refuse(p.do("operator", "POST", at, `{}`), 422, "validation.failed", "body.reason required")
	p.refuse(p.do("operator", "POST", "/admin/jobs/999999999/discard", `{"reason":"x"}`), 404, "not_found")
	p.want(http.StatusNoContent, "operator", "POST", at, `{"reason":"宛先の店舗が閉店したため"}`)
	p.refuse(p.do("operator", "POST", at, `{"reason":"x"}`), 409, "job.not_discarded")
	if got := p.want(http.StatusOK, "operator", "GET", "/admin/jobs?state=cancelled", "").items("id"); !slices.Contains(got, dead) {
		t.Errorf("given up: %q", got)
	}
	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?action=job.discarded&subject=job:"+dead, "")
	if got := trail.items("reason"); !slices.Equal(got, []string{"宛先の店舗が閉店したため"}) || strings.Contains(trail.raw, canary) {
		t.Errorf("trail: %s", trail.raw)
	}
}
