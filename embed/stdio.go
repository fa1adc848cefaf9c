package embed

import (
	"fmt"
	"io"
	"sync"
)

// redirect sends Python's standard streams where the configuration says, and no
// longer where an earlier one said.
func (p *Interpreter) redirect(c Config) error {
	before := p.sinks
	p.sinks = []uint64{sink(c.Stdout), sink(c.Stderr)}
	_, err := p.bridge.ask("redirect", Ref(p.bridge.native.Call), Ref(p.bridge.held), p.sinks[0], p.sinks[1])
	for _, id := range before {
		Unregister(id)
	}
	return err
}

// sink registers a writer and returns its number; 0 for none.
func sink(w io.Writer) uint64 {
	if w == nil {
		return 0
	}
	var mu sync.Mutex // taken while detached from Python
	return Register(Values(func(_ uint64, values []any) (any, error) {
		data, ok := values[0].([]byte)
		if !ok {
			return nil, fmt.Errorf("snakepit: a stream wrote a %T", values[0])
		}
		mu.Lock()
		defer mu.Unlock()
		_, err := w.Write(data)
		return nil, err
	}))
}
