package tally

// Class says why a call failed.
type Class int

// The classes.
const (
	Python Class = iota
	Conversion
	Validation
	Canceled
	Crashed
	Saturated
	QueueTimeout
	Unavailable
	Closed
	Refused
	Other
	classes
)

// Errors counts failed calls by why they failed.
type Errors struct {
	Python       uint64 // Python code raised an exception
	Conversion   uint64 // a value could not cross, or not without a copy
	Validation   uint64 // the arguments did not fit the tool's schema
	Canceled     uint64 // the context ended
	Crashed      uint64 // the worker's process was lost
	Saturated    uint64 // the queue was full, or the session's worker busy
	QueueTimeout uint64 // no worker became free in time
	Unavailable  uint64 // there was no worker that could run it
	Closed       uint64 // the runtime or the session was closed
	Refused      uint64 // a policy did not let it begin
	Other        uint64
}

// Total is how many there were.
func (e Errors) Total() uint64 {
	n := uint64(0)
	for _, c := range e.all() {
		n += *c
	}
	return n
}

// Plus returns the sum of both.
func (e Errors) Plus(other Errors) Errors {
	theirs := other.all()
	for i, c := range e.all() {
		*c += *theirs[i]
	}
	return e
}

// all are the counts by their class.
func (e *Errors) all() [classes]*uint64 {
	return [classes]*uint64{
		Python: &e.Python, Conversion: &e.Conversion, Validation: &e.Validation, Canceled: &e.Canceled, Crashed: &e.Crashed,
		Saturated: &e.Saturated, QueueTimeout: &e.QueueTimeout, Unavailable: &e.Unavailable, Closed: &e.Closed, Refused: &e.Refused, Other: &e.Other,
	}
}
