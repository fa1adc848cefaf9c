package processprofile

import (
	"context"
	"errors"
	"time"

	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Close implements profile.Instance. Children end by themselves, or are ended.
func (in *instance) Close(ctx context.Context) error { return in.end(ctx, in.bid) }

// Abandon implements profile.Abandoner: calls are in progress, and end with their workers.
func (in *instance) Abandon() error {
	return in.end(context.Background(), func(_ context.Context, w *worker) error {
		w.process.Kill("the pool closed and the calls did not end")
		<-w.process.Exited()
		w.close()
		return nil
	})
}

func (in *instance) end(ctx context.Context, how func(context.Context, *worker) error) error {
	in.once.Do(func() {
		in.die()
		errs := each(in.keepers, func(k *keeper) error { return k.end(ctx, how) })
		in.retiring.Wait()
		if in.registry != nil {
			errs = append(errs, in.registry.Close())
		}
		in.closeErr = errors.Join(errs...)
	})
	return in.closeErr
}

// end ends the worker that a keeper kept last, if there is one.
func (k *keeper) end(ctx context.Context, how func(context.Context, *worker) error) error {
	w := k.now.Load()
	if k.ended != nil {
		k.die()
		<-k.ended
		w = k.last
	}
	if w == nil {
		return nil
	}
	k.last = nil
	return how(ctx, w)
}

// bid asks a worker to end, and sees to it.
func (in *instance) bid(ctx context.Context, w *worker) error {
	err := w.stop(ctx)
	w.close()
	return err
}

// stop lets the child close its adapter, and then ends it.
func (w *worker) stop(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, w.config.StopTimeout)
	defer cancel()
	ask, alive := w.whileAlive(ask)
	defer alive()
	r, err := w.rpc.Stop(ask, &snakepitv1.StopRequest{})
	if err == nil {
		err = failure(r.GetFailed())
	}
	if err != nil && ask.Err() == nil {
		w.spec.Logger.Warn("snakepit: an adapter did not close", "pool", w.spec.Pool, "worker", w.number, "err", err)
	}
	return w.process.Stop(ctx)
}

// retire ends a worker that was replaced, once its calls have ended.
func (in *instance) retire(w *worker) {
	ctx, cancel := context.WithTimeout(in.life, in.config.DrainTimeout)
	defer cancel()
	if w.drain(ctx) != nil {
		w.process.Kill("it was to be replaced, and its calls did not end within DrainTimeout")
		<-w.process.Exited()
	}
	stop, cancelStop := context.WithTimeout(context.Background(), 2*in.config.StopTimeout)
	defer cancelStop()
	if err := w.stop(stop); err != nil {
		in.spec.Logger.Error("snakepit: a replaced worker did not end", "pool", in.spec.Pool, "worker", w.number, "err", err)
	}
	w.close()
}

// buried notes the end of a worker that nobody ended.
func (in *instance) buried(k *keeper, w *worker) {
	exit := w.process.Exit()
	in.spec.Logger.Error("snakepit: a worker is gone", "pool", in.spec.Pool, "worker", k.number, "pid", exit.Pid,
		"how", exit.String(), "stack", exit.Stack, "age", time.Since(w.born).Round(time.Millisecond))
	if in.spec.Crashed != nil {
		in.spec.Crashed(k.slots, w.crash(false))
	}
	w.close()
}
