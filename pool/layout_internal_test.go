package pool

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestSlotsShareNoCacheLine(t *testing.T) {
	require.EqualValues(t, lineSize, unsafe.Sizeof(slot{}))
	for n := 1; n <= 300; n++ {
		slots := make([]slot, n)
		start := uintptr(unsafe.Pointer(&slots[0]))
		require.Zero(t, start%lineSize, "%d slots start inside a line", n)
	}
}

// What every call reads shares no line with what a waiter writes, wherever
// the Pool lies in memory.
func TestGateSharesNoCacheLineWithTheQueue(t *testing.T) {
	var p Pool
	require.GreaterOrEqual(t, unsafe.Offsetof(p.slots), uintptr(lineSize))
	end := unsafe.Offsetof(p.gate) + unsafe.Sizeof(p.gate)
	require.GreaterOrEqual(t, unsafe.Offsetof(p.limit)-end, uintptr(lineSize)-unsafe.Sizeof(p.slots)-unsafe.Sizeof(p.gate))
}
