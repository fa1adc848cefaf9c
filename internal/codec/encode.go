package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// Encode appends v to f.In. A *value.ConversionError says what cannot cross, its
// path beginning with path. On error f.In ends in the middle of a value.
func Encode(f *wire.Frame, v any, path string) error {
	if err := encodeAny(f, v, trail{}); err != nil {
		return at(path, err)
	}
	return nil
}

// encodeAny knows the common types and leaves the others to their plans.
func encodeAny(f *wire.Frame, v any, tr trail) error {
	switch v := v.(type) {
	case nil:
		putTag(f, wire.None)
	case bool:
		putBool(f, v)
	case int:
		putWord(f, wire.Int, uint64(v))
	case int64:
		putWord(f, wire.Int, uint64(v))
	case float64:
		putFloat(f, v)
	case string:
		return putStr(f, v)
	case []byte:
		putBytes(f, v)
	case []any:
		return encodeList(f, wire.List, v, tr)
	case map[string]any:
		return encodeStringMap(f, v, tr)
	case value.Tuple:
		return encodeList(f, wire.Tuple, v, tr)
	case *zerocopy.Tensor:
		return putTensor(f, v)
	default:
		return encodeOther(f, v, tr)
	}
	return nil
}

func encodeOther(f *wire.Frame, v any, tr trail) error {
	e := (*eface)(unsafe.Pointer(&v))
	pl := encPlans.of(reflect.TypeOf(v))
	if pl.err != nil {
		return fresh(pl.err)
	}
	return pl.enc(f, pl.data(e), tr)
}

// encodeKey writes a dict key or a member of a set, which must be hashable.
func encodeKey(f *wire.Frame, v any, tr trail) error {
	switch v := v.(type) {
	case nil, bool, int, int64, float64, string, []byte:
		return encodeAny(f, v, tr)
	}
	e := (*eface)(unsafe.Pointer(&v))
	pl := keyPlans.of(reflect.TypeOf(v))
	if pl.err != nil {
		return fresh(pl.err)
	}
	return pl.enc(f, pl.data(e), tr)
}

var (
	listSalt = saltOf(reflect.TypeFor[[]any]())
	dictSalt = saltOf(reflect.TypeFor[map[string]any]())
)

func encodeList(f *wire.Frame, t wire.Tag, s []any, tr trail) error {
	tr, err := tr.down(unsafe.Pointer(unsafe.SliceData(s)), len(s), listSalt)
	if err != nil {
		return err
	}
	putCount(f, t, len(s))
	for i, v := range s {
		if err := encodeAny(f, v, tr); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

// encodeMembers writes what a set holds.
func encodeMembers(f *wire.Frame, t wire.Tag, s []any, tr trail) error {
	tr, err := tr.down(unsafe.Pointer(unsafe.SliceData(s)), len(s), listSalt)
	if err != nil {
		return err
	}
	putCount(f, t, len(s))
	for i, v := range s {
		if err := encodeKey(f, v, tr); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

func encodeStringMap(f *wire.Frame, m map[string]any, tr trail) error {
	tr, err := tr.down(*(*unsafe.Pointer)(unsafe.Pointer(&m)), 0, dictSalt)
	if err != nil {
		return err
	}
	where, n := putCount(f, wire.Dict, 0), 0
	for k, v := range m {
		if err := putStr(f, k); err != nil {
			return inKey(err)
		}
		if err := encodeAny(f, v, tr); err != nil {
			return atKey(k, err)
		}
		n++
	}
	patchCount(f, where, n)
	return nil
}

func encodeDict(f *wire.Frame, d value.Dict, tr trail) error {
	tr, err := tr.down(unsafe.Pointer(unsafe.SliceData(d)), len(d), dictSalt)
	if err != nil {
		return err
	}
	putCount(f, wire.Dict, len(d))
	for i := range d {
		if err := encodeKey(f, d[i].Key, tr); err != nil {
			return inKey(err)
		}
		if err := encodeAny(f, d[i].Value, tr); err != nil {
			return atKey(d[i].Key, err)
		}
	}
	return nil
}
