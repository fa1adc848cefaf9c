package processprofile

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/hostside"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/tool"
)

// instance is the workers of one pool.
type instance struct {
	config   Config // with defaults
	spec     profile.Spec
	command  command
	registry *child.Registry

	keepers []*keeper
	running []atomic.Pointer[worker] // by slot: where its outermost call runs

	starts  chan struct{} // holds who starts a child
	backoff child.Backoff
	budget  child.Budget

	life     context.Context // ends with Close
	die      context.CancelFunc
	retiring sync.WaitGroup // workers that were replaced and finish their calls
	once     sync.Once
	closeErr error

	restarts, recycled atomic.Uint64
	stuck              profile.StuckCalls
}

// Open implements profile.Profile.
func (p *process) Open(ctx context.Context, spec profile.Spec) (profile.Instance, error) {
	if err := p.config.validate(); err != nil {
		return nil, err
	}
	in := newInstance(p.config.withDefaults(), spec)
	if err := in.open(ctx); err != nil {
		return nil, errors.Join(err, in.Close(context.WithoutCancel(ctx)))
	}
	return in, nil
}

func newInstance(c Config, spec profile.Spec) *instance {
	in := &instance{
		config: c, spec: spec, stuck: profile.StuckCalls{Heard: spec.Stuck},
		running: make([]atomic.Pointer[worker], spec.Workers),
		starts:  make(chan struct{}, c.StartsAtOnce),
		backoff: child.Backoff{Min: c.RestartDelay, Max: c.RestartDelayMax, Factor: 2, Jitter: 0.2},
	}
	in.budget.Restarts, in.budget.Within = c.MaxRestarts, c.RestartWindow
	in.life, in.die = context.WithCancel(context.Background())
	n := (spec.Workers + c.Threads - 1) / c.Threads
	for i := range n {
		k := &keeper{in: in, number: i, renew: make(chan *renewal)}
		for slot := i; slot < spec.Workers; slot += n {
			k.slots = append(k.slots, int32(slot))
		}
		in.keepers = append(in.keepers, k)
	}
	return in
}

// open finds the Python and starts all workers side by side.
func (in *instance) open(ctx context.Context) (err error) {
	if in.command, err = in.config.findPython(ctx, in.spec.NativeThreads); err != nil {
		return err
	}
	if in.registry, err = child.OpenRegistry(child.Options{Logger: in.spec.Logger}); err != nil {
		return fmt.Errorf("%w: %w", profile.ErrUnavailable, err)
	}
	begin := in.keepers[:in.spec.First(len(in.keepers))]
	if err := first(each(begin, func(k *keeper) error { return k.begin(ctx) })); err != nil {
		return err
	}
	for _, k := range begin {
		k.keeping()
	}
	return nil
}

// each does something for all keepers at once.
func each(keepers []*keeper, do func(*keeper) error) []error {
	errs := make([]error, len(keepers))
	var all sync.WaitGroup
	for i, k := range keepers {
		all.Go(func() { errs[i] = do(k) })
	}
	all.Wait()
	return errs
}

// first is the first error: the others most often say the same.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// keeper and thread say where a slot's calls run.
func (in *instance) keeper(slot int32) *keeper { return in.keepers[int(slot)%len(in.keepers)] }
func (in *instance) thread(slot int32) int     { return int(slot) / len(in.keepers) }

// enter returns the worker for an outermost call on a slot.
func (in *instance) enter(slot int32, f *wire.Frame) (*worker, error) {
	w, err := in.keeper(slot).enter()
	if err == nil {
		in.running[slot].Store(w)
		f.Caller = w.generation // for calls within it
	}
	return w, err
}

// within returns the worker where the outermost call of a call runs. If that worker is
// gone the slot may be another call's.
func (in *instance) within(slot int32, f *wire.Frame) (*worker, error) {
	w := in.running[slot].Load()
	if w.generation != f.Call.Lane {
		return nil, hostside.ErrCallOver
	}
	w.enter()
	return w, nil
}

// anyone returns a worker, for a question that each can answer.
func (in *instance) anyone(ctx context.Context) (*worker, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n, err := len(in.keepers), error(nil)
	from := rand.IntN(n)
	for i := range n {
		var w *worker
		if w, err = in.keepers[(from+i)%n].enter(); err == nil {
			return w, nil
		}
	}
	return nil, err
}

// Workers implements profile.Shared.
func (in *instance) Workers() int { return len(in.keepers) }

// Generation implements profile.Generations.
func (in *instance) Generation(slot int32) uint64 {
	if w := in.keeper(slot).now.Load(); w != nil {
		return w.generation
	}
	return 0
}

// mayRestart takes a restart out of the pool's budget.
func (in *instance) mayRestart() error {
	if in.config.MaxRestarts >= 0 && !in.budget.Spend(time.Now()) {
		return fmt.Errorf("the pool's children ended more than MaxRestarts (%d) times within RestartWindow (%v)", in.config.MaxRestarts, in.config.RestartWindow)
	}
	in.restarts.Add(1)
	return nil
}

// pause waits before a start, the longer the more have failed; false: the worker is to end.
func (k *keeper) pause() bool {
	if k.failures == 0 {
		return k.life.Err() == nil
	}
	timer := time.NewTimer(k.in.backoff.Delay(k.failures-1, rand.Float64()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-k.life.Done():
		return false
	}
}

// Tools implements profile.Tools.
func (in *instance) Tools() ([]tool.Spec, error) {
	if in.config.Adapter == "" {
		return nil, nil
	}
	ctx := context.Background()
	w, err := in.anyone(ctx)
	if err != nil {
		return nil, err
	}
	defer w.leave()
	r, err := w.rpc.ListTools(ctx, &snakepitv1.ListToolsRequest{})
	if err != nil {
		return nil, w.failed(ctx, err, false)
	}
	if err := failure(r.GetTools()); err != nil {
		return nil, fmt.Errorf("snakepit: adapter %s: its tools cannot be described: %w", in.config.Adapter, err)
	}
	var reader columns.Reader
	v, err := reader.Decode(r.GetTools().GetValue())
	if err != nil {
		return nil, err
	}
	return tool.Described(items(v))
}

// EndSession implements profile.Sessions: on all workers, for a session may have been on
// each.
func (in *instance) EndSession(number uint64) error {
	return errors.Join(each(in.keepers, func(k *keeper) error { return k.endSession(number) })...)
}

func (k *keeper) endSession(number uint64) error {
	w, err := k.enter()
	if err != nil {
		return nil // what it kept went with it
	}
	defer w.leave()
	ctx, cancel := context.WithTimeout(k.in.life, k.in.config.StopTimeout)
	defer cancel()
	r, err := w.rpc.EndSession(ctx, &snakepitv1.EndSessionRequest{Session: number})
	if err != nil {
		select {
		case <-w.process.Exited():
			return nil
		default:
			return err
		}
	}
	return failure(r.GetFailed())
}

// Stats implements profile.Instance.
func (in *instance) Stats() profile.Stats {
	s := profile.Stats{
		Profile: "process", Restarts: in.restarts.Load(), Recycled: in.recycled.Load(), NativeThreads: in.command.nativeThreads,
	}
	in.stuck.Tell(&s)
	for _, k := range in.keepers {
		if k.failed.Load() != nil {
			s.Gone += len(k.slots)
		}
		w := k.now.Load()
		if w == nil {
			continue
		}
		s.Python, s.Executable = w.hello.GetPython(), w.hello.GetExecutable()
		s.FreeThreaded, s.GIL, s.GILCulprits = w.hello.GetFreeThreaded(), w.hello.GetGil(), w.hello.GetGilCulprits()
		if p := w.gil.Load(); p != nil {
			s.GIL, s.GILCulprits = p.GetGil(), p.GetGilCulprits()
		}
		s.Pids = append(s.Pids, w.process.Pid())
	}
	return s
}
