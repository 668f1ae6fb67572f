package devstack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// enter appends the data folder to what cmd inherits where that is needed and
// returns the name under which the program can find it. The caller runs done after cmd has started.
//
// An identity other than ours may be unable to walk to the folder (data below a
// home of mode 0700). A descriptor that we opened needs no permission on the
// folders above, so the data is called "my descriptor n"; all processes of the
// server inherit it. (The working folder would not do: PostgreSQL 15 leaves it
// for a moment and comes back by its path.)
func (id identity) enter(cmd *exec.Cmd, dir string) (name string, done func(), err error) {
	if id.kind == asSelf {
		return dir, func() {}, nil
	}
	folder, err := os.Open(dir)
	if err != nil {
		return "", nil, fmt.Errorf("open data folder: %w", err)
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, folder)
	return "/proc/self/fd/" + strconv.Itoa(firstExtraFile+len(cmd.ExtraFiles)-1), func() { _ = folder.Close() }, nil
}

// sysProcAttr starts a child as the identity in a process group of its own, so
// that Ctrl-C on the terminal does not reach it. A deathSignal other than 0 is
// sent to it when the thread that started it ends.
func sysProcAttr(id identity, deathSignal syscall.Signal) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: deathSignal}
	switch id.kind {
	case asSelf:
	case inNamespace:
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: int(id.uid), HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: int(id.gid), HostID: os.Getegid(), Size: 1}}
	case asUser:
		attr.Credential = &syscall.Credential{Uid: id.uid, Gid: id.gid}
	}
	return attr
}

// diesWithParent tells that deathSignal of sysProcAttr works here.
const diesWithParent = true

// workingFolder is the folder in which a process works, and whether that could
// be seen. A process that has ended works nowhere, even if nobody has reaped it.
func workingFolder(pid int) (string, bool) {
	dir, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd")
	return dir, err == nil || errors.Is(err, fs.ErrNotExist)
}
