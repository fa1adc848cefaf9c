package wire

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// passed are values that a profile made of Python's and a result names: uint64 → any.
var (
	passed     sync.Map
	lastPassed atomic.Uint64
)

// AppendPassed appends a value that a profile made, which the decoder gives to the program.
func AppendPassed(b []byte, v any) []byte {
	n := lastPassed.Add(1)
	passed.Store(n, v)
	return binary.NativeEndian.AppendUint64(append(b, byte(Arrow), 0), n)
}

// Passed reads what follows the tag Arrow in a result. The value is the caller's.
func (r *Reader) Passed() (any, bool) {
	_, n, ok := r.Arrow()
	if ok && !r.Untrusted {
		if v, ok := passed.LoadAndDelete(n); ok {
			return v, true
		}
	}
	r.bad = true
	return nil, false
}

// PeekPassed returns what Passed will, of the next value.
func (r *Reader) PeekPassed() any {
	if len(r.buf)-r.off < 10 || Tag(r.buf[r.off]) != Arrow {
		return nil
	}
	v, _ := passed.Load(binary.NativeEndian.Uint64(r.buf[r.off+2:]))
	return v
}

func (r *Reader) skipPassed(release bool) bool {
	if !release || r.Borrowed {
		_, _, ok := r.Arrow()
		return ok
	}
	v, ok := r.Passed()
	if ok {
		r.release(v)
	}
	return ok
}
