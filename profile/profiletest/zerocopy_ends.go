package profiletest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// tensorKept has either side keep the memory when the other has let go.
func (s *suite) tensorKept(t *testing.T) {
	for _, how := range []string{"keep", "keep_array", "keep_capsule"} {
		tensor, _ := large(t, 1, 2, 3)
		s.shared(t, how, tensor)
		tensor.Release()
		require.Positive(t, zerocopy.Live().Go, "Python holds what Go released")
		if how == "keep_array" {
			require.Equal(t, 6.0, s.shared(t, "kept_sum"))
		}
		s.shared(t, "drop")
	}
	session := s.rt.Session("memory")
	v, err := session.Call(t.Context(), "memory:named", "c")
	require.NoError(t, err)
	tensor := v.(*zerocopy.Tensor)
	defer tensor.Release()
	require.NoError(t, session.Close())
	s.exec(t, "gc.collect()")
	last, err := tensor.At(1, 2, 3)
	require.NoError(t, err)
	require.Equal(t, float32(23), last, "a result outlives its session until Release")
}

func (s *suite) tensorEnds(t *testing.T) {
	tensor := lent(t, []int64{1, 2})
	tensor.Release()
	tensor.Release()
	_, err := s.rt.Call(t.Context(), "memory:ways", tensor)
	require.ErrorIs(t, err, zerocopy.ErrReleased)
	borrowed := s.shared(t, "named", "c").(*zerocopy.Tensor)
	view, err := borrowed.Index(0, 1)
	require.NoError(t, err)
	done := make(chan struct{})
	go func() { // on whatever thread
		defer close(done)
		borrowed.Release()
	}()
	<-done
	require.Equal(t, list{list{12.0, 13.0, 14.0, 15.0}, list{16.0, 17.0, 18.0, 19.0}, list{20.0, 21.0, 22.0, 23.0}}, values(t, view),
		"a view keeps the memory")
	facts := s.shared(t, "facts", view).(map[string]any)
	require.Equal(t, list{int64(3), int64(4)}, facts["shape"], "and goes to Python as the view that it is")
	view.Release()
}

func (s *suite) tensorProtocol(t *testing.T) {
	tensor := lent(t, []float32{1, 2})
	defer tensor.Release()
	require.Equal(t, list{"dltensor_versioned", "dltensor_versioned", "dltensor", "dltensor"}, s.shared(t, "capsules", tensor))
	require.Equal(t, list{"BufferError", "BufferError", "TypeError", "TypeError", "TypeError", "TypeError"}, s.shared(t, "refusals", tensor))
	require.NotEmpty(t, s.shared(t, "consumed_twice", tensor))
	copied := s.shared(t, "copied", tensor).(snakepit.Tuple)
	require.NotEqual(t, int64(tensor.Data()), copied[0])
	require.Equal(t, list{9.0, 9.0}, copied[1])
	first, err := tensor.At(0)
	require.NoError(t, err)
	require.Equal(t, float32(1), first, "the copy was written, not the tensor")
	require.Equal(t, list{"", "", "", "", "", ""}, s.shared(t, "views", tensor))
	if s.apart() {
		return // a small tensor arrives as a contiguous copy
	}
	wide, err := tensor.Broadcast(3, 2)
	require.NoError(t, err)
	defer wide.Release()
	require.Equal(t, list{
		"the tensor is read-only", "the tensor is not contiguous", "the tensor is not contiguous",
		"the tensor is not C-contiguous", "the tensor is not Fortran-contiguous", "the tensor is not contiguous",
	}, s.shared(t, "views", wide))
}

// tensorFailed has results fail, in Python and in Go, that hold an array: it is given back.
func (s *suite) tensorFailed(t *testing.T) {
	before := s.shared(t, "references")
	wrong, err := snakepit.Bind[struct{}, []int](s.rt, "memory:wrong")
	require.NoError(t, err)
	for range 10 {
		_, err = s.rt.Call(t.Context(), "memory:half")
		require.ErrorContains(t, err, "surrogates")
		_, err = wrong(t.Context(), struct{}{})
		require.ErrorContains(t, err, "want int")
	}
	if s.apart() {
		s.exec(t, "gc.collect()") // the exception's frames have it until then
	}
	require.Equal(t, before, s.shared(t, "references"))
}

// tensorNarrow lends elements narrower than a byte, each in one of its own.
func (s *suite) tensorNarrow(t *testing.T) {
	tensor, err := zerocopy.Empty(zerocopy.Float4E2M1FN, 4)
	require.NoError(t, err)
	defer tensor.Release()
	require.Equal(t, int64(4), s.shared(t, "flags", tensor), "padded")
	_, err = s.rt.Call(t.Context(), "memory:capsules", tensor)
	require.ErrorContains(t, err, "before DLPack 1.0")
}

// tensorProducers are objects that speak DLPack in ways of their own.
func (s *suite) tensorProducers(t *testing.T) {
	_, err := s.rt.Call(t.Context(), "memory:Raises")
	var e *snakepit.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "LookupError", e.Type, "what __dlpack__ raises is what the call fails with")
	o, err := s.rt.Call(t.Context(), "memory:Refuses")
	require.NoError(t, err, "an object that gives no memory is an object")
	s.stays(t, o)
	strict, err := snakepit.Bind[struct{}, *zerocopy.Tensor](s.rt, "memory:Refuses")
	require.NoError(t, err)
	_, err = strict(t.Context(), struct{}{})
	require.ErrorContains(t, err, "no memory today")
	old := s.eval(t, "m.Old(m.np.arange(4))").(*zerocopy.Tensor)
	require.Equal(t, whole(0, 1, 2, 3), values(t, old))
	require.True(t, old.ReadOnly() || s.apart(), "it cannot say, so nothing is written there")
	old.Release()
	if !s.apart() { // a matter of nanoseconds, which do not count there
		exchanged := s.shared(t, "Exchanges", map[string]any{"shape": whole(2)}).(*zerocopy.Tensor)
		require.Equal(t, list{0.0, 1.0}, values(t, exchanged), "its __dlpack__ would have raised")
		exchanged.Release()
	}
	used := s.shared(t, "used_capsule")
	s.stays(t, used) // a capsule that was consumed has nothing to give
}

// tensorForged are tensors that lie: none is read.
func (s *suite) tensorForged(t *testing.T) {
	forge, err := snakepit.Bind[map[string]any, *zerocopy.Tensor](s.rt, "memory:forge")
	require.NoError(t, err)
	before := s.shared(t, "deletions").(int64)
	lies := map[string]map[string]any{
		"negative dimension": {"shape": whole(-1)},
		"larger than any":    {"shape": whole(1 << 48)},
		"leave all memory":   {"shape": whole(2, 2), "strides": whole(1<<62, 1)},
		"no memory":          {"shape": whole(2), "data": nil},
		"no size":            {"shape": whole(2), "bits": 0},
		"at most 64":         {"shape": whole(1), "ndim": 1000},
		"negative number":    {"shape": whole(1), "ndim": -1},
		"no shape":           {"shape": whole(1), "no_shape": true},
		"major version":      {"shape": whole(1), "major": 2},
		"narrower than":      {"shape": whole(4), "code": 17, "bits": 4},
	}
	for want, lie := range lies {
		_, err := forge(t.Context(), lie)
		require.ErrorContains(t, err, want, "%v", lie)
	}
	require.Equal(t, before+int64(len(lies)), s.shared(t, "deletions"), "each was given back once")
	tensor, err := forge(t.Context(), map[string]any{"shape": whole(2, 2), "strides": whole(1, 2), "offset": 4})
	require.NoError(t, err)
	require.Equal(t, list{list{1.0, 3.0}, list{2.0, 4.0}}, values(t, tensor))
	tensor.Release()
	odd, err := forge(t.Context(), map[string]any{"shape": whole(2), "bits": 16, "code": 4, "deleter": false})
	require.NoError(t, err, "bfloat16, and no deleter")
	require.Equal(t, "bfloat16", odd.DType().String())
	odd.Release()
}

func (s *suite) requireZeroCopy(t *testing.T) {
	strict := s.rt.With(snakepit.RequireZeroCopy())
	tensor, err := zerocopy.New[byte](8 << 10)
	require.NoError(t, err)
	defer tensor.Release()
	for name, arg := range map[string]any{
		"bytes": make([]byte, 8<<10), "text": string(make([]byte, 8<<10)), "floats": make([]float64, 1<<10), "narrow": make([]int32, 1<<10),
	} {
		_, err := strict.Call(t.Context(), "copy:copy", arg)
		var copied *snakepit.CopyError
		require.ErrorAs(t, err, &copied, name)
		require.Equal(t, 8<<10, copied.Bytes, name)
		require.Equal(t, "the arguments", copied.Where)
	}
	_, err = strict.Call(t.Context(), "memory:big_bytes", 8<<10)
	require.True(t, errors.Is(err, snakepit.ErrCopied), "%v", err)
	_, err = s.rt.Call(t.Context(), "memory:big_bytes", 8<<10, snakepit.RequireZeroCopy())
	require.ErrorIs(t, err, snakepit.ErrCopied)
	v, err := strict.Call(t.Context(), "memory:address", tensor)
	require.NoError(t, err)
	if !s.apart() {
		require.Equal(t, int64(tensor.Data()), v)
	}
	_, err = strict.Call(t.Context(), "copy:copy", "short text", []byte("short")[:3])
	require.Error(t, err, "two arguments: the call itself fails")
	lentBytes, err := snakepit.Bind[int, *zerocopy.Tensor](strict, "memory:big_bytes")
	require.NoError(t, err)
	got, err := lentBytes(t.Context(), 1<<20)
	if s.apart() {
		require.ErrorIs(t, err, snakepit.ErrCopied, "bytes of another process are not shared")
		s.strictlyShared(t, strict)
		return
	}
	require.NoError(t, err, "bytes are lent where a tensor is wanted")
	require.Equal(t, 1<<20, got.NBytes())
	got.Release()
}

// strictlyShared is what may be passed to another process where nothing may be copied.
func (s *suite) strictlyShared(t *testing.T, strict *snakepit.Pool) {
	heap := lent(t, make([]float64, 1024))
	defer heap.Release()
	_, err := strict.Call(t.Context(), "memory:address", heap)
	require.ErrorIs(t, err, snakepit.ErrCopied)
	require.ErrorContains(t, err, "zerocopy.New")
	_, err = strict.Call(t.Context(), "memory:zeros", 8<<10)
	require.ErrorIs(t, err, snakepit.ErrCopied)
	require.ErrorContains(t, err, "ctx.empty")
	made, err := strict.Call(t.Context(), "memory:made_shared", 8<<10)
	require.NoError(t, err)
	made.(*zerocopy.Tensor).Release()
}

// tensorBothSides writes on one side what the other side reads, as long as either has it.
func (s *suite) tensorBothSides(t *testing.T) {
	tensor, data := large(t)
	s.shared(t, "keep_array", tensor)
	data[7] = 42
	require.Equal(t, 42.0, s.shared(t, "kept_sum"), "Python reads what Go writes, after the call")
	s.shared(t, "kept_fill", 2)
	require.Equal(t, float32(2), data[2047], "Go reads what Python writes")
	tensor.Release()
	made := s.shared(t, "made_shared", 2048).(*zerocopy.Tensor)
	defer made.Release()
	mine, err := zerocopy.Slice[byte](made)
	require.NoError(t, err)
	mine[5] = 7
	require.Equal(t, int64(7), s.shared(t, "made_at", 5), "Python reads what Go writes into its array")
	require.Equal(t, true, s.shared(t, "is_made", made), "and gets it back as what it is")
	s.shared(t, "made_fill", 9)
	require.Equal(t, byte(9), mine[0])
}

func (s *suite) traffic(t *testing.T) {
	tensor, err := zerocopy.New[float32](1 << 10)
	require.NoError(t, err)
	defer tensor.Release()
	before := s.rt.Stats().ZeroCopy
	s.shared(t, "address", tensor)
	s.shared(t, "address", make([]byte, 1<<13))
	s.shared(t, "named", "c").(*zerocopy.Tensor).Release()
	s.shared(t, "big_bytes", 5000)
	s.shared(t, "big_bytes", 100)
	after := s.rt.Stats().ZeroCopy
	require.Equal(t, uint64(4<<10), after.LentIn-before.LentIn)
	require.Equal(t, uint64(1<<13), after.CopiedIn-before.CopiedIn)
	if !s.apart() {
		require.Equal(t, uint64(96), after.LentOut-before.LentOut)
	}
	require.Equal(t, uint64(5000), after.CopiedOut-before.CopiedOut)
}

// deviceStays wants memory of a device to be refused: another process cannot see it.
func (s *suite) deviceStays(t *testing.T) {
	tensor, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: 64, DType: zerocopy.Float32, Shape: []int{2}, Device: zerocopy.Device{Type: zerocopy.ExtDev, ID: 3},
	})
	require.NoError(t, err)
	defer tensor.Release()
	_, err = s.rt.Call(t.Context(), "memory:address", tensor)
	require.ErrorContains(t, err, "copy it to the host first")
}

// tensorDevices lends memory of a device that only looks like one.
func (s *suite) tensorDevices(t *testing.T) {
	if s.apart() {
		s.deviceStays(t)
		return
	}
	data := []float32{1, 2}
	host := lent(t, data)
	defer host.Release()
	var asked []uintptr
	tensor, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: host.Data(), DType: zerocopy.Float32, Shape: []int{2},
		Device: zerocopy.Device{Type: zerocopy.ExtDev, ID: 3},
		Synchronize: func(stream uintptr) error {
			asked = append(asked, stream)
			if stream == 9 {
				return errors.New("the stream is broken")
			}
			return nil
		},
	})
	require.NoError(t, err)
	defer tensor.Release()
	require.Equal(t, list{"(12, 3)", "dltensor_versioned"}, s.eval(t, `[str(t.__dlpack_device__()), repr(t.__dlpack__(stream=7, max_version=(1, 0))).split('"')[1]]`, snakepit.Kw{"t": tensor}))
	require.Equal(t, []uintptr{7}, asked)
	s.exec(t, "t.__dlpack__(stream=None); t.__dlpack__(stream=-1)")
	require.Equal(t, []uintptr{7, 1}, asked, "None is the default stream, -1 asks for nothing")
	_, err = s.rt.Eval(t.Context(), namespace, "t.__dlpack__(stream=9)")
	require.ErrorContains(t, err, "the stream is broken")
	_, err = s.rt.Eval(t.Context(), namespace, "memoryview(t)")
	require.ErrorContains(t, err, "not in memory of the processor's")
	_, err = tensor.At(0)
	require.Error(t, err, "the processor cannot reach it")
	back, err := snakepit.Bind[map[string]any, *zerocopy.Tensor](s.rt, "memory:forge")
	require.NoError(t, err)
	device, err := back(t.Context(), map[string]any{"shape": whole(4), "device": 2})
	require.NoError(t, err, "a tensor of CUDA's needs no CUDA to be passed on")
	require.Equal(t, "cuda:0", device.Device().String())
	device.Release()
}
