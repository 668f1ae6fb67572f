package main

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends the command when this process ends, however it ends.
func dieWithParent(c *exec.Cmd) { c.SysProcAttr.Pdeathsig = syscall.SIGKILL }
