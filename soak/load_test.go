package soak_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/zerocopy"
)

const callers = 8

// load is what callers do to a runtime.
type load struct {
	rt     *snakepit.Runtime
	places []*place
	killer *killer // nil if there is nothing to kill
	start  time.Time

	done, crashes atomic.Int64
}

// place is a pool, and functions bound to it.
type place struct {
	rt   *snakepit.Runtime
	pool *snakepit.Pool
	name string

	inc   func(context.Context, int) (int, error)
	scale func(context.Context, scaleIn) (point, error)
	total func(context.Context, *zerocopy.Tensor) (float64, error)
}

func newPlace(t *testing.T, rt *snakepit.Runtime, name string) *place {
	p := &place{rt: rt, pool: rt.Pool(name), name: name}
	var err1, err2, err3 error
	p.inc, err1 = snakepit.Bind[int, int](p.pool, "soakload:inc")
	p.scale, err2 = snakepit.Bind[scaleIn, point](p.pool, "soakload:scale")
	p.total, err3 = snakepit.Bind[*zerocopy.Tensor, float64](p.pool, "soakload:total")
	require.NoError(t, errors.Join(err1, err2, err3))
	return p
}

// deed is one thing to do. It returns what is wrong: with a result, or an error that it has
// not provoked.
type deed struct {
	name  string
	often int
	do    func(p *place) error
}

var deeds = slices.Concat(calls, streams, sessions, tensors, faults, canceled)

// schedule has each deed as often as it is to be done among so many.
var schedule = func() (all []deed) {
	for _, d := range deeds {
		all = append(all, slices.Repeat([]deed{d}, d.often)...)
	}
	return all
}()

// everything has each caller do everything once in each pool, and all workers run a coroutine
// at once: what is made at first use is made.
func (l *load) everything(t *testing.T) {
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for _, p := range l.places {
				for _, d := range deeds {
					l.do(t, d, p)
				}
			}
		})
	}
	all.Wait()
	for _, p := range l.places {
		for range p.stats().Calls.Slots {
			all.Go(func() {
				_, err := p.pool.Execute(ctx0, "nap_later", snakepit.Args{"seconds": 0.3})
				require.NoError(t, err)
			})
		}
	}
	all.Wait()
}

// round has all callers at work for a while.
func (l *load) round(t *testing.T, length time.Duration) {
	end := time.Now().Add(length)
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				l.do(t, schedule[rand.IntN(len(schedule))], l.places[rand.IntN(len(l.places))])
			}
		})
	}
	if l.killer != nil {
		all.Go(func() { l.killer.work(l.rt, length) })
	}
	stuck := time.AfterFunc(length+time.Minute, l.stuck)
	defer stuck.Stop()
	all.Wait()
}

// stuck ends a program in which a call does not end, with the stacks of both languages.
func (l *load) stuck() {
	for _, p := range l.places {
		ctx, cancel := context.WithTimeout(ctx0, 5*time.Second)
		defer cancel()
		_, err := p.pool.Call(ctx, "soakload:stacks")
		fmt.Fprintf(os.Stderr, "soak: the stacks of pool %q are above: %v\n", p.name, err)
	}
	panic("soak: a call does not end")
}

func (l *load) do(t *testing.T, d deed, p *place) {
	err := d.do(p)
	l.done.Add(1)
	if l.killer.did(err) {
		l.crashes.Add(1)
	} else if err != nil {
		t.Errorf("%s, in pool %q, after %v: %+v%s", d.name, p.name, time.Since(l.start).Round(time.Millisecond), err, lastWords(err))
	}
}

// lastWords are what a worker printed that has ended.
func lastWords(err error) string {
	var lost *snakepit.WorkerCrashError
	if errors.As(err, &lost) && lost.Output != "" {
		return "; it printed:\n" + lost.Output
	}
	return ""
}

// wanted is the error of a deed whose result must be right.
func wanted(ok bool, got any, err error) error {
	if err == nil && !ok {
		return fmt.Errorf("a wrong result: %v (%T)", got, got)
	}
	return err
}

// idle waits until nobody is in Python, and all workers are there.
func (l *load) idle(t *testing.T) {
	t.Helper()
	harness.Eventually(t, "all calls have ended, and all workers are there", func() bool {
		for _, p := range l.places {
			if s := p.stats().Calls; s.InUse+s.Queued+s.Down > 0 {
				return false
			}
		}
		return true
	})
}

// say tells how far it is.
func (l *load) say(t *testing.T, f footprint) {
	recycled := l.places[0].stats().Python.Recycled
	t.Logf("%v: %d deeds; %d exceptions, %d calls left; %d children killed with %d calls, %d replaced; %v",
		time.Since(l.start).Round(time.Second), l.done.Load(), l.errors().Python, l.errors().Canceled,
		l.killer.count(), l.crashes.Load(), recycled, f)
}

func (l *load) errors() (all snakepit.ErrorCounts) {
	for _, p := range l.places {
		all = all.Plus(p.stats().Errors)
	}
	return all
}

// close ends the runtime, which leaves nothing behind.
func (l *load) close(t *testing.T) {
	require.NoError(t, l.rt.Close())
	harness.Eventually(t, "nothing is left", func() bool {
		f := footprint{}
		l.library(f)
		f["child processes"] = len(children())
		return len(f.exceeded(footprint{})) == 0
	})
}
