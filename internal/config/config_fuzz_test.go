package config

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// Settings that are accepted can be used as they are; those that are refused are
// named, without the secret in them.
func FuzzLoad(f *testing.F) {
	f.Add("127.0.0.1:8080", "https://example.jp", "10.0.0.0/8,::1", "postgres://u:p@h/db", "Shop <no-reply@example.jp>")
	f.Add(":0", "http://[::1]:80", "1.2.3.4/33", "postgres:///", "a@b\r\nBcc: c@d")
	f.Add("[::]:65536", "https://u:p@h", "", "mysql://x", "")
	f.Add("あ:1", "javascript:alert(1)", ",,,", "postgres://h/db?sslmode=disable&x", "<>")
	f.Fuzz(func(t *testing.T, addr, origin, proxies, database, from string) {
		const canary = "c4naryPassw0rd"
		vars := map[string]string{
			"OMOTENASHI_ADDR": addr, "OMOTENASHI_PUBLIC_URL": origin, "OMOTENASHI_TRUSTED_PROXIES": proxies, "DATABASE_URL": database, "OMOTENASHI_MAIL_FROM": from,
			"OMOTENASHI_SMTP_USER": "u", "OMOTENASHI_SMTP_PASSWORD": canary,
		}
		c, err := Load(vars, nil)
		if err != nil {
			if strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "OMOTENASHI_") && !strings.Contains(err.Error(), "DATABASE_") {
				t.Errorf("%q: %v", vars, err)
			}
			return
		}
		if c.PublicURL != "" {
			if u, err := url.Parse(c.PublicURL + "/manage/x"); err != nil || u.Path != "/manage/x" || u.Host == "" {
				t.Errorf("%q leads to %v, %v", c.PublicURL, u, err)
			}
		}
		if strings.ContainsAny(c.MailFrom, "\r\n") {
			t.Errorf("sender %q", c.MailFrom)
		}
		for _, p := range c.proxies {
			if !p.IsValid() || p != p.Masked() || !p.Contains(netip.MustParsePrefix(p.String()).Addr()) {
				t.Errorf("%q became %s", proxies, p)
			}
		}
	})
}
