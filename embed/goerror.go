package embed

import "sync"

// Errors on their way through Python: the exception carries a token, and whoever gets
// the exception out finds the error again. The exception says when it is gone.
var goErrors struct {
	sync.Mutex
	last int64
	kept map[int64]error
}

func keepError(err error) int64 {
	goErrors.Lock()
	defer goErrors.Unlock()
	if goErrors.kept == nil {
		goErrors.kept = map[int64]error{}
	}
	goErrors.last++
	goErrors.kept[goErrors.last] = err
	return goErrors.last
}

// GoError returns the error behind a token that an exception carried.
func GoError(token any) error {
	n, _ := token.(int64)
	goErrors.Lock()
	defer goErrors.Unlock()
	return goErrors.kept[n]
}

// forgetError is called when the exception is gone.
func forgetError(_ uint64, values []any) (any, error) {
	n, _ := values[0].(int64)
	goErrors.Lock()
	defer goErrors.Unlock()
	delete(goErrors.kept, n)
	return nil, nil
}

// KeptErrors returns how many errors exceptions in Python carry.
func KeptErrors() int {
	goErrors.Lock()
	defer goErrors.Unlock()
	return len(goErrors.kept)
}
