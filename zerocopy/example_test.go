package zerocopy_test

import (
	"fmt"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// A tensor of a slice is the slice: what one side writes the other reads.
func ExampleFromSlice() {
	pixels := make([]uint8, 6)
	x, err := zerocopy.FromSlice(pixels, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer x.Release()
	if err := x.Set(uint8(255), 1, 0); err != nil {
		fmt.Println(err)
	}
	fmt.Println(x, pixels)
	// Output: uint8[2 3] on cpu:0 [0 0 0 255 0 0]
}

// Memory of New lies outside Go's heap, so that Python may keep it.
func ExampleNew() {
	x, err := zerocopy.New[float32](2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer x.Release()
	s, err := zerocopy.Slice[float32](x) // good until Release
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(s, []float32{1, 2, 3, 4})
	fmt.Println(zerocopy.At[float32](x, 1, 0))
	// Output: 3 <nil>
}

// A view has a reference of its own, and is released like any tensor.
func ExampleTensor_Slice() {
	x, err := zerocopy.FromSlice([]int32{0, 1, 2, 3, 4, 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := x.Slice(0, 5, -1, -2)
	x.Release() // the view keeps the memory
	if err != nil {
		fmt.Println(err)
		return
	}
	defer back.Release()
	c, err := back.Contiguous() // a copy: the view goes backwards
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Release()
	fmt.Println(zerocopy.Slice[int32](c))
	// Output: [5 3 1] <nil>
}
