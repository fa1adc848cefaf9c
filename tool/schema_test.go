package tool_test

import (
	"context"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/tool"
)

// one is the arguments of a tool that takes a T.
type one[T any] struct{ V T }

// specWith is what a tool that takes one In and gives an Out says of itself.
func specWith[In, Out any](t testing.TB) tool.Spec {
	t.Helper()
	s, err := tool.New("probe", "", func(context.Context, In) (o Out, _ error) { return o, nil }).Spec()
	require.NoError(t, err)
	return s
}

// member is a part of a schema, "null" where it is not.
func member(t testing.TB, schema []byte, way ...string) string {
	t.Helper()
	for _, name := range way {
		var o map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(schema, &o), "%s", schema)
		if schema = o[name]; schema == nil {
			return "null"
		}
	}
	return string(schema)
}

// ofType checks the schema of T as a parameter and as a result.
func ofType[T any](want string) func(t *testing.T) {
	return func(t *testing.T) {
		s := specWith[one[T], T](t)
		require.JSONEq(t, want, member(t, s.Schema, "properties", "v"))
		require.JSONEq(t, want, string(s.Params[0].Schema))
		require.JSONEq(t, want, string(s.Result))
	}
}

func TestSchemasOfTypes(t *testing.T) {
	nullOr := func(s string) string { return `{"anyOf": [` + s + `, {"type": "null"}]}` }
	bytes := `{"type": "string", "contentEncoding": "base64", "x-python": "bytes"}`
	for name, check := range map[string]func(*testing.T){
		"bool":          ofType[bool](`{"type": "boolean"}`),
		"int":           ofType[int](`{"type": "integer"}`),
		"int8":          ofType[int8](`{"type": "integer", "minimum": -128, "maximum": 127}`),
		"int16":         ofType[int16](`{"type": "integer", "minimum": -32768, "maximum": 32767}`),
		"int32":         ofType[int32](`{"type": "integer", "minimum": -2147483648, "maximum": 2147483647}`),
		"int64":         ofType[int64](`{"type": "integer"}`),
		"uint":          ofType[uint](`{"type": "integer", "minimum": 0}`),
		"uint8":         ofType[uint8](`{"type": "integer", "minimum": 0, "maximum": 255}`),
		"uint16":        ofType[uint16](`{"type": "integer", "minimum": 0, "maximum": 65535}`),
		"uint32":        ofType[uint32](`{"type": "integer", "minimum": 0, "maximum": 4294967295}`),
		"uint64":        ofType[uint64](`{"type": "integer", "minimum": 0}`),
		"named int":     ofType[myInt](`{"type": "integer"}`),
		"float32":       ofType[float32](`{"type": "number"}`),
		"float64":       ofType[float64](`{"type": "number"}`),
		"complex128":    ofType[complex128](`{"x-python": "complex"}`),
		"string":        ofType[string](`{"type": "string"}`),
		"named string":  ofType[myString](`{"type": "string"}`),
		"bytes":         ofType[[]byte](bytes),
		"named bytes":   ofType[myBytes](bytes),
		"array of byte": ofType[[4]byte](bytes),
		"slice":         ofType[[]string](`{"type": "array", "items": {"type": "string"}}`),
		"named slice":   ofType[myList](`{"type": "array", "items": true}`),
		"nested slice":  ofType[[][]int](`{"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}`),
		"array":         ofType[[3]bool](`{"type": "array", "items": {"type": "boolean"}, "minItems": 3, "maxItems": 3}`),
		"map":           ofType[map[string]int](`{"type": "object", "additionalProperties": {"type": "integer"}}`),
		"map of any":    ofType[map[myString]any](`{"type": "object", "additionalProperties": true}`),
		"map by int":    ofType[map[int]string](`true`),
		"any":           ofType[any](`true`),
		"pointer":       ofType[*int](nullOr(`{"type": "integer"}`)),
		"two pointers":  ofType[**string](nullOr(nullOr(`{"type": "string"}`))),
		"pointer any":   ofType[*any](`true`),
		"time":          ofType[time.Time](`{"type": "string", "format": "date-time", "x-python": "datetime.datetime"}`),
		"pointer time":  ofType[*time.Time](nullOr(`{"type": "string", "format": "date-time", "x-python": "datetime.datetime"}`)),
		"local":         ofType[value.LocalDateTime](`{"type": "string", "format": "date-time", "x-python": "datetime.datetime"}`),
		"date":          ofType[value.Date](`{"type": "string", "format": "date", "x-python": "datetime.date"}`),
		"time of day":   ofType[value.TimeOfDay](`{"type": "string", "format": "time", "x-python": "datetime.time"}`),
		"duration":      ofType[time.Duration](`{"type": "string", "format": "duration", "x-python": "datetime.timedelta"}`),
		"delta":         ofType[value.TimeDelta](`{"type": "string", "format": "duration", "x-python": "datetime.timedelta"}`),
		"month":         ofType[time.Month](`{"type": "integer"}`),
		"decimal":       ofType[value.Decimal](`{"type": "string", "format": "decimal", "x-python": "decimal.Decimal"}`),
		"uuid":          ofType[uuid.UUID](`{"type": "string", "format": "uuid", "x-python": "uuid.UUID"}`),
		"big":           ofType[big.Int](`{"type": "integer"}`),
		"pointer big":   ofType[*big.Int](`{"type": "integer"}`),
		"json number":   ofType[json.Number](`{"type": "number"}`),
		"tuple":         ofType[value.Tuple](`{"type": "array", "x-python": "tuple"}`),
		"set":           ofType[value.Set](`{"type": "array", "uniqueItems": true, "x-python": "set"}`),
		"frozenset":     ofType[value.FrozenSet](`{"type": "array", "uniqueItems": true, "x-python": "frozenset"}`),
		"dict":          ofType[value.Dict](`{"type": "object"}`),
	} {
		t.Run(name, check)
	}
}

// both reads and writes its text; reads and writes do one of it.
type (
	both   struct{ s string }
	reads  int
	writes int
)

func (b both) MarshalText() ([]byte, error)  { return []byte(b.s), nil }
func (b *both) UnmarshalText(s []byte) error { b.s = string(s); return nil }
func (r *reads) UnmarshalText([]byte) error  { *r = 7; return nil }
func (writes) MarshalText() ([]byte, error)  { return []byte("w"), nil }

// A type is a str on the way on which its text is used.
func TestSchemasOfText(t *testing.T) {
	text, number := `{"type": "string"}`, `{"type": "integer"}`
	t.Run("both", ofType[both](text))
	t.Run("slices", ofType[[]both](`{"type": "array", "items": {"type": "string"}}`))
	s := specWith[one[reads], reads](t)
	require.JSONEq(t, text, string(s.Params[0].Schema))
	require.JSONEq(t, number, string(s.Result))
	s = specWith[one[writes], writes](t)
	require.JSONEq(t, number, string(s.Params[0].Schema))
	require.JSONEq(t, text, string(s.Result))
	s = specWith[struct{}, []level](t)
	require.JSONEq(t, `{"type": "array", "items": {"type": "string"}}`, string(s.Result), "no bytes: each is a str")
}

// Results may be what arguments cannot.
func TestSchemasOfResults(t *testing.T) {
	require.JSONEq(t, `{"type": "null"}`, string(specWith[struct{}, struct{}](t).Result))
	require.JSONEq(t, `true`, string(specWith[struct{}, lent](t).Result))
	require.JSONEq(t, `true`, string(specWith[struct{}, error](t).Result))
}
