package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// health is what the operator sees, by the names of the dependencies.
func (p *premises) health() (answer, map[string]map[string]any) {
	p.t.Helper()
	a := p.want(http.StatusOK, "operator", "GET", "/admin/health", "")
	out := map[string]map[string]any{}
	list, _ := a.body["dependencies"].([]any)
	for _, x := range list {
		d, _ := x.(map[string]any)
		out[d["name"].(string)] = d //nolint:errcheck,forcetypeassert // a panic tells it
	}
	return a, out
}

func TestHealthAdmin_TellsWhatTheProgramStandsOn(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.Installation.Version, p.Installation.StartedAt = "1.2.3", testNow
	p.refuse(p.do("", "GET", "/admin/health", ""), 401, "auth.required")
	p.refuse(p.do("founder", "GET", "/admin/health", ""), 403, "auth.forbidden")

	a, deps := p.health()
	if a.text("version") != "1.2.3" || a.text("started_at") != "2026-12-01T05:30:00Z" || !strings.HasPrefix(a.text("go"), "go1.") {
		t.Errorf("the program: %s", a.raw)
	}
	for name, want := range map[string]string{
		"postgresql": "ok", "clock": "failed", // the test's clock stands still
		"workers": "failed", "mail": "unset",
	} {
		if deps[name]["state"] != want {
			t.Errorf("%s is %v, want %s", name, deps[name]["state"], want)
		}
	}
	if deps["postgresql"]["version"] == nil {
		t.Errorf("the database says no version: %s", a.raw)
	}
	steps, _ := a.body["migrations"].([]any)
	known, err := pg.Migrations(t.Context(), p.db)
	if err != nil || len(steps) != len(known) || len(steps) == 0 || strings.Contains(a.raw, `"applied":false`) {
		t.Errorf("migrations: %s (%v)", a.raw, err)
	}
}

func TestHealthAdmin_WhatFails_IsNamed_AndItsWordsStayInTheLog(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	var fault error
	p.Installation.Mail = func(ctx context.Context) error {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("a mail server that hangs would be waited for without an end")
		}
		return fault
	}
	if _, err := p.db.WritePool().Exec(t.Context(),
		`INSERT INTO river_leader (name, leader_id, elected_at, expires_at) VALUES ('default', 'a worker', now(), now() + interval '1 minute')`); err != nil {
		t.Fatal(err)
	}
	if a, deps := p.health(); deps["mail"]["state"] != "ok" || deps["workers"]["state"] != "ok" {
		t.Errorf("all is well: %s", a.raw)
	}
	fault = errors.New("refused by " + canary)
	a, deps := p.health()
	if deps["mail"]["state"] != "failed" || strings.Contains(a.raw, canary) || !strings.Contains(p.log.String(), canary) {
		t.Errorf("no mail: %s\n%s", a.raw, p.log)
	}
	p.db.Close()
	if a, deps := p.health(); deps["postgresql"]["state"] != "failed" || deps["clock"]["state"] != "failed" || deps["workers"]["state"] != "failed" {
		t.Errorf("no database: %s", a.raw)
	}
}
