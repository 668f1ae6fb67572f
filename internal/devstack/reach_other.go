//go:build unix && !linux

package devstack

import (
	"os/exec"
	"syscall"
)

// enter returns the name under which cmd can find the data folder.
func (id identity) enter(_ *exec.Cmd, dir string) (name string, done func(), err error) {
	return dir, func() {}, nil
}

// sysProcAttr starts a child as the identity in a process group of its own.
// There are no namespaces here: an identity in one cannot be started.
func sysProcAttr(id identity, _ syscall.Signal) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	switch id.kind {
	case asSelf:
	case inNamespace:
		attr.Chroot = "/nonexistent" // refused, so that the next way is tried
	case asUser:
		attr.Credential = &syscall.Credential{Uid: id.uid, Gid: id.gid}
	}
	return attr
}

// diesWithParent tells that the operating system offers no death signal.
const diesWithParent = false

func workingFolder(int) (string, bool) { return "", false }
