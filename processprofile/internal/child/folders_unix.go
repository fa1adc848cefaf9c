//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package child

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// private fails unless the path is a folder, no link, that belongs to the user and
// that nobody else can enter.
func private(path string) error {
	info, owner, err := folder(path)
	switch {
	case err != nil:
		return err
	case owner != os.Geteuid():
		return fmt.Errorf("%s belongs to user %d", path, owner)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s can be entered by others: its mode is %v, want 0700", path, info.Mode().Perm())
	}
	return nil
}

// own fails unless the path is a folder, no link, that belongs to the user and that
// not everybody can write to.
func own(path string) error {
	info, owner, err := folder(path)
	switch {
	case err != nil:
		return err
	case owner != os.Geteuid():
		return fmt.Errorf("%s belongs to user %d", path, owner)
	case info.Mode().Perm()&0o002 != 0:
		return fmt.Errorf("%s can be changed by everybody: its mode is %v", path, info.Mode())
	}
	return nil
}

// steady fails unless nobody but the user and the system can replace what is in the
// folder.
func steady(path string) error {
	path, err := filepath.EvalSymlinks(path) // /tmp is a link on macOS
	if err != nil {
		return err
	}
	info, owner, err := folder(path)
	switch {
	case err != nil:
		return err
	case owner != os.Geteuid() && owner != 0:
		return fmt.Errorf("%s belongs to user %d", path, owner)
	case info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0:
		return fmt.Errorf("%s can be changed by others: its mode is %v", path, info.Mode())
	}
	return nil
}

func folder(path string) (info fs.FileInfo, owner int, err error) {
	if info, err = os.Lstat(path); err != nil {
		return nil, 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() {
		return nil, 0, fmt.Errorf("%s is no folder", path)
	}
	return info, int(stat.Uid), nil
}
