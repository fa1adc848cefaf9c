package soak_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync/atomic"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

var sessions = []deed{
	{"a session that is closed", 5, func(p *place) error {
		s := p.rt.Session(newID(), lasting)
		err := remember(s, p, 3)
		return first(err, s.Close())
	}},
	{"a session that expires", 2, func(p *place) error { return remember(p.rt.Session(newID()), p, 1) }},
	{"a session with metadata", 3, func(p *place) error {
		id := newID()
		s := p.rt.Session(id, snakepit.SessionOptions{TTL: -1, Metadata: map[string]string{"tier": "gold"}})
		defer s.Close()
		got, err := s.Pool(p.name).Execute(ctx0, "who", nil)
		return wanted(reflect.DeepEqual(got, []any{id, "gold"}), got, err)
	}},
	{"a session with a tool", 2, sessionTool},
	{"a session that many use", 3, func(p *place) error {
		_, err := p.rt.Session(fmt.Sprint("shared ", rand.IntN(5))).Pool(p.name).Execute(ctx0, "who", nil)
		if errors.Is(err, snakepit.ErrSessionClosed) { // its time was up in this moment
			return nil
		}
		return err
	}},
}

// lasting is for sessions that live until somebody closes them; others expire soon.
var lasting = snakepit.SessionOptions{TTL: -1}

var lastID atomic.Int64

func newID() string { return fmt.Sprint("user ", lastID.Add(1)) }

// remember keeps something in the session's state, which each process has of its own: what
// comes back is from before.
func remember(s *snakepit.Session, p *place, times int) error {
	for i := range times {
		got, err := s.Pool(p.name).Execute(ctx0, "remember", snakepit.Args{"key": "turn", "value": i})
		before, _ := got.(int64)
		if err != nil || before > int64(max(i-1, 0)) {
			return wanted(false, got, err)
		}
	}
	return nil
}

func sessionTool(p *place) error {
	s := p.rt.Session(newID(), lasting)
	defer s.Close()
	own := tool.New("own", "", func(context.Context, struct{}) (string, error) { return s.ID(), nil })
	if err := s.RegisterTool(own); err != nil {
		return err
	}
	got, err := s.Pool(p.name).Execute(ctx0, "ask", snakepit.Args{"name": "own", "args": map[string]any{}})
	return wanted(got == s.ID(), got, err)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
