package processprofile

import (
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/hostside"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// asked answers what Python asks of Go, on a goroutine of its own: a Go tool may take its
// time, and call Python again.
func (k *link) asked(ask *snakepitv1.Ask) {
	if ask.GetFunction() == "forget" { // in order, for the exception may be on its way
		k.forget(ask)
		return
	}
	go k.answer(ask)
}

func (k *link) forget(ask *snakepitv1.Ask) {
	var r columns.Reader
	if v, err := r.Decode(ask.GetArgs()); err == nil {
		if values := items(v); len(values) == 1 {
			goerror.Forget(values[0])
		}
	}
}

// answer runs what was asked for and sends what came of it.
func (k *link) answer(ask *snakepitv1.Ask) {
	f := wire.NewFrame()
	defer f.Recycle()
	f.Remote, f.CopyIn = true, true
	err := k.ask(ask, f)
	if ask.GetSilent() {
		return
	}
	if err != nil {
		f.In = f.In[:wire.HeaderSize]
		_ = codec.Encode(f, goerror.Keep(err), "error")
	}
	k.reply(ask, f, err != nil)
}

// reply sends the value in f. One that cannot travel is a failure itself.
func (k *link) reply(ask *snakepitv1.Ask, f *wire.Frame, failed bool) {
	lend := &lending{loans: k.worker.loans, frame: f}
	w := columns.Writer{Lending: lend}
	if err := w.Value(f.In[wire.HeaderSize:], "result"); err != nil {
		lend.undo()
		f.In = f.In[:wire.HeaderSize]
		_ = codec.Encode(f, goerror.Keep(err), "error")
		w.Reset()
		_ = w.Value(f.In[wire.HeaderSize:], "error")
		failed = true
	}
	_ = k.post(&snakepitv1.LinkDown{What: &snakepitv1.LinkDown_Answer{Answer: &snakepitv1.Answer{
		Id: ask.GetId(), Value: w.Data(), Failed: failed,
	}}})
}

// ask appends the answer to f.In.
func (k *link) ask(ask *snakepitv1.Ask, f *wire.Frame) (err error) {
	switch ask.GetFunction() {
	case "arrow_open", "arrow_next":
		return k.arrow(ask, f)
	}
	defer goerror.Recover(&err)
	s, err := k.worker.scope(ask.GetCaller())
	if err != nil && ask.GetFunction() != "close" {
		return err
	}
	r := columns.Reader{Borrowing: borrowing{k.worker.loans, f}}
	if err := r.Result(ask.GetArgs(), f); err != nil {
		return err
	}
	values := f.Result()
	n, ok := values.Take(wire.Tuple)
	if !ok {
		return values.Garbled()
	}
	switch ask.GetFunction() {
	case "tool":
		return hostside.Tool(s, values, int(n), f)
	case "next":
		return hostside.Next(s, values, f)
	}
	return k.plain(ask.GetFunction(), s, values, int(n), f)
}

// plain answers questions of plain values.
func (k *link) plain(function string, s profile.Scope, r *wire.Reader, n int, f *wire.Frame) error {
	values := make([]any, n)
	for i := range values {
		var err error
		if values[i], err = codec.Decode(r); err != nil {
			r.Drop()
			return err
		}
	}
	v, err := k.about(function, s, values)
	if err != nil {
		return err
	}
	return codec.Encode(f, v, "result")
}

func (k *link) about(function string, s profile.Scope, values []any) (any, error) {
	switch {
	case function == "context":
		return hostside.Context(s), nil
	case function == "list_tools":
		return hostside.ListTools(s), nil
	case function == "find_tool" && len(values) == 1:
		return hostside.FindTool(s, values[0]), nil
	case function == "close" && len(values) == 1:
		hostside.Close(values[0])
		return nil, nil
	}
	return nil, errNoFunction(function)
}

type errNoFunction string

func (e errNoFunction) Error() string {
	return "snakepit: Python asked Go for " + string(e) + ", which it does not offer"
}
