package snakepit

import (
	"context"
	"errors"
	"io"
	"iter"
	"reflect"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// Stream calls a tool of the pool's adapter and ranges over what it yields: a
// generator, an async generator or any other iterator; of a tool that returns
// something else it is a stream of that one value. An error ends the stream and comes
// last.
//
// The call waits for a worker as other calls do, when the range begins, and holds it
// until the generator is closed. Python runs ahead of the range by at most
// PoolConfig.StreamBuffer items. However the range ends, the generator is closed before
// (its finally clauses have run); only if ctx ended, and the generator does not come
// to its next yield soon, it is closed when it does.
func (p *Pool) Stream(ctx context.Context, tool string, args Args) iter.Seq2[any, error] {
	return streamOf(ctx, p, tool, args, decodeResult)
}

// Stream ranges over what a tool of the default pool's adapter yields; see [Pool.Stream].
func (rt *Runtime) Stream(ctx context.Context, tool string, args Args) iter.Seq2[any, error] {
	return rt.pools[0].Stream(ctx, tool, args)
}

// StreamOf is Stream with items of one type, filled as results of Bind are.
func StreamOf[T any](ctx context.Context, from Caller, tool string, args Args) iter.Seq2[T, error] {
	plan, err := codec.PlanDecode(reflect.TypeFor[T]())
	return streamOf(ctx, from.defaultPool(), tool, args, func(f *wire.Frame) (item T, _ error) {
		if err != nil {
			return item, err
		}
		r := f.Result()
		if err := plan(r, unsafe.Pointer(&item)); err != nil {
			r.Drop()
			return item, at("item", err)
		}
		return item, nil
	})
}

func streamOf[T any](ctx context.Context, p *Pool, tool string, args Args, decode func(*wire.Frame) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		s := &stream[T]{pool: p, decode: decode, feed: newFeed[T](p.buffer), closed: make(chan struct{})}
		if err := s.begin(ctx, tool, args); err != nil {
			yield(none, err)
			return
		}
		defer s.finish(ctx)
		for {
			item, ok, err := s.feed.take(ctx)
			if err != nil {
				yield(none, refusedBy(tool, ofStream(ctx, err)))
			}
			if !ok || !yield(item, nil) {
				return
			}
		}
	}
}

// stream is one range over a generator. A goroutine of its own runs the generator; it
// owns all but the feed.
type stream[T any] struct {
	pool   *Pool
	pass   pass
	lease  lease
	frame  *wire.Frame
	source atomic.Pointer[profile.Stream]
	decode func(*wire.Frame) (T, error)
	feed   *feed[T]
	closed chan struct{} // the generator is closed, the slot free
	lost   atomic.Bool   // the slot was given back
}

// begin waits for a slot and starts the generator's goroutine.
func (s *stream[T]) begin(ctx context.Context, tool string, args Args) error {
	what, f, err := s.pool.prepareStream(ctx, tool, args)
	if err != nil {
		return err
	}
	if s.pass, err = s.pool.guard.admit(ctx, s.pool, tool); err != nil {
		return unsent(f, err)
	}
	if err := s.pool.enter(); err != nil {
		s.pass.end(err)
		return unsent(f, err)
	}
	if s.lease, err = s.pool.lease(ctx, f); err != nil {
		s.pool.leave()
		s.pass.end(err)
		return unsent(f, err)
	}
	if s.lease.within != nil {
		f.Call.Nesting = wire.Apart // its goroutine is not that of the call it is within
	}
	s.frame = f
	f.Call.Lost = s.lose
	go s.run(what)
	return nil
}

// run is the generator's goroutine.
func (s *stream[T]) run(what profile.Streamer) {
	watch := tally.Begin()
	source, err := what.Open(s.lease.slot, s.frame)
	if err == nil {
		s.source.Store(&source)
		s.pause()
		err = s.each(source)
		s.resume()
		s.frame.Again()
		err = errors.Join(err, source.Close(s.frame))
	}
	s.count(watch, err)
	s.end(err)
}

// count counts the stream as one call.
func (s *stream[T]) count(watch tally.Watch, err error) {
	counts := s.frame.Tally
	watch.Stop(counts, s.lease.slot)
	counts.Ended(s.lease.slot)
	if err != nil {
		counts.Failed(s.lease.slot, classOf(err))
	}
}

// end gives back all there is.
func (s *stream[T]) end(err error) {
	if s.frame.Call.Scope != nil {
		s.frame.Call.Scope.Wait()
	}
	s.pool.leave()
	if !s.lost.Swap(true) {
		s.pool.giveBack(s.lease, err != nil)
	}
	s.pass.end(err)
	s.frame.Recycle()
	var cancelled *profile.Stopped
	if unseen := !s.feed.end(err); unseen && err != nil && !errors.As(err, &cancelled) {
		s.pool.rt.config.Logger.Warn("snakepit: a generator failed while it was being closed", "pool", s.pool.name, "err", err)
	}
	close(s.closed)
}

// lose gives the slot back while the generator is stuck: another worker has taken its place.
func (s *stream[T]) lose() {
	if !s.lost.Swap(true) {
		s.pool.giveBack(s.lease, true)
	}
}

// each runs the generator to its end, as far as it is wanted.
func (s *stream[T]) each(source profile.Stream) error {
	ahead, _ := source.(profile.Ahead)
	for s.feed.await() {
		if ahead != nil {
			ahead.Ahead(s.feed.space())
		}
		s.resume()
		item, err := s.next(source)
		s.pause()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		s.pass.began()
		s.feed.put(item)
	}
	return nil
}

func (s *stream[T]) next(source profile.Stream) (item T, err error) {
	s.frame.Again()
	if err = source.Next(s.frame); err != nil {
		return item, err
	}
	if item, err = s.decode(s.frame); err == nil {
		err = checkOut(s.frame, "an item")
	}
	return item, err
}

// pause and resume let other calls within the same call have the slot between items.
func (s *stream[T]) pause() {
	if s.lease.within != nil {
		<-s.lease.within.turns()
	}
}

func (s *stream[T]) resume() {
	if s.lease.within != nil {
		s.lease.within.turns() <- struct{}{}
	}
}

// ofStream is the error that ends a range.
func ofStream(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return ofContext(err)
	}
	return err
}

// ofContext is the error of a range whose context has ended.
func ofContext(err error) *CancelError {
	var ended *profile.Stopped
	if !errors.As(err, &ended) {
		return &CancelError{Stage: CancelStreaming, Running: true, Err: err}
	}
	e := stopped(ended)
	e.Stage = CancelStreaming
	return e
}

// patience is how long a range whose context has ended waits for the generator to be closed.
const patience = 100 * time.Millisecond

// finish closes the generator, however the range ended.
func (s *stream[T]) finish(ctx context.Context) {
	s.feed.stop()
	select {
	case <-s.closed:
		return
	default:
	}
	if source := s.source.Load(); source != nil {
		(*source).Interrupt()
	}
	select {
	case <-s.closed:
		return
	case <-ctx.Done():
	}
	select {
	case <-s.closed:
	case <-time.After(patience):
	}
}
