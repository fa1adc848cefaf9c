package snakepit

import (
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/pool"
)

// Class says how much a call matters beside others that wait for a worker.
type Class = pool.Class

// The classes; Normal is what calls are of that say nothing.
const (
	Low    = pool.Low
	Normal = pool.Normal
	High   = pool.High
)

// Priority gives calls a class: while some wait for a worker, those of a higher class get
// theirs first, and a full queue makes room for them. Every eighth call of a worker is for
// whoever has waited longest, whatever its class, so that nobody waits for ever. Python
// that runs is not interrupted for anybody.
func Priority(c Class) CallOption { return CallOption{classed: true, class: c} }

// request is what a call asks the pool's slots for.
func (p *Pool) request(f *wire.Frame) pool.Request {
	r := pool.Request{Hint: f.Hint, Class: Class(f.Class)}
	if p.spread {
		r.Hint = -1 // to the worker that does least
	}
	if p.weighs {
		r.Bytes = f.Weight()
	}
	if p.session != nil {
		r.Session = p.session.number
	}
	return r
}
