package snakepit

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/profile"
)

// Reload gives a pool new workers, which import the adapter's modules anew, and returns
// when the old ones have ended, each after its calls. Calls go on meanwhile, and those that
// come get new workers as these are ready. The tools that the adapter offers now are
// those that [Runtime.Tools] lists; what was bound before keeps the arguments that it was
// bound with.
//
// If a new worker does not start, for its code is wrong, say, the error tells why, and the
// workers stay as they are. A session whose affinity is strict loses its worker, as with
// any that is replaced. ctx bounds the whole: when it ends, what has begun goes on. In
// the thread profile the modules of the adapter's package and folder are read anew; other
// libraries, what "module:function" targets were resolved to before, and modules in C stay
// what they are.
//
// Safe for concurrent use; reloads of one pool wait for each other.
func (rt *Runtime) Reload(ctx context.Context, pool string) error {
	return rt.Pool(pool).reload(ctx)
}

func (w *workers) reload(ctx context.Context) error {
	if w.err != nil {
		return w.err
	}
	r, ok := w.instance.(profile.Reloader)
	if !ok {
		return fmt.Errorf("snakepit: the profile of pool %q cannot replace its workers: %w", w.name, errors.ErrUnsupported)
	}
	w.changing.Lock()
	defer w.changing.Unlock()
	if w.rt.sessions.closed.Load() {
		return ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	if err := r.Reload(ctx); err != nil {
		return fmt.Errorf("snakepit: pool %q: reload: %w", w.name, err)
	}
	return w.learnTools()
}
