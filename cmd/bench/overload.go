package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit"
)

// What is offered. The calls sleep, because those who offer them need the processor too, and
// long enough that a machine of two cores can wake everybody in a small part of that: else it
// would be the machine that is measured and not the queue.
const (
	overloadWorkers  = 2
	overloadFactor   = 10
	overloadCall     = 2 * time.Millisecond
	overloadDeadline = 50 * time.Millisecond
	overloadRound    = 4 * time.Second // a minute in a whole run
	capacityRound    = overloadRound / 8
	overloadRoom     = 8 << 20 // bytes, which a process varies by that has had other work
)

// overload offers a pool many times the calls that it can do, each with a deadline.
type overload struct {
	pool                                     *snakepit.Pool
	full, overfull, deadline, latest, memory *row

	quiet, crowded outcomes
}

// outcomes count what became of calls.
type outcomes struct {
	good, late       atomic.Int64 // calls that got a worker, and ended in time or did not
	refused, expired atomic.Int64 // calls that got none, and were told so at once or waited in vain
	spent            [2 * overloadDeadline / spentStep]atomic.Int64
}

// spentStep is how exactly it is known how long calls took, in memory that does not grow.
const spentStep = 10 * time.Microsecond

func (o *overload) rows() []*row {
	o.full = &row{name: "pool/capacity"}
	o.overfull = &row{name: "pool/overload", of: "pool/capacity", bar: 1 / 0.95, clock: true}
	o.deadline = &row{name: "pool/deadline"}
	o.latest = &row{name: "pool/overload_p99", of: "pool/deadline", bar: 1, clock: true}
	o.memory = &row{name: "pool/overload_memory", room: overloadRoom}
	return []*row{o.full, o.overfull, o.deadline, o.latest, o.memory}
}

// measure fills the rows, in rounds as those of others: with the time on the clock for each
// call that ends in time, while as many are made as can be done and while ten times as
// many are. Late calls and memory count from all rounds.
func (o *overload) measure(rounds int) {
	o.round() // what grows once has grown
	o.crowded.reset()
	before := resident()
	var full, overfull time.Duration
	for range rounds {
		one, other := o.round()
		full, overfull = full+one, overfull+other
	}
	o.memory.grown = resident() - before
	o.deadline.took(overloadDeadline)
	o.latest.took(o.crowded.p99())
	c := &o.crowded
	fmt.Printf("pool/overload, %v: %d calls were refused, %d waited in vain, %d ended in time and %d late; goodput %.3f on average\n\n",
		time.Duration(rounds)*overloadRound, c.refused.Load(), c.expired.Load(), c.good.Load(), c.late.Load(), float64(full)/float64(overfull))
}

func (o *overload) round() (full, overfull time.Duration) {
	full = o.quiet.each(func() { o.closed(capacityRound) })
	o.full.took(full)
	overfull = o.crowded.each(func() { o.open(overloadRound) })
	o.overfull.took(overfull)
	return full, overfull
}

// each is how much time there was for each call that ended in time.
func (c *outcomes) each(load func()) time.Duration {
	start, before := time.Now(), c.good.Load()
	load()
	return time.Since(start) / time.Duration(max(c.good.Load()-before, 1))
}

// closed has as many callers as workers, none of whom ever waits.
func (o *overload) closed(length time.Duration) {
	start := time.Now()
	var all sync.WaitGroup
	for range overloadWorkers {
		all.Go(func() {
			for time.Since(start) < length {
				o.call(&o.quiet)
			}
		})
	}
	all.Wait()
}

// open lets callers come by the clock, whether those before them have ended or not.
func (o *overload) open(length time.Duration) {
	every := float64(o.full.wall) / overloadFactor
	start := time.Now()
	var all sync.WaitGroup
	for next := time.Duration(0); next < length; next += time.Duration(rand.ExpFloat64() * every) {
		time.Sleep(next - time.Since(start))
		all.Go(func() { o.call(&o.crowded) })
	}
	all.Wait()
}

func (o *overload) call(c *outcomes) {
	start := time.Now()
	ctx, cancel := context.WithDeadline(context.Background(), start.Add(overloadDeadline))
	defer cancel()
	_, err := o.pool.Execute(ctx, "nap", snakepit.Args{"seconds": overloadCall.Seconds()})
	c.count(time.Since(start), err)
}

func (c *outcomes) count(took time.Duration, err error) {
	var canceled *snakepit.CancelError
	switch {
	case errors.Is(err, snakepit.ErrSaturated):
		c.refused.Add(1)
		return
	case errors.As(err, &canceled) && !canceled.Running:
		c.expired.Add(1)
		return
	case canceled == nil:
		must(err)
	}
	if canceled == nil && took <= overloadDeadline {
		c.good.Add(1)
	} else {
		c.late.Add(1)
	}
	c.spent[min(int(took/spentStep), len(c.spent)-1)].Add(1)
}

func (c *outcomes) reset() {
	for _, n := range []*atomic.Int64{&c.good, &c.late, &c.refused, &c.expired} {
		n.Store(0)
	}
	for i := range c.spent {
		c.spent[i].Store(0)
	}
}

// p99 is from the arrival to the end of calls that got a worker.
func (c *outcomes) p99() time.Duration {
	later := (c.good.Load() + c.late.Load()) / 100
	i := len(c.spent)
	for later >= 0 && i > 0 {
		i--
		later -= c.spent[i].Load()
	}
	return time.Duration(i+1) * spentStep
}
