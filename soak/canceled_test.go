package soak_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/gosnakepit/snakepit"
)

// canceled are calls whose contexts end at some moment of their lives, or a little after.
var canceled = []deed{
	{"a nap that is canceled", 5, func(p *place) error {
		return leave(func(ctx context.Context) error {
			_, err := p.pool.Execute(ctx, "nap", snakepit.Args{"seconds": moment().Seconds()})
			return err
		})
	}},
	{"a coroutine that is canceled", 5, func(p *place) error {
		return leave(func(ctx context.Context) error {
			_, err := p.pool.Execute(ctx, "nap_later", snakepit.Args{"seconds": moment().Seconds()})
			return err
		})
	}},
	{"a loop that is canceled", 5, func(p *place) error {
		return leave(func(ctx context.Context) error {
			_, err := p.pool.Call(ctx, "soakload:spin", moment().Seconds())
			return err
		})
	}},
	{"a bound call that is canceled", 10, func(p *place) error {
		return leave(func(ctx context.Context) error { _, err := p.inc(ctx, 1); return err })
	}},
	{"a stream that is canceled", 3, func(p *place) error {
		return leave(func(ctx context.Context) error {
			return drain(p.pool.Stream(ctx, "numbers_later", snakepit.Args{"n": rand.IntN(500)}))
		})
	}},
	{"a call of a session that is canceled", 3, func(p *place) error {
		s := p.rt.Session(newID(), lasting)
		defer s.Close()
		return leave(func(ctx context.Context) error {
			_, err := s.Pool(p.name).Execute(ctx, "remember", snakepit.Args{"key": "turn", "value": 1})
			return err
		})
	}},
	{"a Go tool that waits for the end", 3, func(p *place) error {
		return leave(func(ctx context.Context) error {
			_, err := p.pool.Execute(ctx, "ask", snakepit.Args{"name": "waits", "args": map[string]any{}})
			return err
		})
	}},
}

// moment is 1 µs to 20 ms, short or long as often.
func moment() time.Duration {
	return time.Duration(1000 * math.Exp(rand.Float64()*math.Log(20_000)))
}

// promptly is how late a caller may return whose context has ended. The promise is 20 ms on
// a machine that does nothing else.
const promptly = 2 * time.Second

// leave makes a call whose context ends. Its error must be that of the context, and come
// soon; a call with a deadline may be refused for it.
func leave(call func(context.Context) error) error {
	ctx, cancel := ending()
	defer cancel()
	ended := make(chan time.Time, 1)
	stop := context.AfterFunc(ctx, func() { ended <- time.Now() })
	err := call(ctx)
	if !stop() && err != nil {
		if late := time.Since(<-ended); late > promptly {
			return fmt.Errorf("it took %v to leave: %w", late, err)
		}
	}
	_, dies := ctx.Deadline()
	if errors.Is(err, context.Canceled) && !dies || dies && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, snakepit.ErrSaturated)) {
		return nil
	}
	return err
}

// ending is a context that ends at some moment, by itself or by its owner.
func ending() (context.Context, context.CancelFunc) {
	if rand.IntN(2) == 0 {
		return context.WithTimeout(ctx0, moment())
	}
	ctx, cancel := context.WithCancel(ctx0)
	time.AfterFunc(moment(), cancel)
	return ctx, cancel
}
