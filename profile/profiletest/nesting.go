package profiletest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

// toolReentrant goes Go, Python, Go, Python and so on to a depth, from many goroutines
// on fewer workers than goroutines.
func (s *suite) toolReentrant(t *testing.T) {
	const depth, goroutines = 64, 16
	for _, form := range []string{"down", "down_later"} {
		t.Run(form, func(t *testing.T) {
			var rt *snakepit.Runtime
			deeper := func(ctx context.Context, in struct {
				N int `py:"n"`
			},
			) (int64, error) {
				if in.N == 0 {
					return 0, nil
				}
				v, err := rt.Execute(ctx, form, snakepit.Args{"n": in.N - 1})
				if err != nil {
					return 0, err
				}
				return v.(int64) + 1, nil
			}
			rt = s.withTools(t, 2, tool.New("deeper", "", deeper), tool.New("deeper_later", "", deeper))
			var all sync.WaitGroup
			for range goroutines {
				all.Go(func() {
					v, err := rt.Execute(context.Background(), form, snakepit.Args{"n": depth})
					if err != nil || v != int64(depth) {
						t.Errorf("%v, %+v", v, err)
					}
				})
			}
			all.Wait()
		})
	}
}

// toolNested has a tool call its pool from several goroutines, and iterate over a
// stream meanwhile, while its own call holds the only worker.
func (s *suite) toolNested(t *testing.T) {
	var rt *snakepit.Runtime
	fan := func(ctx context.Context, _ struct{}) (int, error) {
		var all sync.WaitGroup
		sums := make([]int64, 4)
		for i := range sums {
			all.Go(func() {
				v, err := rt.Execute(ctx, "add", snakepit.Args{"a": i})
				if err == nil {
					sums[i] = v.(int64)
				}
			})
		}
		all.Wait()
		total := 0
		for item, err := range rt.Stream(ctx, "numbers", snakepit.Args{"n": 3}) {
			if err != nil {
				return 0, err
			}
			v, err := rt.Execute(ctx, "add", snakepit.Args{"a": item})
			if err != nil {
				return 0, err
			}
			total += int(v.(int64))
		}
		short, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if _, err := rt.Execute(short, "ping", nil); err != nil {
			return 0, err
		}
		for _, s := range sums {
			total += int(s)
		}
		return total, nil
	}
	rt = s.withTools(t, 1, tool.New("fan", "", fan))
	for _, ctx := range []context.Context{context.Background(), t.Context()} {
		v, err := rt.Execute(ctx, "ask", snakepit.Args{"name": "fan", "args": map[string]any{}})
		require.NoErrorf(t, err, "%+v", err)
		require.Equal(t, int64(1+2+3+4+1+2+3), v)
	}
}
