// Package transfer brings a business's records in from files and takes them out
// again: imports of customers, services, staff and bookings from CSV as other
// systems write it, and exports of everything.
//
// It owns imports, import_parts, import_lines and import_keys. The rules of what
// comes in are those of the packages that keep it: bookings go through the one
// write path of package booking, so that an import never sells a slot twice.
//
// Invariants: a line has its effect, its outcome and the place where the work
// goes on in one transaction, so that a worker that dies repeats nothing and
// loses nothing; the same line again changes nothing; a dry run tells the same
// outcomes and changes nothing; what was uploaded is sealed, and erased with the
// end of the work; what is kept of a line holds nothing of what was written in it.
package transfer
