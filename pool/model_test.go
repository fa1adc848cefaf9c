package pool_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gosnakepit/snakepit/pool"
)

// The pool against a model that a reader can check by eye: a set of held slots
// and a slice of waiters, whose order model_order_test.go knows. A schedule is drawn, then played in a synctest
// bubble, where after each step everybody has got as far as they can; then the
// answers and all of Stats must be the model's.

const (
	modelTimeout = 100 * time.Millisecond
	modelLimit   = 6
	modelBytes   = 100
)

type step struct {
	kind string
	arg  int
}

func (s step) String() string { return fmt.Sprintf("%s(%d)", s.kind, s.arg) }

func drawSchedule(rt *rapid.T) []step {
	kinds := []string{
		"try", "try", "acquire", "acquire", "acquireDeadline", "release", "release", "release", "cancel", "sleep",
		"take", "acquireSlot", "acquireSlot", "down", "up", "up", "acquire", "acquireSlot", "busy",
	}
	one := rapid.Custom(func(rt *rapid.T) step {
		return step{rapid.SampledFrom(kinds).Draw(rt, "kind"), rapid.IntRange(-1, 80).Draw(rt, "arg")}
	})
	steps := rapid.SliceOfN(one, 10, 60).Draw(rt, "schedule")
	return append(steps, step{"close", 0}, step{"try", 0}, step{"acquire", 0}, step{"release", 0})
}

// schedules is how many are played.
func schedules() string {
	if testing.Short() {
		return "5000"
	}
	return "100000"
}

func TestPoolFollowsItsModel(t *testing.T) {
	require.NoError(t, flag.Set("rapid.checks", schedules()))
	rapid.Check(t, func(rt *rapid.T) {
		slots := rapid.IntRange(1, 3).Draw(rt, "slots")
		warm := rapid.IntRange(0, 7).Draw(rt, "calls before")
		schedule := drawSchedule(rt)
		var err error
		synctest.Test(t, func(*testing.T) { err = play(slots, warm, schedule) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

type modelWaiter struct {
	who     int
	slot    int32 // the only one it takes, or -1
	class   pool.Class
	session uint64
	bytes   int64
	since   time.Time
	expires time.Time // when its context does
	cancel  context.CancelFunc
}

type model struct {
	p      *pool.Pool
	got    chan answer
	early  map[int]answer // of waiters whose turn comes later in the same step
	who    int
	held   []int32
	loads  map[int32]int64 // bytes by slot
	ended  [3]int          // calls by slot
	down   []int32
	queue  []modelWaiter // in the order in which they came
	turns  turns
	closed bool
	want   pool.Stats
}

func play(slots, warm int, schedule []step) error {
	p, err := pool.New(pool.Config{Slots: slots, QueueLimit: modelLimit, QueueTimeout: modelTimeout, MaxBytes: modelBytes, NoShedding: true})
	if err != nil {
		return err
	}
	m := &model{p: p, got: make(chan answer, 100), early: map[int]answer{}, loads: map[int32]int64{}, turns: turns{}, want: pool.Stats{Slots: slots}}
	defer m.sweep()
	m.warm(warm)
	for i, s := range schedule {
		if err := m.step(s); err != nil {
			return fmt.Errorf("step %d, %v: %w", i, s, err)
		}
	}
	return nil
}

// warm lets every slot have run some calls.
func (m *model) warm(calls int) {
	for slot := range int32(m.want.Slots) {
		for range calls {
			m.p.TakeSlot(slot)
			m.p.Release(slot, false)
			m.ended[slot]++
			m.want.Calls++
		}
	}
}

// sweep ends whatever a failed schedule has left waiting.
func (m *model) sweep() {
	for _, w := range m.queue {
		w.cancel()
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_ = m.p.Close(ended)
	synctest.Wait()
}

func (m *model) step(s step) error {
	var err error
	switch s.kind {
	case "try":
		err = m.try(int32(s.arg % 4))
	case "take":
		err = m.take(int32(max(s.arg, 0) % m.want.Slots))
	case "acquire":
		err = m.acquire(asked(s.arg), time.Hour)
	case "acquireSlot":
		r := asked(s.arg)
		r.Only, r.Hint = true, int32(max(s.arg, 0)%m.want.Slots)
		err = m.acquire(r, time.Hour)
	case "acquireDeadline": // never at the same moment as the queue's timeout
		err = m.acquire(asked(s.arg), time.Duration(s.arg)*5*time.Millisecond+time.Microsecond)
	case "busy":
		r := asked(s.arg)
		r.NoWait = true
		err = m.acquire(r, time.Hour)
	case "release":
		err = m.release(s.arg)
	case "cancel":
		err = m.cancel(s.arg)
	case "sleep":
		err = m.sleep(time.Duration(3*s.arg) * time.Millisecond)
	case "down":
		m.takeDown(int32(max(s.arg, 0) % m.want.Slots))
	case "up":
		err = m.bringUp(int32(max(s.arg, 0) % m.want.Slots))
	case "close":
		err = m.close()
	}
	return errors.Join(err, m.compare())
}

// compare wants no answer beyond those that the step accounted for, and the
// model's numbers.
func (m *model) compare() error {
	m.collect()
	if len(m.early) > 0 {
		return fmt.Errorf("unexpected answers %+v", m.early)
	}
	m.want.InUse, m.want.Queued, m.want.Down = len(m.held), len(m.queue), len(m.down)
	m.want.Bytes = m.bytes()
	if st := m.p.Stats(); st != m.want {
		return fmt.Errorf("stats %+v, want %+v", st, m.want)
	}
	return nil
}

// free reports whether somebody who takes this slot, or any if it is -1, gets one at
// once. Whoever waits and takes a free one has it already.
func (m *model) free(slot int32) bool {
	if slot >= 0 {
		return !m.taken(slot) && !m.closed
	}
	for slot := range int32(m.want.Slots) {
		if !m.taken(slot) {
			return !m.closed
		}
	}
	return false
}

func (m *model) taken(slot int32) bool {
	return slices.Contains(m.held, slot) || slices.Contains(m.down, slot)
}

func (m *model) takeDown(slot int32) {
	m.p.Down(slot)
	if !slices.Contains(m.down, slot) {
		m.down = append(m.down, slot)
	}
}

func (m *model) bringUp(slot int32) error {
	m.down = slices.DeleteFunc(m.down, func(d int32) bool { return d == slot })
	m.p.Up(slot)
	if m.taken(slot) {
		return nil
	}
	return m.handedOver(slot)
}

func (m *model) hold(slot int32) error {
	if slot < 0 || int(slot) >= m.want.Slots || m.taken(slot) {
		return fmt.Errorf("got slot %d while %v were held", slot, m.held)
	}
	m.held = append(m.held, slot)
	return nil
}

func (m *model) try(hint int32) error {
	slot, ok := m.p.TryAcquire(hint)
	if ok != m.free(-1) {
		return fmt.Errorf("ok = %v with %v held and %d waiting", ok, m.held, len(m.queue))
	}
	if !ok {
		return nil
	}
	hintFree := hint >= 0 && int(hint) < m.want.Slots && !m.taken(hint)
	if hintFree && slot != hint {
		return fmt.Errorf("got slot %d though hint %d was free", slot, hint)
	}
	return m.hold(slot)
}

func (m *model) take(slot int32) error {
	ok := m.p.TakeSlot(slot)
	if ok != m.free(slot) {
		return fmt.Errorf("ok = %v with %v held and %d waiting", ok, m.held, len(m.queue))
	}
	if !ok {
		return nil
	}
	return m.hold(slot)
}

// asked spreads requests over classes, sessions and sizes.
func asked(arg int) pool.Request {
	n := max(arg, 0)
	return pool.Request{Hint: -1, Class: pool.Class(n%3 - 1), Session: uint64(n / 3 % 3), Bytes: int64(n / 9 % 3 * 40)}
}

func (m *model) acquire(r pool.Request, deadline time.Duration) error {
	w := m.start(r, deadline)
	sum := m.bytes() + w.bytes
	switch {
	case w.bytes > 0 && sum > modelBytes && sum > w.bytes:
		m.want.TooHeavy++
		return m.refused(w.who, pool.ErrSaturated)
	case m.free(w.slot):
		return m.granted(w, w.slot)
	case r.NoWait && !m.closed:
		return m.refused(w.who, pool.ErrBusy)
	case deadline <= 0:
		return m.refused(w.who, context.DeadlineExceeded)
	case m.closed:
		return m.refused(w.who, pool.ErrClosed)
	case len(m.queue) == modelLimit:
		m.want.Saturated++
		out := m.displaced(w.class)
		if out < 0 {
			return m.refused(w.who, pool.ErrSaturated)
		}
		if err := m.sentAway(out, pool.ErrSaturated); err != nil {
			return err
		}
	}
	m.want.QueuedTotal++
	m.queue = append(m.queue, w)
	m.turns.join(w)
	return nil
}

// sentAway wants the waiter at i to have been told why.
func (m *model) sentAway(i int, why error) error {
	w := m.dequeue(i)
	m.want.WaitTotal += time.Since(w.since)
	return m.refused(w.who, why)
}

// bytes counts those of callers in line and of calls.
func (m *model) bytes() (sum int64) {
	for _, w := range m.queue {
		sum += w.bytes
	}
	for _, n := range m.loads {
		sum += n
	}
	return sum
}

// start has a new caller acquire.
func (m *model) start(r pool.Request, deadline time.Duration) modelWaiter {
	w := modelWaiter{who: m.who, slot: -1, class: r.Class, session: r.Session, bytes: r.Bytes, since: time.Now()}
	if r.Only {
		w.slot = r.Hint
	}
	w.expires = w.since.Add(deadline)
	ctx, cancel := context.WithDeadline(context.Background(), w.expires)
	w.cancel = cancel
	m.who++
	go func() {
		slot, err := m.p.AcquireFor(ctx, r)
		m.got <- answer{w.who, slot, err}
	}()
	synctest.Wait()
	return w
}

func (m *model) collect() {
	synctest.Wait()
	for len(m.got) > 0 {
		a := <-m.got
		m.early[a.who] = a
	}
}

func (m *model) answered(who int) (answer, error) {
	m.collect()
	a, ok := m.early[who]
	if !ok {
		return a, fmt.Errorf("caller %d got no answer", who)
	}
	delete(m.early, who)
	return a, nil
}

// granted wants w to have got slot, or any free one if slot is -1.
func (m *model) granted(w modelWaiter, slot int32) error {
	a, err := m.answered(w.who)
	if err != nil {
		return err
	}
	if a.err != nil || slot >= 0 && a.slot != slot {
		return fmt.Errorf("caller %d got slot %d, %v; want slot %d", w.who, a.slot, a.err, slot)
	}
	m.loads[a.slot] = w.bytes
	return m.hold(a.slot)
}

func (m *model) refused(who int, want error) error {
	a, err := m.answered(who)
	if err == nil && !errors.Is(a.err, want) {
		err = fmt.Errorf("caller %d got slot %d, %v; want %v", who, a.slot, a.err, want)
	}
	return err
}

// dequeue takes the waiter at i out of the model's line.
func (m *model) dequeue(i int) modelWaiter {
	w := m.queue[i]
	w.cancel()
	m.queue = slices.Delete(m.queue, i, i+1)
	m.turns.leave(w, m.queue)
	return w
}

func (m *model) release(arg int) error {
	if len(m.held) == 0 {
		return nil
	}
	i := max(arg, 0) % len(m.held)
	slot, failed := m.held[i], arg%2 == 0
	m.held = slices.Delete(m.held, i, i+1)
	m.p.Release(slot, failed)
	delete(m.loads, slot)
	m.ended[slot]++
	m.want.Calls++
	if failed {
		m.want.Errors++
	}
	if m.taken(slot) {
		return nil
	}
	return m.handedOver(slot)
}

// handedOver wants a slot that came free to have gone to whose turn it is.
func (m *model) handedOver(slot int32) error {
	next := m.next(slot)
	if next < 0 {
		return nil
	}
	synctest.Wait() // before dequeue ends the context
	m.turns.served(m.queue[next])
	w := m.dequeue(next)
	m.want.WaitTotal += time.Since(w.since)
	return m.granted(w, slot)
}

func (m *model) cancel(arg int) error {
	if len(m.queue) == 0 {
		return nil
	}
	w := m.dequeue(max(arg, 0) % len(m.queue))
	m.want.Canceled++
	m.want.WaitTotal += time.Since(w.since)
	return m.refused(w.who, context.Canceled)
}

// sleep lets time pass in stages, from one end of a wait to the next.
func (m *model) sleep(d time.Duration) error {
	until := time.Now().Add(d)
	for {
		i, ends := m.nextEnd()
		if i < 0 || ends.After(until) {
			time.Sleep(time.Until(until))
			return nil
		}
		time.Sleep(time.Until(ends))
		synctest.Wait()
		if err := m.end(i, ends); err != nil {
			return err
		}
	}
}

// nextEnd is the waiter whose wait ends first, and when.
func (m *model) nextEnd() (int, time.Time) {
	at, first := -1, time.Time{}
	for i, w := range m.queue {
		ends := w.since.Add(modelTimeout)
		if w.expires.Before(ends) {
			ends = w.expires
		}
		if at < 0 || ends.Before(first) {
			at, first = i, ends
		}
	}
	return at, first
}

func (m *model) end(i int, ends time.Time) error {
	w := m.dequeue(i)
	m.want.WaitTotal += ends.Sub(w.since)
	if w.expires.Equal(ends) {
		m.want.Canceled++
		return m.refused(w.who, context.DeadlineExceeded)
	}
	m.want.QueueTimeouts++
	return m.refused(w.who, pool.ErrQueueTimeout)
}

func (m *model) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	err := m.p.Close(ctx)
	if (err == nil) != (len(m.held) == 0) {
		return fmt.Errorf("close: %v with %v held", err, m.held)
	}
	m.closed = true
	synctest.Wait()
	for len(m.queue) > 0 {
		if err := m.sentAway(0, pool.ErrClosed); err != nil {
			return err
		}
	}
	return nil
}
