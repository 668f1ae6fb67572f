// Package config is the program's one configuration: every setting is a field
// of Config with its variable, its default and its description, read and
// validated once at the start. All faults are told at once, by the variable's
// name; a flag of the command line is another way to set a variable.
//
// Values of secrets are never shown: neither in an error nor when the
// configuration is printed.
package config
