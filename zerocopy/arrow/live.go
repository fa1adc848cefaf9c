package zarrow

import (
	"sync/atomic"
)

var live struct {
	values, arrays, streams, lent            atomic.Int64
	readArrays, readStreams, owed, allocated atomic.Int64
}

// schemas is how many of C's are in a consumer's hands.
var schemas = func() int64 { return 0 }

// Counts is what is held across the border at a moment.
type Counts struct {
	Values int64 // wrapped and not given up by everybody

	Schemas, Arrays, Streams int64 // in a consumer's hands
	LentBytes                int64 // of the buffers of these arrays

	ImportedArrays, ImportedStreams int64 // of Python, not released here
	BorrowedBytes                   int64 // of the buffers of these arrays

	AllocatedBytes int64 // of Allocator
}

// Live returns the counts of the whole program. Each counter is exact, but they are
// not read at one moment.
func Live() Counts {
	return Counts{
		Values:  live.values.Load(),
		Schemas: schemas(), Arrays: live.arrays.Load(),
		Streams: live.streams.Load(), LentBytes: live.lent.Load(),
		ImportedArrays: live.readArrays.Load(), ImportedStreams: live.readStreams.Load(),
		BorrowedBytes: live.owed.Load(), AllocatedBytes: live.allocated.Load(),
	}
}
