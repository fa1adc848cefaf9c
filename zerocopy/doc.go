// Package zerocopy has tensors: memory with a type and a shape that Go and Python both
// see, without a copy.
//
// # Where the memory is
//
//   - [New] and [Empty] allocate outside Go's heap. Such a tensor can be given to Python
//     and kept there for as long as Python likes.
//   - [FromSlice] and [FromBytes] use a slice of Go as it is. It stays pinned until the last
//     reference is given up, and what one side writes the other reads.
//   - [FromPointer] describes memory that somebody else made: Python's, a device's, a file's.
//
// # Who owns what
//
// Whoever gets a *Tensor owns one reference to its memory and gives it up with
// [Tensor.Release]. Each method that returns a tensor (Reshape, Slice, Index, Transpose,
// Broadcast, Contiguous, Clone, AsReadOnly) returns one with a reference of its own, so
// that a tensor and its views are released in any order. When it returns an error, it has
// taken nothing. Python has references too, and gives them up on whatever thread its
// garbage is collected on. The memory goes with the last reference, whoever has it.
//
// Release may be called twice, and while other goroutines use the tensor: they finish
// first. After it, methods that can fail return [ErrReleased], and the others zero values.
//
// A tensor that nobody released, unless it is of a slice, is released some time after it became garbage. That is a
// safety net: memory outside Go's heap does not hurry the collector. Built with the tag
// invariants, a program prints which line made such a tensor.
//
// What [Slice], [ReadSlice], [Tensor.Bytes] and [Tensor.Data] return is not counted: it is
// good until Release. Whoever takes one therefore also takes the safety net down; the
// memory of such a tensor goes with Release only.
//
// # Concurrency
//
// Tensors do not change; their elements do. All methods may be called from many goroutines
// at once. Writing an element while somebody reads it, in Go or Python, is a data race like
// any other, and the callers' to prevent.
//
// # Layout
//
// Shapes and strides count elements. Strides may be negative, or 0 for elements that stand
// for many; such a tensor is read-only. An element narrower than a byte takes a byte.
// There are at most [MaxDims] dimensions; a tensor of none has one element.
package zerocopy
