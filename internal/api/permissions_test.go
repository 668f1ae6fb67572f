package api

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

const permissionsDocument = "../../docs/permissions.md"

// The document is written of the table and of the operations that stand on it.
// Write it by `make gen`, or by this test with -update.
func TestPermissions_Document_IsTheCommittedOne(t *testing.T) {
	t.Parallel()
	want := describePermissions(New(Deps{}).operations)
	if *update {
		if err := os.WriteFile(permissionsDocument, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(permissionsDocument)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/permissions.md is out of date; run: make gen")
	}
}

func describePermissions(operations []*operation) string {
	var b strings.Builder
	b.WriteString(permissionsLead)
	for _, z := range permissions {
		var cells []string
		for _, role := range rank {
			cells = append(cells, map[reach]string{not: "", own: "own", all: "yes"}[z.reach(role)])
		}
		scope := ""
		if z.Scope != "" {
			scope = "`" + z.Scope + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", z.Permission, strings.Join(cells, " | "), scope)
	}
	b.WriteString("\n## Operations\n\n")
	for _, z := range permissions {
		var lines []string
		for _, op := range operations {
			if reflect.DeepEqual(op.Authz, z) {
				lines = append(lines, fmt.Sprintf("- `%s %s` %s", op.Method, op.Path, op.Summary))
			}
		}
		if len(lines) > 0 {
			slices.Sort(lines)
			fmt.Fprintf(&b, "### %s\n\n%s\n\n", z.Permission, strings.Join(lines, "\n"))
		}
	}
	return strings.TrimSpace(b.String()) + "\n"
}

const permissionsLead = `# Permissions

Who may do what in a business. This page is written by ` + "`make gen`" + ` from the table in
` + "`internal/api/permissions.go`" + `, which the server itself obeys; the OpenAPI document shows the same
of each operation as ` + "`x-authz`" + `.

- **yes**: in the whole business.
- **own**: bookings in which the member serves at least one part, and the customers of such bookings. A member
  says who they are among the staff by their ` + "`resource_id`" + `; one without it has nothing of their own.
  Anything else answers as if it did not exist.
- **API key**: the scope that a key needs; it then reaches the whole business. Without a scope an operation is
  for people only.

The ledger shows every role the whole day with names and times, so that any two hands can run the counter. Whoever
may not see the contact of a booking finds phone, e-mail, note, and the reason of an override empty there.

| | owner | manager | staff | assistant | API key |
|---|---|---|---|---|---|
`

// Each operation of a business stands on a row of the table, and each row says
// something of its own.
func TestPermissions_EveryOperation_StandsOnARow(t *testing.T) {
	t.Parallel()
	words := map[string]bool{}
	for _, z := range permissions {
		if z.Permission == "" || words[z.Permission] {
			t.Errorf("row %q says nothing of its own", z.Permission)
		}
		words[z.Permission] = true
		if z.reach(tenant.Owner) != all {
			t.Errorf("%s: the owner may not", z.Permission)
		}
	}
	for _, op := range New(Deps{}).operations {
		row := slices.ContainsFunc(permissions, func(z Authz) bool { return reflect.DeepEqual(z, op.Authz) })
		if row != (op.Authz.Audience == audienceBusiness) {
			t.Errorf("%s: audience %s, in the table: %t", op.ID, op.Authz.Audience, row)
		}
	}
}

// Settings, members, keys, audit and submission are for people: no key reaches them.
func TestPermissions_Scopes_MatchWhatIsDone(t *testing.T) {
	t.Parallel()
	for _, op := range New(Deps{}).operations {
		if op.Authz.Audience != audienceBusiness || op.Authz.Scope == "" {
			continue
		}
		if op.Method != "GET" && strings.HasSuffix(op.Authz.Scope, ":read") { // reading may need more
			t.Errorf("%s %s: scope %s", op.Method, op.Path, op.Authz.Scope)
		}
		for _, closed := range []string{"/settings", "/members", "/invitations", "/api-keys", "/audit", "/submit"} {
			if strings.Contains(op.Path, closed) {
				t.Errorf("%s: scope %s", op.Path, op.Authz.Scope)
			}
		}
	}
}
