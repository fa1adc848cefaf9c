package embed

import "sync"

// Errors on their way through Python: the exception carries a token, and whoever gets
// the exception out finds the error again. The exception says when it is gone; it often
// is while its description is still on the way to Go, and until that has arrived the
// error is lent.
var goErrors struct {
	sync.Mutex
	last int64
	kept map[int64]*keptError
}

type keptError struct {
	error
	lent int  // descriptions on the way
	gone bool // the exception is
}

func keepError(err error) int64 {
	goErrors.Lock()
	defer goErrors.Unlock()
	if goErrors.kept == nil {
		goErrors.kept = map[int64]*keptError{}
	}
	goErrors.last++
	goErrors.kept[goErrors.last] = &keptError{error: err}
	return goErrors.last
}

// GoError returns the error behind the token of an exception that was described.
func GoError(token any) (err error) {
	changeError(token, func(k *keptError) {
		err = k.error
		k.lent--
	})
	return err
}

// lendError is called when an exception is described.
func lendError(_ uint64, values []any) (any, error) {
	changeError(values[0], func(k *keptError) { k.lent++ })
	return nil, nil
}

// forgetError is called when the exception is gone.
func forgetError(_ uint64, values []any) (any, error) {
	changeError(values[0], func(k *keptError) { k.gone = true })
	return nil, nil
}

func changeError(token any, change func(*keptError)) {
	n, _ := token.(int64)
	goErrors.Lock()
	defer goErrors.Unlock()
	k := goErrors.kept[n]
	if k == nil {
		return
	}
	if change(k); k.gone && k.lent <= 0 {
		delete(goErrors.kept, n)
	}
}

// KeptErrors returns how many errors exceptions in Python carry.
func KeptErrors() int {
	goErrors.Lock()
	defer goErrors.Unlock()
	return len(goErrors.kept)
}
