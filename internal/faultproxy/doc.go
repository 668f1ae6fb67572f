// Package faultproxy is a small TCP proxy that goes wrong on demand: it delays,
// cuts, refuses, and swallows what passes. It stands between a program and its
// PostgreSQL in tests and benchmarks, and plays the network between them.
//
// It owns nothing and knows nothing of what it carries.
package faultproxy
