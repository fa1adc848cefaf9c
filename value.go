package snakepit

import (
	"reflect"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
)

// Go types of Python values that no type of Go's own stands for.
type (
	// Tuple is a Python tuple.
	Tuple = value.Tuple
	// Set is a Python set, in no order.
	Set = value.Set
	// FrozenSet is a Python frozenset, in no order.
	FrozenSet = value.FrozenSet
	// Dict is a Python dict in its order, with keys of any type.
	Dict = value.Dict
	// Item is one entry of a Dict.
	Item = value.Item
	// Decimal is a decimal.Decimal as Python prints it.
	Decimal = value.Decimal
	// Opaque is what arrives in place of a Python object that cannot travel from one
	// process to another; where Python runs in this process, an *Object does. It is
	// a description only: passed to Python it is a *ConversionError.
	Opaque = value.Opaque
	// ArrowData is what arrives in place of a Python object with Arrow data that lives in
	// another process; where Python runs in this process, an *Object does. Package zarrow
	// reads both.
	ArrowData = value.ArrowData
	// Date is a datetime.date.
	Date = value.Date
	// LocalDateTime is a datetime.datetime without a time zone.
	LocalDateTime = value.LocalDateTime
	// TimeOfDay is a datetime.time.
	TimeOfDay = value.TimeOfDay
	// TimeDelta is a datetime.timedelta too long for a time.Duration.
	TimeDelta = value.TimeDelta
)

// Args are the arguments of a tool, by name.
type Args map[string]any

// Kw, anywhere among the arguments of a call, passes keyword arguments.
type Kw map[string]any

// As returns a typed view of a value that a call returned: T is filled as a result
// of type T would be. A value that cannot be a T is a *ConversionError.
func As[T any](v any) (T, error) {
	var t T
	err := codec.Convert(v, reflect.ValueOf(&t).Elem())
	return t, err
}
