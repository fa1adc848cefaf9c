package codec_test

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type onStack struct {
	Before [4]int
	Deep   any
	Link   *chain
	After  string
}

// TestStackMoves reads into a variable on a new goroutine's small stack, which
// has to move several times before the value in the middle is read.
func TestStackMoves(t *testing.T) {
	link := &chain{}
	for range 900 {
		link = &chain{link}
	}
	want := onStack{[4]int{1, 2, 3, 4}, deepList(900), link, "after"}
	ret, _ := encoded(t, want, true)
	enc, dec := plans[onStack](t)
	for range 20 {
		done := make(chan bool)
		go func() {
			var got onStack
			err := codec.DecodeRet(dec, ret, unsafe.Pointer(&got))
			done <- err == nil && got.Before == want.Before && got.After == want.After && depthOf(got.Deep) == 900
		}()
		require.True(t, <-done)
		go func() {
			f := wire.NewFrame()
			defer f.Recycle()
			f.CopyIn = true
			in := want
			err := codec.EncodeAt(enc, f, unsafe.Pointer(&in), "")
			done <- err == nil && string(f.In[wire.HeaderSize:]) == string(ret.Buf)
		}()
		require.True(t, <-done)
		runtime.GC()
	}
}

func deepList(depth int) any {
	v := any(nil)
	for range depth {
		v = []any{v}
	}
	return v
}

func depthOf(v any) (n int) {
	for v != nil {
		v = v.([]any)[0]
		n++
	}
	return n
}
