package child

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// magic tells the worker that a host started it, and not a curious person.
const magic = "snakepit-worker-1"

// markName is the variable by which descendants of a child are found.
const markName = "SNAKEPIT_RUN"

// ours are the variables of the protocol; those of the host are not passed on.
var ours = []string{"SNAKEPIT_WORKER", "SNAKEPIT_SOCKET", "SNAKEPIT_TOKEN", "SNAKEPIT_AREAS", "SNAKEPIT_THREADS", markName}

// environ returns the environment of a child.
func (p *Process) environ() ([]string, error) {
	env := append(
		inherited(p.config.Env),
		"SNAKEPIT_WORKER="+magic,
		"SNAKEPIT_SOCKET="+p.socket,
		"SNAKEPIT_TOKEN="+p.token,
		"SNAKEPIT_THREADS="+strconv.Itoa(p.config.Threads),
		p.mark.variable(),
	)
	if len(p.config.Files) == 0 {
		return env, nil
	}
	areas, err := sizes(p.config.Files)
	return append(env, "SNAKEPIT_AREAS="+areas), err
}

// inherited returns an environment without the variables of the protocol, and with the
// last value of each: a process that is given two believes the first.
func inherited(given []string) []string {
	seen := map[string]bool{}
	for _, name := range ours {
		seen[name] = true
	}
	var env []string
	for _, v := range slices.Backward(given) {
		name, _, _ := strings.Cut(v, "=")
		if !seen[name] {
			seen[name] = true
			env = append(env, v)
		}
	}
	slices.Reverse(env)
	return env
}

func sizes(files []*os.File) (string, error) {
	var all []string
	for _, f := range files {
		info, err := f.Stat()
		if err != nil {
			return "", fmt.Errorf("child: size of an area: %w", err)
		}
		all = append(all, strconv.FormatInt(info.Size(), 10))
	}
	return strings.Join(all, " "), nil
}

// mark names the descendants of one child, or of all children of a run.
type mark struct {
	run   string
	child int // 0: any
}

// variable is what stands in the environment of the child and its descendants.
func (m mark) variable() string { return fmt.Sprintf("%s=%s.%d", markName, m.run, m.child) }

// in reports whether an environment, as the kernel shows it, carries the mark.
func (m mark) in(environ string) bool {
	prefix := markName + "=" + m.run + "."
	for v := range strings.SplitSeq(environ, "\x00") {
		if rest, ok := strings.CutPrefix(v, prefix); ok {
			return m.child == 0 || rest == strconv.Itoa(m.child)
		}
	}
	return false
}
