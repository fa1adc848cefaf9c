package processprofile

import (
	"context"
	"io"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// runNested runs a call within the call that holds the slot: on the same child, which runs
// it on another thread, for that of the outer call waits in Python for its Go tool.
func (in *instance) runNested(ctx context.Context, slot int32, t *target, f *wire.Frame) error {
	w, err := in.within(slot, f)
	if err != nil {
		return err
	}
	n := &nested{worker: w, target: t}
	reply, c, err := n.begin(f, snakepitv1.Step_CALL)
	if err != nil {
		return err
	}
	select {
	case r, ok := <-reply:
		return n.finish(c, r, ok, f)
	case <-ctx.Done():
		return n.leave(ctx, reply, c, f)
	}
}

// nested is a call within a call, or a stream within one, step by step.
type nested struct {
	worker *worker
	target *target
	stream uint64 // the number that the child gave it
	call   *call  // the one that opened the stream
	over   bool
}

// begin sends a call, or a step of the stream.
func (n *nested) begin(f *wire.Frame, step snakepitv1.Step) (chan *snakepitv1.NestedReply, *call, error) {
	w := n.worker
	c := w.calls.begin(f)
	reply := w.link.expect(c.id)
	if reply == nil {
		w.calls.end(c)
		w.leave()
		return nil, nil, w.crash(false)
	}
	if err := n.send(c, f, step); err != nil {
		w.link.answered(&snakepitv1.NestedReply{Id: c.id})
		w.calls.end(c)
		w.leave()
		return nil, nil, err
	}
	return reply, c, nil
}

func (n *nested) send(c *call, f *wire.Frame, step snakepitv1.Step) error {
	m := &snakepitv1.Call{Id: c.id, Stream: n.stream, Step: step}
	if step == snakepitv1.Step_CALL {
		lend := &lending{loans: n.worker.loans, frame: f}
		var err error
		if m, err = message(c.id, n.target.Keywords, f, &columns.Writer{Lending: lend}); err != nil {
			lend.undo()
			return err
		}
		m.Define = n.target.message()
	}
	if err := n.worker.link.post(&snakepitv1.LinkDown{What: &snakepitv1.LinkDown_Nested{Nested: m}}); err != nil {
		return n.worker.crash(false)
	}
	return nil
}

// finish leaves the result of a call in its frame.
func (n *nested) finish(c *call, r *snakepitv1.NestedReply, ok bool, f *wire.Frame) error {
	defer n.worker.leave()
	n.worker.calls.end(c)
	if !ok {
		return n.worker.crash(true)
	}
	n.stream = r.GetStream()
	return outcome(r.GetOutcome(), &columns.Reader{Borrowing: borrowing{n.worker.loans, f}}, f)
}

func (n *nested) leave(ctx context.Context, reply chan *snakepitv1.NestedReply, c *call, f *wire.Frame) error {
	p := n.worker.pursue(c.id, f)
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case r, ok := <-reply:
		p.end()
		return profile.Ended(ctx, n.finish(c, r, ok, f))
	case <-timer.C:
	}
	left := make(chan struct{})
	go func() {
		r, ok := <-reply
		p.end()
		drop(f, n.finish(c, r, ok, f))
		close(left)
	}()
	return &profile.Running{Err: ctx.Err(), Done: left}
}

// openNested opens a stream within a call.
func (in *instance) openNested(slot int32, t *target, f *wire.Frame) (profile.Stream, error) {
	n := &nested{target: t}
	var err error
	if n.worker, err = in.within(slot, f); err != nil {
		return nil, err
	}
	reply, c, err := n.begin(f, snakepitv1.Step_CALL)
	if err != nil {
		return nil, err
	}
	n.call = c
	over := n.worker.watch(f.Call.Ctx, c.id, f)
	r, ok := <-reply
	over()
	if err := n.finish(c, r, ok, f); err != nil {
		return nil, profile.Ended(f.Call.Ctx, err)
	}
	f.Again()
	return n, nil
}

// step runs one step of the stream; more is false at its end.
func (n *nested) step(f *wire.Frame, step snakepitv1.Step) (more bool, err error) {
	n.worker.active.Add(1)
	stream := n.stream
	reply, c, err := n.begin(f, step)
	if err != nil {
		return false, err
	}
	n.call = c
	over := n.worker.watch(f.Call.Ctx, c.id, f)
	r, ok := <-reply
	over()
	err = profile.Ended(f.Call.Ctx, n.finish(c, r, ok, f))
	n.stream = stream
	return r.GetMore(), err
}

// Next implements profile.Stream.
func (n *nested) Next(f *wire.Frame) error {
	if n.over {
		return io.EOF
	}
	more, err := n.step(f, snakepitv1.Step_NEXT)
	if err == nil && !more {
		n.over = true
		return io.EOF
	}
	return err
}

// Interrupt implements profile.Stream.
func (n *nested) Interrupt() { n.worker.link.interrupt(n.stream) }

// Close implements profile.Stream.
func (n *nested) Close(f *wire.Frame) error {
	_, err := n.step(f, snakepitv1.Step_CLOSE)
	n.over = true
	return err
}
