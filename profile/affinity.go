package profile

// Generations is an optional interface of instances whose workers may be lost.
type Generations interface {
	// Generation returns a number that changes when the worker of a slot is replaced; 0
	// while there is none.
	Generation(slot int32) uint64
}
