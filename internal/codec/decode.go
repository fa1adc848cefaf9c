package codec

import (
	"math"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// Decode reads one value without a type to go by. After an error, Drop the reader.
func Decode(r *wire.Reader) (any, error) {
	switch t := r.Tag(); t {
	case wire.None:
		return nil, nil
	case wire.False:
		return false, nil
	case wire.True:
		return true, nil
	case wire.Int:
		if w, ok := r.Word(); ok {
			return int64(w), nil
		}
	case wire.Float:
		if w, ok := r.Word(); ok {
			return math.Float64frombits(w), nil
		}
	case wire.Str, wire.StrRef:
		if b, ok := r.Bytes(t); ok {
			return string(b), nil
		}
	case wire.List, wire.Tuple, wire.Set, wire.FrozenSet:
		return decodeList(r, t)
	case wire.Dict:
		return decodeDict(r)
	default:
		return decodeRare(r, t)
	}
	return nil, r.Garbled()
}

// sound returns v unless reading it failed.
func sound[T any](r *wire.Reader, v T, ok bool) (any, error) {
	if !ok {
		return nil, r.Garbled()
	}
	return v, nil
}

func decodeRare(r *wire.Reader, t wire.Tag) (any, error) {
	switch t {
	case wire.Bytes, wire.BytesRef:
		b, ok := r.Bytes(t)
		return sound(r, cloneBytes(b), ok)
	case wire.Uint, wire.BigInt:
		x, ok := readBig(r, t)
		if ok && x.IsInt64() {
			return x.Int64(), nil
		}
		return sound(r, x, ok)
	case wire.Complex:
		re, ok := r.Word()
		im, ok2 := r.Word()
		return sound(r, complex(math.Float64frombits(re), math.Float64frombits(im)), ok && ok2)
	case wire.Floats, wire.FloatsRef:
		p, n, ok := r.Words(t)
		return sound(r, box[float64](p, n), ok)
	case wire.Ints, wire.IntsRef:
		p, n, ok := r.Words(t)
		return sound(r, box[int64](p, n), ok)
	case wire.Object:
		o, ok := r.Object()
		return sound(r, o, ok)
	case wire.Tensor:
		return decodeTensor(r)
	case wire.Arrow:
		return decodeArrow(r)
	case wire.Ext:
		return decodeExt(r)
	}
	return nil, r.Garbled()
}

// cloneBytes copies into memory that nobody clears first.
func cloneBytes(b []byte) []byte {
	c := make([]byte, len(b))
	copy(c, b)
	return c
}

func decodeList(r *wire.Reader, t wire.Tag) (any, error) {
	n, ok := r.Count(1)
	if !ok {
		return nil, r.Garbled()
	}
	s, err := decodeItems(r, n)
	if err != nil {
		return nil, err
	}
	switch t {
	case wire.Tuple:
		return value.Tuple(s), nil
	case wire.Set:
		return value.Set(s), nil
	case wire.FrozenSet:
		return value.FrozenSet(s), nil
	}
	return s, nil
}

func decodeItems(r *wire.Reader, n int) ([]any, error) {
	if !r.Enter() {
		return nil, tooDeep()
	}
	s := make([]any, n)
	for i := range s {
		v, err := Decode(r)
		if err != nil {
			return nil, atIndex(i, err)
		}
		s[i] = v
	}
	r.Leave()
	return s, nil
}

func tooDeep() error {
	return fault("at most 1000 levels", "a value nested deeper than 1000 levels")
}

// decodeDict reads what follows the tag: into a map as long as the keys are
// strings, and from the beginning into a value.Dict once one is not.
func decodeDict(r *wire.Reader) (any, error) {
	start := r.Pos()
	n, ok := r.Count(2)
	if !ok {
		return nil, r.Garbled()
	}
	if !r.Enter() {
		return nil, tooDeep()
	}
	r.NextDict()
	m := make(map[string]any, min(n, r.Rest()/minEntry))
	for i := range n {
		key, ok := r.TakeStr()
		if !ok {
			return decodeMixed(r, start, n, i, m)
		}
		k := r.Name(key)
		v, err := Decode(r)
		if err != nil {
			return nil, atKey(k, err)
		}
		m[k] = v
	}
	r.Leave()
	return m, nil
}

// minEntry is the size of the shortest entry with a string for a key.
const minEntry = 10

// decodeMixed goes on where decodeDict met the key i of n, which is no string.
// m holds the entries before it, and the bytes from start on their order.
func decodeMixed(r *wire.Reader, start, n, i int, m map[string]any) (any, error) {
	d, ok := replay(r, start, n, i, m)
	if !ok {
		return nil, r.Garbled()
	}
	for range n - i {
		k, err := Decode(r)
		if err != nil {
			return nil, inKey(err)
		}
		v, err := Decode(r)
		if err != nil {
			return nil, atKey(k, err)
		}
		d = append(d, value.Item{Key: k, Value: v})
	}
	r.Leave()
	return d, nil
}

// replay reads i entries once more, for their order.
func replay(r *wire.Reader, start, n, i int, m map[string]any) (value.Dict, bool) {
	d := make(value.Dict, 0, n)
	if i == 0 {
		return d, !r.Bad()
	}
	here := r.Pos()
	r.Seek(start)
	r.Word() // the count
	for range i {
		key, ok := r.TakeStr()
		if !ok || !r.Pass() {
			return nil, false
		}
		d = append(d, value.Item{Key: string(key), Value: m[string(key)]})
	}
	return d, r.Pos() == here
}
