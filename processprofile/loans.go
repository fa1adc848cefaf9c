package processprofile

import (
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/shm"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// loans are what a worker and its host have lent each other: Go's memory that Python still
// uses, and Python's that Go does. Safe for concurrent use.
type loans struct {
	limit int          // up to how many bytes travel in the message
	area  *shm.Mapping // the worker's own; nil where memory cannot be shared

	worker *worker

	mu   sync.Mutex
	last uint64
	lent map[uint64]*hold.Hold // Go's; nil when the worker is gone
	done []uint64              // Python's that are over, and it has not heard
}

func newLoans(in *instance, w *worker) (*loans, error) {
	l := &loans{worker: w, limit: in.config.InlineMax, lent: map[uint64]*hold.Hold{}}
	if arena() == nil {
		return l, nil
	}
	var err error
	l.area, err = shm.NewMapping(in.config.SharedMemory)
	return l, err
}

// lend keeps a reference until the child says that the loan is over; 0: it is gone.
func (l *loans) lend(h *hold.Hold) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lent == nil {
		return 0
	}
	h.Retain()
	l.last++
	l.lent[l.last] = h
	return l.last
}

// over ends loans of Go's memory.
func (l *loans) over(ends *snakepitv1.Ends) {
	for _, n := range ends.GetLoans() {
		l.mu.Lock()
		h := l.lent[n]
		delete(l.lent, n)
		l.mu.Unlock()
		if h != nil {
			h.Release()
		}
	}
}

// hold returns a reference of one's own to what was lent, or nil.
func (l *loans) hold(loan uint64) *hold.Hold {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.lent[loan]
	if h != nil {
		h.Retain()
	}
	return h
}

// returned notes that a loan of Python's memory is over.
func (l *loans) returned(loan uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lent != nil {
		l.done = append(l.done, loan)
	}
}

// ended takes the loans that the child has to hear of.
func (l *loans) ended() *snakepitv1.Ends {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.done) == 0 {
		return nil
	}
	done := l.done
	l.done = nil
	return &snakepitv1.Ends{Loans: done}
}

// close ends all loans of Go's memory: the worker is gone. What it lent stays as it is.
func (l *loans) close() {
	l.mu.Lock()
	lent := l.lent
	l.lent, l.done = nil, nil
	l.mu.Unlock()
	for _, h := range lent {
		h.Release()
	}
	if lent != nil && l.area != nil {
		l.area.Release()
	}
}

// view is memory that a tensor in Go borrows; it is known by an odd number, which no
// address of package cgo's is.
type view struct {
	loans   *loans
	loan    uint64 // 0: nobody waits for its end
	release func()
}

var (
	views    sync.Map // uint64 → *view
	lastView atomic.Uint64
)

func keepView(v *view) uint64 {
	n := lastView.Add(1)<<1 | 1
	views.Store(n, v)
	return n
}

// findView returns the view of a number that a tensor carries as its origin, or nil.
func findView(number uint64) *view {
	v, _ := views.Load(number)
	found, _ := v.(*view)
	return found
}

func init() {
	wire.ReleaseRemoteView = func(number uintptr) {
		v, ok := views.LoadAndDelete(uint64(number))
		if !ok {
			return
		}
		one := v.(*view)
		if one.loan != 0 {
			one.loans.returned(one.loan)
		}
		one.release()
	}
}
