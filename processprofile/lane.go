package processprofile

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// lane is a thread of a child, and the stream over which it gets its calls, one after the
// other. Who holds the slot has it, and reads the replies; a caller who may have to leave has
// a goroutine read them.
type lane struct {
	worker *worker
	stream grpc.BidiStreamingClient[snakepitv1.ExecuteRequest, snakepitv1.ExecuteReply]
	known  map[*target]uint64 // the targets that the child knows on this lane

	writer columns.Writer
	reader columns.Reader
	parts  parts
}

func (w *worker) openLane(ctx context.Context) (*lane, error) {
	stream, err := w.rpc.Execute(ctx)
	if err != nil {
		return nil, err
	}
	l := &lane{worker: w, stream: stream, known: map[*target]uint64{}}
	l.parts.max = w.config.MaxMessage
	return l, nil
}

// receive reads one reply; nil: the stream has ended.
func (l *lane) receive() *snakepitv1.ExecuteReply {
	for {
		r, err := l.stream.Recv()
		if err != nil {
			l.worker.broken(err)
			return nil
		}
		l.worker.loans.over(r.GetEnds())
		p := r.GetPart()
		if p == nil {
			return r
		}
		r = new(snakepitv1.ExecuteReply)
		whole, err := l.parts.add(p, r)
		if err != nil {
			l.worker.broken(err)
			return nil
		}
		if whole {
			l.worker.loans.over(r.GetEnds())
			return r
		}
	}
}

// run runs a call to its end, or ctx's.
func (l *lane) run(ctx context.Context, t *target, f *wire.Frame) error {
	c, err := l.begin(t, f, 0)
	if err != nil {
		return err
	}
	if ctx.Done() == nil {
		return l.finish(c, l.receive(), f)
	}
	reply := make(chan *snakepitv1.ExecuteReply, 1)
	go func() { reply <- l.receive() }()
	select {
	case r := <-reply:
		return l.finish(c, r, f)
	case <-ctx.Done():
		return l.leave(ctx, reply, c, f)
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
func (l *lane) finish(c *call, r *snakepitv1.ExecuteReply, f *wire.Frame) error {
	defer l.worker.leave()
	l.worker.calls.end(c)
	if r == nil {
		return l.worker.crash(true)
	}
	l.reader.Borrowing = borrowing{l.worker.loans, f}
	return outcome(r.GetOutcome(), &l.reader, f)
}

// leave cancels a call, and gives it up unless it ends in the same moment; its lane is free
// again when Python has ended.
func (l *lane) leave(ctx context.Context, reply chan *snakepitv1.ExecuteReply, c *call, f *wire.Frame) error {
	p := l.worker.pursue(c.id, f)
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case r := <-reply:
		p.end()
		return profile.Ended(ctx, l.finish(c, r, f))
	case <-timer.C:
	}
	left := make(chan struct{})
	go func() {
		r := <-reply
		p.end()
		drop(f, l.finish(c, r, f))
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

// items waits for the next items of the stream that the lane runs, one at least; io.EOF is
// its end.
func (l *lane) items() ([]*snakepitv1.Data, error) {
	r := l.receive()
	if r == nil {
		return nil, l.worker.crash(true)
	}
	switch what := r.GetWhat().(type) {
	case *snakepitv1.ExecuteReply_Item:
		return append([]*snakepitv1.Data{what.Item}, r.GetItems()...), nil
	case *snakepitv1.ExecuteReply_Outcome:
		if err := failure(what.Outcome); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	return nil, errNoItem
}
