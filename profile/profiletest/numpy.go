package profiletest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// numpy checks that numpy scalars of every type arrive as what they hold.
func (s *suite) numpy(t *testing.T) {
	s.exec(t, imports)
	s.importable(t, "numpy as np")
	s.fromPython(t, numpyScalars())
	t.Run("InContainers", s.numpyInContainers)
	t.Run("ArraysAreNoScalars", func(t *testing.T) {
		tensor := s.eval(t, "np.array(3)").(*zerocopy.Tensor)
		defer tensor.Release()
		require.Zero(t, tensor.NDim())
	})
	t.Run("TimesTooFine", func(t *testing.T) {
		for _, fine := range []string{"np.datetime64(1, 'ns')", "np.timedelta64(1, 'ns')", "np.timedelta64(1, 'M')"} {
			o := s.object(t, fine)
			requireSame(t, true, s.eval(t, "x == "+fine, snakepit.Kw{"x": o}))
		}
	})
}

func numpyScalars() []row {
	return []row{
		{"np.bool_(True)", true, true},
		{"np.int8(-128)", int64(-128), true},
		{"np.int16(-2**15)", int64(-1 << 15), true},
		{"np.int32(2**31-1)", int64(math.MaxInt32), true},
		{"np.int64(-2**63)", int64(math.MinInt64), true},
		{"np.intp(5)", int64(5), true},
		{"np.uint8(255)", int64(255), true},
		{"np.uint16(2**16-1)", int64(math.MaxUint16), true},
		{"np.uint32(2**32-1)", int64(math.MaxUint32), true},
		{"np.uint64(2**64-1)", power(64, -1), true},
		{"np.longlong(-1)", int64(-1), true},
		{"np.float16(0.5)", 0.5, true},
		{"np.float32(0.1)", float64(float32(0.1)), true},
		{"np.float64('nan')", math.NaN(), true},
		{"np.float64(-0.0)", math.Copysign(0, -1), true},
		{"np.complex64(1+2j)", 1 + 2i, true},
		{"np.complex128(1-2j)", 1 - 2i, true},
		{"np.str_('é')", "é", true},
		{"np.bytes_(b'a')", []byte("a"), true},
		{"np.datetime64('2024-02-29')", snakepit.Date{Year: 2024, Month: 2, Day: 29}, true},
		{"np.datetime64('2024-02-29T01:02:03.000004')", snakepit.LocalDateTime{Year: 2024, Month: 2, Day: 29, Hour: 1, Minute: 2, Second: 3, Microsecond: 4}, true},
		{"np.datetime64('NaT')", nil, true},
		{"np.timedelta64(5, 'ms')", 5 * time.Millisecond, true},
		{"np.datetime64('2024-02-29T01:02:03.000004000')", snakepit.LocalDateTime{Year: 2024, Month: 2, Day: 29, Hour: 1, Minute: 2, Second: 3, Microsecond: 4}, true},
		{"np.datetime64('NaT', 'ns')", nil, true},
		{"np.timedelta64(5_000, 'ns')", 5 * time.Microsecond, true},
	}
}

func (s *suite) numpyInContainers(t *testing.T) {
	requireSame(t, list{1.5, int64(2), true}, s.eval(t, "[np.float64(1.5), np.int8(2), np.bool_(True)]"))
	requireSame(t, pairs(int64(1), 2.5), s.eval(t, "{np.int64(1): np.float32(2.5)}"))
	requireSame(t, repeat(0.5, 20), s.eval(t, "[np.float64(0.5)] * 20"))
	requireSame(t, repeat(int64(1), 20), s.eval(t, "[1] * 19 + [np.int64(1)]"))
	requireSame(t, list{0.5, 1.5}, s.eval(t, "(np.arange(2) + 0.5).tolist()"))
}
