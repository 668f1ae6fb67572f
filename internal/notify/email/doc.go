// Package email sends one mail over SMTP and tells exactly what is known of its
// fate: accepted, refused for now, refused for good, or unknown (the connection
// broke after the whole text was handed over and before the server's answer).
// Errors name the stage and the server's codes, never an address.
package email
