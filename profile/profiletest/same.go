package profiletest

import (
	"math"
	"math/big"
	"reflect"
	"time"

	"github.com/gosnakepit/snakepit"
)

// Same reports whether two Go values stand for the same Python value: of the same
// type, floats bit by bit except that a NaN is a NaN, times with their zones, sets
// in any order.
func Same(a, b any) bool {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	switch a := a.(type) {
	case float64:
		return sameFloat(a, b.(float64))
	case complex128:
		return sameFloat(real(a), real(b.(complex128))) && sameFloat(imag(a), imag(b.(complex128)))
	case *big.Int:
		return a.Cmp(b.(*big.Int)) == 0
	case time.Time:
		return sameTime(a, b.(time.Time))
	case []any:
		return sameList(a, b.([]any))
	case snakepit.Tuple:
		return sameList(a, b.(snakepit.Tuple))
	case snakepit.Set:
		return sameSet(a, b.(snakepit.Set))
	case snakepit.FrozenSet:
		return sameSet(a, b.(snakepit.FrozenSet))
	case snakepit.Dict:
		return sameDict(a, b.(snakepit.Dict))
	case map[string]any:
		return sameMap(a, b.(map[string]any))
	}
	return reflect.DeepEqual(a, b)
}

func sameFloat(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Float64bits(a) == math.Float64bits(b)
}

func sameTime(a, b time.Time) bool {
	aName, aOffset := a.Zone()
	bName, bOffset := b.Zone()
	return a.Equal(b) && aName == bName && aOffset == bOffset && a.Location().String() == b.Location().String()
}

func sameList(a, b []any) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for i := range a {
		if !Same(a[i], b[i]) {
			return false
		}
	}
	return true
}

func sameSet(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	left := append([]any(nil), b...)
	for _, x := range a {
		i := 0
		for i < len(left) && !Same(x, left[i]) {
			i++
		}
		if i == len(left) {
			return false
		}
		left = append(left[:i], left[i+1:]...)
	}
	return true
}

func sameDict(a, b snakepit.Dict) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Same(a[i].Key, b[i].Key) || !Same(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

func sameMap(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		w, ok := b[k]
		if !ok || !Same(v, w) {
			return false
		}
	}
	return true
}
