package profiletest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// library is how the suite talks with a library of arrays, in expressions of Python.
type library struct {
	module, take string
	pointer      string // of an array a
	give         string // makes an array of a type
	readOnly     bool   // its arrays never change
}

// tensorLibraries tries those that are installed. numpy has the rest of the chapter,
// pyarrow one of its own.
func (s *suite) tensorLibraries(t *testing.T) {
	for _, l := range []library{
		{"torch", "torch.from_dlpack(t)", "a.data_ptr()", "torch.tensor([0, 1, 2, 3], dtype=torch.%s)", false},
		{"jax", "jax.dlpack.from_dlpack(t)", "a.unsafe_buffer_pointer()", "jax.numpy.array([0, 1, 2, 3], dtype=jax.numpy.%s)", true},
	} {
		t.Run(l.module, func(t *testing.T) {
			const gil = "getattr(sys, '_is_gil_enabled', bool)()"
			before := s.eval(t, gil)
			s.importable(t, l.module)
			require.Equal(t, before, s.eval(t, gil), "its import leaves the GIL as it is")
			s.libraryTakes(t, l)
			for dtype, three := range map[string]any{
				"float32": float32(3), "bfloat16": zerocopy.BF16(0x4040), "float8_e4m3fn": zerocopy.F8E4M3FN(0x44), "int8": int8(3),
			} {
				s.libraryGives(t, l, dtype, three)
			}
			s.exec(t, "a = t = None")
		})
	}
}

// libraryTakes has the library compute on memory of Go's.
func (s *suite) libraryTakes(t *testing.T, l library) {
	data, err := zerocopy.New[float32](16) // aligned as jax wants it
	require.NoError(t, err)
	defer data.Release()
	all, err := zerocopy.Slice[float32](data)
	require.NoError(t, err)
	all[3] = 4
	s.exec(t, "a = "+l.take, snakepit.Kw{"t": data})
	require.Equal(t, int64(data.Data()), s.eval(t, l.pointer), "it sees the memory itself")
	require.Equal(t, 4.0, s.eval(t, "float(a.sum())"))
}

// libraryGives has Go read what the library made, and gives it back.
func (s *suite) libraryGives(t *testing.T, l library, dtype string, three any) {
	s.exec(t, "a = "+fmt.Sprintf(l.give, dtype))
	made := s.eval(t, "a").(*zerocopy.Tensor)
	defer made.Release()
	require.Equal(t, dtype, made.DType().String())
	require.Equal(t, s.eval(t, l.pointer), int64(made.Data()), "Go sees the memory itself")
	require.Equal(t, l.readOnly, made.ReadOnly())
	v, err := made.At(3)
	require.NoError(t, err)
	require.Equal(t, three, v)
	require.Equal(t, true, s.eval(t, "t is a", snakepit.Kw{"t": made}), "and Python gets its own back")
}
