package processprofile

import (
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// helper calls a function that snakepit_bridge has for its host, beside all calls: it
// holds no slot, and runs on a thread of its own.
// with says more of the frame.
func (w *worker) helper(name string, args []any, with func(*wire.Frame)) (any, error) {
	f := wire.NewFrame()
	defer f.Recycle()
	f.Remote, f.CopyIn = true, true
	with(f)
	for _, arg := range args {
		if err := codec.Encode(f, arg, name); err != nil {
			return nil, err
		}
	}
	codec.PutHeader(f, len(args), 0, 0)
	w.enter()
	n := &nested{worker: w, target: &target{Target: profile.Target{Kind: profile.Helper, Name: name}}}
	reply, c, err := n.begin(f, snakepitv1.Step_CALL)
	if err != nil {
		return nil, err
	}
	r, ok := <-reply
	if err := n.finish(c, r, ok, f); err != nil {
		return nil, err
	}
	v, err := codec.Decode(f.Result())
	if err != nil {
		f.DropMade()
	}
	return v, err
}
