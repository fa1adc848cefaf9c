package columns

import (
	"errors"
	"runtime"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Decode reads a value that a child sent, without a type to go by, as codec.Decode does.
// It is nobody's memory but its own.
func (r *Reader) Decode(data *snakepitv1.Data) (any, error) {
	var ret wire.Ret
	if err := r.Read(data, nil, &ret); err != nil {
		return nil, err
	}
	reader := wire.NewReader(&ret)
	v, err := codec.Decode(&reader)
	if err != nil {
		reader.Drop()
	}
	runtime.KeepAlive(data)
	return v, err
}

// errUndescribed stands for an exception that a child described as nothing does.
var errUndescribed = errors.New("snakepit: Python raised an exception that the worker could not describe")

// Exception returns the *value.PythonError that a child described. goError finds the error
// behind the token of an exception that a Go function caused; it may be nil.
func Exception(data *snakepitv1.Data, goError func(token any) error) error {
	var r Reader
	v, err := r.Decode(data)
	if err != nil {
		return err
	}
	if e := codec.Exception(v, goError); e != nil {
		return e
	}
	return errUndescribed
}

// Fault returns the *value.ConversionError of a result that could not leave the child.
func Fault(f *snakepitv1.Fault) error { return codec.Unfit(f.GetPath(), f.GetWant(), f.GetGot()) }
