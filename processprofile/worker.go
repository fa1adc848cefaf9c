package processprofile

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/hostside"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// worker is one child process, from its start to its end.
type worker struct {
	config     Config // with defaults
	spec       profile.Spec
	number     int // of the worker within its pool
	generation uint64
	born       time.Time

	process *child.Process
	conn    *grpc.ClientConn
	rpc     snakepitv1.WorkerClient
	hello   *snakepitv1.HelloReply
	lanes   []*lane
	link    *link
	loans   *loans
	calls   calls
	stuck   *profile.StuckCalls // the instance's

	active atomic.Int64  // calls that run here, and others that may come
	idle   chan struct{} // capacity 1: active fell to zero
	gil    atomic.Pointer[snakepitv1.PingReply]
	lose   func() // has no more calls come here

	mu   sync.Mutex
	lost error // why the connection broke
}

// enter and leave stand around each use of the worker.
func (w *worker) enter() { w.active.Add(1) }

func (w *worker) leave() {
	if w.active.Add(-1) > 0 {
		return
	}
	select {
	case w.idle <- struct{}{}:
	default:
	}
}

// drain waits until nothing runs here. Nothing new comes.
func (w *worker) drain(ctx context.Context) error {
	for w.active.Load() > 0 {
		select {
		case <-w.idle:
		case <-w.process.Exited():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// broken is told that the connection ended. A child that lives on without one is of no use.
func (w *worker) broken(err error) {
	w.mu.Lock()
	first := w.lost == nil
	if first {
		w.lost = err
	}
	w.mu.Unlock()
	if first {
		w.lose()
		go w.expire("its connection broke: " + status.Convert(err).Message())
	}
}

// expire kills a process that does not end by itself: what ended it is told otherwise.
func (w *worker) expire(why string) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-w.process.Exited():
	case <-timer.C:
		w.process.Kill(why)
	}
}

// farewell is how long a crash waits for the process to have ended, which it has or will.
const farewell = 5 * time.Second

// crash is the error of a call that was, or was to be, on this worker when it ended.
func (w *worker) crash(started bool) *profile.WorkerCrashError {
	w.lose()
	select {
	case <-w.process.Exited():
	case <-time.After(farewell):
		w.process.Kill("its connection broke")
	}
	e := &profile.WorkerCrashError{Pool: w.spec.Pool, Worker: w.number, Pid: w.process.Pid(), Started: started, How: "its connection broke"}
	select {
	case <-w.process.Exited():
		exit := w.process.Exit()
		e.How, e.Signal, e.Code, e.Memory = exit.String(), int(exit.Signal), exit.Code, exit.OOM
		e.Stack, e.Output = exit.Stack, exit.Tail
	default:
	}
	return e
}

// failed is the error of a question that the child did not answer.
func (w *worker) failed(ctx context.Context, err error, started bool) error {
	if _, limited := ctx.Deadline(); limited && status.Code(err) == codes.DeadlineExceeded {
		<-ctx.Done() // the child's clock was the first to say so
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch s, ok := status.FromError(err); {
	case !ok || s.Code() == codes.Unavailable || s.Code() == codes.Canceled:
		return w.crash(started)
	case s.Code() == codes.DeadlineExceeded: // gRPC's clock was faster than ctx's
		return context.DeadlineExceeded
	default:
		return errors.New("snakepit: the worker refused: " + s.Message())
	}
}

// scope finds what a call from Python belongs to.
func (w *worker) scope(caller uint64) (profile.Scope, error) {
	host := w.spec.Host
	switch {
	case caller == 0:
		return host.Outside(), nil
	case caller&hostside.Captured != 0:
		if s := host.Captured(caller &^ hostside.Captured); s != nil {
			return s, nil
		}
	default:
		if c := w.calls.find(caller); c != nil {
			if s := c.scope(host); s != nil {
				return s, nil
			}
		}
	}
	return nil, hostside.ErrCallOver
}

// told passes on what Python's telemetry says, as log records for who debugs.
func (w *worker) told(t *snakepitv1.Telemetry) {
	for _, e := range t.GetEvents() {
		w.spec.Logger.Debug("snakepit: event of Python's", "pool", w.spec.Pool, "worker", w.number,
			"event", strings.Join(e.GetName(), "."), "measurements", e.GetMeasurements(), "metadata", e.GetMetadata(),
			"session", e.GetSession(), "at", time.Unix(0, e.GetUnixNanos()))
	}
}
