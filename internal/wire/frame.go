package wire

import (
	"context"
	"runtime"
	"sync"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/tally"
)

// HeaderSize is the length of the header of In: uint32 count of positional
// arguments, uint32 count of keywords, uint64 handle of a tuple with the
// keywords' names. With handle 0 each keyword is a Str followed by its value;
// otherwise only the values follow, [Missing] for those to leave out.
const HeaderSize = 16

// Lender is a value that lends a Python object to a call and gets it back.
type Lender interface {
	// Lend returns the handle, good until Return; an error says why there is none.
	Lend() (uintptr, error)
	Return()
}

// Frame is the space that one call crosses in. It is not safe for concurrent
// use. Frames come from [NewFrame] and go back with [Frame.Recycle].
type Frame struct {
	In  []byte // the encoded call
	Out []byte // where C may write the result; its length is its capacity

	// CopyIn makes the encoder copy large slices and strings into In, because
	// the caller may leave before C has read them. Otherwise they are lent.
	CopyIn bool

	// Remote says that the call goes to another process: what it lends is described, for a
	// handle means nothing there.
	Remote bool

	// Local says that the frame goes nowhere: what it lends is read back here.
	Local bool

	// NoCopy says that the caller wants an error instead of a copy; see Traffic.
	NoCopy bool

	// Idempotent says that the call may be run again when its worker is lost.
	Idempotent bool

	// Class is that of package pool: who goes first of those who wait for a slot.
	Class int8

	// Traffic is what the call has moved so far, and Meter, if set, gets it.
	Traffic Traffic
	Meter   *Meter

	// Hint is the pool slot that this frame's last call used. Frames stay with
	// a processor, so it is most often the slot nobody else wants.
	Hint int32

	// Call is whose call this is, and Caller the number by which the profile finds it
	// again when Python calls Go from it; 0 if nobody needs to.
	Call   Call
	Caller uint64

	// Raw is the result as C left it, for package cgo alone.
	Raw Raw

	// Ret is the result, and Free, if set, gives back its memory; Recycle calls it. Keep
	// is Go memory that Ret refers to by its address.
	Ret  Ret
	Free func()
	Keep any

	reader  Reader
	pins    runtime.Pinner
	lent    []Lender
	holds   []*hold.Hold
	offered []uint64 // sources
	pinned  bool

	// Tally counts the call; nil for what is no call. Sampler says whether it is measured,
	// and stays with the frame.
	Tally   *tally.Tally
	Sampler tally.Sampler
}

const (
	inSize  = 1 << 10
	outSize = 4 << 10
	keepMax = 64 << 10 // a larger In is not kept for the next call
)

var frames = sync.Pool{New: func() any {
	return &Frame{In: make([]byte, HeaderSize, inSize), Out: make([]byte, outSize), Hint: -1}
}}

// NewFrame returns an empty frame.
func NewFrame() *Frame { return frames.Get().(*Frame) }

// Pin keeps the memory at p, part of a Go allocation, in place and alive until
// Recycle.
func (f *Frame) Pin(p any) {
	f.pins.Pin(p)
	f.pinned = true
}

// Lend records a lender whose handle is in In.
func (f *Frame) Lend(l Lender) { f.lent = append(f.lent, l) }

// Hold keeps a reference for the call, and gives it up when that is over.
func (f *Frame) Hold(h *hold.Hold) { f.holds = append(f.holds, h) }

// TakeHolds hands the references that the frame keeps over to the caller; the slice is
// good until the frame is used again.
func (f *Frame) TakeHolds() []*hold.Hold {
	holds := f.holds
	f.holds = f.holds[:0]
	return holds
}

// Lent returns the lenders whose handles are in In, in their order there.
func (f *Frame) Lent() []Lender { return f.lent }

// Result returns a reader of the result, good until Recycle.
func (f *Frame) Result() *Reader {
	f.reader.Start(&f.Ret)
	f.reader.traffic = &f.Traffic
	return &f.reader
}

// DropObjects releases the objects in a result that nobody will read.
func (f *Frame) DropObjects() {
	f.Result().Drop()
}

// DropMade releases the objects in a result that was read.
func (f *Frame) DropMade() { f.reader.Drop() }

// Recycle gives back what the call was lent, and the frame.
func (f *Frame) Recycle() {
	f.Reset()
	frames.Put(f)
}

// Again gives back the result only: the frame is good for the next one of the same call.
func (f *Frame) Again() {
	if f.Free != nil {
		f.Free()
		f.Free = nil
	}
	if f.Ret.Buf != nil {
		f.Ret.Buf = nil
	}
	if f.Keep != nil {
		f.Keep = nil
	}
	f.Ret.Tag = None
	f.reader.forget() // or a frame in the pool would keep the objects
}

// Reset gives back what the call was lent and empties the frame.
func (f *Frame) Reset() {
	f.Again()
	if f.pinned {
		f.pins.Unpin()
		f.pinned = false
	}
	if len(f.lent) > 0 {
		f.giveBack()
	}
	if len(f.holds) > 0 {
		f.giveUp()
	}
	if len(f.offered) > 0 {
		f.closeSources()
	}
	if cap(f.In) > keepMax {
		f.In = make([]byte, HeaderSize, inSize)
	}
	f.In = f.In[:HeaderSize]
	f.CopyIn, f.Local, f.NoCopy, f.Idempotent, f.Remote = false, false, false, false, false
	f.Class = 0
	if f.Traffic != (Traffic{}) {
		f.report()
	}
	if f.Call.Ctx != nil {
		f.endCall()
	}
	f.Caller = 0
}

// Scope is what the root package keeps of a call that calls Go.
type Scope interface {
	Wait() // until no call within it is in progress
	End()
}

// Retry makes the frame ready to carry the same call again, after it failed. False: it
// cannot, because what the arguments are iterators over may have been read.
func (f *Frame) Retry() bool {
	if len(f.offered) > 0 {
		return false
	}
	f.Again()
	target := f.Call.Target
	f.endCall()
	f.Call.Target = target
	f.Caller = 0
	return true
}

func (f *Frame) endCall() {
	if f.Call.Scope != nil {
		f.Call.Scope.End()
	}
	f.Call, f.Meter = Call{}, nil
}

// Nesting says where a call stands.
type Nesting uint8

// The ways a call can stand.
const (
	Outermost Nesting = iota
	Within            // it was made by Go code that Python called, and its context ends with that call's
	Apart             // the same, and its context may end before
)

// Call is whose call a frame carries. The root package writes it, and reads it again
// when Python calls Go: that is why it keeps what profiles cannot know as any.
type Call struct {
	Ctx     context.Context
	View    any // the view of a pool that it was made through
	Target  string
	Scope   Scope // what Python sees of Go in it; nil until it looks
	Slot    int32
	Nesting Nesting
	Lane    uint64 // of a call within another: the Caller of the outermost one on its slot
	Lost    func() // of a stream: its slot serves other calls from now on, though it runs on
}

func (f *Frame) giveUp() {
	for _, h := range f.holds {
		h.Release()
	}
	f.holds = f.holds[:0]
}

func (f *Frame) giveBack() {
	for _, l := range f.lent {
		l.Return()
	}
	clear(f.lent)
	f.lent = f.lent[:0]
}

// Raw is a result as C describes it: the same layout as sp_ret in cgo/call.h.
type Raw struct {
	Status uint32
	Tag    Tag
	Heap   int32
	Bits   uint64
	Buf    uintptr
	Len    uint
	Keep   uintptr
}

// Ret is the result of a call: a scalar in Tag and Bits, or an encoded value.
type Ret struct {
	Tag  Tag    // None, False, True, Int, Float, or Encoded
	Bits uint64 // the int64 or the bits of the float64
	Buf  []byte // with Encoded: one value; memory of the frame or of C, good until the call's result is released

	// NewObject makes the Go handle for an [Object] that the decoder meets; it
	// takes over the reference. Never nil while Buf holds an Object.
	NewObject func(handle uintptr) any
}
