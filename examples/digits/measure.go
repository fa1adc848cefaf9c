package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// result is one pass over the test images.
type result struct {
	goroutines int
	accuracy   float64
	took       time.Duration
	latencies  []time.Duration // sorted
}

func (r result) String() string {
	at := func(q float64) time.Duration {
		return r.latencies[int(q*float64(len(r.latencies)-1))].Round(time.Microsecond)
	}
	return fmt.Sprintf("%2d goroutine(s): accuracy %.3f, p50 %v, p99 %v, p999 %v, %.0f calls/s",
		r.goroutines, r.accuracy, at(0.5), at(0.99), at(0.999), float64(len(r.latencies))/r.took.Seconds())
}

// passes is how often every image is predicted, so that p999 means something.
const passes = 4

// measure predicts all images from a number of goroutines.
func measure(ctx context.Context, predict func(context.Context, []float64) (int, error), test halves, goroutines int) (result, error) {
	var (
		next, right atomic.Int64
		mu          sync.Mutex
		r           = result{goroutines: goroutines}
		total       = int64(passes * len(test.Images))
	)
	start := time.Now()
	var group errgroup.Group
	for range goroutines {
		group.Go(func() error {
			var mine []time.Duration
			for i := next.Add(1) - 1; i < total; i = next.Add(1) - 1 {
				image := int(i) % len(test.Images)
				began := time.Now()
				digit, err := predict(ctx, test.Images[image])
				if err != nil {
					return err
				}
				mine = append(mine, time.Since(began))
				if digit == test.Labels[image] {
					right.Add(1)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			r.latencies = append(r.latencies, mine...)
			return nil
		})
	}
	err := group.Wait()
	r.took = time.Since(start)
	r.accuracy = float64(right.Load()) / float64(total)
	slices.Sort(r.latencies)
	return r, err
}
