package snakepit

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/tool"
)

// ValidationError says that the arguments of a call do not fit the tool's schema. The
// tool has not run.
type ValidationError = tool.ValidationError

// ErrStreams says that a tool yields a stream, and was called with Execute.
var ErrStreams = errors.New("snakepit: this tool yields a stream; call it with Stream")

// Tools lists the tools of the adapters of all pools, with the JSON Schemas of their
// arguments and results.
func (rt *Runtime) Tools() []tool.Spec {
	var all []tool.Spec
	for _, p := range rt.pools {
		all = append(all, p.Tools()...)
	}
	return all
}

// Tools lists the tools of the pool's adapter.
func (p *Pool) Tools() []tool.Spec {
	var all []tool.Spec
	for _, o := range p.offers.all() {
		all = append(all, o.spec)
	}
	slices.SortFunc(all, func(a, b tool.Spec) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// offer is a tool that the pool's adapter offers.
type offer struct {
	spec  tool.Spec
	names []string // of the parameters
	check *tool.Checker

	counts *tally.Tally

	what   atomic.Pointer[profile.Prepared] // nil until the first call
	stream atomic.Pointer[profile.Streamer]
}

// offers are the adapter's tools by name. Looking one up takes no lock.
type offers struct {
	now atomic.Pointer[map[string]*offer]
}

func (o *offers) all() map[string]*offer {
	if now := o.now.Load(); now != nil {
		return *now
	}
	return nil
}

func (o *offers) named(name string) *offer { return o.all()[name] }

// learnTools asks the instance what its adapter offers. What is as it was goes on.
func (w *workers) learnTools() error {
	of, ok := w.instance.(profile.Tools)
	if !ok {
		return nil
	}
	specs, err := of.Tools()
	if err != nil {
		return err
	}
	now := map[string]*offer{}
	for _, s := range specs {
		s.Pool = w.name
		if now[s.Name], err = w.offer(s, w.offers.named(s.Name)); err != nil {
			return fmt.Errorf("tool %q: %w", s.Name, err)
		}
	}
	w.offers.now.Store(&now)
	return nil
}

// offer makes what calls of a tool need, or takes that of the tool before a reload.
func (w *workers) offer(s tool.Spec, before *offer) (*offer, error) {
	if before != nil && reflect.DeepEqual(s, before.spec) {
		return before, nil
	}
	check, err := tool.NewChecker(s)
	if err != nil {
		return nil, err
	}
	o := &offer{spec: s, check: check}
	if before != nil {
		o.counts = before.counts
	} else {
		o.counts = tally.New(w.slots.Len(), true)
	}
	for _, param := range s.Params {
		o.names = append(o.names, param.Name)
	}
	return o, nil
}

// target names the tool for a profile.
func (o *offer) target() profile.Target {
	t := profile.Target{Kind: profile.Tool, Name: o.spec.Name}
	if !o.spec.Open {
		t.Keywords = o.names
	}
	return t
}

// encode checks the arguments and writes them.
func (o *offer) encode(f *wire.Frame, args Args, byPosition bool) error {
	if o.spec.Open {
		if o.check != nil {
			if err := o.check.Args(args); err != nil {
				return err
			}
		}
		return encodeArguments(f, nil, nil, Kw(args))
	}
	given, gap := 0, false
	for i := range o.spec.Params {
		v, ok := args[o.names[i]]
		if !ok {
			if o.spec.Params[i].Required {
				return o.check.Args(args)
			}
			codec.PutMissing(f)
			gap = true
			continue
		}
		given++
		if err := o.check.Param(i, v); err != nil {
			return err
		}
		if err := codec.Encode(f, v, o.names[i]); err != nil {
			return err
		}
	}
	if given < len(args) {
		return o.check.Args(args)
	}
	if byPosition && o.spec.Positional && !gap { // Python finds them faster so
		codec.PutHeader(f, given, 0, 0)
		return nil
	}
	codec.PutHeader(f, 0, len(o.names), 0)
	return nil
}

// prepared resolves the tool once.
func (o *offer) prepared(ctx context.Context, p *Pool) (profile.Prepared, error) {
	if what := o.what.Load(); what != nil {
		return *what, nil
	}
	what, err := p.resolve(ctx, o.target())
	if err != nil {
		return nil, err
	}
	p.targets.keepBound(what)
	o.what.Store(&what)
	return what, nil
}

// Execute calls a tool of the pool's adapter. Arguments that do not fit the tool's
// schema are a *[ValidationError].
func (p *Pool) Execute(ctx context.Context, tool string, args Args) (any, error) {
	o := p.offers.named(tool)
	if o == nil {
		return p.call(ctx, profile.Tool, tool, nil, Kw(args))
	}
	if o.spec.Streams {
		return nil, fmt.Errorf("%w: %q", ErrStreams, tool)
	}
	what, err := o.prepared(ctx, p)
	if err != nil {
		return nil, p.unprepared(tool, err)
	}
	f := p.newFrame(ctx, tool, o.counts)
	if err := o.encode(f, args, true); err != nil {
		return nil, unsent(f, err)
	}
	v, err := p.invoke(ctx, what, f)
	return v, refusedBy(tool, err)
}

// refusedBy is a *[ValidationError] if Python could not make of the arguments what the
// tool asks for; what only Python can know, a model's own rules say.
func refusedBy(tool string, err error) error {
	var e *PythonError
	if err == nil || !errors.As(err, &e) || !refusedArgument(e) {
		return err
	}
	path, rest, _ := strings.Cut(e.Message, ": want ")
	expected, got, _ := strings.Cut(rest, ", got ")
	return &ValidationError{Tool: tool, Path: path, Expected: expected, Got: got, Err: err}
}

// refusedArgument reports whether an exception says that an argument does not fit.
func refusedArgument(e *PythonError) bool {
	return e.Type == "ToolArgumentError" && e.Module == "snakepit_bridge._convert"
}

// prepareStream resolves a tool for streaming and encodes its arguments.
func (p *Pool) prepareStream(ctx context.Context, name string, args Args) (profile.Streamer, *wire.Frame, error) {
	o := p.offers.named(name)
	if o == nil {
		o = &offer{spec: tool.Spec{Name: name, Open: true}} // an adapter may know more than it lists
	}
	what, err := o.streamer(ctx, p)
	if err != nil {
		return nil, nil, p.unprepared(name, err)
	}
	f := p.newFrame(ctx, name, p.countsOf(name))
	f.CopyIn = true // another goroutine reads it
	err = o.encode(f, args, false)
	if err == nil {
		err = checkIn(f)
	}
	if err != nil {
		return nil, nil, unsent(f, err)
	}
	return what, f, nil
}

func (o *offer) streamer(ctx context.Context, p *Pool) (profile.Streamer, error) {
	if what := o.stream.Load(); what != nil {
		return *what, nil
	}
	if p.err != nil {
		return nil, p.err
	}
	able, ok := p.instance.(profile.Streams)
	if !ok {
		return nil, fmt.Errorf("snakepit: pool %q: its profile has no streams", p.name)
	}
	var what profile.Streamer
	err := p.ask(ctx, func() (err error) {
		what, err = able.PrepareStream(ctx, o.target())
		return err
	})
	if err != nil {
		return nil, before(ctx, err)
	}
	p.targets.keepBound(what)
	o.stream.Store(&what)
	return what, nil
}
