package snakepit

import (
	"context"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// Call calls anything that can be imported, "module:qualname", with positional
// arguments; a [Kw] among them passes keyword arguments.
func (p *Pool) Call(ctx context.Context, target string, args ...any) (any, error) {
	if !strings.Contains(target, ":") {
		return nil, fmt.Errorf("snakepit: Call wants \"module:qualname\", got %q; tools are called with Execute", target)
	}
	return p.call(ctx, profile.Function, target, args, nil)
}

// Exec runs statements in a named namespace, after setting variables in it.
func (p *Pool) Exec(ctx context.Context, namespace, source string, variables ...Kw) error {
	_, err := p.call(ctx, profile.Exec, namespace, []any{source, merge(variables)}, nil)
	return err
}

// Eval evaluates an expression in a named namespace, after setting variables in it.
func (p *Pool) Eval(ctx context.Context, namespace, expression string, variables ...Kw) (any, error) {
	return p.call(ctx, profile.Eval, namespace, []any{expression, merge(variables)}, nil)
}

func merge(variables []Kw) map[string]any {
	all := map[string]any{}
	for _, v := range variables {
		for name, value := range v {
			all[name] = value
		}
	}
	return all
}

func (p *Pool) call(ctx context.Context, kind profile.Kind, name string, args []any, kw Kw) (any, error) {
	what, err := p.prepare(ctx, kind, name)
	if err != nil {
		return nil, p.unprepared(name, err)
	}
	return p.encodeAndInvoke(ctx, name, what, nil, args, kw)
}

// encodeAndInvoke runs a prepared target with dynamic arguments, after self if there is
// one.
func (p *Pool) encodeAndInvoke(ctx context.Context, name string, what profile.Prepared, self *Object, args []any, kw Kw) (any, error) {
	f := p.newFrame(ctx, name, p.others)
	if err := encodeArguments(f, self, args, kw); err != nil {
		return nil, unsent(f, err)
	}
	return p.invoke(ctx, what, f)
}

// invoke runs a prepared target with the arguments in f, which is gone afterwards.
func (p *Pool) invoke(ctx context.Context, what profile.Prepared, f *wire.Frame) (any, error) {
	if err := p.run(ctx, what, f); err != nil {
		return nil, err
	}
	v, err := decodeResult(f)
	if err == nil && f.NoCopy {
		err = checkOut(f, "the result")
	}
	if err != nil {
		return nil, unread(f, err)
	}
	f.Recycle()
	return v, nil
}

// decodeResult reads a result without a type to go by; an int needs no reader.
func decodeResult(f *wire.Frame) (any, error) {
	if f.Ret.Tag == wire.Int {
		return int64(f.Ret.Bits), nil
	}
	result := f.Result()
	v, err := codec.Decode(result)
	if err != nil {
		result.Drop()
		return nil, at("result", err)
	}
	return v, nil
}

func (p *Pool) newFrame(ctx context.Context, target string, counts *tally.Tally) *wire.Frame {
	f := wire.NewFrame()
	f.Call.Target, f.Tally = target, counts
	p.options.apply(f)
	f.Remote = p.objects == nil
	f.CopyIn = ctx.Done() != nil || p.guard != nil && p.guard.hedge > 0 // the caller may leave, and reuse its memory
	return f
}

// encodeArguments writes self, positional arguments and then keywords: those of
// every Kw among the arguments, and kw.
func encodeArguments(f *wire.Frame, self *Object, args []any, kw Kw) error {
	positional, keywords := 0, len(kw)
	if self != nil {
		if err := codec.PutLent(f, self.handle); err != nil {
			return err
		}
		positional++
	}
	for i, a := range args {
		switch a := a.(type) {
		case int:
			codec.PutInt(f, int64(a))
		case Kw:
			keywords += len(a)
			positional--
		case CallOption:
			a.apply(f)
			positional--
		default:
			if err := codec.Encode(f, a, argument(i)); err != nil {
				return err
			}
		}
	}
	positional += len(args)
	codec.PutHeader(f, positional, keywords, 0)
	if keywords == 0 {
		return nil
	}
	return encodeKeywords(f, args, kw)
}

func encodeKeywords(f *wire.Frame, args []any, kw Kw) error {
	for _, a := range args {
		named, _ := a.(Kw)
		if err := encodeNamed(f, named); err != nil {
			return err
		}
	}
	return encodeNamed(f, kw)
}

func encodeNamed(f *wire.Frame, kw Kw) error {
	for name, v := range kw {
		if err := codec.Encode(f, name, name); err != nil {
			return err
		}
		if err := codec.Encode(f, v, name); err != nil {
			return err
		}
	}
	return nil
}

// argument names a positional argument in errors.
func argument(i int) string {
	const few = "args[0]args[1]args[2]args[3]args[4]args[5]args[6]args[7]args[8]args[9]"
	if i < 10 {
		return few[7*i : 7*i+7]
	}
	return fmt.Sprintf("args[%d]", i)
}
