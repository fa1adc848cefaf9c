package processprofile

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/profile"
)

// keeper sees to it that there is one worker of a number: it starts one, watches it,
// replaces it when it ends or has done enough, and takes its slots down while there is none.
type keeper struct {
	in         *instance
	number     int
	slots      []int32
	now        atomic.Pointer[worker] // nil while there is none
	mu         sync.Mutex             // around changes of now, and of the slots with it
	last       *worker                // the one that keep watched last; its own until it has ended
	failed     atomic.Pointer[error]  // why there will be none
	generation uint64
	failures   int // starts in a row that failed

	// While it keeps a worker; see keeping.
	life  context.Context
	die   context.CancelFunc
	renew chan *renewal
	ended chan struct{}
}

// keeping says that there is a worker, which the keeper's goroutine looks after until die.
func (k *keeper) keeping() {
	k.life, k.die = context.WithCancel(k.in.life)
	k.ended = make(chan struct{})
	go k.keep()
}

// enter returns the worker, for a call on it; it is to be left.
func (k *keeper) enter() (*worker, error) {
	for {
		w := k.now.Load()
		if w == nil {
			return nil, k.absent()
		}
		w.enter()
		if k.now.Load() == w {
			return w, nil
		}
		w.leave()
	}
}

// absent is the error of a call that found no worker.
func (k *keeper) absent() error {
	if err := k.failed.Load(); err != nil {
		return *err
	}
	return &profile.WorkerCrashError{Pool: k.in.spec.Pool, Worker: k.number, How: "its replacement has not started yet"}
}

// begin starts the first worker.
func (k *keeper) begin(ctx context.Context) error {
	k.generation++
	w, err := k.in.start(ctx, k.number, k.generation)
	if err != nil {
		return err
	}
	k.failed.Store(nil)
	k.place(w)
	return nil
}

// keep is the keeper's goroutine.
func (k *keeper) keep() {
	defer close(k.ended)
	for k.last = k.now.Load(); k.last != nil; {
		w := k.last
		watch := k.in.watch(w)
		select {
		case <-k.life.Done():
			watch.stop()
			return
		case r := <-k.renew:
			watch.stop()
			k.last = k.renewed(w, r)
		case <-watch.enough:
			watch.stop()
			k.last = k.recycle(w, watch.why)
		case <-w.process.Exited():
			watch.stop()
			k.last = k.revive(w)
		}
	}
}

// recycle replaces a worker that has done enough, and returns the one that there is then.
func (k *keeper) recycle(old *worker, why string) *worker {
	w, _, err := k.replace(k.life, old, why)
	if err != nil {
		k.in.spec.Logger.Warn("snakepit: no replacement for a worker; it goes on", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
		old.born = time.Now() // the next try is as far away as the first was
		return old
	}
	return w
}

// replace puts a new worker in place of one, which ends when its calls have: then ended is
// closed.
func (k *keeper) replace(ctx context.Context, old *worker, why string) (w *worker, ended chan struct{}, err error) {
	k.in.spec.Logger.Info("snakepit: a worker is replaced", "pool", k.in.spec.Pool, "worker", k.number, "pid", old.process.Pid(), "why", why)
	if w, err = k.in.start(ctx, k.number, k.generation+1); err != nil {
		return nil, nil, err
	}
	k.generation++
	k.place(w)
	k.in.recycled.Add(1)
	ended = make(chan struct{})
	k.in.retiring.Go(func() {
		defer close(ended)
		k.in.retire(old)
	})
	return w, ended, nil
}

// revive replaces a worker that has ended; nil: the pool closes, or has given up.
func (k *keeper) revive(old *worker) *worker {
	k.lose(old)
	k.in.buried(k, old)
	for {
		if err := k.in.mayRestart(); err != nil {
			k.giveUp(err)
			return nil
		}
		if !k.pause() {
			return nil
		}
		k.generation++
		w, err := k.in.start(k.life, k.number, k.generation)
		if err == nil {
			k.failures = 0
			k.place(w)
			return w
		}
		if k.life.Err() != nil {
			return nil
		}
		k.failures++
		k.in.spec.Logger.Error("snakepit: a worker could not be replaced", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
	}
}

// giveUp lets calls fail instead of waiting for ever.
func (k *keeper) giveUp(why error) {
	err := fmt.Errorf("%w: worker %d of pool %q is gone for good: %w", profile.ErrUnavailable, k.number, k.in.spec.Pool, why)
	k.failed.Store(&err)
	k.in.spec.Logger.Error("snakepit: a worker is given up", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
	k.up()
}

// lose takes the slots down of a worker that is gone, or about to be: before its calls are
// told, who would find it again otherwise. Safe for concurrent use.
func (k *keeper) lose(w *worker) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now.Load() != w {
		return
	}
	for _, s := range k.slots {
		k.in.spec.Slots.Down(s)
	}
	k.now.Store(nil)
}

// place gives calls a worker.
func (k *keeper) place(w *worker) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now.Store(w)
	k.up()
}

func (k *keeper) up() {
	for _, s := range k.slots {
		k.in.spec.Slots.Up(s)
	}
}
