//go:build linux

package child_test

import (
	"context"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestLadder(t *testing.T) {
	for _, c := range []struct {
		part, step string
		limits     child.Limits
		signal     syscall.Signal
	}{
		{obedient, "its life pipe was closed", child.Limits{Leave: time.Millisecond, Close: time.Minute}, 0},
		{termed, "SIGTERM", child.Limits{Close: time.Millisecond, Term: time.Minute}, 0},
		{stubborn, "SIGKILL", child.Limits{Close: time.Millisecond, Term: time.Millisecond}, syscall.SIGKILL},
	} {
		t.Run(c.part, func(t *testing.T) {
			config := config(registry(t), c.part)
			config.Limits = c.limits
			p := start(t, config)
			require.NoError(t, p.Stop(t.Context()))
			exit := p.Exit()
			require.Equal(t, child.Asked, exit.Class)
			require.Equal(t, c.step, exit.Reason)
			require.Equal(t, c.signal, exit.Signal)
			require.False(t, alive(p.Pid()))
		})
	}
}

func TestStopInAHurry(t *testing.T) {
	p := start(t, config(registry(t), stubborn)) // limits of minutes
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, p.Stop(ctx))
	require.Equal(t, syscall.SIGKILL, p.Exit().Signal)
	require.Equal(t, child.Asked, p.Exit().Class)
}

func TestStopByMany(t *testing.T) {
	p := start(t, config(registry(t), obedient))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			p.Kill("too late")
			_ = p.Exit()
		})
	}
	all.Wait()
	require.Equal(t, child.Asked, p.Exit().Class)
	require.NoError(t, p.Stop(t.Context()))
}

func TestKill(t *testing.T) {
	p := start(t, config(registry(t), stubborn))
	p.Kill("a call ran past its deadline")
	p.Kill("again")
	require.Equal(t, child.Killed, p.Exit().Class)
	require.Equal(t, "was killed: a call ran past its deadline", p.Exit().String())
	require.Equal(t, syscall.SIGKILL, p.Exit().Signal)
}

func TestStoppedProcesses(t *testing.T) {
	for name, end := range map[string]func(*child.Process){
		"kill": func(p *child.Process) { p.Kill("it does not answer") },
		"stop": func(p *child.Process) {
			require.NoError(t, p.Stop(t.Context()))
			require.Equal(t, "SIGTERM", p.Exit().Reason)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := config(registry(t), termed)
			c.Limits.Close = time.Millisecond
			p := start(t, c)
			state, err := p.State()
			require.NoError(t, err)
			require.False(t, state.Stopped())
			require.NotZero(t, state.RSS)
			require.NotZero(t, state.Start)
			require.NotZero(t, state.Threads)
			require.NoError(t, syscall.Kill(p.Pid(), syscall.SIGSTOP))
			harness.Eventually(t, "the process is stopped", func() bool {
				s, err := p.State()
				return err == nil && s.Stopped()
			})
			end(p)
			<-p.Exited()
			_, err = p.State()
			require.ErrorIs(t, err, os.ErrProcessDone)
		})
	}
}

func TestNothingOfAFamilyIsLeft(t *testing.T) {
	for name, end := range map[string]func(*child.Process){
		"kill":  func(p *child.Process) { p.Kill("test") },
		"stop":  func(p *child.Process) { _ = p.Stop(t.Context()) },
		"crash": func(p *child.Process) { _ = syscall.Kill(p.Pid(), syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			r := registry(t)
			neighbour := start(t, config(r, family, "AWAY=pid"))
			p := start(t, config(r, family, "AWAY=pid"))
			end(p)
			<-p.Exited()
			theirs, others := pids(p.Tail(), "pid"), pids(neighbour.Tail(), "pid")
			require.Len(t, theirs, 3)
			for _, pid := range theirs {
				require.False(t, alive(pid), "%d of %v", pid, theirs)
			}
			require.Len(t, others, 3)
			for _, pid := range others {
				require.True(t, alive(pid), "%d of the neighbour's %v", pid, others)
			}
		})
	}
}
