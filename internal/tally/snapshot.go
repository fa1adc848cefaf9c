package tally

import (
	"iter"
	"slices"
	"time"
)

// Histogram is how durations were distributed. Each is known to a sixteenth of itself,
// in fixed memory. The zero value is that of no durations. It is a value like a slice: a
// copy shares what it refers to, and nothing changes that.
type Histogram struct {
	Count uint64        // of durations
	Sum   time.Duration // of all
	Max   time.Duration // the longest, exactly

	counts []uint64 // by bucket; nil or buckets long
}

func (h *Histogram) add(bucket int, n uint64) {
	if h.counts == nil {
		h.counts = make([]uint64, buckets)
	}
	h.counts[bucket] += n
	h.Count += n
}

// Merge returns the histogram of the durations of both.
func (h Histogram) Merge(other Histogram) Histogram {
	sum := Histogram{Sum: h.Sum + other.Sum, Max: max(h.Max, other.Max), counts: slices.Clone(h.counts), Count: h.Count}
	for i, n := range other.counts {
		if n > 0 {
			sum.add(i, n)
		}
	}
	return sum
}

// Since returns the histogram of the durations that were added after an earlier snapshot
// of the same was taken. Its Max is that of all.
func (h Histogram) Since(earlier Histogram) Histogram {
	rest := Histogram{Sum: h.Sum - earlier.Sum, Max: h.Max}
	for i, n := range h.counts {
		if earlier.counts != nil {
			n -= earlier.counts[i]
		}
		if n > 0 {
			rest.add(i, n)
		}
	}
	return rest
}

// Mean returns the average, 0 of none.
func (h Histogram) Mean() time.Duration {
	if h.Count == 0 {
		return 0
	}
	return h.Sum / time.Duration(h.Count)
}

// P50, P99 and P999 return what half, 99 % and 99.9 % of the durations do not exceed.
func (h Histogram) P50() time.Duration { return h.Quantile(0.5) }

// P99 returns what 99 % do not exceed.
func (h Histogram) P99() time.Duration { return h.Quantile(0.99) }

// P999 returns what 99.9 % do not exceed.
func (h Histogram) P999() time.Duration { return h.Quantile(0.999) }

// Quantile returns what a share q of the durations, 0 to 1, does not exceed, to a
// sixteenth of it; 0 of none.
func (h Histogram) Quantile(q float64) time.Duration {
	rank := uint64(q * float64(h.Count))
	rank = min(rank, max(h.Count, 1)-1)
	for i, n := range h.counts {
		if rank < n {
			return min((lowest(i)+lowest(i+1))/2, h.Max)
		}
		rank -= n
	}
	return 0
}

// Buckets ranges over the buckets that hold durations, the shortest first: what they
// stay below, and how many are in each.
func (h Histogram) Buckets() iter.Seq2[time.Duration, uint64] {
	return func(yield func(time.Duration, uint64) bool) {
		for i, n := range h.counts {
			if n > 0 && !yield(lowest(i+1), n) {
				return
			}
		}
	}
}
