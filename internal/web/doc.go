// Package web serves the console and the admin panel, one application of the
// browser that is built from web/console and stands in the program, and gives
// browsers a session by cookies before the HTTP API.
//
// A session is made here and not in the API: the API knows tokens only. What a
// sign-in answers is moved into cookies that no script can read, and a request
// with those cookies reaches the API as one with a token. Cookies count for our
// own pages alone: what another site had the browser send is refused, or comes
// as a guest's. See docs/adr/0023-web-sessions.md.
package web
