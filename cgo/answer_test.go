package cgo_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/interp"
)

// lastLoan is an object that its owner has released already: the end of the loan frees it.
type lastLoan struct{ cgo.Object }

func (l lastLoan) Lend() (uintptr, error) { return uintptr(l.Object), nil }
func (l lastLoan) Return()                { l.Release() }

// TestAnswerOutlivesItsOwner has Python take an object whose owner lets go of it before.
func TestAnswerOutlivesItsOwner(t *testing.T) {
	p := start(t)
	fresh, ask := function(t, p, "fresh"), function(t, p, "ask")
	id := embed.Register(func(_ uint64, r *wire.Reader, _ int, f *wire.Frame) error {
		r.Drop()
		v, err := embed.Ask(cgo.Call, fresh)
		if err != nil {
			return err
		}
		return codec.PutLent(f, lastLoan{v.(cgo.Object)})
	})
	t.Cleanup(func() { embed.Unregister(id) })
	for range 1000 {
		v, err := embed.Ask(cgo.Call, ask, embed.Ref(p.Host()), id)
		require.NoError(t, err)
		require.Equal(t, []any{int64(1), "alive"}, v)
	}
	left, err := embed.Ask(cgo.Call, function(t, p, "left"))
	require.NoError(t, err)
	require.Equal(t, int64(0), left, "and none is kept")
}

// TestAnswersHammer releases objects while they are answers.
func TestAnswersHammer(t *testing.T) {
	p := start(t)
	fresh, ask := function(t, p, "fresh"), function(t, p, "ask")
	live := interp.LiveObjects()
	var releases, all sync.WaitGroup
	id := embed.Register(func(_ uint64, r *wire.Reader, _ int, f *wire.Frame) error {
		r.Drop()
		v, err := embed.Ask(cgo.Call, fresh)
		if err != nil {
			return err
		}
		o := interp.NewObject(uintptr(v.(cgo.Object)))
		err = codec.PutLent(f, o)
		releases.Go(o.Release)
		return err
	})
	t.Cleanup(func() { embed.Unregister(id) })
	for range 8 {
		all.Go(func() {
			for range 2000 {
				v, err := embed.Ask(cgo.Call, ask, embed.Ref(p.Host()), id)
				if err != nil || len(v.([]any)) != 2 {
					t.Errorf("got %v, %v", v, err)
					return
				}
			}
		})
	}
	all.Wait()
	releases.Wait()
	require.Equal(t, live, interp.LiveObjects())
}
