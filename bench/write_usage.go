package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is the CPU that the program and PostgreSQL took, and for how many requests.
type usage struct {
	server, database time.Duration
	requests         int
}

// usage is what both have used so far; what cannot be seen is zero.
func (r *rig) usage() usage {
	var u usage
	u.server, _ = cpuTime(r.program.pid)
	for _, pid := range family(r.server.PID()) {
		d, _ := cpuTime(pid)
		u.database += d
	}
	return u
}

// add counts what was used between two looks.
func (u *usage) add(from, to usage, requests int) {
	u.server += to.server - from.server
	u.database += to.database - from.database
	u.requests += requests
}

// program and postgres are microseconds a request.
func (u *usage) program() float64  { return each(u.server, u.requests) }
func (u *usage) postgres() float64 { return each(u.database, u.requests) }

func each(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(max(n, 1)) }

// family is a process and all that descend from it.
func family(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		raw, err := os.ReadFile(path) //nolint:gosec // of /proc
		if err != nil {               // it has ended
			continue
		}
		own, rest, found := strings.Cut(string(raw), " ")
		var parent int
		if i := strings.LastIndex(rest, ") "); !found || i < 0 {
			continue
		} else if _, err := fmt.Sscanf(rest[i+2:], "%1s %d", new(string), &parent); err != nil {
			continue
		}
		if n, err := strconv.Atoi(own); err == nil {
			children[parent] = append(children[parent], n)
		}
	}
	out := []int{pid}
	for i := 0; i < len(out); i++ {
		out = append(out, children[out[i]]...)
	}
	return out
}
