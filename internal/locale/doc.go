// Package locale holds every text that the program shows, in Japanese and in
// English, and the ways in which dates and money are written for people.
//
// Texts live in messages/<domain>.<lang>.json as a flat object from key to
// text; the key of an error's text is its code. A text names its arguments in
// braces: "{max}". A test proves that both languages have the same keys with
// the same arguments.
package locale
