package child

import (
	"bufio"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
)

// oomWatch tells whether the kernel killed a child for want of memory: the counter
// of its control group has risen, and no other child of ours was the one. It is a
// guess if others die in the same group at that time.
type oomWatch struct {
	mu    sync.Mutex
	file  string // holds the counter; "" if there is none to read
	since int    // the unclaimed kills when the watch began
}

// claimed counts, per counter, the kills that were children of ours.
var claimed = struct {
	sync.Mutex
	by map[string]int
}{by: map[string]int{}}

// newOOMWatch begins with the host's group, in which a child is born.
func newOOMWatch() *oomWatch {
	w := &oomWatch{}
	w.settle(os.Getpid())
	return w
}

// settle turns to the group that a process is in now.
func (w *oomWatch) settle(pid int) {
	file := oomCounter(pid)
	w.mu.Lock()
	defer w.mu.Unlock()
	if file != w.file {
		w.file, w.since = file, unclaimed(file)
	}
}

// rose reports whether there was a kill since, and claims it.
func (w *oomWatch) rose() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	claimed.Lock()
	defer claimed.Unlock()
	if w.file == "" || readOOMKills(w.file)-claimed.by[w.file] <= w.since {
		return false
	}
	claimed.by[w.file]++
	return true
}

func unclaimed(file string) int {
	claimed.Lock()
	defer claimed.Unlock()
	return readOOMKills(file) - claimed.by[file]
}

// readOOMKills reads the line "oom_kill N", which both versions of control groups have.
func readOOMKills(file string) int {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "oom_kill "); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(rest))
			return n
		}
	}
	return 0
}

// oomCounter finds the file with the counter of the group that a process is in.
func oomCounter(pid int) string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cgroup")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		file, version := "", "cgroup2"
		switch {
		case number == "0" && controllers == "":
			file = "memory.events"
		case strings.Contains(","+controllers+",", ",memory,"):
			file, version = "memory.oom_control", "cgroup"
		default:
			continue
		}
		if found := inGroup(version, group, file); found != "" {
			return found
		}
	}
	return ""
}

// inGroup finds a file of a control group below the places where such are mounted.
// In a container the group's path may be that of the machine, and its folder the root.
func inGroup(version, group, file string) string {
	for _, root := range mounts(version) {
		for _, found := range []string{path.Join(root, group, file), path.Join(root, file)} {
			if readable(found) {
				return found
			}
		}
	}
	return ""
}

func readable(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// mounts returns where control groups of a version are mounted.
func mounts(version string) []string {
	f, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	var found []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 2 && fields[2] == version {
			found = append(found, fields[1])
		}
	}
	return found
}
