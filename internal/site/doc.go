// Package site is the pages for people: so far the two that links in mails lead
// to when they must do something. A GET never changes anything; a page asks, and
// its form does it.
package site
