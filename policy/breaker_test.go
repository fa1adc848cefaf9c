package policy_test

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/policy"
)

var errCrash = errors.New("a worker crashed")

// circuit returns a breaker, and what it told of its changes.
func circuit(t *testing.T, b policy.Breaker) (*policy.Circuit, *[]policy.State) {
	t.Helper()
	p, err := policy.Policy{Breaker: b}.Check(1)
	require.NoError(t, err)
	var told []policy.State
	return policy.NewCircuit(p.Breaker, func(s policy.State, _ error) { told = append(told, s) }), &told
}

// attempt makes an attempt with this outcome, and reports whether it was allowed.
func attempt(c *policy.Circuit, o policy.Outcome) bool {
	ticket, err := c.Allow()
	if err == nil {
		c.Done(ticket, o, errCrash)
	}
	return err == nil
}

func TestFailuresInARowOpen(t *testing.T) {
	c, told := circuit(t, policy.Breaker{Failures: 3})
	for _, o := range []policy.Outcome{policy.Failure, policy.Failure, policy.Success, policy.Failure, policy.Neither, policy.Failure} {
		require.True(t, attempt(c, o))
	}
	require.Equal(t, policy.Closed, c.State(), "a success begins anew, and neither changes nothing")
	require.True(t, attempt(c, policy.Failure))
	require.Equal(t, policy.Open, c.State())
	_, err := c.Allow()
	require.ErrorIs(t, err, policy.ErrCircuitOpen)
	require.Equal(t, []policy.State{policy.Open}, *told)
	var s policy.Stats
	c.Count(&s)
	require.Equal(t, policy.Stats{State: policy.Open, Opened: 1, Refused: 1}, s)
}

func TestProbesCloseOrOpenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, told := circuit(t, policy.Breaker{Failures: 1, Open: time.Second, Probes: 2})
		attempt(c, policy.Failure)
		time.Sleep(time.Second - 1)
		require.False(t, attempt(c, policy.Success), "it is open for a second")
		time.Sleep(time.Nanosecond)
		require.Equal(t, policy.HalfOpen, c.State(), "who asks first sees that it would let a call through")
		require.True(t, attempt(c, policy.Failure))
		require.False(t, attempt(c, policy.Success), "a probe that fails opens it again")
		time.Sleep(time.Second)
		first, err := c.Allow()
		require.NoError(t, err)
		second, err := c.Allow()
		require.NoError(t, err)
		_, err = c.Allow()
		require.ErrorIs(t, err, policy.ErrCircuitOpen, "two probes are enough")
		require.Len(t, *told, 4, "what has changed is told at once")
		c.Done(first, policy.Success, nil)
		require.Equal(t, policy.HalfOpen, c.State())
		c.Done(second, policy.Success, nil)
		require.Equal(t, policy.Closed, c.State())
		require.Equal(t, []policy.State{policy.Open, policy.HalfOpen, policy.Open, policy.HalfOpen, policy.Closed}, *told)
	})
}

// A probe that says nothing gives its place to the next one.
func TestAProbeIsReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := circuit(t, policy.Breaker{Failures: 1})
		attempt(c, policy.Failure)
		time.Sleep(5 * time.Second)
		for range 10 {
			require.True(t, attempt(c, policy.Neither))
		}
		require.Equal(t, policy.HalfOpen, c.State())
		require.True(t, attempt(c, policy.Success))
		require.Equal(t, policy.Closed, c.State())
	})
}

// Results of calls that began before the breaker opened say nothing of the time since.
func TestStaleResultsDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := circuit(t, policy.Breaker{Failures: 1})
		bad, err := c.Allow()
		require.NoError(t, err)
		good, err := c.Allow()
		require.NoError(t, err)
		attempt(c, policy.Failure)
		time.Sleep(5 * time.Second)
		probe, err := c.Allow()
		require.NoError(t, err)
		c.Done(good, policy.Success, nil)
		require.Equal(t, policy.HalfOpen, c.State())
		c.Done(bad, policy.Failure, errCrash)
		require.Equal(t, policy.HalfOpen, c.State())
		c.Done(probe, policy.Success, nil)
		require.Equal(t, policy.Closed, c.State())
		c.Done(bad, policy.Failure, errCrash)
		require.Equal(t, policy.Closed, c.State())
	})
}

func TestAShareOfFailuresOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := circuit(t, policy.Breaker{Rate: 0.5, MinCalls: 10, Window: 10 * time.Second})
		for range 9 {
			require.True(t, attempt(c, policy.Failure), "too few calls to say")
		}
		time.Sleep(11 * time.Second)
		for range 6 {
			require.True(t, attempt(c, policy.Success))
		}
		for range 5 {
			require.True(t, attempt(c, policy.Failure), "what is older than the window is forgotten")
		}
		require.Equal(t, policy.Closed, c.State())
		attempt(c, policy.Failure)
		require.Equal(t, policy.Open, c.State(), "six of twelve")
		time.Sleep(5 * time.Second)
		require.True(t, attempt(c, policy.Success))
		require.True(t, attempt(c, policy.Failure), "it begins anew when it closes")
		require.Equal(t, policy.Closed, c.State())
	})
}

func TestCircuitUnderAHammer(t *testing.T) {
	c, _ := circuit(t, policy.Breaker{Failures: 3, Open: time.Microsecond, Probes: 2})
	var all sync.WaitGroup
	for who := range 8 {
		all.Go(func() {
			for i := range 20_000 {
				attempt(c, policy.Outcome((i*who)%7%3))
			}
		})
	}
	all.Wait()
	for deadline := time.Now().Add(time.Minute); c.State() != policy.Closed; {
		require.True(t, time.Now().Before(deadline), "no place of a probe is lost")
		attempt(c, policy.Success)
	}
}

func TestClosedCircuitAllocatesNothing(t *testing.T) {
	c, _ := circuit(t, policy.Breaker{Failures: 3})
	require.Zero(t, testing.AllocsPerRun(1000, func() { attempt(c, policy.Success) }))
	var none *policy.Circuit
	require.True(t, attempt(none, policy.Failure))
	require.Equal(t, policy.Closed, none.State())
}

func BenchmarkCircuit(b *testing.B) {
	for name, config := range map[string]policy.Breaker{"Failures": {Failures: 5}, "Rate": {Rate: 0.5}} {
		p, _ := policy.Policy{Breaker: config}.Check(1)
		c := policy.NewCircuit(p.Breaker, nil)
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					attempt(c, policy.Success)
				}
			})
		})
	}
}
