package shm

import (
	"fmt"
	"os"
)

// page is the granule: no two allocations share one of the processor's pages.
var page = os.Getpagesize()

// least is what an arena whose size nobody chose has anyway.
const least = 64 << 20

// newRegionUpTo makes a region of so many bytes; if nobody chose, half of the machine's
// memory, or less where the process may not map as much.
func newRegionUpTo(name string, asked int64) (*region, error) {
	if asked > 0 {
		return newRegion(name, whole(asked))
	}
	size := max(machineMemory()/2, least)
	r, err := newRegion(name, whole(size))
	for err != nil && size > least {
		size /= 2
		r, err = newRegion(name, whole(size))
	}
	return r, err
}

// whole returns how many bytes the pages for n have.
func whole(n int64) int {
	const most = int64(^uint(0)>>1) >> 2 // others need addresses too
	return max((int(min(n, most))+page-1)/page, 1) * page
}

// within returns a range of the mapping, if it lies in there.
func (r *region) within(offset, length uint64) ([]byte, error) {
	size := uint64(len(r.mem))
	if offset > size || length > size-offset {
		return nil, fmt.Errorf("shm: %d bytes at %d are not within shared memory of %d bytes; the other process miscalculated", length, offset, size)
	}
	end := offset + length
	return r.mem[offset:end:end], nil
}
