package app

import (
	"fmt"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/web"
)

// both is a text in both languages, side by side.
func both(key string) string {
	return locale.T(locale.JA, key, nil) + " · " + locale.T(locale.EN, key, nil)
}

// announce prints where to look.
func (d *devStack) announce(o Options, a Addresses) {
	var b strings.Builder
	line := func(url, key string) { fmt.Fprintf(&b, "  %-40s %s\n", url, both(key)) }
	local := "http://" + reachable(a.Site)
	fmt.Fprintf(&b, "\n%s\n\n", both("ops.dev.running"))
	line(local+"/", "ops.dev.site")
	if web.Built() {
		line(local+web.ConsolePath, "ops.dev.console")
		line(local+web.AdminPath, "ops.dev.admin")
	}
	line(local+"/api/v1", "ops.dev.api")
	line(local+"/docs", "ops.dev.docs")
	if d.mail != nil {
		line(local+"/dev/mail", "ops.dev.mail")
	}
	line("http://"+a.Private+"/metrics", "ops.dev.metrics")
	if len(d.signIns) > 0 {
		passphrase := map[string]any{"passphrase": demo.Passphrase}
		fmt.Fprintf(&b, "\n%s · %s\n\n", locale.T(locale.JA, "ops.dev.signins", passphrase), locale.T(locale.EN, "ops.dev.signins", passphrase))
	}
	for _, a := range d.signIns {
		fmt.Fprintf(&b, "  %-40s %s · %s\n", a.Email, a.Label.In(locale.JA), a.Label.In(locale.EN))
	}
	if len(d.signIns) > 0 {
		fmt.Fprintf(&b, "\n%s\n", both("ops.dev.code"))
	}
	fmt.Fprintf(&b, "\n%s\n\n", both("ops.dev.stop"))
	fmt.Fprint(o.Out, b.String())
}
