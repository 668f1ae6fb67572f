// Package app wires the program by hand: what stands on what, in which order it
// starts and stops. Everything that a command does is a function here, so that
// tests start the same program.
//
// Order of a start: configuration, key, database (checked: version, fsync,
// migrations), services, workers, listeners. A stop goes backwards: not ready,
// no new requests, requests end, workers end, pools close.
package app
