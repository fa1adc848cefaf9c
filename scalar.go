package snakepit

import (
	"context"
	"math"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// The fast path of Bind for plain types: nothing is allocated, because neither the
// argument nor the result is reached through a pointer that escapes.

// scalar reports whether T has a fast path.
func scalar[T any]() bool {
	var t T
	switch any(t).(type) {
	case int, int64, float64, bool, string:
		return true
	}
	return false
}

func callScalar[In, Out any](ctx context.Context, b *binding, in In) (out Out, err error) {
	f := newFrame(ctx)
	codec.PutHeader(f, 1, 0, 0)
	if err := putScalar(f, in); err != nil {
		f.Recycle()
		return out, at("argument", err)
	}
	if err := b.pool.run(ctx, b.what, f); err != nil {
		return out, err
	}
	if !takeScalar(&f.Ret, &out) {
		out, err = takeOther[Out](b, f)
	}
	f.Recycle()
	return out, err
}

func putScalar[T any](f *wire.Frame, v T) error {
	switch v := any(v).(type) {
	case int:
		codec.PutInt(f, int64(v))
	case int64:
		codec.PutInt(f, v)
	case float64:
		codec.PutFloat(f, v)
	case bool:
		codec.PutBool(f, v)
	case string:
		return codec.PutString(f, v)
	}
	return nil
}

// takeScalar reads a result that came without a buffer; false leaves it unread.
func takeScalar[T any](r *wire.Ret, out *T) bool {
	switch p := any(out).(type) {
	case *int:
		*p = int(r.Bits)
		return r.Tag == wire.Int
	case *int64:
		*p = int64(r.Bits)
		return r.Tag == wire.Int
	case *float64:
		*p = math.Float64frombits(r.Bits)
		return r.Tag == wire.Float
	case *bool:
		*p = r.Tag == wire.True
		return *p || r.Tag == wire.False
	}
	return false
}

// takeOther reads a result through the plan.
func takeOther[T any](b *binding, f *wire.Frame) (T, error) {
	out := new(T)
	r := wire.NewReader(&f.Ret)
	err := b.decode(&r, unsafe.Pointer(out))
	return *out, at("result", err)
}
