package step_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// listener keeps events and can be waited on.
type listener struct {
	mu     sync.Mutex
	events []progress.Event
	heard  chan progress.Event
}

func (l *listener) sink(e progress.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	select {
	case l.heard <- e:
	default:
	}
}

func (l *listener) states() []progress.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []progress.State
	for _, e := range l.events {
		if e.State != progress.Running {
			all = append(all, e.State)
		}
	}
	return all
}

func runner(t *testing.T) (*step.Runner, *listener) {
	t.Helper()
	l := &listener{heard: make(chan progress.Event, 100)}
	return &step.Runner{Logs: t.TempDir(), Sink: l.sink, Beat: time.Millisecond}, l
}

func shell(script string) step.Command {
	return step.Command{Argv: []string{"/bin/sh", "-c", script}}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	r, l := runner(t)
	require.NoError(t, r.Do(t.Context(), "good", func(s *step.Step) error {
		s.Note("a word")
		return s.Run(t.Context(), shell("echo hello"))
	}))
	err := r.Do(t.Context(), "other", func(*step.Step) error { return step.Skip("not here") })
	assert.True(t, step.Skipped(err))
	err = r.Do(t.Context(), "bad", func(*step.Step) error { return errors.New("plain") })
	var failed *step.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "bad", failed.Step)
	assert.False(t, step.Skipped(err))
	assert.Equal(t, []progress.State{
		progress.Started, progress.Note, progress.Done, progress.Started, progress.Skipped, progress.Started, progress.Failed,
	}, l.states())
}

func TestFailedCommandTellsAll(t *testing.T) {
	t.Parallel()
	r, _ := runner(t)
	err := r.Do(t.Context(), "build it", func(s *step.Step) error {
		c := shell("for i in $(seq 40); do echo line $i; done; printf 'no newline' >&2; exit 3")
		c.Fix = "turn it on"
		return s.Run(t.Context(), c)
	})
	var failed *step.Error
	require.ErrorAs(t, err, &failed)
	assert.Len(t, failed.Output, 16)
	assert.Equal(t, "no newline", failed.Output[15])
	assert.Equal(t, "line 40", failed.Output[14])
	for _, want := range []string{`step "build it" failed`, "exit status 3", "command: /bin/sh -c", "| line 40", failed.Log, "fix: turn it on"} {
		require.ErrorContains(t, err, want)
	}
	log, err := os.ReadFile(failed.Log)
	require.NoError(t, err)
	assert.Contains(t, string(log), "line 1\n")
	assert.Equal(t, "build-it.log", filepath.Base(failed.Log))
}

func TestMissingCommand(t *testing.T) {
	t.Parallel()
	r, _ := runner(t)
	err := r.Do(t.Context(), "s", func(s *step.Step) error {
		return s.Run(t.Context(), step.Command{Argv: []string{"/no/such/command"}})
	})
	require.ErrorContains(t, err, "not on this machine")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// The percentage counts the lines that say something, and never claims the end.
func TestProgressOfACommand(t *testing.T) {
	t.Parallel()
	r, l := runner(t)
	gate := filepath.Join(t.TempDir(), "gate")
	require.NoError(t, syscall.Mkfifo(gate, 0o600))
	done := make(chan error, 1)
	go func() {
		done <- r.Do(t.Context(), "s", func(s *step.Step) error {
			c := shell("echo noise; echo use 1; echo use 2; read x <" + gate)
			c.Lines = 4
			c.Brief = func(line string) string {
				if after, ok := strings.CutPrefix(line, "use "); ok {
					return "at " + after
				}
				return ""
			}
			return s.Run(t.Context(), c)
		})
	}()
	for e := range l.heard {
		if e.Detail == "at 2" {
			assert.Equal(t, 50, e.Percent)
			break
		}
	}
	require.NoError(t, os.WriteFile(gate, []byte("go\n"), 0o600))
	require.NoError(t, <-done)
}

// The end of the context kills the child and what it started.
func TestCancelKillsTheGroup(t *testing.T) {
	t.Parallel()
	r, l := runner(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- r.Do(ctx, "long", func(s *step.Step) error {
			return s.Run(ctx, shell("sleep 1000 & echo $!; wait"))
		})
	}()
	var pid int
	for e := range l.heard {
		if pid, _ = strconv.Atoi(e.Detail); pid != 0 {
			break
		}
	}
	cancel(errors.New("enough"))
	err := <-done
	require.ErrorContains(t, err, "enough")
	require.ErrorContains(t, err, "starts clean")
	assert.Eventually(t, func() bool { return gone(pid) }, 10*time.Second, time.Millisecond)
}

// gone says that a process has ended; one that nobody has waited for counts.
func gone(pid int) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(data), ") Z ")
}

func TestStdoutApart(t *testing.T) {
	t.Parallel()
	r, _ := runner(t)
	var out bytes.Buffer
	require.NoError(t, r.Do(t.Context(), "s", func(s *step.Step) error {
		c := shell("echo answer; echo complaint >&2; cat")
		c.Stdout = &out
		return s.Run(t.Context(), c)
	}))
	assert.Equal(t, "answer\n", out.String())
}

func TestEnviron(t *testing.T) {
	for name, kept := range map[string]bool{
		"PYTHONPATH": false, "PYTHONHOME": false, "VIRTUAL_ENV": false, "MAKEFLAGS": false, "DESTDIR": false,
		"PIP_INDEX_URL": true, "HOME": true,
	} {
		t.Setenv(name, "value")
		assert.Equal(t, kept, bytes.Contains([]byte(strings.Join(step.Environ(), "\n")), []byte(name+"=value")), name)
	}
}
