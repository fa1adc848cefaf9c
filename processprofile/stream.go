package processprofile

import (
	"errors"
	"io"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// streamer is a tool that was prepared for streaming.
type streamer struct{ *target }

// Open implements profile.Streamer.
func (s streamer) Open(slot int32, f *wire.Frame) (profile.Stream, error) {
	if f.Call.Nesting != wire.Outermost {
		return s.in.openNested(slot, s.target, f)
	}
	w, err := s.in.enter(slot, f)
	if err != nil {
		return nil, err
	}
	l := w.lanes[s.in.thread(slot)]
	c, err := l.begin(s.target, f, 0)
	if err != nil {
		return nil, err
	}
	return &stream{lane: l, call: c, forget: w.watch(f.Call.Ctx, c.id, f)}, nil
}

// stream is a generator that a lane runs. The child may send as many items as it was
// given credit for, and waits then.
type stream struct {
	lane *lane
	call *call
	due  int                // items that the child was asked for and that were not taken
	come []*snakepitv1.Data // items that have come
	over bool               // the child said that it has ended

	forget func() // ends the wait for the end of its context
}

// Ahead implements profile.Ahead: it asks for up to n items, in few messages.
func (s *stream) Ahead(n int) {
	if s.over || n <= 1 || s.due > n/4 {
		return
	}
	s.ask(n - s.due) // an error shows where the items are waited for
}

func (s *stream) ask(n int) {
	if s.lane.post(&snakepitv1.ExecuteRequest{
		What: &snakepitv1.ExecuteRequest_More{More: uint32(n)}, Ends: s.lane.worker.loans.ended(),
	}) == nil {
		s.due += n
	}
}

// Next implements profile.Stream.
func (s *stream) Next(f *wire.Frame) error {
	if s.over {
		return io.EOF
	}
	if s.due == 0 {
		s.ask(1)
	}
	data, err := s.item()
	if err != nil {
		s.end()
		if errors.Is(err, io.EOF) {
			return err
		}
		return profile.Ended(f.Call.Ctx, err)
	}
	s.due--
	s.lane.reader.Borrowing = borrowing{s.lane.worker.loans, f}
	return s.lane.reader.Result(data, f)
}

// item takes the next item; io.EOF is the end.
func (s *stream) item() (*snakepitv1.Data, error) {
	if len(s.come) == 0 {
		var err error
		if s.come, err = s.lane.items(); err != nil {
			return nil, err
		}
	}
	first := s.come[0]
	s.come = s.come[1:]
	return first, nil
}

// Interrupt implements profile.Stream.
func (s *stream) Interrupt() { s.lane.worker.link.interrupt(s.call.id) }

// Close implements profile.Stream.
func (s *stream) Close(f *wire.Frame) error {
	if s.over {
		return nil
	}
	s.Interrupt() // the child looks for the end only when it has sent what was asked for
	_ = s.lane.post(&snakepitv1.ExecuteRequest{What: &snakepitv1.ExecuteRequest_Close{Close: true}})
	for {
		data, err := s.item()
		if errors.Is(err, io.EOF) {
			err = nil
		}
		if data == nil {
			s.end()
			return err
		}
		s.discard(data, f)
	}
}

// discard releases what an item lends that nobody wants.
func (s *stream) discard(data *snakepitv1.Data, f *wire.Frame) {
	s.lane.reader.Borrowing = borrowing{s.lane.worker.loans, f}
	if s.lane.reader.Result(data, f) == nil {
		f.DropObjects()
	}
	f.Again()
}

// end gives the lane free.
func (s *stream) end() {
	s.over = true
	s.forget()
	s.lane.worker.calls.end(s.call)
	s.lane.worker.leave()
}
