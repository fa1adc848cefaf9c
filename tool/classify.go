package tool

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
)

// classified is a Go value with what it becomes in Python.
type classified struct {
	v          reflect.Value
	kind       kinds
	python     string // the x-python of its type
	unknowable bool   // only Python can tell
}

func classify(v any) classified { return classifyValue(reflect.ValueOf(v)) }

func classifyValue(v reflect.Value) classified {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return classified{kind: isNull}
	}
	t := v.Type()
	switch {
	case t.Implements(lenderType):
		return classified{v: v, unknowable: true}
	case t == reflect.TypeFor[*big.Int]() && !v.IsNil():
		return classified{v: v, kind: isInteger}
	case t.Kind() == reflect.Pointer:
		return classifyValue(v.Elem())
	}
	if meaning, ok := meanings[t]; ok {
		return meant(v, meaning)
	}
	return plain(v, t)
}

// meant classifies a value of a type that is something of its own in Python.
func meant(v reflect.Value, meaning object) classified {
	c := classified{v: v}
	c.python, _ = meaning["x-python"].(string)
	word, _ := meaning["type"].(string)
	c.kind = kindNames[word]
	switch {
	case v.Type() == reflect.TypeFor[json.Number]():
		c.kind = isNumber
		if _, err := v.Interface().(json.Number).Int64(); err == nil {
			c.kind = isInteger
		}
	case c.kind == isString:
		c.kind = isSpecial
	}
	return c
}

func plain(v reflect.Value, t reflect.Type) classified {
	if t.Implements(textType) || reflect.PointerTo(t).Implements(textType) {
		return classified{v: v, kind: isString}
	}
	if k := scalarKind(t); k != 0 {
		return classified{v: v, kind: k}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return classified{v: v, kind: isBytes, python: "bytes"}
		}
		return classified{v: v, kind: isArray}
	case reflect.Map, reflect.Struct:
		return classified{v: v, kind: isObject}
	case reflect.Func, reflect.Chan:
		return classified{v: v, kind: isSpecial, python: "collections.abc.Iterator"}
	case reflect.Complex64, reflect.Complex128:
		return classified{v: v, kind: isSpecial, python: "complex"}
	}
	return classified{v: v, unknowable: true}
}

// scalarKind is the kind of all values of a type, 0 if they are no scalars.
func scalarKind(t reflect.Type) kinds {
	if _, ok := meanings[t]; ok || t.Implements(textType) {
		return 0
	}
	switch t.Kind() {
	case reflect.Bool:
		return isBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return isInteger
	case reflect.Float32, reflect.Float64:
		return isNumber
	case reflect.String:
		return isString
	}
	return 0
}

func (c classified) float() float64 {
	switch {
	case c.v.CanInt():
		return float64(c.v.Int())
	case c.v.CanUint():
		return float64(c.v.Uint())
	case c.v.CanFloat():
		return c.v.Float()
	}
	switch x := c.v.Interface().(type) {
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f
	case json.Number:
		f, _ := x.Float64()
		return f
	}
	return 0
}

func (c classified) text() string {
	if c.v.Kind() == reflect.String {
		return c.v.String()
	}
	if m, ok := c.v.Interface().(encoding.TextMarshaler); ok {
		b, _ := m.MarshalText()
		return string(b)
	}
	return ""
}

// members are the values of a map, a struct or a Dict, by their names.
func (c classified) members() map[string]reflect.Value {
	all := map[string]reflect.Value{}
	if d, ok := c.v.Interface().(value.Dict); ok {
		for _, item := range d {
			if name, ok := item.Key.(string); ok {
				all[name] = reflect.ValueOf(item.Value)
			}
		}
		return all
	}
	if c.v.Kind() == reflect.Map {
		for keys := c.v.MapRange(); keys.Next(); {
			if keys.Key().Kind() == reflect.String {
				all[keys.Key().String()] = keys.Value()
			}
		}
		return all
	}
	structMembers(c.v, all)
	return all
}

func structMembers(v reflect.Value, all map[string]reflect.Value) {
	s, ok, err := codec.PlanStruct(v.Type())
	if err != nil || !ok {
		return
	}
	for _, f := range s.Fields() {
		field, err := v.FieldByIndexErr(f.Index)
		if err != nil || f.Omit && field.IsZero() {
			continue
		}
		all[f.Name] = field
	}
}

// equals compares with a value of a schema's.
func (c classified) equals(want any) bool {
	switch w := want.(type) {
	case nil:
		return c.kind == isNull
	case bool:
		return c.kind == isBool && c.v.Bool() == w
	case float64:
		return c.kind&(isInteger|isNumber) != 0 && c.float() == w
	case string:
		return c.kind == isString && c.text() == w
	}
	return true // a value of an enum that is no scalar: Python looks
}

// String shows the value in an error.
func (c classified) String() string {
	switch {
	case c.kind == isNull:
		return "null"
	case c.kind == isString && c.v.Kind() == reflect.String:
		return fmt.Sprintf("string %.60q", c.v.String())
	case c.kind&(isBool|isInteger|isNumber) != 0:
		return fmt.Sprintf("%v %v", c.v.Type(), c.v)
	}
	return c.v.Type().String()
}
