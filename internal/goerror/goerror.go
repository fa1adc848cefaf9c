// Package goerror keeps Go errors on their way through Python: the exception carries a
// token, and whoever gets the exception out finds the error again. The exception says
// when it is gone; it often is while its description is still on the way to Go, and
// until that has arrived the error is lent. All functions are safe for concurrent use.
package goerror

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/gosnakepit/snakepit/internal/value"
)

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

// Keep keeps an error until Forget and returns what snakepit_bridge._host.fail raises it
// from: its text, its token, the name of the tool that failed.
func Keep(err error) value.Tuple { return value.Tuple{err.Error(), keep(err), toolOf(err)} }

func keep(err error) int64 {
	goErrors.Lock()
	defer goErrors.Unlock()
	if goErrors.kept == nil {
		goErrors.kept = map[int64]*keptError{}
	}
	goErrors.last++
	goErrors.kept[goErrors.last] = &keptError{error: err}
	return goErrors.last
}

// toolOf is the name of the tool that failed, if the error knows it.
func toolOf(err error) string {
	if named, ok := err.(interface{ ToolName() string }); ok {
		return named.ToolName()
	}
	return ""
}

// Arrived returns the error behind the token of an exception that was described, and
// lent for that.
func Arrived(token any) (err error) {
	change(token, func(k *keptError) {
		err = k.error
		k.lent--
	})
	return err
}

// Find returns the error behind a token.
func Find(token any) (err error) {
	change(token, func(k *keptError) { err = k.error })
	return err
}

// Lend is for an exception that is being described.
func Lend(token any) { change(token, func(k *keptError) { k.lent++ }) }

// Forget is for an exception that is gone.
func Forget(token any) { change(token, func(k *keptError) { k.gone = true }) }

func change(token any, do func(*keptError)) {
	n, _ := token.(int64)
	goErrors.Lock()
	defer goErrors.Unlock()
	k := goErrors.kept[n]
	if k == nil {
		return
	}
	if do(k); k.gone && k.lent <= 0 {
		delete(goErrors.kept, n)
	}
}

// Kept returns how many errors exceptions in Python carry.
func Kept() int {
	goErrors.Lock()
	defer goErrors.Unlock()
	return len(goErrors.kept)
}

// PanicError is a panic of a Go function that Python called.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in Go: %v\n%s", e.Value, e.Stack) }

// Unwrap returns the error that the panic was called with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Caught calls a function and returns a panic as its error.
func Caught(f func() error) (err error) {
	defer Recover(&err)
	return f()
}

// Recover makes a panic the error *err; it is deferred.
func Recover(err *error) {
	if p := recover(); p != nil {
		*err = &PanicError{Value: p, Stack: debug.Stack()}
	}
}
