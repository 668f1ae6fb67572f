//go:build !linux

package main

import "os/exec"

// dieWithParent is for Linux only: elsewhere a killed bench leaves its processes.
func dieWithParent(*exec.Cmd) {}
