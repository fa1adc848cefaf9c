package main

import (
	"regexp"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// row is one thing that is measured.
type row struct {
	name    string
	of      string  // row that the ratio is taken to
	bar     float64 // largest ratio allowed, 0 for none
	least   float64 // smallest ratio allowed, 0 for none
	plus    time.Duration
	grown   int  // bytes
	room    int  // most that grown may be, 0 where it does not count
	clock   bool // time on the clock counts, not that of this process's threads
	per     int  // operations of one run of f
	allocs  float64
	threads int // goroutines that run f at once
	more    int // rounds beyond one: a good round of several threads needs all cores free
	f       func(n int)
	after   func() // clears away what f has made; its time does not count

	n    int           // runs of f in one round
	best time.Duration // CPU time of one operation in the best round
	wall time.Duration
}

// choose returns the rows whose names match, and those that they are compared with.
func choose(rows []*row, only string) ([]*row, error) {
	match, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, r := range rows {
		if match.MatchString(r.name) {
			wanted[r.name], wanted[r.of] = true, true
		}
	}
	return slices.DeleteFunc(rows, func(r *row) bool { return !wanted[r.name] }), nil
}

const roundTime = 30 * time.Millisecond

// measure runs all rows in turn, round by round.
func measure(rows []*row, rounds int) {
	for _, r := range rows {
		if r.f != nil {
			r.calibrate()
		}
	}
	for range rounds {
		for _, r := range rows {
			if r.f != nil {
				r.round()
			}
			for range r.more {
				r.round()
			}
		}
	}
}

// calibrate finds how often f runs in one round, and what it allocates.
func (r *row) calibrate() {
	r.n = 1
	for {
		start := time.Now()
		r.f(r.n)
		took := time.Since(start)
		r.clear()
		if took >= roundTime || r.n >= 1<<24 {
			break
		}
		r.n *= 2
	}
	r.countAllocs()
}

func (r *row) clear() {
	if r.after != nil {
		r.after()
	}
}

func (r *row) countAllocs() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r.f(r.n)
	runtime.ReadMemStats(&after)
	r.clear()
	r.allocs = float64((after.Mallocs-before.Mallocs)/uint64(r.n)) / float64(max(r.per, 1))
}

// round measures one round: the CPU time of the whole process, because the time
// on the clock includes what other programs took.
func (r *row) round() {
	runtime.GC()
	threads := max(r.threads, 1)
	cpu, start := cpuTime(), time.Now()
	var all sync.WaitGroup
	for range threads {
		all.Go(func() { r.f(r.n) })
	}
	all.Wait()
	operations := time.Duration(r.n * max(r.per, 1) * threads)
	wall := time.Since(start)
	used := (cpuTime() - cpu) / operations
	r.clear()
	if r.best == 0 || used < r.best {
		r.best = used
	}
	if each := wall / operations; r.wall == 0 || each < r.wall {
		r.wall = each
	}
}

// took is for a round that was measured elsewhere.
func (r *row) took(each time.Duration) {
	if r.best == 0 || each < r.best {
		r.best, r.wall = each, each
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
