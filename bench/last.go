package main

import "context"

// lastFigures come when all others have run.
var lastFigures = []figure{
	{name: "rss_load", unit: "MB", atMost: 300, run: rssLoad},
}

// rssLoad is the program's memory after everything else that was measured.
func rssLoad(_ context.Context, r *rig) (result, error) {
	mb, err := residentMB(r.program.pid)
	return result{value: mb}, err
}
