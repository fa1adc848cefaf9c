package codec

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// encIterator returns the encoder of iter.Seq[T], of iter.Seq2[T, error], or of a
// channel to receive from; an iterator in Python.
func encIterator(t reflect.Type) (encoder, error) {
	item, ok := itemOf(t)
	if !ok {
		return nil, never(t, "")
	}
	if _, err := PlanEncode(item); err != nil {
		return nil, at("[item]", err)
	}
	return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
		v := reflect.NewAt(t, p).Elem()
		if v.IsNil() {
			putTag(f, wire.None)
			return nil
		}
		id := f.Offer(newSource(v))
		f.In = append(f.In, byte(wire.Ext), byte(wire.Iterator))
		putWord(f, wire.Int, id)
		return nil
	}, nil
}

var errorType = reflect.TypeFor[error]()

// itemOf returns the type of the items of an iterator's type.
func itemOf(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Chan {
		return t.Elem(), t.ChanDir()&reflect.RecvDir != 0
	}
	if t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 || t.In(0).Kind() != reflect.Func {
		return nil, false
	}
	yield := t.In(0)
	if yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool {
		return nil, false
	}
	switch yield.NumIn() {
	case 1:
		return yield.In(0), true
	case 2:
		return yield.In(0), yield.In(1) == errorType
	}
	return nil, false
}

// source runs a Go iterator, item by item as it is asked. A function runs on a
// goroutine of its own, which begins with the first item; a channel is read where it
// stands there too.
type source struct {
	v     reflect.Value
	begin sync.Once
	end   sync.Once
	ask   chan struct{}
	items chan sourceItem
	over  chan struct{} // closed by the goroutine at its end
	done  chan struct{} // closed by Close
}

type sourceItem struct {
	v   any
	err error
}

func newSource(v reflect.Value) *source {
	own := reflect.New(v.Type()).Elem()
	own.Set(v) // the caller's variable may change
	return &source{
		v: own, ask: make(chan struct{}), items: make(chan sourceItem),
		over: make(chan struct{}), done: make(chan struct{}),
	}
}

var errSourceClosed = errors.New("snakepit: this Go iterator is closed")

// Next implements wire.Source.
func (s *source) Next(ctx context.Context, f *wire.Frame) (bool, error) {
	s.begin.Do(func() { go s.run() })
	select {
	case s.ask <- struct{}{}:
	case <-s.over:
		return false, nil
	case <-s.done:
		return false, errSourceClosed
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case item := <-s.items:
		if item.err != nil {
			return false, item.err
		}
		return true, Encode(f, item.v, "item")
	case <-s.over:
		return false, nil
	case <-s.done:
		return false, errSourceClosed
	case <-ctx.Done():
		s.Close()
		return false, ctx.Err()
	}
}

// Close implements wire.Source. A function is told at its next yield.
func (s *source) Close() { s.end.Do(func() { close(s.done) }) }

// run is the iterator's goroutine.
func (s *source) run() {
	defer close(s.over)
	defer func() {
		if p := recover(); p != nil {
			s.give(sourceItem{err: fmt.Errorf("snakepit: panic in a Go iterator: %v\n%s", p, debug.Stack())})
		}
	}()
	if !s.asked() {
		return
	}
	if s.v.Kind() == reflect.Chan {
		s.receive()
		return
	}
	yield := reflect.MakeFunc(s.v.Type().In(0), func(in []reflect.Value) []reflect.Value {
		item := sourceItem{v: in[0].Interface()}
		if len(in) == 2 {
			item.err, _ = in[1].Interface().(error)
		}
		return []reflect.Value{reflect.ValueOf(s.give(item) && s.asked()).Convert(s.v.Type().In(0).Out(0))}
	})
	s.v.Call([]reflect.Value{yield})
}

// receive passes on what a channel gives.
func (s *source) receive() {
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: s.v},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(s.done)},
	}
	for {
		chosen, item, ok := reflect.Select(cases)
		if chosen == 1 || !ok || !s.give(sourceItem{v: item.Interface()}) || !s.asked() {
			return
		}
	}
}

// asked waits until somebody wants an item; false: nobody will.
func (s *source) asked() bool {
	select {
	case <-s.ask:
		return true
	case <-s.done:
		return false
	}
}

func (s *source) give(item sourceItem) bool {
	select {
	case s.items <- item:
		return true
	case <-s.done:
		return false
	}
}
