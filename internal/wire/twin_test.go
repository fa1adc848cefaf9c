package wire_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// lender counts what is lent of it, up to a limit.
type lender struct{ out, most int }

func (l *lender) Lend() (uintptr, error) {
	if l.out == l.most {
		return 0, errors.New("released")
	}
	l.out++
	return 1, nil
}
func (l *lender) Return() { l.out-- }

type owner struct{ gone int }

func (o *owner) Drop() { o.gone++ }

func TestTwin(t *testing.T) {
	var kept owner
	h, first, l := hold.New(&kept), &lender{most: 9}, &lender{most: 2}
	f := wire.NewFrame()
	f.In = append(f.In, "arguments"...)
	f.Hold(h)
	for _, l := range []*lender{first, l} {
		_, err := l.Lend()
		require.NoError(t, err)
		f.Lend(l)
	}
	f.Call.Target, f.Idempotent, f.CopyIn = "m:f", true, true

	twin := f.Twin()
	require.Equal(t, f.In, twin.In)
	require.Equal(t, "m:f", twin.Call.Target)
	require.True(t, twin.Idempotent && twin.CopyIn)
	twin.In[wire.HeaderSize] = 'A'
	require.Equal(t, "arguments", string(f.In[wire.HeaderSize:]))
	require.Equal(t, 2, l.out)
	require.Nil(t, f.Twin(), "a lender that lends no more")
	require.Equal(t, 2, first.out, "what it took is given back")
	require.Equal(t, 2, l.out)
	f.Recycle()
	require.Equal(t, 1, l.out)
	require.Zero(t, kept.gone, "the twin holds it")
	twin.Recycle()
	require.Zero(t, l.out)
	require.Equal(t, 1, kept.gone)
}

func TestNoTwin(t *testing.T) {
	f := wire.NewFrame()
	f.Pin(new(int))
	require.Nil(t, f.Twin(), "memory that is pinned for this call alone")
	f.Recycle()
	f = wire.NewFrame()
	f.Local = true
	require.Nil(t, f.Twin())
	f.Recycle()
}

func TestTakeResult(t *testing.T) {
	f, from := wire.NewFrame(), wire.NewFrame()
	freed := 0
	f.Call.Target, from.Call.Target = "m:f", "m:f"
	from.Out = append(from.Out[:0], "result"...)
	from.Ret.Tag, from.Ret.Buf, from.Free = wire.Encoded, from.Out, func() { freed++ }
	from.Traffic.CopiedOut = 7
	f.TakeResult(from)
	require.Zero(t, freed, "the result lives in the other frame")
	require.Equal(t, "result", string(f.Ret.Buf))
	require.EqualValues(t, 7, f.Traffic.CopiedOut)
	again := wire.NewFrame() // the one that was given back, most likely
	again.Out = append(again.Out[:0], "xxxxxx"...)
	require.Equal(t, "result", string(f.Ret.Buf))
	f.Recycle()
	require.Equal(t, 1, freed)
}
