package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// decMeaning returns the decoder of a type that hasMeaning.
func decMeaning(t reflect.Type) DecodeFunc {
	switch t {
	case tupleType:
		return decExactly[value.Tuple](wire.Tuple)
	case setType:
		return decExactly[value.Set](wire.Set)
	case frozenSetType:
		return decExactly[value.FrozenSet](wire.FrozenSet)
	case dictType:
		return decDict
	case bigIntType:
		return decBig
	case numberType:
		return decNumber
	case uuidType:
		return decExt[uuid.UUID](wire.UUID)
	case tensorType:
		return decTensor
	case arrowDataType:
		return decArrowData
	case opaqueType:
		return decExt[value.Opaque](wire.Opaque)
	case decimalType:
		return decExt[value.Decimal](wire.Decimal)
	case timeType:
		return decTime
	case durationType:
		return decDuration
	case dateType:
		return decExt[value.Date](wire.Date)
	case localType:
		return decExt[value.LocalDateTime](wire.DateTime)
	case clockType:
		return decExt[value.TimeOfDay](wire.TimeOfDay)
	}
	return decDelta
}

// decExactly reads the value that Decode returns for a tag.
func decExactly[T any](tag wire.Tag) DecodeFunc {
	want := reflect.TypeFor[T]().String()
	return func(r *wire.Reader, p unsafe.Pointer) error {
		if r.Peek() != tag {
			return mismatch(r, want)
		}
		v, err := Decode(r)
		if err != nil {
			return err
		}
		*(*T)(p) = v.(T)
		return nil
	}
}

// decExt reads the value that Decode returns for a kind of Ext, if it is a T.
func decExt[T any](kind wire.Kind) DecodeFunc {
	want := reflect.TypeFor[T]().String()
	return func(r *wire.Reader, p unsafe.Pointer) error {
		if !isExt(r, kind) {
			return mismatch(r, want)
		}
		v, err := Decode(r)
		if err != nil {
			return err
		}
		t, ok := v.(T)
		if !ok {
			return fault(want, typeName(v))
		}
		*(*T)(p) = t
		return nil
	}
}

func isExt(r *wire.Reader, kind wire.Kind) bool {
	k, ok := r.PeekKind()
	return ok && r.Peek() == wire.Ext && k == kind
}

func decTime(r *wire.Reader, p unsafe.Pointer) error {
	if !isExt(r, wire.DateTime) {
		return mismatch(r, "time.Time")
	}
	r.Tag()
	r.Kind()
	d, ok := readDateTime(r)
	switch {
	case !ok:
		return r.Garbled()
	case !d.aware:
		return fault("time.Time", "a datetime without a time zone")
	}
	*(*time.Time)(p) = d.instant()
	return nil
}

func decDuration(r *wire.Reader, p unsafe.Pointer) error {
	d, err := takeDelta(r, "time.Duration")
	if err != nil {
		return err
	}
	dur, fits := duration(d)
	if !fits {
		return fault("time.Duration", "a timedelta of more than 292 years")
	}
	*(*time.Duration)(p) = dur
	return nil
}

func decDelta(r *wire.Reader, p unsafe.Pointer) (err error) {
	*(*value.TimeDelta)(p), err = takeDelta(r, "value.TimeDelta")
	return err
}

func takeDelta(r *wire.Reader, want string) (value.TimeDelta, error) {
	if !isExt(r, wire.TimeDelta) {
		return value.TimeDelta{}, mismatch(r, want)
	}
	r.Tag()
	r.Kind()
	d, ok := readDelta(r)
	if !ok {
		return d, r.Garbled()
	}
	return d, nil
}

func decBig(r *wire.Reader, p unsafe.Pointer) error {
	t := r.Peek()
	if t != wire.Int && t != wire.Uint && t != wire.BigInt {
		return mismatch(r, "big.Int")
	}
	r.Tag()
	x, ok := readBig(r, t)
	if !ok {
		return r.Garbled()
	}
	*(*big.Int)(p) = *x
	return nil
}

func decNumber(r *wire.Reader, p unsafe.Pointer) error {
	if w, ok := r.Take(wire.Float); ok {
		v := math.Float64frombits(w)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fault("json.Number", "float "+strconv.FormatFloat(v, 'g', -1, 64))
		}
		*(*json.Number)(p) = json.Number(floatText(v))
		return nil
	}
	var x big.Int
	if err := decBig(r, unsafe.Pointer(&x)); err != nil {
		return renamed(err, "json.Number")
	}
	*(*json.Number)(p) = json.Number(x.String())
	return nil
}

// floatText writes a float so that it reads as one again.
func floatText(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func decDict(r *wire.Reader, p unsafe.Pointer) error {
	if r.Peek() != wire.Dict {
		return mismatch(r, "value.Dict")
	}
	r.Tag()
	start := r.Pos()
	n, ok := r.Count(2)
	if !ok {
		return r.Garbled()
	}
	if !r.Enter() {
		return tooDeep()
	}
	v, err := decodeMixed(r, start, n, 0, nil)
	if err != nil {
		return err
	}
	*(*value.Dict)(p) = v.(value.Dict)
	return nil
}
