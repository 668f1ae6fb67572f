// Package ops is how the program is watched: the log, metrics, health and the
// private listener that shows them, and the doctor that looks at an
// installation from the outside.
//
// Names of metrics follow OpenTelemetry's conventions, our own begin with
// omotenashi_. No label ever holds a tenant or a person; no line of the log
// holds a password, a token, an address or a note.
package ops
