package processprofile

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// lane is a thread of a child, and the stream over which it gets its calls, one after the
// other. Who holds the slot has it; replies are read by a goroutine, so that a caller whose
// context ends can leave.
type lane struct {
	worker  *worker
	stream  grpc.BidiStreamingClient[snakepitv1.ExecuteRequest, snakepitv1.ExecuteReply]
	replies chan *snakepitv1.ExecuteReply // closed when the stream has ended
	known   map[*target]uint64            // the targets that the child knows on this lane

	writer columns.Writer
	reader columns.Reader
	parts  parts
}

// ahead is how many replies wait here for who reads them.
const ahead = 16

func (w *worker) openLane(ctx context.Context) (*lane, error) {
	stream, err := w.rpc.Execute(ctx)
	if err != nil {
		return nil, err
	}
	l := &lane{worker: w, stream: stream, replies: make(chan *snakepitv1.ExecuteReply, ahead), known: map[*target]uint64{}}
	l.parts.max = w.config.MaxMessage
	go l.receive()
	return l, nil
}

// receive reads replies until the stream ends.
func (l *lane) receive() {
	defer close(l.replies)
	for {
		r, err := l.stream.Recv()
		if err != nil {
			l.worker.broken(err)
			return
		}
		l.worker.loans.over(r.GetEnds())
		if p := r.GetPart(); p != nil {
			r = new(snakepitv1.ExecuteReply)
			whole, err := l.parts.add(p, r)
			if err != nil {
				l.worker.broken(err)
				return
			}
			if !whole {
				continue
			}
			l.worker.loans.over(r.GetEnds())
		}
		l.replies <- r
	}
}

// run runs a call to its end, or ctx's.
func (l *lane) run(ctx context.Context, t *target, f *wire.Frame) error {
	c, err := l.begin(t, f, 0)
	if err != nil {
		return err
	}
	select {
	case r, ok := <-l.replies:
		return l.finish(c, r, ok, f)
	case <-ctx.Done():
		return l.leave(ctx, c, f)
	}
}

// begin sends a call. The frame is the call's until it ends.
func (l *lane) begin(t *target, f *wire.Frame, credit uint32) (*call, error) {
	c := l.worker.calls.begin(f)
	if err := l.send(c, t, f, credit); err != nil {
		l.worker.calls.end(c)
		l.worker.leave()
		return nil, err
	}
	return c, nil
}

func (l *lane) send(c *call, t *target, f *wire.Frame, credit uint32) error {
	lend := &lending{loans: l.worker.loans, frame: f}
	l.writer.Lending = lend
	m, err := message(c.id, t.Keywords, f, &l.writer)
	if err != nil {
		lend.undo()
		return err
	}
	m.Credit = credit
	l.address(m, t)
	err = l.post(&snakepitv1.ExecuteRequest{
		What: &snakepitv1.ExecuteRequest_Call{Call: m},
		Ends: l.worker.loans.ended(),
	})
	l.writer.Reset()
	if err != nil {
		return l.worker.crash(false)
	}
	return nil
}

// address says what is called, and what that is if the child does not know it.
func (l *lane) address(m *snakepitv1.Call, t *target) {
	n, ok := l.known[t]
	if !ok {
		n = uint64(len(l.known) + 1)
		l.known[t] = n
		m.Define = t.message()
	}
	m.Target = n
}

// post sends a message, in parts if it is large.
func (l *lane) post(m *snakepitv1.ExecuteRequest) error {
	size := l.worker.config.ChunkSize
	if proto.Size(m) <= size {
		return l.stream.Send(m)
	}
	return cut(m, size, func(p *snakepitv1.Part) error {
		return l.stream.Send(&snakepitv1.ExecuteRequest{What: &snakepitv1.ExecuteRequest_Part{Part: p}})
	})
}

// finish leaves the result of a call in its frame.
func (l *lane) finish(c *call, r *snakepitv1.ExecuteReply, ok bool, f *wire.Frame) error {
	defer l.worker.leave()
	l.worker.calls.end(c)
	if !ok {
		return l.worker.crash(true)
	}
	l.reader.Borrowing = borrowing{l.worker.loans, f}
	return outcome(r.GetOutcome(), &l.reader, f)
}

// leave gives a call up; its lane is free again when Python has ended.
func (l *lane) leave(ctx context.Context, c *call, f *wire.Frame) error {
	left := make(chan struct{})
	l.worker.link.cancel(c.id)
	go func() {
		r, ok := <-l.replies
		err := l.finish(c, r, ok, f)
		drop(f, err)
		close(left)
	}()
	return &profile.Running{Err: ctx.Err(), Done: left}
}

// drop throws away the result of a call that was left, and its frame.
func drop(f *wire.Frame, err error) {
	if s := f.Call.Scope; s != nil {
		s.Wait()
	}
	if err == nil {
		f.DropObjects()
	}
	f.Recycle()
}

// errNoItem says that a lane answered with something else than a stream does.
var errNoItem = errors.New("snakepit: the worker sent no item where one was due")

// item waits for the next item of the stream that the lane runs; io.EOF is its end.
func (l *lane) item() (*snakepitv1.Data, error) {
	r, ok := <-l.replies
	if !ok {
		return nil, l.worker.crash(true)
	}
	switch r := r.GetWhat().(type) {
	case *snakepitv1.ExecuteReply_Item:
		return r.Item, nil
	case *snakepitv1.ExecuteReply_Outcome:
		if err := failure(r.Outcome); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	return nil, errNoItem
}
