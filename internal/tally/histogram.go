package tally

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// A histogram has a bucket for each nanosecond below perOctave, and perOctave ones for
// each doubling above, up to about 73 minutes: what is longer is in the last. A bucket is
// an eighth as wide as what it begins with, so that its middle is off by a sixteenth at
// most.
const (
	octaveBits = 3
	perOctave  = 1 << octaveBits
	longest    = 42 // bits
	buckets    = (longest - octaveBits + 1) * perOctave
)

func bucketOf(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < perOctave {
		return int(v)
	}
	shift := bits.Len64(v) - 1 - octaveBits
	return min((shift+1)<<octaveBits+int(v>>shift)&(perOctave-1), buckets-1)
}

// lowest is the shortest duration of a bucket.
func lowest(bucket int) time.Duration {
	octave, within := bucket>>octaveBits, bucket&(perOctave-1)
	if octave == 0 {
		return time.Duration(within)
	}
	return time.Duration(perOctave+within) << (octave - 1)
}

// Recorder takes durations. Safe for concurrent use; the zero value is ready.
type Recorder struct {
	counts [buckets]atomic.Uint64
	sum    atomic.Uint64
	max    atomic.Int64
}

// Record takes a duration that stands for weight ones.
func (r *Recorder) Record(d time.Duration, weight uint32) {
	r.counts[bucketOf(d)].Add(uint64(weight))
	r.sum.Add(uint64(max(d, 0)) * uint64(weight))
	for {
		longest := r.max.Load()
		if int64(d) <= longest || r.max.CompareAndSwap(longest, int64(d)) {
			return
		}
	}
}

// addTo adds what was recorded to a histogram.
func (r *Recorder) addTo(h *Histogram) {
	for i := range r.counts {
		if n := r.counts[i].Load(); n > 0 {
			h.add(i, n)
		}
	}
	h.Sum += time.Duration(r.sum.Load())
	h.Max = max(h.Max, time.Duration(r.max.Load()))
}

// Histogram returns what was recorded so far.
func (r *Recorder) Histogram() Histogram {
	var h Histogram
	r.addTo(&h)
	return h
}
