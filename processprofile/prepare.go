package processprofile

import (
	"context"
	"fmt"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// target is what a pool calls. Children learn of it lane by lane, with its first call there.
type target struct {
	profile.Target
	in     *instance
	stream bool
}

var kinds = map[profile.Kind]snakepitv1.Target_Kind{
	profile.Function: snakepitv1.Target_FUNCTION, profile.Tool: snakepitv1.Target_TOOL, profile.Method: snakepitv1.Target_METHOD,
	profile.Attribute: snakepitv1.Target_ATTRIBUTE, profile.Helper: snakepitv1.Target_HELPER,
	profile.Exec: snakepitv1.Target_EXEC, profile.Eval: snakepitv1.Target_EVAL,
}

func (t *target) message() *snakepitv1.Target {
	m := &snakepitv1.Target{Kind: kinds[t.Kind], Name: t.Name, Keywords: t.Keywords, Keys: t.Keys, Tensors: t.Tensors}
	if t.stream {
		m.Kind = snakepitv1.Target_STREAM
	}
	return m
}

// Prepare implements profile.Instance.
func (in *instance) Prepare(ctx context.Context, t profile.Target) (profile.Prepared, error) {
	return in.prepare(ctx, &target{Target: t, in: in})
}

// PrepareStream implements profile.Streams.
func (in *instance) PrepareStream(ctx context.Context, t profile.Target) (profile.Streamer, error) {
	p, err := in.prepare(ctx, &target{Target: t, in: in, stream: true})
	if err != nil {
		return nil, err
	}
	return streamer{p}, nil
}

// prepare asks a child whether there is such a target.
func (in *instance) prepare(ctx context.Context, t *target) (*target, error) {
	if _, ok := kinds[t.Kind]; !ok {
		return nil, fmt.Errorf("snakepit: the process profile knows no targets of kind %d", t.Kind)
	}
	if (t.Kind == profile.Tool || t.stream) && in.config.Adapter == "" {
		return nil, fmt.Errorf("%w: %q (pool %q has no adapter; set processprofile.Config.Adapter)", profile.ErrToolNotFound, t.Name, in.spec.Pool)
	}
	w, err := in.anyone(ctx)
	if err != nil {
		return nil, err
	}
	defer w.leave()
	r, err := w.rpc.Resolve(ctx, &snakepitv1.ResolveRequest{Target: t.message()})
	if err != nil {
		return nil, w.failed(ctx, err, false)
	}
	if err := failure(r.GetFailed()); err != nil {
		return nil, err
	}
	if !r.GetFound() {
		return nil, fmt.Errorf("%w: %q (adapter %s of pool %q has no such public function)", profile.ErrToolNotFound, t.Name, in.config.Adapter, in.spec.Pool)
	}
	return t, nil
}

// Run implements profile.Prepared.
func (t *target) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	if f.Call.Nesting != wire.Outermost {
		return t.in.runNested(ctx, slot, t, f)
	}
	w, err := t.in.enter(slot, f)
	if err != nil {
		return err
	}
	return w.lanes[t.in.thread(slot)].run(ctx, t, f)
}

// Release implements profile.Prepared.
func (t *target) Release() {}
