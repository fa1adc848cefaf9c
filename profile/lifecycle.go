package profile

import "context"

// Elastic is an optional interface of instances whose workers can be started and ended one
// by one. Slot s belongs to worker s % Workers() of [Shared], or else to worker s. There is one
// call at a time for a worker, and none during Close or Reload.
type Elastic interface {
	// Start starts a worker that is not there. Nobody gets its slots meanwhile.
	Start(ctx context.Context, worker int) error
	// Stop ends a worker. No call is on its slots, and none will come.
	Stop(ctx context.Context, worker int) error
}

// Reloader is an optional interface of instances that can replace their workers by ones
// that import the adapter anew. There is one call at a time.
type Reloader interface {
	// Reload returns when all workers that there are have been replaced and the old ones
	// have ended, each after its calls. If the first replacement does not start, all is as
	// it was. Calls go on meanwhile.
	Reload(ctx context.Context) error
}

// First is how many of n workers Open starts, the first ones, so that MinWorkers calls can
// run.
func (s Spec) First(n int) int {
	if s.MinWorkers == 0 || n == 0 {
		return n
	}
	each := (s.Workers + n - 1) / n
	return min((s.MinWorkers+each-1)/each, n)
}
