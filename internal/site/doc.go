// Package site is the pages for people: the booking site, and those that links in
// mails to accounts lead to, when they must do something. A GET never changes
// anything; a page asks, and its form does it. All of it works without a script.
package site
