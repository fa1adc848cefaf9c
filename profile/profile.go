package profile

import (
	"context"
	"log/slog"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/tool"
)

// Profile opens the workers of pools.
type Profile interface {
	// Open makes spec.Workers workers ready. An error that wraps [ErrUnavailable]
	// says that this profile cannot run on this machine.
	Open(ctx context.Context, spec Spec) (Instance, error)
}

// Spec is what a profile is told about the pool it works for.
type Spec struct {
	Pool    string // the pool's name, for messages
	Workers int    // how many; slots are numbered 0 to Workers-1
	// MinWorkers is for how many of them there are to be workers after Open; those for the
	// others come with Elastic. 0 is all. See First.
	MinWorkers int
	Logger     *slog.Logger // never nil
	Host       Host         // what Python may call; never nil

	// NativeThreads is how many threads libraries such as BLAS and OpenMP may use in one
	// call, unless the user's environment says so; 0 leaves them alone.
	NativeThreads int

	Slots Slots // the slots of the workers; never nil
	// Crashed, if not nil, hears of each worker that ended and that nobody ended, with
	// its slots, while they are down.
	Crashed func(slots []int32, e *WorkerCrashError)

	// Grace is how long a call may run on that nobody waits for any more, until it is
	// stuck; 0 is for ever. MaxStuck is how many stuck calls may be replaced at once.
	Grace    time.Duration
	MaxStuck int
	Stuck    func(Stuck) // to be told of each change of a stuck call; see [StuckCalls]
}

// Slots is how an instance tells that a worker can run no calls. Safe for concurrent use.
type Slots interface {
	// Down keeps new calls from a slot; one that it runs goes on. Idempotent.
	Down(slot int32)
	// Up lets them come again. Idempotent.
	Up(slot int32)
	// Empty is Down, and waits until no call holds the slot or ctx ends.
	Empty(ctx context.Context, slot int32) error
}

// Instance is the workers of one pool. All methods are safe for concurrent use.
type Instance interface {
	// Prepare resolves a target once, for many calls. The root package keeps what
	// it gets until it calls Release.
	Prepare(ctx context.Context, t Target) (Prepared, error)

	// Close ends the workers. No call is in progress, and none will follow.
	Close(ctx context.Context) error

	Stats() Stats
}

// Prepared is a target that an instance resolved.
type Prepared interface {
	// Run runs the target on a slot that the caller holds, with the arguments in
	// f.In, and leaves the result in f.Ret. A *Running error says that ctx ended
	// first: the slot, the frame and what it was lent then belong to the call until
	// Running.Done is closed.
	Run(ctx context.Context, slot int32, f *wire.Frame) error

	// Release gives up what the target holds. It is not running, and will not run.
	Release()
}

// Kind says what a target is.
type Kind int

// The kinds of targets.
const (
	Function  Kind = iota // Name is "module:qualname"
	Tool                  // Name is a tool of the pool's adapter; called with its Params as Keywords
	Method                // Name is a method of the object that is the first argument
	Attribute             // Name is an attribute of the object that is the only argument
	Helper                // Name is a function of snakepit_bridge._runtime
	Exec                  // Name is a namespace; arguments: source, dict of variables
	Eval                  // Name is a namespace; arguments: source, dict of variables
)

// Target names something to call.
type Target struct {
	Kind Kind
	Name string

	// Keywords, if not empty, are the names of the keyword arguments, whose values
	// every call passes in this order.
	Keywords []string
	// Keys, if not empty, are the keys to read from the mapping that is the result.
	Keys []string
	// Tensors says that the result has a place for tensors: bytes and their kind, which
	// are copied otherwise, are wanted as such.
	Tensors bool
}

// Tools is an optional interface of instances whose adapter offers tools.
type Tools interface {
	// Tools lists them, in the adapter's order. It is asked once, after Open.
	Tools() ([]tool.Spec, error)
}

// Streams is an optional interface of instances that can run generators.
type Streams interface {
	// PrepareStream resolves a tool whose result is to be iterated over.
	PrepareStream(ctx context.Context, t Target) (Streamer, error)
}

// Streamer is a tool that was prepared for streaming. Its methods are called by one
// goroutine at a time for one stream.
type Streamer interface {
	// Open calls the tool on a slot that the caller holds, with the arguments in f.In.
	Open(slot int32, f *wire.Frame) (Stream, error)
	Release()
}

// Stream is a generator of Python's.
type Stream interface {
	// Next leaves the next item in f.Ret; io.EOF says that there is none.
	Next(f *wire.Frame) error
	// Interrupt asks a Next that is in progress to return soon, if it can. From any
	// goroutine.
	Interrupt()
	// Close closes the generator: its finally clauses run. Idempotent; not during Next.
	Close(f *wire.Frame) error
}

// Sessions is an optional interface of instances that keep something for a session.
type Sessions interface {
	// EndSession gives up what was kept for the session of this number.
	EndSession(number uint64) error
}

// Objects is an optional interface of instances whose results may be objects that
// stay in Python.
type Objects interface {
	// Own takes over a reference that a result handed out.
	Own(handle uintptr) Handle
}

// Ahead is an optional interface of streams that can have Python work ahead of Next.
type Ahead interface {
	// Ahead says that the next n calls of Next will come. Called by the goroutine that
	// calls Next, before it.
	Ahead(n int)
}

// Abandoner is an optional interface of instances that can end while calls are in progress.
type Abandoner interface {
	// Abandon ends the workers, and the calls with them, instead of Close.
	Abandon() error
}

// Handle is a reference to a Python object.
type Handle interface {
	wire.Lender
	Release() // gives it up; idempotent
}

// Stats is what an instance knows about its Python.
type Stats struct {
	Profile      string   // "thread" or "process"
	Chosen       string   // the same where Fallback or package auto chose; the root package fills it
	Reason       string   // why it was chosen; empty if it is the preferred one
	Python       string   // version
	Executable   string   // sys.executable
	FreeThreaded bool     // built without the GIL
	GIL          bool     // whether the GIL is on now
	GILCulprits  []string // extension modules that turned it on
	BadSignals   []string // signals whose handlers would kill the process
	ThreadStates int      // of the interpreter; each costs memory and time in garbage collection

	// NativeThreads is how many threads BLAS and OpenMP use in one call: what Spec asked
	// for, or what the environment says instead; 0 if that is left to them.
	NativeThreads int

	// Stuck are calls that nobody waits for any more, and that do not end; StuckTotal is how
	// many there have been, StuckEnded how many of these ended after all, and LastStuck the
	// last of them.
	Stuck                  []Stuck
	LastStuck              *Stuck
	StuckTotal, StuckEnded uint64

	Pids     []int  // of the processes that run now
	Restarts uint64 // of processes that had ended
	Recycled uint64 // processes that were replaced because they had done enough
	Gone     int    // slots whose workers will not come back: calls fail there
}
