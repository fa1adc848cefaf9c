package threadprofile

import (
	"context"
	"fmt"
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
	if err := s.runOn(slot, f); err != nil {
		return nil, err
	}
	owner := f.Ret.NewObject
	f.Ret.NewObject = func(h uintptr) any { return cgo.Object(h) }
	v, err := codec.Decode(f.Result())
	f.Again()
	f.Ret.NewObject = owner
	o, ok := v.(cgo.Object)
	if !ok {
		return nil, fmt.Errorf("snakepit: a stream came back as a %T: %w", v, err)
	}
	return &stream{iterator: o, in: s.in, slot: slot}, nil
}

// stream is an iterator in Python with a method close. The mutex guards the reference
// against Interrupt.
type stream struct {
	in       *instance
	slot     int32
	mu       sync.Mutex
	iterator cgo.Object
}

// Next implements profile.Stream.
func (s *stream) Next(f *wire.Frame) error {
	return s.in.on(s.slot, f, func() error {
		return cgo.Do(cgo.Next, s.iterator, f, 0).Err(f, goerror.Arrived)
	})
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
	err := codec.Encode(f, embed.Ref(s.iterator), "")
	if err == nil {
		err = s.in.on(s.slot, f, func() error {
			return cgo.Do(cgo.Method, names.close, f, 0).Err(f, goerror.Arrived)
		})
	}
	s.mu.Lock()
	iterator := s.iterator
	s.iterator = 0
	s.mu.Unlock()
	iterator.Release()
	return err
}
