package profiletest

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func (s *suite) values(t *testing.T) {
	s.exec(t, imports)
	t.Run("FromPython", func(t *testing.T) { s.fromPython(t, concat(scalars(), containers(), classes())) })
	t.Run("Times", func(t *testing.T) { s.fromPython(t, times()) })
	t.Run("Zones", s.zones)
	t.Run("ToPython", s.toPython)
	t.Run("Structs", s.structs)
	t.Run("TimesToPython", s.timesToPython)
	t.Run("Large", s.large)
}

// row is an expression of Python and the Go value that stands for it.
type row struct {
	python string
	want   any
	oneWay bool // the Go value becomes something else in Python
}

func concat(tables ...[]row) (all []row) {
	for _, t := range tables {
		all = append(all, t...)
	}
	return all
}

// fromPython checks that each row's expression arrives as its value, on its own and
// nested, and that the value comes back to where it came from.
func (s *suite) fromPython(t *testing.T, rows []row) {
	for _, r := range rows {
		t.Run(short(r.python), func(t *testing.T) { s.checkRow(t, r) })
	}
}

func (s *suite) checkRow(t *testing.T, r row) {
	got := s.eval(t, r.python)
	requireSame(t, r.want, got)
	nested := s.eval(t, "{'a': [("+r.python+",), None]}")
	requireSame(t, map[string]any{"a": []any{snakepit.Tuple{r.want}, nil}}, nested)
	if r.oneWay {
		return
	}
	check := "type(x) is type(want := (" + r.python + ")) and c.texts(x) == c.texts(want)"
	require.Equal(t, true, s.eval(t, check, snakepit.Kw{"x": got}), "%v came back as something else", got)
	requireSame(t, r.want, s.call(t, "echo", got))
}

func requireSame(t *testing.T, want, got any) {
	t.Helper()
	if !Same(want, got) {
		require.Failf(t, "not the same", "want %s\ngot  %s", show(want), show(got))
	}
}

func show(v any) string { return short(fmt.Sprintf("%T %#v", v, v)) }

func short(text string) string {
	if len(text) > 300 {
		return text[:200] + "…" + text[len(text)-50:]
	}
	return text
}

// power is 2**n + add.
func power(n uint, add int64) *big.Int {
	x := new(big.Int).Lsh(big.NewInt(1), n)
	return x.Add(x, big.NewInt(add))
}

func neg(x *big.Int) *big.Int { return x.Neg(x) }

func scalars() []row {
	rows := []row{
		{"None", nil, false},
		{"True", true, false},
		{"False", false, false},
		{"0.0", 0.0, false},
		{"-0.0", math.Copysign(0, -1), false},
		{"0.1", 0.1, false},
		{"math.nan", math.NaN(), false},
		{"math.inf", math.Inf(1), false},
		{"-math.inf", math.Inf(-1), false},
		{"5e-324", 5e-324, false},
		{"sys.float_info.max", math.MaxFloat64, false},
		{"1+2j", 1 + 2i, false},
		{"complex(math.nan, -0.0)", complex(math.NaN(), math.Copysign(0, -1)), false},
		{"complex(-math.inf, 5e-324)", complex(math.Inf(-1), 5e-324), false},
		{"''", "", false},
		{"'a\\0b\\0'", "a\x00b\x00", false},
		{"'é'", "é", false},
		{"'\\ufeffx'", "\ufeffx", false},
		{"'\\U0001F40D\\U0010FFFF'", "🐍\U0010ffff", false},
		{"'\\x7f\\x80\\uffff'", "\x7f\u0080\uffff", false},
		{"b''", []byte{}, false},
		{"bytes(range(256))", allBytes(), false},
		{"bytearray(b'ab\\0')", []byte("ab\x00"), true},
		{"memoryview(b'abcdef')[::2]", []byte("ace"), true},
		{"memoryview(array.array('H', [1, 256]))", []byte{1, 0, 0, 1}, true},
		{"decimal.Decimal('1.10')", snakepit.Decimal("1.10"), false},
		{"decimal.Decimal('-0E-20')", snakepit.Decimal("-0E-20"), false},
		{"decimal.Decimal('1E+999999')", snakepit.Decimal("1E+999999"), false},
		{"decimal.Decimal('NaN')", snakepit.Decimal("NaN"), false},
		{"decimal.Decimal('sNaN123')", snakepit.Decimal("sNaN123"), true}, // it cannot be compared
		{"decimal.Decimal('-Infinity')", snakepit.Decimal("-Infinity"), false},
		{"decimal.Decimal('1' * 100)", snakepit.Decimal(strings.Repeat("1", 100)), false},
		{"uuid.UUID(int=1)", uuid.UUID{15: 1}, false},
		{"uuid.UUID(bytes=b'0123456789abcdef')", uuid.UUID([]byte("0123456789abcdef")), false},
	}
	return append(rows, ints()...)
}

func allBytes() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// ints are the integers around each size at which their form changes.
func ints() []row {
	var rows []row
	for _, bits := range []uint{0, 7, 8, 15, 30, 31, 32, 53, 60, 62, 63, 64, 65, 71, 72, 127, 128, 255, 1000, 5000} {
		for _, add := range []int64{-1, 0, 1} {
			x := power(bits, add)
			rows = append(rows, row{fmt.Sprintf("2**%d+%d", bits, add), fit(x), false})
			rows = append(rows, row{fmt.Sprintf("-(2**%d+%d)", bits, add), fit(neg(power(bits, add))), false})
		}
	}
	return rows
}

// fit returns x as results return it.
func fit(x *big.Int) any {
	if x.IsInt64() {
		return x.Int64()
	}
	return x
}
