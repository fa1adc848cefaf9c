package tool

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"regexp"
	"time"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
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
	busy  map[reflect.Type]bool // what is being described, which may hold itself
	text  reflect.Type          // by what a type is a str: it writes text, or it reads it
}

func newBuilder(text reflect.Type) *builder {
	return &builder{object{}, map[reflect.Type]string{}, map[reflect.Type]bool{}, text}
}

// argumentSchema describes the arguments of a tool whose In is t.
func argumentSchema(t reflect.Type) (json.RawMessage, []Param, error) {
	b := newBuilder(parserType)
	schema := object{"$schema": Dialect, "type": "object", "additionalProperties": false}
	if t.Kind() == reflect.Map {
		schema["additionalProperties"] = b.of(t.Elem())
	}
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
	b := newBuilder(textType)
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
	textType   = reflect.TypeFor[encoding.TextMarshaler]()
	parserType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// of returns the schema of a type, true where nothing can be said: of a type in itself
// that is no struct, for one.
func (b *builder) of(t reflect.Type) any {
	switch known, ok := meanings[t]; {
	case ok:
		return maps.Clone(known)
	case codec.Lent(t) || codec.Lent(reflect.PointerTo(t)) || b.busy[t]:
		return true
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(b.text):
		return object{"type": "string"}
	case t.Kind() == reflect.Struct:
		return b.structure(t)
	}
	b.busy[t] = true
	defer delete(b.busy, t)
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
	case reflect.Int8, reflect.Int16, reflect.Int32:
		return object{"type": "integer", "minimum": -1 << (t.Bits() - 1), "maximum": 1<<(t.Bits()-1) - 1}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return object{"type": "integer", "minimum": 0, "maximum": 1<<t.Bits() - 1}
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
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
	case reflect.Pointer:
		return nullable(b.of(t.Elem()))
	case reflect.Func, reflect.Chan:
		return object{"x-python": "collections.abc.Iterator"}
	}
	return true
}

func (b *builder) list(t reflect.Type) any {
	if isBytesLike(t) {
		return maps.Clone(meanings[reflect.TypeFor[[]byte]()])
	}
	o := object{"type": "array", "items": b.of(t.Elem())}
	if t.Kind() == reflect.Array {
		o["minItems"], o["maxItems"] = t.Len(), t.Len()
	}
	return o
}

// isBytesLike reports whether slices and arrays of t's element are bytes in Python.
func isBytesLike(t reflect.Type) bool {
	e, p := t.Elem(), reflect.PointerTo(t.Elem())
	_, meant := meanings[e]
	return e.Kind() == reflect.Uint8 && !meant && !p.Implements(textType) && !p.Implements(parserType) && !codec.Lent(p)
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
		name = b.unused(t.Name())
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

// notInRefs is what a $ref would have to escape: the brackets of generic types and such.
var notInRefs = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// unused makes a definition's name of a type's.
func (b *builder) unused(name string) string {
	plain := notInRefs.ReplaceAllString(name, "_")
	made := plain
	for i := len(b.defs) + 1; made == "" || b.defs[made] != nil; i++ {
		made = fmt.Sprintf("%s_%d", plain, i)
	}
	return made
}

// documented adds what a tag says of a field.
func documented(schema any, doc string) any {
	if doc == "" {
		return schema
	}
	o, ok := schema.(object)
	if !ok {
		o = object{}
	}
	o["description"] = doc
	return o
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
		schema := documented(b.of(f.Type), f.Doc)
		found.names = append(found.names, f.Name)
		found.values[f.Name] = schema
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	return found, required, nil
}
