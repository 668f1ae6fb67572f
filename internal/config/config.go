package config

import (
	"net/netip"
	"net/url"
	"path/filepath"
	"time"
)

// Config is every setting. Values come from Load, which has validated them.
type Config struct {
	Addr        string `env:"OMOTENASHI_ADDR" envDefault:"127.0.0.1:8080" doc:"Address that the site and the API listen on; port 0 takes a free one"`
	PrivateAddr string `env:"OMOTENASHI_PRIVATE_ADDR" envDefault:"127.0.0.1:9090" doc:"Address of the private listener: metrics, health and pprof. Never expose it"`
	PublicURL   string `env:"OMOTENASHI_PUBLIC_URL" doc:"How customers reach the site, such as https://book.example.jp; links in mails begin with it, and passkeys are made for its domain (localhost for the address of a machine). Without it: http:// and the address"`
	Data        string `env:"OMOTENASHI_DATA" envDefault:".data" doc:"Folder for the key file, the photos (one for all nodes) and, in dev, for the embedded PostgreSQL and the caught mails"`

	DatabaseURL        string `env:"DATABASE_URL" secret:"url" doc:"PostgreSQL 15 or newer, as a user who is a member of omotenashi_app. In dev without it: an embedded server"`
	DatabaseAdminURL   string `env:"DATABASE_ADMIN_URL" secret:"url" doc:"For migrate: a superuser, or the owner of the database who may create roles"`
	DatabaseReplicaURL string `env:"DATABASE_REPLICA_URL" secret:"url" doc:"A read replica, for reads that may lag"`
	WriteConns         int    `env:"OMOTENASHI_WRITE_CONNS" envDefault:"8" min:"1" max:"100" doc:"Connections of this process for transactions; more only lengthens the tail"`
	ReadConns          int    `env:"OMOTENASHI_READ_CONNS" envDefault:"8" min:"1" max:"100" doc:"Connections of this process for reads"`
	JobConns           int    `env:"OMOTENASHI_JOB_CONNS" envDefault:"4" min:"2" max:"100" doc:"Connections of this process for the job queue"`

	KeyFile string `env:"OMOTENASHI_KEY_FILE" doc:"File with the master key, made at the first start; the same on every node. Without it: key in the data folder"`
	Key     string `env:"OMOTENASHI_KEY" secret:"all" doc:"The master key itself: 32 bytes in base64; stronger than the file"`

	SMTPHost     string        `env:"OMOTENASHI_SMTP_HOST" doc:"Mail server; needed by serve and worker. In dev without it: a mail catcher"`
	SMTPPort     int           `env:"OMOTENASHI_SMTP_PORT" envDefault:"587" min:"1" max:"65535" doc:"Its port"`
	SMTPUser     string        `env:"OMOTENASHI_SMTP_USER" doc:"User name there; none: no sign-in"`
	SMTPPassword string        `env:"OMOTENASHI_SMTP_PASSWORD" secret:"all" doc:"Password there"`
	SMTPTLS      string        `env:"OMOTENASHI_SMTP_TLS" envDefault:"starttls" enum:"starttls,tls,none" doc:"starttls (required), tls (from the first byte) or none"`
	SMTPTimeout  time.Duration `env:"OMOTENASHI_SMTP_TIMEOUT" envDefault:"15s" min:"1s" max:"25s" doc:"Longest time for one mail"`
	MailFrom     string        `env:"OMOTENASHI_MAIL_FROM" envDefault:"Omotenashi Connect <no-reply@localhost>" doc:"Sender of all mails; a shop's mails show the shop's name with this address"`

	LimitReads     int      `env:"OMOTENASHI_LIMIT_READS" envDefault:"600" min:"1" max:"1000000000" doc:"Reads a minute per address"`
	LimitWrites    int      `env:"OMOTENASHI_LIMIT_WRITES" envDefault:"120" min:"1" max:"1000000000" doc:"Writes a minute per address"`
	LimitBurst     int      `env:"OMOTENASHI_LIMIT_BURST" envDefault:"100" min:"1" max:"1000000000" doc:"Requests at once beyond the even pace"`
	LimitAccount   int      `env:"OMOTENASHI_LIMIT_LOGINS_ACCOUNT" envDefault:"5" min:"1" max:"1000000000" doc:"Attempts to sign in a minute per account and network; twelve times that per account from everywhere"`
	LimitAddress   int      `env:"OMOTENASHI_LIMIT_LOGINS_ADDRESS" envDefault:"30" min:"1" max:"1000000000" doc:"Attempts to sign in a minute per address"`
	LiveStreams    int      `env:"OMOTENASHI_LIVE_STREAMS" envDefault:"2000" min:"1" max:"50000" doc:"Consoles that this process keeps up to date at once; each is an open connection"`
	LiveBusiness   int      `env:"OMOTENASHI_LIVE_STREAMS_BUSINESS" envDefault:"100" min:"1" max:"50000" doc:"Of them, those of one business"`
	TrustedProxies []string `env:"OMOTENASHI_TRUSTED_PROXIES" doc:"Addresses or networks (10.0.0.0/8), comma-separated, whose X-Forwarded-For is believed"`

	Workers       bool          `env:"OMOTENASHI_WORKERS" envDefault:"true" doc:"Whether serve works on jobs too"`
	ShutdownGrace time.Duration `env:"OMOTENASHI_SHUTDOWN_GRACE" envDefault:"20s" min:"0s" max:"10m" doc:"Longest time for requests and jobs to end when told to stop"`
	DrainDelay    time.Duration `env:"OMOTENASHI_DRAIN_DELAY" envDefault:"0s" min:"0s" max:"2m" doc:"How long to go on serving after readyz says draining: the time in which a balancer notices; behind one, some seconds more than it takes to look twice"`
	LogLevel      string        `env:"OMOTENASHI_LOG_LEVEL" envDefault:"info" enum:"debug,info,warn,error" doc:"debug, info, warn or error"`

	// Unknown are variables that begin like ours and mean nothing: worth a warning.
	Unknown []string `env:"-"`

	proxies []netip.Prefix
}

// BaseURL is what links begin with, without a slash at the end: the public URL,
// else the address that the program listens on.
func (c Config) BaseURL(bound string) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return (&url.URL{Scheme: "http", Host: bound}).String()
}

// KeyPath is the file of the master key.
func (c Config) KeyPath() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return filepath.Join(c.Data, "key")
}

// MediaPath is the folder of the photos.
func (c Config) MediaPath() string { return filepath.Join(c.Data, "media") }

// Proxies are the networks whose X-Forwarded-For is believed.
func (c Config) Proxies() []netip.Prefix { return c.proxies }
