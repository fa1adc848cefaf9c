package embed

import "sync"

// Errors on their way through Python: the exception carries a token, and whoever
// gets the exception out finds the error again. A Python program may keep an
// exception as long as it likes, so only the newest errors are kept.
var goErrors struct {
	sync.Mutex
	last int64
	ring [256]error
}

func keepError(err error) int64 {
	goErrors.Lock()
	defer goErrors.Unlock()
	goErrors.last++
	goErrors.ring[goErrors.last%int64(len(goErrors.ring))] = err
	return goErrors.last
}

// GoError returns the error behind a token that an exception carried, or nil if
// too many came after it.
func GoError(token any) error {
	n, ok := token.(int64)
	goErrors.Lock()
	defer goErrors.Unlock()
	if !ok || n <= goErrors.last-int64(len(goErrors.ring)) || n > goErrors.last {
		return nil
	}
	return goErrors.ring[n%int64(len(goErrors.ring))]
}
