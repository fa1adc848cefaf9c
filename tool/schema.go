package tool

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// object is a JSON object whose members keep the order of maps; see ordered for those
// whose order matters.
type object = map[string]any

// ordered is a JSON object in the order of its names.
type ordered struct {
	names  []string
	values object
}

// MarshalJSON implements json.Marshaler.
func (o ordered) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, name := range o.names {
		if i > 0 {
			b = append(b, ',')
		}
		key, err1 := json.Marshal(name)
		v, err2 := json.Marshal(o.values[name])
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%v, %v", err1, err2)
		}
		b = append(append(append(b, key...), ':'), v...)
	}
	return append(b, '}'), nil
}

// builder makes the schema of one type, and collects those of named structs in it.
type builder struct {
	defs  object
	inUse map[reflect.Type]string
}

func newBuilder() *builder { return &builder{object{}, map[reflect.Type]string{}} }

// argumentSchema describes the arguments of a tool whose In is t.
func argumentSchema(t reflect.Type) (json.RawMessage, []Param, error) {
	b := newBuilder()
	schema := object{"$schema": Dialect, "type": "object", "additionalProperties": t.Kind() == reflect.Map}
	var params []Param
	if t.Kind() == reflect.Struct {
		properties, required, err := b.fields(t)
		if err != nil {
			return nil, nil, err
		}
		schema["properties"], schema["required"] = properties, required
		for _, name := range properties.names {
			text, _ := json.Marshal(properties.values[name])
			params = append(params, Param{Name: name, Required: in(required, name), Schema: text})
		}
	}
	text, err := b.finish(schema)
	return text, params, err
}

// typeSchema describes a value of type t.
func typeSchema(t reflect.Type) (json.RawMessage, error) {
	b := newBuilder()
	schema := b.of(t)
	if o, ok := schema.(object); ok {
		return b.finish(o)
	}
	return json.Marshal(schema)
}

func (b *builder) finish(schema object) (json.RawMessage, error) {
	if len(b.defs) > 0 {
		schema["$defs"] = b.defs
	}
	return json.Marshal(schema)
}

func in(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// meanings are types that are something of their own in Python.
var meanings = map[reflect.Type]object{
	reflect.TypeFor[[]byte]():              {"type": "string", "contentEncoding": "base64", "x-python": "bytes"},
	reflect.TypeFor[time.Time]():           {"type": "string", "format": "date-time", "x-python": "datetime.datetime"},
	reflect.TypeFor[value.LocalDateTime](): {"type": "string", "format": "date-time", "x-python": "datetime.datetime"},
	reflect.TypeFor[value.Date]():          {"type": "string", "format": "date", "x-python": "datetime.date"},
	reflect.TypeFor[value.TimeOfDay]():     {"type": "string", "format": "time", "x-python": "datetime.time"},
	reflect.TypeFor[time.Duration]():       {"type": "string", "format": "duration", "x-python": "datetime.timedelta"},
	reflect.TypeFor[value.TimeDelta]():     {"type": "string", "format": "duration", "x-python": "datetime.timedelta"},
	reflect.TypeFor[value.Decimal]():       {"type": "string", "format": "decimal", "x-python": "decimal.Decimal"},
	reflect.TypeFor[uuid.UUID]():           {"type": "string", "format": "uuid", "x-python": "uuid.UUID"},
	reflect.TypeFor[*big.Int]():            {"type": "integer"},
	reflect.TypeFor[big.Int]():             {"type": "integer"},
	reflect.TypeFor[json.Number]():         {"type": "number"},
	reflect.TypeFor[value.Tuple]():         {"type": "array", "x-python": "tuple"},
	reflect.TypeFor[value.Set]():           {"type": "array", "uniqueItems": true, "x-python": "set"},
	reflect.TypeFor[value.FrozenSet]():     {"type": "array", "uniqueItems": true, "x-python": "frozenset"},
	reflect.TypeFor[value.Dict]():          {"type": "object"},
}

var (
	lenderType = reflect.TypeFor[wire.Lender]()
	textType   = reflect.TypeFor[encoding.TextMarshaler]()
)

// of returns the schema of a type, true where nothing can be said.
func (b *builder) of(t reflect.Type) any {
	if known, ok := meanings[t]; ok {
		return maps.Clone(known)
	}
	switch {
	case t.Implements(lenderType) || reflect.PointerTo(t).Implements(lenderType):
		return true
	case t.Kind() == reflect.Pointer:
		return nullable(b.of(t.Elem()))
	case t.Implements(textType) || reflect.PointerTo(t).Implements(textType):
		return object{"type": "string"}
	}
	return b.kind(t)
}

func nullable(schema any) any {
	if schema == true {
		return true
	}
	return object{"anyOf": []any{schema, object{"type": "null"}}}
}

func (b *builder) kind(t reflect.Type) any {
	switch k := t.Kind(); k {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Complex64, reflect.Complex128:
		return object{"x-python": "complex"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Slice, reflect.Array:
		return b.list(t)
	case reflect.Map:
		return b.mapping(t)
	case reflect.Struct:
		return b.structure(t)
	case reflect.Func, reflect.Chan:
		return object{"x-python": "collections.abc.Iterator"}
	}
	return true
}

func (b *builder) list(t reflect.Type) any {
	if t.Elem().Kind() == reflect.Uint8 {
		return maps.Clone(meanings[reflect.TypeFor[[]byte]()])
	}
	o := object{"type": "array", "items": b.of(t.Elem())}
	if t.Kind() == reflect.Array {
		o["minItems"], o["maxItems"] = t.Len(), t.Len()
	}
	return o
}

func (b *builder) mapping(t reflect.Type) any {
	if t.Key().Kind() != reflect.String {
		return true
	}
	return object{"type": "object", "additionalProperties": b.of(t.Elem())}
}

// structure describes a struct once, and refers to it.
func (b *builder) structure(t reflect.Type) any {
	name, ok := b.inUse[t]
	if !ok {
		if name = t.Name(); name == "" || b.defs[name] != nil {
			name = fmt.Sprintf("%s_%d", t.Name(), len(b.defs)+1)
		}
		b.inUse[t] = name
		b.defs[name] = object{}
		properties, required, err := b.fields(t)
		if err != nil {
			return true
		}
		b.defs[name] = object{"type": "object", "properties": properties, "required": required}
	}
	return object{"$ref": "#/$defs/" + name}
}

// fields describes the fields of a struct in their order.
func (b *builder) fields(t reflect.Type) (ordered, []string, error) {
	s, ok, err := codec.PlanStruct(t)
	if err != nil || !ok {
		return ordered{}, []string{}, err
	}
	found := ordered{values: object{}}
	required := []string{}
	for _, f := range s.Fields() {
		schema := b.of(f.Type)
		if o, ok := schema.(object); ok && f.Doc != "" {
			o["description"] = f.Doc
		}
		found.names = append(found.names, f.Name)
		found.values[f.Name] = schema
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	return found, required, nil
}
