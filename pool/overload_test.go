package pool_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// overload offers a pool ten times the calls that it can do, each with a deadline, and
// counts what becomes of them.
type overload struct {
	slots    int
	every    time.Duration // a caller comes, on average
	deadline time.Duration
	took     func() time.Duration // how long a call takes
	class    func() pool.Class    // of the next caller
	session  func() uint64

	mu       sync.Mutex
	good     int // ended before their deadline
	late     int // got a slot and did not
	refused  int // were told so before their deadline
	expired  int // waited in vain
	work     time.Duration
	spent    []time.Duration // from arrival to end, of those that got a slot
	maxQueue int
	byClass  map[pool.Class]int // of the good ones
	byUser   map[uint64]int
	offered  map[uint64]int // calls by session
	lasted   time.Duration  // until the last call ended
}

func (o *overload) call(p *pool.Pool, class pool.Class, session uint64) {
	start := time.Now()
	ctx, cancel := context.WithDeadline(context.Background(), start.Add(o.deadline))
	defer cancel()
	slot, err := p.AcquireFor(ctx, pool.Request{Hint: -1, Class: class, Session: session})
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		if errors.Is(err, pool.ErrSaturated) {
			o.refused++
		} else {
			o.expired++
		}
		return
	}
	began := time.Now()
	time.Sleep(o.took())
	took := time.Since(began)
	p.Release(slot, false)
	o.mu.Lock()
	defer o.mu.Unlock()
	spent := time.Since(start)
	o.spent = append(o.spent, spent)
	if spent <= o.deadline {
		o.good++
		o.byClass[class]++
		o.byUser[session]++
		o.work += took
	} else {
		o.late++
	}
}

// run lets callers come for a while.
func (o *overload) run(p *pool.Pool, length time.Duration) {
	o.work = 0
	var all sync.WaitGroup
	start := time.Now()
	for next := time.Duration(0); next < length; next += time.Duration(rand.ExpFloat64() * float64(o.every)) {
		time.Sleep(next - time.Since(start))
		class, session := o.class(), o.session()
		o.offered[session]++
		all.Go(func() { o.call(p, class, session) })
		if n := p.Stats().Queued; n > o.maxQueue {
			o.maxQueue = n
		}
	}
	all.Wait()
	o.lasted = time.Since(start)
}

// goodput is the part of what the slots could do that served somebody.
func (o *overload) goodput() float64 {
	return float64(o.work) / float64(time.Duration(o.slots)*o.lasted)
}

func (o *overload) p99() time.Duration {
	slices.Sort(o.spent)
	return o.spent[len(o.spent)*99/100]
}

// steady, varied and wild are distributions of how long calls take, all of this mean.
const meanCall = time.Millisecond

var distributions = map[string]func() time.Duration{
	"steady": func() time.Duration { return meanCall },
	"varied": func() time.Duration { return meanCall/2 + time.Duration(rand.Int64N(int64(meanCall))) },
	"wild":   func() time.Duration { return time.Duration(rand.ExpFloat64() * float64(meanCall)) },
}

const overloadSlots = 4

// newOverload offers so many times the calls that the slots can do.
func newOverload(load float64, deadline time.Duration, took func() time.Duration) *overload {
	return &overload{
		slots: overloadSlots, deadline: deadline, took: took,
		every:   time.Duration(float64(meanCall) / overloadSlots / load),
		class:   func() pool.Class { return pool.Normal },
		session: func() uint64 { return rand.Uint64N(20) },
		byClass: map[pool.Class]int{}, byUser: map[uint64]int{}, offered: map[uint64]int{},
	}
}

// play runs it with a clock that moves only when all wait, so that nothing but the pool's
// decisions counts.
func (o *overload) play(t *testing.T, c pool.Config) pool.Stats {
	length := 5 * time.Second
	if testing.Short() {
		length = time.Second
	}
	var st pool.Stats
	synctest.Test(t, func(t *testing.T) {
		c.Slots = o.slots
		p := mustNew(t, c)
		o.run(p, length)
		st = p.Stats()
	})
	t.Logf("good %d, late %d, refused %d, expired %d; goodput %.3f; p99 %v of %v; queue up to %d",
		o.good, o.late, o.refused, o.expired, o.goodput(), o.p99(), o.deadline, o.maxQueue)
	return st
}

// TestOverload wants nearly all of the slots' time spent on calls that end in time, and
// nearly all calls that get a slot to end in time.
func TestOverload(t *testing.T) {
	for name, took := range distributions {
		for _, deadline := range []time.Duration{10 * meanCall, 50 * meanCall, 1000 * meanCall} {
			t.Run(name+"/"+deadline.String(), func(t *testing.T) {
				o := newOverload(10, deadline, took)
				st := o.play(t, pool.Config{})
				if name == "wild" && deadline == 10*meanCall { // few calls fit into that
					require.Greater(t, o.goodput(), 0.9)
				} else {
					require.Greater(t, o.goodput(), 0.97)
					require.LessOrEqual(t, o.p99(), deadline)
				}
				require.Less(t, o.expired, o.good/20, "told too late")
				require.LessOrEqual(t, o.maxQueue, pool.DefaultQueueLimit)
				require.EqualValues(t, o.good+o.late, st.Calls)
				require.EqualValues(t, o.refused, st.Shed+st.Saturated)
			})
		}
	}
}

// TestSheddingRefusesFew: a pool that can do what is asked of it serves as many with
// shedding as without.
func TestSheddingRefusesFew(t *testing.T) {
	for name, took := range distributions {
		for _, load := range []float64{0.5, 0.9} {
			o := newOverload(load, 30*meanCall, took)
			o.play(t, pool.Config{})
			require.LessOrEqual(t, o.refused, (o.good+o.late)/500, "%s at %v", name, load)
		}
	}
}

// TestOverloadByClass: what the slots can do goes to the high class first, and not all of
// it.
func TestOverloadByClass(t *testing.T) {
	o := newOverload(10, 50*meanCall, distributions["varied"])
	o.class = func() pool.Class { return pool.Class(rand.IntN(3) - 1) }
	o.play(t, pool.Config{})
	t.Log(o.byClass)
	require.Greater(t, o.byClass[pool.High], 8*o.byClass[pool.Normal])
	require.Greater(t, o.goodput(), 0.95)
}

// TestOverloadBySession: who offers a hundred times as much as others does not keep
// them out.
func TestOverloadBySession(t *testing.T) {
	o := newOverload(10, 50*meanCall, distributions["varied"])
	const hog = 10
	o.session = func() uint64 { // the others could do with a twentieth of the slots each
		if rand.IntN(200) < 9 {
			return 1 + rand.Uint64N(9)
		}
		return hog
	}
	o.play(t, pool.Config{})
	for session, n := range o.offered {
		if session != hog {
			require.Greater(t, o.byUser[session], n*98/100, "session %d", session)
		}
	}
	require.Greater(t, o.goodput(), 0.95)
}

// TestOverloadForReal plays it with the clock on the wall, for as long as SNAKEPIT_OVERLOAD
// says, and looks at the memory.
func TestOverloadForReal(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SNAKEPIT_OVERLOAD"))
	if err != nil {
		t.Skip("set SNAKEPIT_OVERLOAD=60s")
	}
	took := func() time.Duration { return 3*time.Millisecond + rand.N(4*time.Millisecond) }
	o := newOverload(10*meanCall.Seconds()/0.005, 200*time.Millisecond, took)
	p := mustNew(t, pool.Config{Slots: o.slots})
	o.run(p, length/10)
	before := heap()
	o.run(p, length)
	after := heap() - uint64(8*cap(o.spent)) // which is the test's own
	t.Logf("good %d, late %d, refused %d, expired %d; goodput %.3f; p99 %v of %v; heap %d, then %d; %+v",
		o.good, o.late, o.refused, o.expired, o.goodput(), o.p99(), o.deadline, before, after, p.Stats())
	require.Greater(t, o.goodput(), 0.95)
	require.LessOrEqual(t, o.p99(), o.deadline)
	require.Less(t, after, before+1<<20)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
