package zerocopy_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// model is what a tensor should be: its elements, one by one, the last index running fastest.
type model struct {
	shape []int
	elems []int32
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// indices returns all indices into a shape, in order.
func indices(shape []int) [][]int {
	all := make([][]int, product(shape))
	for n := range all {
		idx, rest := make([]int, len(shape)), n
		for i := len(shape) - 1; i >= 0; i-- {
			idx[i], rest = rest%shape[i], rest/shape[i]
		}
		all[n] = idx
	}
	return all
}

func (m model) at(idx []int) int32 {
	n := 0
	for i, d := range m.shape {
		n = n*d + idx[i]
	}
	return m.elems[n]
}

// pick returns a model of another shape, whose element at an index is that at from(index).
func (m model) pick(shape []int, from func(idx []int) []int) model {
	out := model{shape: shape}
	for _, idx := range indices(shape) {
		out.elems = append(out.elems, m.at(from(idx)))
	}
	return out
}

func (m model) slice(dim, from, to, step int) model {
	var picked []int
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		picked = append(picked, i)
	}
	shape := slices.Clone(m.shape)
	shape[dim] = len(picked)
	return m.pick(shape, func(idx []int) []int {
		idx = slices.Clone(idx)
		idx[dim] = picked[idx[dim]]
		return idx
	})
}

func (m model) index(dim, i int) model {
	shape := slices.Delete(slices.Clone(m.shape), dim, dim+1)
	return m.pick(shape, func(idx []int) []int { return slices.Insert(slices.Clone(idx), dim, i) })
}

func (m model) transpose(axes []int) model {
	shape := make([]int, len(axes))
	for i, a := range axes {
		shape[i] = m.shape[a]
	}
	return m.pick(shape, func(idx []int) []int {
		old := make([]int, len(axes))
		for i, a := range axes {
			old[a] = idx[i]
		}
		return old
	})
}

func (m model) broadcast(shape []int) model {
	return m.pick(shape, func(idx []int) []int {
		old := slices.Clone(idx[len(shape)-len(m.shape):])
		for i, d := range m.shape {
			old[i] %= d
		}
		return old
	})
}

// equal compares a tensor with the model in all ways that there are to read one.
func (m model) equal(t require.TestingT, x *zerocopy.Tensor) {
	require.Equal(t, m.shape, append([]int{}, x.Shape()...))
	require.Equal(t, len(m.elems), x.Len())
	require.Equal(t, 4*len(m.elems), x.NBytes())
	for i, idx := range indices(m.shape) {
		v, err := zerocopy.At[int32](x, idx...)
		require.NoError(t, err)
		require.Equal(t, m.elems[i], v, "%v", idx)
	}
	m.equalCopies(t, x)
}

func (m model) equalCopies(t require.TestingT, x *zerocopy.Tensor) {
	for _, copied := range []func() (*zerocopy.Tensor, error){x.Clone, x.Contiguous} {
		c, err := copied()
		require.NoError(t, err)
		require.True(t, c.IsContiguous())
		s, err := zerocopy.ReadSlice[int32](c)
		require.NoError(t, err)
		require.Equal(t, append([]int32{}, m.elems...), append([]int32{}, s...))
		c.Release()
	}
	_, err := zerocopy.ReadSlice[int32](x)
	require.Equal(t, x.IsContiguous(), err == nil)
}

// numbered returns a tensor whose elements are numbered in order, and its model.
func numbered(t require.TestingT, shape []int) (*zerocopy.Tensor, model) {
	x, err := zerocopy.New[int32](shape...)
	require.NoError(t, err)
	s, err := zerocopy.Slice[int32](x)
	require.NoError(t, err)
	for i := range s {
		s[i] = int32(i)
	}
	return x, model{shape, slices.Clone(s)}
}

// TestViews applies views of views, and compares with the model.
func TestViews(t *testing.T) {
	sound(t)
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 6).Draw(t, "shape")
		x, m := numbered(t, append([]int{}, shape...))
		defer func() { x.Release() }()
		m.equal(t, x)
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			y, n, err := step(t, x, m)
			if err != nil {
				continue
			}
			x.Release() // views do not need what they are views of
			x, m = y, n
			m.equal(t, x)
		}
	})
}

// step applies one view, whose arguments are right, to both.
func step(t *rapid.T, x *zerocopy.Tensor, m model) (*zerocopy.Tensor, model, error) {
	n := len(m.shape)
	kind := rapid.SampledFrom([]string{"slice", "index", "transpose", "broadcast", "reshape"}).Draw(t, "view")
	if n == 0 && kind != "broadcast" {
		kind = "reshape"
	}
	switch kind {
	case "slice":
		return sliceStep(t, x, m)
	case "index":
		dim := rapid.IntRange(0, n-1).Draw(t, "dim")
		if m.shape[dim] == 0 {
			_, err := x.Index(dim, 0)
			require.Error(t, err)
			return nil, m, err
		}
		i := rapid.IntRange(0, m.shape[dim]-1).Draw(t, "i")
		y, err := x.Index(dim, i)
		require.NoError(t, err)
		return y, m.index(dim, i), nil
	case "transpose":
		axes := rapid.Permutation(ordinals(n)).Draw(t, "axes")
		y, err := x.Transpose(axes...)
		require.NoError(t, err)
		return y, m.transpose(axes), nil
	case "broadcast":
		return broadcastStep(t, x, m)
	}
	return reshapeStep(t, x, m)
}

func ordinals(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func sliceStep(t *rapid.T, x *zerocopy.Tensor, m model) (*zerocopy.Tensor, model, error) {
	dim := rapid.IntRange(0, len(m.shape)-1).Draw(t, "dim")
	d := m.shape[dim]
	from := rapid.IntRange(0, d).Draw(t, "from")
	to := rapid.IntRange(from, d).Draw(t, "to")
	step := rapid.IntRange(1, 3).Draw(t, "step")
	if rapid.Bool().Draw(t, "back") {
		from, to, step = to-1, from-1, -step
	}
	y, err := x.Slice(dim, from, to, step)
	require.NoError(t, err)
	return y, m.slice(dim, from, to, step), nil
}

func broadcastStep(t *rapid.T, x *zerocopy.Tensor, m model) (*zerocopy.Tensor, model, error) {
	shape := slices.Clone(m.shape)
	for i, d := range shape {
		if d == 1 {
			shape[i] = rapid.IntRange(0, 3).Draw(t, "times")
		}
	}
	shape = append(rapid.SliceOfN(rapid.IntRange(0, 2), 0, 2).Draw(t, "front"), shape...)
	y, err := x.Broadcast(shape...)
	require.NoError(t, err)
	require.Equal(t, y.ReadOnly(), x.ReadOnly() || y.Len() > x.Len() || y.ReadOnly() && y.Len() == 0)
	return y, m.broadcast(shape), nil
}

func reshapeStep(t *rapid.T, x *zerocopy.Tensor, m model) (*zerocopy.Tensor, model, error) {
	shape := []int{len(m.elems)}
	for _, d := range []int{2, 3, 1, 2} {
		if shape[0]%d == 0 && rapid.Bool().Draw(t, "split") {
			shape[0] /= d
			shape = append(shape, d)
		}
	}
	asked := slices.Clone(shape)
	if len(m.elems) > 0 {
		asked[rapid.IntRange(0, len(shape)-1).Draw(t, "open")] = -1
	}
	y, err := x.Reshape(asked...)
	require.Equal(t, x.IsContiguous(), err == nil)
	return y, model{shape, m.elems}, err
}

// TestNonsense gives views arguments that are mostly wrong: they are refused, or the view
// lies within the memory.
func TestNonsense(t *testing.T) {
	sound(t)
	r := rand.New(rand.NewPCG(1, 2))
	odd := []int{-1 << 63, -2, -1, 0, 1, 2, 3, 4, 5, 1 << 31, 1<<63 - 1}
	some := func() int { return odd[r.IntN(len(odd))] }
	x, _ := numbered(t, []int{2, 3, 4})
	defer x.Release()
	for range 20000 {
		var y *zerocopy.Tensor
		var err error
		switch r.IntN(5) {
		case 0:
			y, err = x.Slice(some(), some(), some(), some())
		case 1:
			y, err = x.Index(some(), some())
		case 2:
			y, err = x.Transpose(some(), some(), some())
		case 3:
			y, err = x.Broadcast(some(), some(), some(), some())
		case 4:
			y, err = x.Reshape(some(), some(), some())
		}
		if err == nil {
			within(t, x, y)
			y.Release()
		} else {
			require.ErrorAs(t, err, new(*zerocopy.TensorError))
		}
	}
}

func within(t *testing.T, x, y *zerocopy.Tensor) {
	low, high, err := zerocopy.Extent(y.DType(), y.Shape(), y.Strides())
	require.NoError(t, err)
	begin := int(y.Data() - x.Data())
	require.True(t, begin+low >= 0 && begin+high <= x.NBytes(), "%v of %v", y, x)
}
