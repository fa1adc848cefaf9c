//go:build !unix

package child

import "os/exec"

// ownGroup leaves the command as it is: only Unix has process groups.
func ownGroup(*exec.Cmd) {}
