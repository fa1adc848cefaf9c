package embed

import (
	"context"
	"runtime"
)

// initThread is the goroutine that owns the OS thread which initialised Python.
type initThread struct{ work chan func() }

func startInitThread() *initThread {
	t := &initThread{work: make(chan func())}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread lives as long as the process
		for f := range t.work {
			f()
		}
	}()
	return t
}

// submit makes the thread run f as soon as it is free, unless ctx ends before.
func (t *initThread) submit(ctx context.Context, f func()) error {
	select {
	case t.work <- f:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// do runs f on the thread and waits for it; when ctx ends first, f may still run.
func (t *initThread) do(ctx context.Context, f func()) error {
	done := make(chan struct{})
	if err := t.submit(ctx, func() { defer close(done); f() }); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
