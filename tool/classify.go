package tool

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
)

// classified is a Go value with what it becomes in Python.
type classified struct {
	v          reflect.Value
	kind       kinds
	python     string // the x-python of its type
	format     string // the format of its text
	unknowable bool   // only Python can tell
}

func classify(v any) classified { return classifyValue(reflect.ValueOf(v)) }

// maxPointers bounds how many pointers are followed; they may lead in a circle.
const maxPointers = 100

func classifyValue(v reflect.Value) classified {
	for range maxPointers {
		switch k := v.Kind(); {
		case k == reflect.Invalid:
			return classified{kind: isNull}
		case k == reflect.Interface: // what it holds
		case codec.Lent(v.Type()):
			return classified{v: v, unknowable: true}
		case v.Type() == reflect.TypeFor[*big.Int]() && !v.IsNil():
			return classified{v: v, kind: isInteger}
		case k != reflect.Pointer:
			return classifyPlace(v)
		}
		v = v.Elem()
	}
	return classified{v: v, unknowable: true} // the codec refuses it
}

// classifyPlace classifies what is neither a pointer nor an interface.
func classifyPlace(v reflect.Value) classified {
	if meaning, ok := meanings[v.Type()]; ok {
		return meant(v, meaning)
	}
	return plain(v, v.Type())
}

// meant classifies a value of a type that is something of its own in Python.
func meant(v reflect.Value, meaning object) classified {
	c := classified{v: v}
	c.python, _ = meaning["x-python"].(string)
	c.format, _ = meaning["format"].(string)
	word, _ := meaning["type"].(string)
	c.kind = kindNames[word]
	switch {
	case v.Type() == reflect.TypeFor[json.Number]():
		c.kind = isInteger
		if strings.ContainsAny(v.String(), ".eE") {
			c.kind = isNumber
		}
	case c.python == "bytes":
		return bytesOf(v)
	case c.kind == isString:
		c.kind = isSpecial
	}
	return c
}

func bytesOf(v reflect.Value) classified {
	return classified{v: v, kind: isBytes, python: "bytes", format: "binary"}
}

// hasText reports whether a type is a str in Python because it writes itself as text.
func hasText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(textType)
}

func plain(v reflect.Value, t reflect.Type) classified {
	if hasText(t) {
		return classified{v: v, kind: isString}
	}
	if k := scalarKind(t); k != 0 {
		return classified{v: v, kind: k}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		if isBytesLike(t) {
			return bytesOf(v)
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
	if _, ok := meanings[t]; ok || hasText(t) || codec.Lent(t) {
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
		return floatOf(x)
	case big.Int:
		return floatOf(&x)
	case json.Number:
		f, _ := x.Float64()
		return f
	}
	return 0
}

func floatOf(x *big.Int) float64 {
	f, _ := new(big.Float).SetInt(x).Float64()
	return f
}

// text is what a str will be. It may be the text of a copy: the method is foreign.
func (c classified) text() string {
	if !hasText(c.v.Type()) {
		return c.v.String()
	}
	p := reflect.New(c.v.Type())
	p.Elem().Set(c.v)
	b, _ := p.Interface().(encoding.TextMarshaler).MarshalText()
	return string(b)
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
		if err != nil || f.Omit && isEmpty(field) {
			continue
		}
		all[f.Name] = field
	}
}

// isEmpty is what omitempty leaves out.
func isEmpty(v reflect.Value) bool {
	if k := v.Kind(); k == reflect.Slice || k == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
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
	if _, ok := want.([]any); ok { // Python looks into containers
		return c.kind == isArray
	}
	return c.kind == isObject
}

// String shows the value in an error.
func (c classified) String() string {
	switch {
	case c.kind == isNull:
		return "null"
	case c.kind == isString && c.v.Kind() == reflect.String:
		return fmt.Sprintf("%v %.60q", c.v.Type(), c.text())
	case c.kind&(isBool|isInteger|isNumber) != 0:
		return fmt.Sprintf("%v %s", c.v.Type(), c.short())
	}
	return c.v.Type().String()
}

// short writes a scalar, the beginning of it if it is a long number.
func (c classified) short() string {
	v := c.v.Interface()
	if x, ok := v.(big.Int); ok {
		v = &x
	}
	s := fmt.Sprint(v)
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
