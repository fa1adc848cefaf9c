// Package hold counts references to something that Go owns and foreign code uses.
//
// The count lies off Go's heap, in a cell of two words {int64 count; uint64 index} at
// [Hold.Address]. C takes a reference with an atomic add of 1 and gives one up with an
// atomic subtraction, without entering Go; whoever takes the count to zero, and only he,
// tells Go the index through [Dropped]. The owner is then told once, with Drop.
//
// There is no lock or counter that all goroutines share: cells belong to stripes, and
// each stripe has a lock for its free cells. Memory for cells is kept for the next ones.
package hold
