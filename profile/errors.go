package profile

import (
	"context"
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

// Stopped is how [Prepared.Run] reports that its context ended and Python, which was at
// work, ended with it.
type Stopped struct {
	Err error // the context's error
	How error // what Python ended with
}

func (s *Stopped) Error() string {
	return fmt.Sprintf("snakepit: the call was given up, and Python ended it: %v", s.Err)
}

// Unwrap returns the context's error.
func (s *Stopped) Unwrap() error { return s.Err }

// Ended is the error of a call that has ended, if ctx has: one that came to a good end in
// time has its result.
func Ended(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return &Stopped{Err: ctx.Err(), How: err}
}
