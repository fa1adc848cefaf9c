package interp_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
)

// maker makes a value of the bytes that a fuzzer varies. What it makes is what
// Python gives back for it, so that the two can be compared.
type maker struct {
	data  []byte
	plain bool // only what repr below can print
}

func (m *maker) byte() byte {
	if len(m.data) == 0 {
		return 0
	}
	b := m.data[0]
	m.data = m.data[1:]
	return b
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = m.byte()
	}
	return b
}

func (m *maker) text() string {
	s := string(m.bytes(int(m.byte() % 20)))
	if m.plain {
		return strings.Map(func(r rune) rune { return r & 0x7f }, strings.ToValidUTF8(s, "?"))
	}
	return strings.ToValidUTF8(s, "é")
}

func (m *maker) int() any {
	b := m.bytes(int(m.byte() % 24))
	x := new(big.Int).SetBytes(b)
	if m.byte()%2 == 1 {
		x.Neg(x)
	}
	if x.IsInt64() {
		return x.Int64()
	}
	return x
}

func (m *maker) float() float64 {
	f := math.Float64frombits(binary.NativeEndian.Uint64(m.bytes(8)))
	if math.IsNaN(f) {
		return math.Inf(1) // NaN is not equal to itself
	}
	return f
}

// value makes a value at most depth levels deep.
func (m *maker) value(depth int) any {
	kind := m.byte() % 14
	if depth == 0 {
		kind %= 7
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return m.byte()%2 == 0
	case 2:
		return m.int()
	case 3:
		return m.float()
	case 4:
		return m.text()
	case 5, 6:
		return m.bytes(int(m.byte() % 20))
	case 7, 8:
		return m.list(depth)
	case 9:
		return value.Tuple(m.list(depth))
	case 10, 11:
		return m.dict(depth)
	}
	if m.plain {
		return nil
	}
	return m.rare(kind)
}

func (m *maker) list(depth int) []any {
	all := make([]any, m.byte()%12)
	for i := range all {
		all[i] = m.value(depth - 1)
	}
	return all
}

func (m *maker) dict(depth int) any {
	all := map[string]any{}
	for range m.byte() % 6 {
		all[m.text()] = m.value(depth - 1)
	}
	return all
}

func (m *maker) rare(kind byte) any {
	if kind == 12 {
		return uuid.UUID(m.bytes(16))
	}
	return value.TimeDelta{Days: 200_000 + int64(m.byte()), Seconds: int64(m.byte()), Microseconds: int64(m.byte())}
}

func seeds(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{7, 5, 2, 20, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 4, 3, 'a', 0xff, 'b', 3, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{10, 4, 3, 'k', 'e', 'y', 8, 2, 0, 1, 9, 3, 5, 4, 0, 39, 34, 92, 12, 1, 2, 3})
	f.Add([]byte(strings.Repeat("\x07\x0b\x02\x08", 40)))
}

// FuzzRoundTrip sends a value to Python and back.
func FuzzRoundTrip(f *testing.F) {
	seeds(f)
	p := start(f)
	echo := resolve(f, p, "copy:copy")
	f.Fuzz(func(t *testing.T, data []byte) {
		want := (&maker{data: data}).value(6)
		got, err := run(t, echo, want)
		require.NoError(t, err)
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("sent %#v, got %#v", want, got)
		}
	})
}

// FuzzRepr has Python print a value, and prints it in Go.
func FuzzRepr(f *testing.F) {
	seeds(f)
	p := start(f)
	represent := resolve(f, p, "builtins:repr")
	f.Fuzz(func(t *testing.T, data []byte) {
		v := (&maker{data: data, plain: true}).value(6)
		if m, ok := v.(map[string]any); ok && len(m) > 1 {
			return // in an order of Go's choosing
		}
		got, err := run(t, represent, v)
		require.NoError(t, err)
		if want := repr(v); ordered(v) && want != got {
			t.Fatalf("Python prints %s, Go %s", got, want)
		}
	})
}

// ordered reports whether a value prints in one way only.
func ordered(v any) bool {
	switch v := v.(type) {
	case []any:
		return all(v, ordered)
	case value.Tuple:
		return all(v, ordered)
	case map[string]any:
		for _, item := range v {
			return len(v) == 1 && ordered(item)
		}
	}
	return true
}

func all(items []any, ok func(any) bool) bool {
	for _, item := range items {
		if !ok(item) {
			return false
		}
	}
	return true
}

// repr prints a value as Python does.
func repr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case float64:
		return reprFloat(v)
	case string:
		return quoted([]byte(v), "")
	case []byte:
		return quoted(v, "b")
	case []any:
		return "[" + joined(v) + "]"
	case value.Tuple:
		if len(v) == 1 {
			return "(" + repr(v[0]) + ",)"
		}
		return "(" + joined(v) + ")"
	case map[string]any:
		for key, item := range v {
			return "{" + repr(key) + ": " + repr(item) + "}"
		}
		return "{}"
	}
	return fmt.Sprint(v)
}

func joined(items []any) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = repr(item)
	}
	return strings.Join(texts, ", ")
}

func reprFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if a := math.Abs(f); f != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// quoted prints ASCII text, or bytes, as Python quotes them.
func quoted(b []byte, prefix string) string {
	quote := byte('\'')
	if strings.Contains(string(b), "'") && !strings.Contains(string(b), `"`) {
		quote = '"'
	}
	var s strings.Builder
	for _, c := range b {
		switch {
		case c == quote || c == '\\':
			s.WriteString(`\` + string(c))
		case c == '\n':
			s.WriteString(`\n`)
		case c == '\r':
			s.WriteString(`\r`)
		case c == '\t':
			s.WriteString(`\t`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&s, `\x%02x`, c)
		default:
			s.WriteByte(c)
		}
	}
	return prefix + string(quote) + s.String() + string(quote)
}
