// Package fault is the one error vocabulary of the program.
//
// An error that crosses a package is a *Fault: a kind (which decides the HTTP
// status at the edge), a stable code (the API contract and the key of its
// text), arguments for that text, faults of single fields, and a wrapped cause
// that is logged and never shown. Any other error is internal: the edge
// answers 500 with the request id and nothing else.
package fault
