package soak_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"

	"github.com/gosnakepit/snakepit"
)

// killer kills children of the busy pool now and then.
type killer struct {
	mu     sync.Mutex
	killed map[int]bool
}

func newKiller() *killer { return &killer{killed: map[int]bool{}} }

// work kills two in a round, more or less.
func (k *killer) work(rt *snakepit.Runtime, round time.Duration) {
	for end := time.Now().Add(round); ; {
		pause := rand.N(round)
		if time.Until(end) < pause {
			return
		}
		time.Sleep(pause)
		if pids := rt.Stats().Pools[busy].Python.Pids; len(pids) > 0 {
			k.kill(pids[rand.IntN(len(pids))])
		}
	}
}

func (k *killer) kill(pid int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if syscall.Kill(pid, syscall.SIGKILL) == nil {
		k.killed[pid] = true
	}
}

// did reports whether an error is of a call whose worker the killer has killed.
func (k *killer) did(err error) bool {
	var lost *snakepit.WorkerCrashError
	if k == nil || !errors.As(err, &lost) || lost.Signal != int(syscall.SIGKILL) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.killed[lost.Pid]
}

func (k *killer) count() int {
	if k == nil {
		return 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.killed)
}
