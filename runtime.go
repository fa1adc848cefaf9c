package snakepit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// Runtime is a set of pools of Python workers. Methods that call Python use the
// default pool, the first one configured.
type Runtime struct {
	config Config
	number uint64 // unique in the process
	pools  []*Pool
	byName map[string]*Pool
	tools  toolRegistry

	sessions sessions
	meter    wire.Meter

	closing sync.Once
	closed  error
}

var runtimes atomic.Uint64

// Open starts a runtime. An error that wraps [ErrUnavailable] says that a profile
// cannot run on this machine, and where it looked. ctx bounds the start only.
func Open(ctx context.Context, c Config) (*Runtime, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	rt := &Runtime{config: c, number: runtimes.Add(1), byName: map[string]*Pool{}}
	rt.sessions.init(rt)
	rt.meter.Heard = heard(c.Observer)
	for _, t := range c.Tools {
		if err := rt.RegisterTool(t); err != nil {
			return nil, err
		}
	}
	for _, pc := range c.Pools {
		p, err := openPool(ctx, rt, pc)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("snakepit: pool %q did not open: %w", pc.Name, err), rt.Close())
		}
		rt.pools = append(rt.pools, p)
		rt.byName[pc.Name] = p
	}
	return rt, nil
}

// Close ends the runtime: new calls get [ErrClosed], calls in progress may end
// within Config.DrainTimeout, then the workers are released. The process's Python
// stays alive. Only the first Close does anything; all return its result.
func (rt *Runtime) Close() error {
	rt.closing.Do(func() { rt.closed = rt.close() })
	return rt.closed
}

func (rt *Runtime) close() error {
	rt.sessions.closeAll()
	ctx, cancel := context.WithTimeout(context.Background(), rt.config.DrainTimeout)
	defer cancel()
	errs := make([]error, len(rt.pools))
	var all sync.WaitGroup
	for i, p := range rt.pools {
		all.Go(func() { errs[i] = p.close(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// Pool returns a pool by its name. Calls on a name that is not configured fail with
// [ErrPoolNotFound].
func (rt *Runtime) Pool(name string) *Pool {
	if p, ok := rt.byName[name]; ok {
		return p
	}
	return &Pool{workers: &workers{rt: rt, name: name, err: fmt.Errorf("%w: %q", ErrPoolNotFound, name)}}
}

// Caller is where a function can be bound: a *Runtime, a *Pool or a *Session.
type Caller interface{ defaultPool() *Pool }

func (rt *Runtime) defaultPool() *Pool { return rt.pools[0] }

// Execute calls a tool of the default pool's adapter.
func (rt *Runtime) Execute(ctx context.Context, tool string, args Args) (any, error) {
	return rt.pools[0].Execute(ctx, tool, args)
}

// Call calls anything that can be imported, "module:qualname", with positional
// arguments; a [Kw] among them passes keyword arguments.
func (rt *Runtime) Call(ctx context.Context, target string, args ...any) (any, error) {
	return rt.pools[0].Call(ctx, target, args...)
}

// Exec runs statements in a named namespace of the default pool, after setting
// variables in it. Namespaces live as long as the runtime.
func (rt *Runtime) Exec(ctx context.Context, namespace, source string, variables ...Kw) error {
	return rt.pools[0].Exec(ctx, namespace, source, variables...)
}

// Eval evaluates an expression in a named namespace of the default pool, after
// setting variables in it.
//
// Give changing values as variables, not as text: free-threaded Python 3.13 keeps
// what it makes of each new expression for ever.
func (rt *Runtime) Eval(ctx context.Context, namespace, expression string, variables ...Kw) (any, error) {
	return rt.pools[0].Eval(ctx, namespace, expression, variables...)
}
