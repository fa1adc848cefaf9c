package child

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// hertz is the unit of times in /proc: 100 on every Linux that Go runs on.
const hertz = 100

// Fields of /proc/<pid>/stat, counted from the one after the name: see proc(5).
const (
	statLetter  = 0
	statParent  = 1
	statGroup   = 2
	statUser    = 11
	statSystem  = 12
	statThreads = 17
	statStart   = 19
	statPages   = 21
	statFields  = 22
)

// stateOf reads /proc/<pid>/stat.
func stateOf(pid int) (State, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return State{}, fmt.Errorf("child: state of process %d: %w", pid, err)
	}
	return parseStat(text)
}

// parseStat skips the name, which may contain anything, by its last parenthesis.
func parseStat(text []byte) (State, error) {
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < statFields {
		return State{}, fmt.Errorf("child: cannot read the state of a process from %q", text)
	}
	number := func(i int) int64 {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		return n
	}
	return State{
		Letter:  fields[statLetter][0],
		CPU:     time.Duration(number(statUser)+number(statSystem)) * (time.Second / hertz),
		RSS:     number(statPages) * int64(os.Getpagesize()),
		Threads: int(number(statThreads)),
		Start:   uint64(number(statStart)),
		parent:  int(number(statParent)),
		group:   int(number(statGroup)),
	}, nil
}

// startOf returns when a process began, 0 if it is not there.
func startOf(pid int) uint64 {
	s, err := stateOf(pid)
	if err != nil {
		return 0
	}
	return s.Start
}
