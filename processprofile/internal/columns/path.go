package columns

import (
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// located puts the way to a value that failed in front of its error's path.
func located(err error, path func() string) error {
	var c *value.ConversionError
	if errors.As(err, &c) {
		c.Path = path() + c.Path
	}
	return err
}

// argumentPath names the value at an offset within the arguments of a call.
func argumentPath(in []byte, at int, keywords []string) string {
	positional := int(binary.NativeEndian.Uint32(in))
	named := binary.NativeEndian.Uint64(in[8:]) == 0 // the names are among the values
	r := start(in[wire.HeaderSize:])
	for i := 0; r.Rest() > 0; i++ {
		name := "args[" + strconv.Itoa(i) + "]"
		if k := i - positional; k >= 0 && named {
			b, _ := r.TakeStr()
			name = string(b)
		} else if k >= 0 && k < len(keywords) {
			name = keywords[k]
		}
		if path, found := within(&r, at, name); found {
			return path
		}
	}
	return "args"
}

// valuePath names the value at an offset within another.
func valuePath(in []byte, at int, path string) string {
	r := start(in)
	path, _ = within(&r, at, path)
	return path
}

func start(in []byte) wire.Reader {
	r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: in})
	r.Borrowed = true
	return r
}

// within passes one value, or says how to reach what is at an offset within it.
func within(r *wire.Reader, at int, path string) (string, bool) {
	from := r.Pos()
	if !r.Pass() || at >= r.Pos() {
		return path, false
	}
	for from != at { // the way down, a container at each step
		r.Seek(from)
		step, next, ok := child(r, at)
		if !ok {
			break
		}
		path, from = path+step, next
	}
	return path, true
}

// child finds the value within the container at hand that an offset lies in.
func child(r *wire.Reader, at int) (step string, from int, ok bool) {
	t := r.Tag()
	if t == wire.Ext {
		_, ok = r.Kind()
		return "", r.Pos(), ok
	}
	n, ok := r.Count(1)
	for i := 0; ok && i < n; i++ {
		step = "[" + strconv.Itoa(i) + "]"
		if t == wire.Dict {
			step = keyStep(r)
			if r.Pos() > at {
				return "[key]", r.Pos(), false
			}
		}
		from = r.Pos()
		if ok = r.Pass(); ok && r.Pos() > at {
			return step, from, true
		}
	}
	return "", 0, false
}

// keyStep passes a key and returns the step to its value.
func keyStep(r *wire.Reader) string {
	if b, ok := r.TakeStr(); ok {
		return "[" + strconv.Quote(cut(string(b))) + "]"
	}
	if v, ok := r.Take(wire.Int); ok {
		return "[" + strconv.FormatInt(int64(v), 10) + "]"
	}
	r.Pass()
	return "[key]"
}

// maxKey is the length in bytes up to which a key is quoted whole.
const maxKey = 40

func cut(s string) string {
	if len(s) <= maxKey {
		return s
	}
	return s[:maxKey] + "…"
}
