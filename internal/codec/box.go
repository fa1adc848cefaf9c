package codec

import "unsafe"

// boxBlock is how many numbers share one allocation when they are put into
// interfaces. One that is kept keeps the block.
const boxBlock = 256

// box returns the words at p, which need not be aligned, as interfaces. Interfaces
// hold pointers; these point into blocks instead of at an allocation each.
func box[T int64 | float64](p unsafe.Pointer, n int) []any {
	out := make([]any, n)
	src := elems[byte](p, 8*n)
	typ := typeWord[T]()
	for start := 0; start < n; start += boxBlock {
		size := min(boxBlock, n-start)
		block := make([]T, size)
		copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(block))), 8*size), src[8*start:])
		for i := range block {
			*(*eface)(unsafe.Pointer(&out[start+i])) = eface{typ, unsafe.Pointer(&block[i])}
		}
	}
	return out
}

// typeWord returns what an interface that holds a T says its type is.
func typeWord[T any]() unsafe.Pointer {
	var zero any = *new(T)
	return (*eface)(unsafe.Pointer(&zero)).typ
}
