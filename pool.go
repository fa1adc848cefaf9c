package snakepit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/profile"
)

// Pool is workers of one kind and the queue before them: for anybody, or for the
// calls of one session.
type Pool struct {
	*workers
	session *Session                 // nil for anybody
	own     func(handle uintptr) any // makes an Object of this view; nil if objects cannot leave Python
	options CallOption
}

// of returns the pool as a session sees it.
func (p *Pool) of(s *Session) *Pool {
	view := new(Pool)
	view.view(p.workers, s)
	return view
}

// view makes p a view of a pool.
func (p *Pool) view(w *workers, s *Session) {
	p.workers, p.session = w, s
	if w.objects != nil {
		p.own = p.newObject
	}
}

// workers is what all views of a pool share.
type workers struct {
	rt       *Runtime
	meter    *wire.Meter // the runtime's
	name     string
	err      error // why there is no such pool
	slots    *pool.Pool
	spread   bool // workers have several slots each
	weighs   bool // there is a limit of bytes
	plain    bool // neither
	instance profile.Instance
	choice   profile.Choice
	objects  profile.Objects     // nil if objects cannot leave Python
	lost     profile.Generations // nil if workers are never lost

	others *tally.Tally // counts what is no tool that the adapter lists

	offers   offers
	affinity Affinity
	buffer   int // how far streams run ahead
	targets  targets

	guard    *guard          // nil if no policy stands in the way of calls
	barrier  *policy.Barrier // what is known of crashes
	switches *switches
	memory   *memoryWatch    // nil for none
	scaler   *scaler         // nil where all workers stay
	life     context.Context // ends with Close
	die      context.CancelFunc
	changing sync.RWMutex // held for writing while all workers are replaced, for reading while one comes or goes
}

func openPool(ctx context.Context, rt *Runtime, c PoolConfig) (*Pool, error) {
	slots, err := c.slots()
	if err != nil {
		return nil, err
	}
	p := &Pool{workers: &workers{rt: rt, meter: &rt.meter, name: c.Name, slots: slots, others: tally.New(c.Workers, false)}}
	p.life, p.die = context.WithCancel(context.Background())
	p.protect(&c.Policy)
	spec := profile.Spec{
		Pool: c.Name, Workers: c.Workers, MinWorkers: c.MinWorkers, Logger: rt.config.Logger, Host: newHost(p), NativeThreads: c.nativeThreads(),
		Slots: p.switches, Crashed: p.crashed,
		Grace: max(c.CancelGrace, 0), MaxStuck: max(c.MaxStuck, 0), Stuck: heardStuck(rt.config.Observer, c.Name),
	}
	instance, choice, err := profile.Open(ctx, c.Profile, spec)
	if err != nil {
		return nil, err
	}
	p.instance, p.choice = instance, choice
	p.buffer, p.affinity, p.weighs = c.streamBuffer(), c.Affinity, c.MaxBytesInFlight > 0
	if shared, ok := instance.(profile.Shared); ok && shared.Workers() < c.Workers {
		slots.Share(shared.Workers())
		p.spread = true
	}
	p.plain = !p.spread && !p.weighs
	p.objects, _ = instance.(profile.Objects)
	p.lost, _ = instance.(profile.Generations)
	p.view(p.workers, nil)
	if err := p.learnTools(); err != nil {
		return nil, errors.Join(err, instance.Close(ctx))
	}
	p.watchMemory(c.Policy.Memory)
	p.scaler = newScaler(p.workers, c)
	return p, nil
}

// newObject takes over a reference that a result of this view handed out.
func (p *Pool) newObject(handle uintptr) any {
	o := &Object{pool: p, handle: p.objects.Own(handle)}
	if p.session != nil {
		p.session.keep(o)
	}
	return o
}

func (p *Pool) close(ctx context.Context) error {
	p.memory.stop()
	p.die()
	p.scaler.wait()
	defer p.switches.close()
	if err := p.slots.Close(ctx); err != nil {
		return p.abandon(fmt.Errorf("snakepit: pool %q: %w", p.name, err))
	}
	p.changing.Lock() // no reload is under way any more
	defer p.changing.Unlock()
	p.targets.release()
	return p.instance.Close(ctx)
}

// abandon ends workers that still run calls, if they can be ended.
func (p *Pool) abandon(err error) error {
	if a, ok := p.instance.(profile.Abandoner); ok {
		return errors.Join(fmt.Errorf("%w; its processes are ended", err), a.Abandon())
	}
	return fmt.Errorf("%w; its Python is left as it is", err)
}

func (p *Pool) defaultPool() *Pool { return p }

// prepare resolves a target, or finds that it was resolved before.
func (p *Pool) prepare(ctx context.Context, kind profile.Kind, name string) (profile.Prepared, error) {
	key := targetKey{kind, name}
	if what := p.targets.find(key); what != nil {
		return what, nil
	}
	what, err := p.resolve(ctx, profile.Target{Kind: kind, Name: name})
	if err != nil {
		return nil, err
	}
	return p.targets.keep(key, what), nil
}

// resolve prepares a target on a slot, as any other use of Python.
func (p *Pool) resolve(ctx context.Context, t profile.Target) (profile.Prepared, error) {
	if p.err != nil {
		return nil, p.err
	}
	var what profile.Prepared
	err := p.ask(ctx, func() (err error) {
		what, err = p.instance.Prepare(ctx, t)
		return err
	})
	return what, before(ctx, err)
}

// ask is onSlot for what another worker can answer as well, if one is lost.
func (p *Pool) ask(ctx context.Context, do func() error) (err error) {
	for range maxRuns {
		err = p.onSlot(ctx, do)
		if lost, ok := err.(*WorkerCrashError); !ok || lost.Started {
			return err
		}
	}
	return err
}

// onSlot does what may run Python besides calls.
func (p *Pool) onSlot(ctx context.Context, do func() error) error {
	f := wire.NewFrame()
	defer f.Recycle()
	l, err := p.lease(ctx, f)
	if err != nil {
		return err
	}
	err = do()
	p.giveBack(l, err != nil)
	return err
}

// acquirePlain is acquire for who asks for nothing special.
func (w *workers) acquirePlain(ctx context.Context, hint int32) (int32, error) {
	if ctx.Done() != nil && ctx.Err() != nil {
		return -1, &CancelError{Err: ctx.Err()}
	}
	slot, err := w.slots.Acquire(ctx, hint)
	if err != nil {
		return -1, before(ctx, err)
	}
	return slot, nil
}

// acquire waits for a slot, but not with a context that has ended already.
func (w *workers) acquire(ctx context.Context, r pool.Request) (int32, error) {
	if ctx.Done() != nil && ctx.Err() != nil {
		return -1, &CancelError{Err: ctx.Err()}
	}
	slot, err := w.slots.AcquireFor(ctx, r)
	if err != nil {
		return -1, before(ctx, err)
	}
	return slot, nil
}

// run runs a prepared target with the arguments in f and leaves the result there.
// On error f is gone.
func (p *Pool) run(ctx context.Context, what profile.Prepared, f *wire.Frame) error {
	if err := checkIn(f); err != nil {
		return unsent(f, err)
	}
	if p.guard != nil && !p.within(ctx) {
		return p.guard.run(ctx, p, what, f)
	}
	if err := p.enter(); err != nil {
		return unsent(f, err)
	}
	counts := f.Tally
	for run := 1; ; run++ {
		l, err := p.lease(ctx, f)
		if err != nil {
			p.leave()
			return unsent(f, err)
		}
		var watch tally.Watch
		if f.CopyIn || f.Sampler.Due() {
			watch = begin(f)
		}
		if err = what.Run(ctx, l.slot, f); err == nil {
			watch.Stop(counts, l.slot)
			counts.Ended(l.slot)
			p.leave() // while the slot is held: it may end the session, which runs Python
			p.release(l, false, f.Call.Scope)
			return nil
		}
		if run == maxRuns || !p.again(l, err, f) {
			mine, err := p.failed(l, err, f, counts, watch)
			if mine {
				f.Recycle()
			}
			return err
		}
	}
}

// attempt makes a call once. After an error the frame is still the caller's if mine, and
// otherwise gone.
func (p *Pool) attempt(ctx context.Context, what profile.Prepared, f *wire.Frame) (mine bool, err error) {
	counts := f.Tally
	if err := p.enter(); err != nil {
		counts.Failed(-1, classOf(err))
		return true, err
	}
	l, err := p.lease(ctx, f)
	if err != nil {
		p.leave()
		counts.Failed(-1, classOf(err))
		return true, err
	}
	var watch tally.Watch
	if f.CopyIn || f.Sampler.Due() {
		watch = begin(f)
	}
	if err = what.Run(ctx, l.slot, f); err != nil {
		return p.failed(l, err, f, counts, watch)
	}
	watch.Stop(counts, l.slot)
	counts.Ended(l.slot)
	p.leave()
	p.release(l, false, f.Call.Scope)
	return true, nil
}

// maxRuns bounds how often a call is made: it may be what its workers die of.
const maxRuns = 10

// again reports whether a call whose worker was lost is to be made once more; its slot
// is given back then.
func (p *Pool) again(l lease, err error, f *wire.Frame) bool {
	lost, ok := err.(*WorkerCrashError)
	if !ok || l.within != nil || lost.Started && !f.Idempotent {
		return false
	}
	if !retry(f) {
		return false
	}
	p.giveBack(l, true)
	return true
}

// retry makes a frame ready to carry its call again; false: it cannot.
func retry(f *wire.Frame) bool {
	if inner := f.Call.Scope; inner != nil {
		inner.Wait()
	}
	return f.Retry()
}

// enter and leave stand around a call of a session's.
func (p *Pool) enter() error {
	if p.session == nil {
		return nil
	}
	return p.session.enter()
}

func (p *Pool) leave() {
	if p.session != nil {
		p.session.leave()
	}
}

// failed ends a run that failed; mine says that the frame is still the caller's.
func (p *Pool) failed(l lease, err error, f *wire.Frame, counts *tally.Tally, watch tally.Watch) (mine bool, _ error) {
	counts.Ended(l.slot)
	counts.Failed(l.slot, classOf(err))
	var left *profile.Running
	if !errors.As(err, &left) {
		watch.Stop(counts, l.slot)
		p.leave()
		p.release(l, true, f.Call.Scope)
		if ended, ok := err.(*profile.Stopped); ok {
			return true, stopped(ended)
		}
		return true, err
	}
	go func() {
		<-left.Done
		watch.Stop(counts, l.slot)
		p.leave()
		p.giveBack(l, true)
	}()
	return false, &CancelError{Stage: CancelRunning, Running: true, Err: left.Err}
}
