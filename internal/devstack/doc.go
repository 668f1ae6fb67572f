// Package devstack is the embedded default: what `omotenashi dev` and the tests
// start when nothing else was configured. It finds or fetches PostgreSQL, keeps
// a private cluster in a data folder, and catches the mail that would be sent.
//
// PostgreSQL listens on 127.0.0.1 only, without a unix socket (their paths have
// a short limit), as superuser "postgres" with a random password. Beside the
// data folder D lie D.password (mode 0600), D.log and D.lock.
//
// PostgreSQL refuses to run as root. When we are root its processes run in a
// user namespace, where root's files belong to an ordinary user; where the
// machine refuses namespaces they run as a real ordinary user. Both need no
// permission on the folders above the data (see reach_linux.go).
//
// The package is for development and tests. It owns no tables, and production
// never imports its result: it is given a DATABASE_URL.
package devstack
