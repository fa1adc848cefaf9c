package profile

// Shared is an optional interface of instances that have fewer workers than slots: slot s
// belongs to worker s % Workers(). The pool then spreads calls over the workers.
type Shared interface {
	Workers() int // after Open, always the same
}

// Generations is an optional interface of instances whose workers may be lost.
type Generations interface {
	// Generation returns a number that changes when the worker of a slot is replaced; 0
	// while there is none.
	Generation(slot int32) uint64
}
