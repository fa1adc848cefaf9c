//go:build cgo

package rawarrow

import "sync/atomic"

var live struct{ values, schemas, arrays atomic.Int64 }

// Counts is what is held across the border at a moment. Streams that Python took, and
// what the Export functions gave to the caller, are not among it: they have one owner.
type Counts struct {
	Values          int64 // imported and not given up by everybody
	Schemas, Arrays int64 // in a consumer's hands
}

// Live returns the counts of the whole program. Each counter is exact, but they are
// not read at one moment.
func Live() Counts {
	return Counts{live.values.Load(), live.schemas.Load(), live.arrays.Load()}
}
