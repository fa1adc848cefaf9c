package codec

import (
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"time"
	"unsafe"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

var (
	tupleType     = reflect.TypeFor[value.Tuple]()
	setType       = reflect.TypeFor[value.Set]()
	frozenSetType = reflect.TypeFor[value.FrozenSet]()
	dictType      = reflect.TypeFor[value.Dict]()
	decimalType   = reflect.TypeFor[value.Decimal]()
	dateType      = reflect.TypeFor[value.Date]()
	localType     = reflect.TypeFor[value.LocalDateTime]()
	clockType     = reflect.TypeFor[value.TimeOfDay]()
	deltaType     = reflect.TypeFor[value.TimeDelta]()
	timeType      = reflect.TypeFor[time.Time]()
	durationType  = reflect.TypeFor[time.Duration]()
	bigIntType    = reflect.TypeFor[big.Int]()
	arrowDataType = reflect.TypeFor[*value.ArrowData]()
	opaqueType    = reflect.TypeFor[value.Opaque]()
	numberType    = reflect.TypeFor[json.Number]()
	uuidType      = reflect.TypeFor[uuid.UUID]()
)

// hasMeaning reports whether a type stands for one of Python's, whatever its kind
// and methods say.
func hasMeaning(t reflect.Type) bool { return encMeaning(t) != nil }

func encMeaning(t reflect.Type) encoder {
	switch t {
	case tupleType:
		return encTuple
	case setType:
		return encSet
	case frozenSetType:
		return encFrozenSet
	case dictType:
		return encDict
	case bigIntType:
		return encBig
	case numberType:
		return encNumber
	case uuidType:
		return encUUID
	case decimalType:
		return encDecimal
	case tensorType:
		return encTensor
	case arrowDataType:
		return encArrowData
	case opaqueType:
		return encOpaque
	}
	return encTimeMeaning(t)
}

func encTimeMeaning(t reflect.Type) encoder {
	switch t {
	case timeType:
		return encTime
	case durationType:
		return encDuration
	case dateType:
		return encDate
	case localType:
		return encLocal
	case clockType:
		return encClock
	case deltaType:
		return encDelta
	}
	return nil
}

func encTuple(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	return encodeList(f, wire.Tuple, *(*[]any)(p), tr)
}

// encKeyTuple writes a tuple whose members must be hashable.
func encKeyTuple(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	return encodeMembers(f, wire.Tuple, *(*[]any)(p), tr)
}

func encSet(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	return encodeMembers(f, wire.Set, *(*[]any)(p), tr)
}

func encFrozenSet(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	return encodeMembers(f, wire.FrozenSet, *(*[]any)(p), tr)
}

func encDict(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	return encodeDict(f, *(*value.Dict)(p), tr)
}

func encBig(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putBig(f, (*big.Int)(p))
	return nil
}

func encNumber(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	return putNumber(f, *(*json.Number)(p))
}

func encUUID(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putExt(f, wire.UUID)
	copyBytes(f, (*uuid.UUID)(p)[:])
	return nil
}

func encDecimal(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putExt(f, wire.Decimal)
	return putStr(f, *(*string)(p))
}

// encLender lends an object to the call.
func encLender(t reflect.Type) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
		v := reflect.NewAt(t, p).Elem()
		if t.Kind() == reflect.Pointer && v.IsNil() {
			putTag(f, wire.None)
			return nil
		}
		if f.Remote {
			return stays(t)
		}
		l := v.Interface().(wire.Lender)
		handle, err := l.Lend()
		if err != nil {
			return faultOf("an object that can be lent", err)
		}
		f.Lend(l)
		putWord(f, wire.Object, uint64(handle))
		return nil
	}
}

// encText writes what MarshalText says.
func encText(t reflect.Type) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
		v := reflect.NewAt(t, p).Elem()
		if t.Kind() == reflect.Pointer && v.IsNil() {
			putTag(f, wire.None)
			return nil
		}
		return putText(f, v.Interface().(encoding.TextMarshaler))
	}
}

// encTextOf is encText for a method of the pointer. It works on a copy: the
// method is foreign and may keep its receiver.
func encTextOf(t reflect.Type) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
		v := reflect.New(t)
		v.Elem().Set(reflect.NewAt(t, p).Elem())
		return putText(f, v.Interface().(encoding.TextMarshaler))
	}
}

func putText(f *wire.Frame, m encoding.TextMarshaler) error {
	text, err := m.MarshalText()
	if err != nil {
		return faultOf("a value whose MarshalText succeeds", err)
	}
	return putStr(f, string(text))
}
