package profile

import (
	"errors"
	"fmt"
)

// Sentinels; match them with errors.Is.
var (
	ErrUnavailable  = errors.New("snakepit: this profile cannot run here")
	ErrToolNotFound = errors.New("snakepit: no such tool")
	ErrReleased     = errors.New("snakepit: the object was released")
	ErrCopied       = errors.New("snakepit: a value would be copied")
)

// Running is how [Prepared.Run] reports that its context ended while Python was
// still at work.
type Running struct {
	Err  error           // the context's error
	Done <-chan struct{} // closed when Python has ended
}

func (r *Running) Error() string {
	return fmt.Sprintf("snakepit: the call was given up while Python was running it: %v", r.Err)
}

// Unwrap returns the context's error.
func (r *Running) Unwrap() error { return r.Err }
