package snakepit

import (
	"context"
	"sync"
	"time"

	"github.com/gosnakepit/snakepit/profile"
)

// scaler starts workers of a pool when callers wait, and ends those that have long had
// nothing to do.
type scaler struct {
	of      *workers
	elastic profile.Elastic
	first   int // so many workers stay, the first ones
	idle    time.Duration
	members []member

	life  context.Context // the pool's
	ended chan struct{}
}

// member is a worker as the scaler sees it. Only its goroutine looks at these.
type member struct {
	slots  []int32
	parked bool
	calls  uint64 // that it had ended when it was last seen at work
	seen   time.Time
}

const (
	// scaleAfter is how long callers wait before a worker is started for them: a worker
	// takes much longer to start, and most queues are gone by then.
	scaleAfter = 10 * time.Millisecond
	// scaleAgain and scaleAgainMax are the pauses after a worker that did not start.
	scaleAgain, scaleAgainMax = time.Second, 30 * time.Second
)

// newScaler parks the workers that a pool need not have; nil if it is to have all.
func newScaler(w *workers, c PoolConfig) *scaler {
	elastic, ok := w.instance.(profile.Elastic)
	n := w.slots.Len()
	if shared, ok := w.instance.(profile.Shared); ok {
		n = shared.Workers()
	}
	first := profile.Spec{Workers: c.Workers, MinWorkers: c.MinWorkers}.First(n)
	if !ok || first == n {
		return nil
	}
	s := &scaler{of: w, elastic: elastic, first: first, idle: c.IdleTimeout, members: make([]member, n), ended: make(chan struct{})}
	s.life = w.life
	for slot := range w.slots.Len() {
		m := &s.members[slot%n]
		m.slots = append(m.slots, int32(slot))
	}
	for i := range s.members[first:] {
		s.park(first + i)
	}
	go s.run()
	return s
}

// wait waits for the end of the scaling, which comes with that of life; it may be nil.
func (s *scaler) wait() {
	if s != nil {
		<-s.ended
	}
}

func (s *scaler) run() {
	defer close(s.ended)
	var looks <-chan time.Time
	if s.idle > 0 {
		tick := time.NewTicker(max(s.idle/4, time.Millisecond))
		defer tick.Stop()
		looks = tick.C
	}
	for {
		select {
		case <-s.of.slots.Demand():
			s.grow()
		case <-looks:
			s.shrink(time.Now())
		case <-s.life.Done():
			return
		}
	}
}

// grow starts workers until nobody waits for long.
func (s *scaler) grow() {
	again := scaleAgain
	for s.pause(scaleAfter) {
		callers, waited := s.of.slots.Longest()
		if callers == 0 || len(s.parked()) == 0 {
			return
		}
		if waited >= scaleAfter && !s.start(callers) {
			if !s.pause(again) {
				return
			}
			again = min(2*again, scaleAgainMax)
		}
	}
}

func (s *scaler) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.life.Done():
		return false
	}
}

func (s *scaler) parked() (all []int) {
	for i := range s.members {
		if s.members[i].parked {
			all = append(all, i)
		}
	}
	return all
}

// start starts workers side by side, so many at most; false: one did not start.
func (s *scaler) start(callers int) bool {
	s.of.changing.RLock()
	defer s.of.changing.RUnlock()
	begin := s.parked()
	begin = begin[:min(len(begin), callers)]
	errs := make([]error, len(begin))
	var all sync.WaitGroup
	for i, worker := range begin {
		all.Go(func() { errs[i] = s.startOne(worker) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return false
		}
	}
	return true
}

func (s *scaler) startOne(worker int) error {
	log := s.of.rt.config.Logger
	if err := s.elastic.Start(s.life, worker); err != nil {
		log.Warn("snakepit: a worker that callers wait for did not start", "pool", s.of.name, "worker", worker, "err", err)
		return err
	}
	log.Debug("snakepit: a worker was started, for callers waited", "pool", s.of.name, "worker", worker)
	m := &s.members[worker]
	m.parked, m.seen = false, time.Now()
	s.of.switches.unpark(m.slots)
	return nil
}
