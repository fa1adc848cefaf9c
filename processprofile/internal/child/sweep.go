package child

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// unbornAge is when a folder that never got its name was given up.
const unbornAge = time.Minute

// sweep clears away the runs of dead hosts. What cannot be cleared is left, for the
// next one.
func sweep(root string, log *slog.Logger) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() {
			sweepRun(filepath.Join(root, e.Name()), log)
		}
	}
}

func sweepRun(folder string, log *slog.Logger) {
	if strings.HasPrefix(filepath.Base(folder), unborn) && !old(folder) {
		return // its host is about to lock the record
	}
	f, err := os.OpenFile(filepath.Join(folder, hostFile), os.O_RDWR, 0)
	if err != nil {
		if old(folder) {
			_ = os.RemoveAll(folder)
		}
		return
	}
	defer func() { _ = f.Close() }()
	if errors.Is(lock(f), errLocked) { // its host lives, or another one sweeps it
		return
	}
	host, err := readHost(f)
	switch {
	case host.alive():
		return
	case err != nil && !old(folder):
		return
	}
	id := strings.TrimPrefix(filepath.Base(folder), unborn)
	left := killLeft(id, host, readChildren(folder))
	log.Info("cleared away what a dead host had left", "run", id, "host", host.Pid, "left", left)
	if left > 0 {
		return
	}
	removeSockets(host.Sockets)
	_ = os.RemoveAll(folder)
}

// killLeft kills the children of a run, whatever still is in the group of a child
// that is still there, and all that carry the mark of the run.
func killLeft(id string, host hostRecord, children []childRecord) int {
	if host.Boot != bootID() {
		return 0 // nothing outlives the machine
	}
	run := mark{run: id}
	leads := func(pid int, start uint64) bool {
		return host.comparable() && start != 0 && slices.Contains(children, childRecord{pid, start})
	}
	return killAll(5*time.Second, func(c candidate) bool {
		return leads(c.pid, c.start) || c.group != c.pid && leads(c.group, startOf(c.group)) || c.carries(run)
	})
}

// old reports whether nobody can still be making the folder.
func old(folder string) bool {
	info, err := os.Lstat(folder)
	return err == nil && time.Since(info.ModTime()) > unbornAge
}
