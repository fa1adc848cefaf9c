package tally_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gosnakepit/snakepit/internal/tally"
)

// TestQuantiles compares quantiles with those of all durations in order.
func TestQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		magnitude := rapid.IntRange(0, 41).Draw(t, "magnitude")
		all := rapid.SliceOfN(rapid.Int64Range(0, 1<<magnitude), 1, 200).Draw(t, "durations")
		var r tally.Recorder
		for _, d := range all {
			r.Record(time.Duration(d), 1)
		}
		h := r.Histogram()
		slices.Sort(all)
		require.EqualValues(t, len(all), h.Count)
		require.EqualValues(t, all[len(all)-1], h.Max)
		for _, q := range []float64{0, 0.5, 0.99, 0.999, 1} {
			exact := float64(all[min(int(q*float64(len(all))), len(all)-1)])
			require.InDelta(t, exact, float64(h.Quantile(q)), exact/16+1, "quantile %v of %v", q, all)
		}
	})
}

func TestMergeAndSince(t *testing.T) {
	var one, two, both tally.Recorder
	for i := range 1000 {
		d := time.Duration(rand.ExpFloat64() * 1e6)
		both.Record(d, 3)
		if i%2 == 0 {
			one.Record(d, 3)
		} else {
			two.Record(d, 3)
		}
	}
	a, b := one.Histogram(), two.Histogram()
	require.Equal(t, both.Histogram(), a.Merge(b))
	require.Equal(t, both.Histogram(), tally.Histogram{}.Merge(both.Histogram()))
	require.Equal(t, a.Count, both.Histogram().Since(b).Count)
	require.Equal(t, a.P99(), both.Histogram().Since(b).P99())
	require.EqualValues(t, 3000, a.Merge(b).Count)
	total := uint64(0)
	last := time.Duration(0)
	for below, n := range a.Buckets() {
		require.Greater(t, below, last)
		last, total = below, total+n
	}
	require.Equal(t, a.Count, total)
	require.InDelta(t, 1e6, float64(both.Histogram().Mean()), 2e5)
	require.Zero(t, tally.Histogram{}.P999())
	require.Zero(t, tally.Histogram{}.Mean())
}

// TestFarDurations checks what no bucket is made for.
func TestFarDurations(t *testing.T) {
	var r tally.Recorder
	r.Record(-time.Second, 1)
	r.Record(math.MaxInt64, 1)
	h := r.Histogram()
	require.EqualValues(t, 2, h.Count)
	require.Zero(t, h.Quantile(0))
	require.Greater(t, h.Quantile(1), time.Hour)
}

// TestSampler checks that what is measured stands for all: short calls and long ones
// come in runs, and both are estimated without bias.
func TestSampler(t *testing.T) {
	var s tally.Sampler
	var r tally.Recorder
	const n = 4_000_000 // chance is then within a fifteenth, in almost each run
	long, measured := 0, 0
	for i := range n {
		d := 100 * time.Nanosecond
		if i/50%10 == 3 && i%3 == 0 {
			d, long = 50*time.Microsecond, long+1
		}
		if s.Due() {
			r.Record(d, s.Took(d))
			measured++
		}
	}
	h := r.Histogram()
	require.InEpsilon(t, n, h.Count, 0.1)
	above := uint64(0)
	for below, n := range h.Buckets() {
		if below > time.Microsecond {
			above += n
		}
	}
	require.InEpsilon(t, long, above, 0.2)
	require.Less(t, measured, n/8)

	s = tally.Sampler{}
	for range 100 {
		require.True(t, s.Due(), "long calls are measured, each")
		require.EqualValues(t, 1, s.Took(time.Millisecond))
	}
}

func TestTallyHammer(t *testing.T) {
	const slots, each = 4, 20_000
	counts := tally.New(slots, true)
	var all sync.WaitGroup
	for g := range int32(8) {
		all.Go(func() {
			for i := range each {
				counts.Ended(g % slots)
				if i%2 == 1 {
					tally.Begin().Stop(counts, g%slots)
				}
				if i%10 == 0 {
					counts.Failed(g-4, tally.Class(i/10%10)) // half of them on no slot
				}
				if i%1000 == 0 {
					_ = counts.Counts()
				}
			}
		})
	}
	all.Wait()
	sum := counts.Counts()
	require.EqualValues(t, 8*each, sum.Calls)
	require.EqualValues(t, 8*each/2, sum.Run.Count)
	require.Positive(t, sum.Run.Max)
	require.EqualValues(t, 8*each/10, sum.Errors.Total())
	require.EqualValues(t, 8*each/100, sum.Errors.Canceled)
	require.EqualValues(t, 2*sum.Errors.Total(), sum.Errors.Plus(sum.Errors).Total())
	var one tally.Counts
	counts.AddSlot(1, &one)
	require.EqualValues(t, 2*each, one.Calls)

	uncounted := tally.New(1, false)
	uncounted.Ended(0)
	tally.Begin().Stop(uncounted, 0)
	require.Zero(t, uncounted.Counts().Calls)
	require.EqualValues(t, 1, uncounted.Counts().Run.Count)
}

// BenchmarkCall is what a short call pays.
func BenchmarkCall(b *testing.B) {
	for name, counted := range map[string]bool{"counted": true, "uncounted": false} {
		b.Run(name, func(b *testing.B) {
			t := tally.New(2, counted)
			var s tally.Sampler
			for b.Loop() {
				if s.Due() {
					s.Begin().Stop(t, 1)
				}
				t.Ended(1)
			}
		})
	}
}

// BenchmarkClock is what a call pays that is measured.
func BenchmarkClock(b *testing.B) {
	for b.Loop() {
		_ = tally.Now()
	}
}
