package processprofile

import (
	"context"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// link is the stream for what happens beside a worker's calls: what Python asks of Go, and
// calls within calls.
type link struct {
	worker *worker
	stream grpc.BidiStreamingClient[snakepitv1.LinkDown, snakepitv1.LinkUp]
	send   sync.Mutex // around stream.Send
	parts  parts

	mu     sync.Mutex
	nested map[uint64]chan *snakepitv1.NestedReply // by the call's number; nil when the worker is gone
	gone   bool
}

// openLink opens the link, which lasts as long as the process, and waits until the child
// has it: from then on Python can call Go.
func (w *worker) openLink(ctx context.Context) error {
	stream, err := w.rpc.Link(context.Background())
	if err != nil {
		return err
	}
	k := &link{worker: w, stream: stream, nested: map[uint64]chan *snakepitv1.NestedReply{}}
	k.parts.max = w.config.MaxMessage
	w.link = k
	ready := make(chan error, 1)
	go func() {
		_, err := stream.Header()
		ready <- err
		k.receive()
	}()
	select {
	case err = <-ready:
	case <-w.process.Exited():
		err = w.crash(false)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return err
}

// post sends a message, in parts if it is large. Safe for concurrent use.
func (k *link) post(m *snakepitv1.LinkDown) error {
	k.send.Lock()
	defer k.send.Unlock()
	m.Ends = k.worker.loans.ended()
	size := k.worker.config.ChunkSize
	if proto.Size(m) <= size {
		return k.stream.Send(m)
	}
	return cut(m, size, func(p *snakepitv1.Part) error {
		return k.stream.Send(&snakepitv1.LinkDown{What: &snakepitv1.LinkDown_Part{Part: p}})
	})
}

// interrupt wakes the step of a stream.
func (k *link) interrupt(call uint64) {
	_ = k.post(&snakepitv1.LinkDown{What: &snakepitv1.LinkDown_Interrupt{Interrupt: call}})
}

// cancel says that nobody waits for a call any more.
func (k *link) cancel(call uint64) {
	_ = k.post(&snakepitv1.LinkDown{What: &snakepitv1.LinkDown_Cancel{Cancel: call}})
}

// receive reads what the child sends until the stream ends.
func (k *link) receive() {
	for {
		m, err := k.stream.Recv()
		if err != nil {
			k.end(err)
			return
		}
		k.worker.loans.over(m.GetEnds())
		if p := m.GetPart(); p != nil {
			m = new(snakepitv1.LinkUp)
			whole, err := k.parts.add(p, m)
			if err != nil {
				k.end(err)
				return
			}
			if !whole {
				continue
			}
			k.worker.loans.over(m.GetEnds())
		}
		k.handle(m)
	}
}

func (k *link) handle(m *snakepitv1.LinkUp) {
	switch m := m.GetWhat().(type) {
	case *snakepitv1.LinkUp_Ask:
		k.asked(m.Ask)
	case *snakepitv1.LinkUp_Nested:
		k.answered(m.Nested)
	case *snakepitv1.LinkUp_Telemetry:
		k.worker.told(m.Telemetry)
	}
}

// end tells all who wait that there will be no answer.
func (k *link) end(err error) {
	k.worker.broken(err)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone = true
	for _, c := range k.nested {
		close(c)
	}
	clear(k.nested)
}

// expect is where the reply to a nested call will be; nil: the worker is gone.
func (k *link) expect(call uint64) chan *snakepitv1.NestedReply {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.gone {
		return nil
	}
	c := make(chan *snakepitv1.NestedReply, 1)
	k.nested[call] = c
	return c
}

func (k *link) answered(r *snakepitv1.NestedReply) {
	k.mu.Lock()
	c := k.nested[r.GetId()]
	delete(k.nested, r.GetId())
	k.mu.Unlock()
	if c != nil {
		c <- r
	}
}
