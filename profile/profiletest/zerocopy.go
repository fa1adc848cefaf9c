package profiletest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// zeroCopy is the chapter on memory that both sides see. Every test of it ends with as
// many live tensors as it began with.
func (s *suite) zeroCopy(t *testing.T) {
	s.importable(t, "numpy")
	s.exec(t, imports+"import gc, memory as m\n")
	for name, test := range map[string]func(*testing.T){
		"ToPython": s.tensorToPython, "Types": s.tensorTypes, "Shapes": s.tensorShapes, "ReadOnly": s.tensorReadOnly,
		"Protocol": s.tensorProtocol, "FromPython": s.tensorFromPython, "Buffers": s.tensorBuffers,
		"NoTensors": s.noTensors, "Nested": s.tensorsInside, "Kept": s.tensorKept, "Narrow": s.tensorNarrow, "Failed": s.tensorFailed, "Ends": s.tensorEnds,
		"Producers": s.tensorProducers, "Forged": s.tensorForged, "RequireZeroCopy": s.requireZeroCopy,
		"Traffic": s.traffic, "Hints": s.tensorHints, "Tools": s.tensorTools, "Devices": s.tensorDevices, "BothSides": s.tensorBothSides, "Libraries": s.tensorLibraries, "Streams": s.strictStreams, "Told": s.transfers,
	} {
		t.Run(name, func(t *testing.T) {
			before := zerocopy.Live()
			test(t)
			s.settled(t, before)
		})
	}
}

// settled waits until no more tensors live than before. Those that Python held last are
// heard of a moment later; where threads pass objects on, one collection may free what
// another one has to follow.
func (s *suite) settled(t *testing.T, before zerocopy.LiveStats) {
	t.Helper()
	s.shared(t, "drop")
	s.exec(t, "t = None")
	harness.Eventually(t, "all tensors are gone", func() bool {
		s.exec(t, "gc.collect()")
		live := zerocopy.Live()
		return live.Go <= before.Go && live.Foreign <= before.Foreign && live.Device <= before.Device
	})
}

// shared calls a function of the module memory.
func (s *suite) shared(t *testing.T, function string, args ...any) any {
	t.Helper()
	v, err := s.rt.Call(t.Context(), "memory:"+function, args...)
	require.NoErrorf(t, err, "%+v", err)
	return v
}

// lent is a tensor over a slice.
func lent[T zerocopy.Element](t *testing.T, data []T, shape ...int) *zerocopy.Tensor {
	t.Helper()
	tensor, err := zerocopy.FromSlice(data, shape...)
	require.NoError(t, err)
	return tensor
}

// apart reports whether Python runs in other processes: the same memory has another address
// there, and what is smaller than a page is copied.
func (s *suite) apart() bool {
	return s.rt.Stats().Pools[snakepit.DefaultPool].Python.Profile == "process"
}

// large is memory that every profile lends, as a tensor and as a slice.
func large(t *testing.T, begin ...float32) (*zerocopy.Tensor, []float32) {
	t.Helper()
	tensor, err := zerocopy.New[float32](2048)
	require.NoError(t, err)
	data, err := zerocopy.Slice[float32](tensor)
	require.NoError(t, err)
	copy(data, begin)
	return tensor, data
}

// stays wants a value to be a Python object that no Go value stands for.
func (s *suite) stays(t *testing.T, v any) {
	t.Helper()
	if s.apart() {
		require.IsType(t, snakepit.Opaque{}, v)
		return
	}
	require.IsType(t, &snakepit.Object{}, v)
	v.(*snakepit.Object).Release()
}

func (s *suite) tensorToPython(t *testing.T) {
	tensor, data := large(t, 1, 2, 3, 4)
	if !s.apart() { // then memory of Go's heap is lent, too
		tensor.Release()
		data = []float32{1, 2, 3, 4}
		tensor = lent(t, data)
	}
	defer tensor.Release()
	addresses := s.shared(t, "ways", tensor).(list)
	for _, address := range addresses {
		require.Equal(t, addresses[0], address, "every consumer sees the same memory")
		if !s.apart() {
			require.Equal(t, int64(tensor.Data()), address, "which is the tensor's itself")
		}
	}
	doubled := s.shared(t, "double", tensor).(*zerocopy.Tensor)
	defer doubled.Release()
	require.Equal(t, []float32{2, 4, 6, 8}, data[:4], "Python wrote where Go reads")
	require.Equal(t, tensor.Data(), doubled.Data(), "and gave the same memory back")
	data[0] = 42
	v, err := doubled.At(0)
	require.NoError(t, err)
	require.Equal(t, float32(42), v)
}

func (s *suite) tensorTypes(t *testing.T) {
	for name, tensor := range everyType(t) {
		t.Run(name, func(t *testing.T) {
			defer tensor.Release()
			facts := s.shared(t, "facts", tensor).(map[string]any)
			require.Equal(t, name, facts["dtype"])
			requireSame(t, facts["values"], facts["buffer"])
			back := s.shared(t, "of_type", name).(*zerocopy.Tensor)
			defer back.Release()
			require.Equal(t, tensor.DType(), back.DType())
			require.Equal(t, tensor.NBytes(), back.NBytes())
			for i := range 4 {
				want, err1 := tensor.At(i)
				got, err2 := back.At(i)
				require.NoError(t, err1)
				require.NoError(t, err2)
				require.Equal(t, want, got)
			}
		})
	}
}

// everyType has a tensor of 0, 1, 2, 3 in each type that numpy knows; of bool true is 1.
func everyType(t *testing.T) map[string]*zerocopy.Tensor {
	return map[string]*zerocopy.Tensor{
		"bool": lent(t, []bool{false, true, true, true}),
		"int8": lent(t, []int8{0, 1, 2, 3}), "int16": lent(t, []int16{0, 1, 2, 3}),
		"int32": lent(t, []int32{0, 1, 2, 3}), "int64": lent(t, []int64{0, 1, 2, 3}),
		"uint8": lent(t, []uint8{0, 1, 2, 3}), "uint16": lent(t, []uint16{0, 1, 2, 3}),
		"uint32": lent(t, []uint32{0, 1, 2, 3}), "uint64": lent(t, []uint64{0, 1, 2, 3}),
		"float16": lent(t, []zerocopy.F16{0, 0x3c00, 0x4000, 0x4200}),
		"float32": lent(t, []float32{0, 1, 2, 3}), "float64": lent(t, []float64{0, 1, 2, 3}),
		"complex64": lent(t, []complex64{0, 1, 2, 3}), "complex128": lent(t, []complex128{0, 1, 2, 3}),
	}
}

func (s *suite) tensorShapes(t *testing.T) {
	base := lent(t, []int16{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 3, 4)
	defer base.Release()
	for name, c := range map[string]struct {
		view func() (*zerocopy.Tensor, error)
		want any
	}{
		"rows":       {func() (*zerocopy.Tensor, error) { return base.Slice(0, 1, 3, 1) }, list{whole(4, 5, 6, 7), whole(8, 9, 10, 11)}},
		"columns":    {func() (*zerocopy.Tensor, error) { return base.Slice(1, 1, 4, 2) }, list{whole(1, 3), whole(5, 7), whole(9, 11)}},
		"backwards":  {func() (*zerocopy.Tensor, error) { return base.Slice(0, 2, -1, -2) }, list{whole(8, 9, 10, 11), whole(0, 1, 2, 3)}},
		"transposed": {func() (*zerocopy.Tensor, error) { return base.Transpose(1, 0) }, list{whole(0, 4, 8), whole(1, 5, 9), whole(2, 6, 10), whole(3, 7, 11)}},
		"one":        {func() (*zerocopy.Tensor, error) { return base.Index(0, 1) }, whole(4, 5, 6, 7)},
		"reshaped":   {func() (*zerocopy.Tensor, error) { return base.Reshape(2, -1) }, list{whole(0, 1, 2, 3, 4, 5), whole(6, 7, 8, 9, 10, 11)}},
		"empty":      {func() (*zerocopy.Tensor, error) { return base.Slice(0, 1, 1, 1) }, list{}},
	} {
		t.Run(name, func(t *testing.T) {
			view, err := c.view()
			require.NoError(t, err)
			defer view.Release()
			facts := s.shared(t, "facts", view).(map[string]any)
			requireSame(t, c.want, facts["values"])
			requireSame(t, c.want, facts["buffer"])
		})
	}
	t.Run("scalar", func(t *testing.T) {
		scalar, err := zerocopy.New[float64]()
		require.NoError(t, err)
		defer scalar.Release()
		require.Equal(t, 0.0, s.shared(t, "facts", scalar).(map[string]any)["values"])
	})
}

func whole(n ...int64) list {
	l := make(list, len(n))
	for i, v := range n {
		l[i] = v
	}
	return l
}

func (s *suite) tensorReadOnly(t *testing.T) {
	row := lent(t, []int32{1, 2, 3})
	defer row.Release()
	wide, err := row.Broadcast(2, 3)
	require.NoError(t, err)
	defer wide.Release()
	facts := s.shared(t, "facts", wide).(map[string]any)
	require.Equal(t, false, facts["writeable"])
	strides := whole(0, 1)
	if s.apart() {
		strides = whole(3, 1) // a small tensor arrives as a contiguous copy
	}
	require.Equal(t, list{"int32", whole(2, 3), strides, true, int64(24), "<tensor of Go's: int32, shape (2, 3)>"}, s.shared(t, "own", wide))
	requireSame(t, list{whole(1, 2, 3), whole(1, 2, 3)}, facts["values"])
	_, err = s.rt.Call(t.Context(), "memory:capsules", wide)
	require.ErrorContains(t, err, "read-only", "a consumer from before DLPack 1.0 would write")
	frozen := s.shared(t, "named", "frozen").(*zerocopy.Tensor)
	defer frozen.Release()
	require.True(t, frozen.ReadOnly())
	_, err = zerocopy.Slice[int64](frozen)
	require.ErrorContains(t, err, "read-only")
}

func (s *suite) tensorFromPython(t *testing.T) {
	arrays := s.shared(t, "arrays").(map[string]any)
	for name, v := range arrays {
		tensor := v.(*zerocopy.Tensor)
		t.Run(name, func(t *testing.T) {
			defer tensor.Release()
			facts := s.shared(t, "facts", tensor).(map[string]any)
			requireSame(t, facts["values"], values(t, tensor))
			if s.apart() {
				return // small arrays are copied
			}
			require.Equal(t, s.shared(t, "address", tensor), int64(tensor.Data()))
			require.Equal(t, true, s.shared(t, "same", tensor, tensor), "Python gets its own object back")
		})
	}
}

// values reads a tensor element by element.
func values(t *testing.T, tensor *zerocopy.Tensor) any {
	t.Helper()
	if tensor.NDim() == 0 {
		v, err := tensor.At()
		require.NoError(t, err)
		return widened(v)
	}
	all := list{}
	for i := range tensor.Shape()[0] {
		part, err := tensor.Index(0, i)
		require.NoError(t, err)
		all = append(all, values(t, part))
		part.Release()
	}
	return all
}

func widened(v any) any {
	switch v := v.(type) {
	case float32:
		return float64(v)
	case int16:
		return int64(v)
	}
	return v
}

func (s *suite) tensorBuffers(t *testing.T) {
	borrow, err := snakepit.Bind[string, *zerocopy.Tensor](s.rt, "memory:buffer")
	require.NoError(t, err)
	for name, want := range map[string]any{
		"bytes": list{uint8('a'), uint8('b'), uint8('c')}, "bytearray": list{uint8('a'), uint8('b'), uint8('c')},
		"array": whole(1, -2, 3), "view": list{0.5, 1.5},
		"matrix": list{list{uint8(0), uint8(1), uint8(2)}, list{uint8(3), uint8(4), uint8(5)}},
	} {
		t.Run(name, func(t *testing.T) {
			tensor, err := borrow(t.Context(), name)
			require.NoError(t, err)
			defer tensor.Release()
			require.Equal(t, want, values(t, tensor))
			require.Equal(t, name == "bytes" || name == "matrix", tensor.ReadOnly())
		})
	}
	mapped, err := borrow(t.Context(), "mmap")
	require.NoError(t, err)
	defer mapped.Release()
	require.Equal(t, 4096, mapped.NBytes())
}

func (s *suite) noTensors(t *testing.T) {
	for _, v := range s.shared(t, "no_tensors").(list) {
		s.stays(t, v)
	}
	one, err := snakepit.Bind[string, *zerocopy.Tensor](s.rt, "copy:copy")
	require.NoError(t, err)
	_, err = one(t.Context(), "no tensor")
	require.ErrorContains(t, err, "want a tensor, got str")
}

func (s *suite) tensorsInside(t *testing.T) {
	type result struct {
		X    *zerocopy.Tensor
		Name string
		More []*zerocopy.Tensor
	}
	get, err := snakepit.Bind[struct{}, result](s.rt, "memory:pair")
	require.NoError(t, err)
	r, err := get(t.Context(), struct{}{})
	require.NoError(t, err)
	require.Equal(t, "pair", r.Name)
	require.Equal(t, list{0.0, 1.0, 2.0}, values(t, r.X))
	require.Equal(t, []int{2}, r.More[0].Shape())
	require.Equal(t, []int{3}, r.More[1].Shape(), "bytes where a tensor is wanted")
	for _, tensor := range append(r.More, r.X) {
		tensor.Release()
	}
	wrong, err := snakepit.Bind[struct{}, struct {
		X    *zerocopy.Tensor
		Name int
	}](s.rt, "memory:pair")
	require.NoError(t, err)
	_, err = wrong(t.Context(), struct{}{})
	require.ErrorContains(t, err, "result.name", "what was decoded before is given back")
	converted, err := snakepit.As[struct{ T *zerocopy.Tensor }](map[string]any{"t": r.X})
	require.NoError(t, err)
	require.Same(t, r.X, converted.T)
}

func (s *suite) tensorHints(t *testing.T) {
	rt := s.open(t, "memory:Adapter", snakepit.PoolConfig{Workers: 1})
	vector := lent(t, []float64{3, 4})
	defer vector.Release()
	v, err := rt.Execute(t.Context(), "norm", snakepit.Args{"vector": vector})
	require.NoError(t, err)
	require.Equal(t, 5.0, v)
	v, err = rt.Execute(t.Context(), "scale", snakepit.Args{"vector": []float64{1, 2}, "by": 3.0})
	require.NoError(t, err, "a list becomes an array too")
	scaled := v.(*zerocopy.Tensor)
	defer scaled.Release()
	require.Equal(t, list{3.0, 6.0}, values(t, scaled))
	_, err = rt.Execute(context.Background(), "norm", snakepit.Args{"vector": map[string]any{}})
	require.Error(t, err)
}
