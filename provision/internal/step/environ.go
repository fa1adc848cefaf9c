package step

import (
	"os"
	"slices"
	"strings"
)

// Environ is this process's environment without what would bend the children:
// Python's own variables, an activated virtual environment, and what an outer
// make hands to an inner one. pip's settings stay, since they say where its
// packages come from.
func Environ() []string {
	return append(slices.DeleteFunc(os.Environ(), bends), "LC_ALL=C.UTF-8")
}

func bends(entry string) bool {
	name, _, _ := strings.Cut(entry, "=")
	switch name {
	case "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEFILES", "GNUMAKEFLAGS", "LC_ALL", "DESTDIR":
		return true
	}
	return strings.HasPrefix(name, "PYTHON")
}
