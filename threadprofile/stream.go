package threadprofile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// PrepareStream implements profile.Streams.
func (in *instance) PrepareStream(_ context.Context, t profile.Target) (profile.Streamer, error) {
	p, err := in.offer(names.stream, t)
	if err != nil {
		return nil, err
	}
	return &streamer{p}, nil
}

// streamer is a tool whose callables return iterators.
type streamer struct{ *offered }

// Open implements profile.Streamer.
func (s *streamer) Open(slot int32, f *wire.Frame) (profile.Stream, error) {
	s.in.announce(slot, f)
	o, err := s.callable(slot, f)
	if err != nil {
		return nil, err
	}
	st := &stream{pin: s.in.laneOf(slot, f).pin}
	if f.Call.Ctx.Done() != nil {
		st.watch(s, slot, f)
	}
	err = st.pin.run(f, func() error {
		if st.pursuit == nil {
			return s.RunAs(o, f)
		}
		return s.RunGuarded(&st.guard, cgo.More, o, f)
	})
	if err == nil {
		st.iterator, err = opened(f)
	}
	if err != nil {
		if st.pursuit != nil {
			st.guard.End()
		}
		st.over()
		return nil, profile.Ended(f.Call.Ctx, err)
	}
	return st, nil
}

// opened takes the iterator out of the result.
func opened(f *wire.Frame) (cgo.Object, error) {
	owner := f.Ret.NewObject
	f.Ret.NewObject = func(h uintptr) any { return cgo.Object(h) }
	v, err := codec.Decode(f.Result())
	f.Again()
	f.Ret.NewObject = owner
	o, ok := v.(cgo.Object)
	if !ok {
		return 0, fmt.Errorf("snakepit: a stream came back as a %T: %w", v, err)
	}
	return o, nil
}

// stream is an iterator in Python with a method close. The mutex guards the reference
// against Interrupt. All its steps have one key: those that come after its context has
// ended do not begin, but for the last.
type stream struct {
	pin      *pin
	mu       sync.Mutex
	iterator cgo.Object

	guard   cgo.Guard
	pursuit *pursuit    // nil if its context cannot end
	forget  func() bool // stops waiting for that
}

// watch has the steps cancelled once the context of the range ends.
func (s *stream) watch(of *streamer, slot int32, f *wire.Frame) {
	key := cgo.NewKeys() + 1
	s.guard.Announce(key)
	s.pursuit = of.in.newPursuit(&s.guard, key, slot, f)
	if f.Call.Lost != nil && f.Call.Nesting == wire.Outermost {
		s.pursuit.what, s.pursuit.lost = of, f.Call.Lost
	}
	s.forget = context.AfterFunc(f.Call.Ctx, s.pursuit.run)
}

// over says that no step will follow.
func (s *stream) over() {
	if s.pursuit != nil {
		s.forget()
		s.pursuit.end()
	}
}

// do is one step.
func (s *stream) do(place cgo.Place, op cgo.Op, target cgo.Object, f *wire.Frame) error {
	if s.pin != nil {
		return s.pin.run(f, func() error { return s.doHere(place, op, target, f) })
	}
	return s.doHere(place, op, target, f)
}

func (s *stream) doHere(place cgo.Place, op cgo.Op, target cgo.Object, f *wire.Frame) error {
	if s.pursuit == nil {
		return cgo.Do(op, target, f, 0).Err(f, goerror.Arrived)
	}
	return cgo.DoGuarded(&s.guard, place, op, target, f, 0).Err(f, goerror.Arrived)
}

// Next implements profile.Stream.
func (s *stream) Next(f *wire.Frame) error {
	err := s.do(cgo.More, cgo.Next, s.iterator, f)
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return profile.Ended(f.Call.Ctx, err)
}

// Interrupt implements profile.Stream: asynchronous generators can be woken.
func (s *stream) Interrupt() {
	s.mu.Lock()
	iterator := s.iterator
	if iterator != 0 {
		iterator.Retain()
	}
	s.mu.Unlock()
	if iterator == 0 {
		return
	}
	defer iterator.Release()
	_, _ = embed.Ask(cgo.Method, names.interrupt, embed.Ref(iterator))
}

// Close implements profile.Stream. It runs in the frame of the stream, so that what
// Python does last still belongs to its call.
func (s *stream) Close(f *wire.Frame) error {
	if s.iterator == 0 {
		return nil
	}
	f.In = f.In[:wire.HeaderSize]
	codec.PutHeader(f, 1, 0, 0)
	if s.pursuit != nil {
		s.pursuit.tidy()
	}
	err := codec.Encode(f, embed.Ref(s.iterator), "")
	if err == nil {
		err = s.do(cgo.Last, cgo.Method, names.close, f)
	}
	s.over()
	s.mu.Lock()
	iterator := s.iterator
	s.iterator = 0
	s.mu.Unlock()
	iterator.Release()
	return err
}
