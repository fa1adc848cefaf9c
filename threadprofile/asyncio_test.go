package threadprofile_test

import (
	"sync"
	"testing"
)

// TestAsyncio runs event loops on many threads at once.
func TestAsyncio(t *testing.T) {
	rt := open(t, 4)
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() {
			for range 10 {
				v, err := rt.Call(ctx0, "work:run_coroutine", g)
				if err != nil || v != int64(g*2) {
					t.Errorf("%v, %+v", v, err)
					return
				}
			}
		})
	}
	all.Wait()
}
