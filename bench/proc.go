package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for what /proc shows.
const ticksPerSecond = 100

// idleCPU is the share of the machine's CPU that nobody uses, in percent, looked
// at for a while; 0 where it cannot be seen.
func idleCPU(d time.Duration) float64 {
	idle0, all0 := machineTicks()
	time.Sleep(d) //nolint:forbidigo // nothing is waited for: this is the time that is looked at
	idle1, all1 := machineTicks()
	if all1 == all0 {
		return 0
	}
	return 100 * float64(idle1-idle0) / float64(all1-all0)
}

func machineTicks() (idle, all int64) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil { // the word cpu
			continue
		}
		if i <= 8 { // guests are counted with the users
			all += n
		}
		if i == 4 || i == 5 {
			idle += n
		}
	}
	return idle, all
}

// cpuTime is what a process has used so far, in user and kernel mode.
func cpuTime(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %d fields", pid, len(f))
	}
	user, err1 := strconv.ParseInt(f[11], 10, 64)
	system, err2 := strconv.ParseInt(f[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat: no numbers", pid)
	}
	return time.Duration(user+system) * time.Second / ticksPerSecond, nil
}

// residentMB is the memory of a process that is in RAM.
func residentMB(pid int) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		value, ok := strings.CutPrefix(line, "VmRSS:")
		if !ok {
			continue
		}
		kB, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		return kB * 1024 / 1e6, err
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}
