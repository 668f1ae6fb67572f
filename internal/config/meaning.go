package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// meaning checks what a type and bounds cannot say.
func (v *validator) meaning(c *Config) {
	v.check(isListen(c.Addr), "OMOTENASHI_ADDR", "is not an address with a port such as 127.0.0.1:8080 or :8080")
	v.check(isListen(c.PrivateAddr), "OMOTENASHI_PRIVATE_ADDR", "is not an address with a port such as 127.0.0.1:9090")
	if isListen(c.Addr) && c.Addr == c.PrivateAddr && !strings.HasSuffix(c.Addr, ":0") {
		v.add("OMOTENASHI_PRIVATE_ADDR", "must differ from OMOTENASHI_ADDR")
	}
	v.check(c.PublicURL == "" || isOrigin(c.PublicURL), "OMOTENASHI_PUBLIC_URL",
		"must be http:// or https:// and a host, without path, query or slash at the end")
	for name, value := range map[string]string{
		"DATABASE_URL": c.DatabaseURL, "DATABASE_ADMIN_URL": c.DatabaseAdminURL, "DATABASE_REPLICA_URL": c.DatabaseReplicaURL,
	} {
		v.check(value == "" || isDatabase(value), name, "is not an address such as postgres://user:password@host:5432/name")
	}
	if c.Key != "" {
		_, err := secret.Parse(c.Key)
		v.check(err == nil, "OMOTENASHI_KEY", "must be 32 bytes in base64 (openssl rand -base64 32)")
	}
	v.mail(c)
	v.proxies(c)
}

func (v *validator) mail(c *Config) {
	a, err := mail.ParseAddress(c.MailFrom)
	v.check(err == nil && !strings.ContainsAny(c.MailFrom, "\r\n"), "OMOTENASHI_MAIL_FROM",
		"is not an address such as Shop <no-reply@example.jp>")
	if err == nil && c.SMTPHost != "" && strings.HasSuffix(a.Address, "@localhost") && v.vars["OMOTENASHI_MAIL_FROM"] == "" {
		v.add("OMOTENASHI_MAIL_FROM", "is needed once OMOTENASHI_SMTP_HOST is set")
	}
	v.check(c.SMTPHost == "" || !strings.ContainsAny(c.SMTPHost, " /@:") || net.ParseIP(c.SMTPHost) != nil,
		"OMOTENASHI_SMTP_HOST", "is not the name of a host (the port has a variable of its own)")
	v.check(c.SMTPPassword == "" || c.SMTPUser != "", "OMOTENASHI_SMTP_USER", "is needed beside OMOTENASHI_SMTP_PASSWORD")
}

func (v *validator) proxies(c *Config) {
	for _, text := range c.TrustedProxies {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if a, aerr := netip.ParseAddr(text); aerr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			v.add("OMOTENASHI_TRUSTED_PROXIES", "has "+strconv.Quote(text)+", which is neither an address nor a network such as 10.0.0.0/8")
			continue
		}
		c.proxies = append(c.proxies, p.Masked())
	}
}

func isListen(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		u.Path == "" && u.RawQuery == "" && u.Fragment == "" && !strings.HasSuffix(s, "#") && !strings.HasSuffix(s, "?")
}

func isDatabase(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && len(u.Path) > 1 &&
		(u.Host != "" || u.Query().Get("host") != "") // a folder with a socket
}
