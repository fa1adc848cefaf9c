package zerocopy

import "slices"

// Reshape returns the same elements in another shape. One dimension may be -1: what
// remains. Elements that do not lie one behind the other have to be copied before.
func (t *Tensor) Reshape(shape ...int) (*Tensor, error) {
	const op = "Reshape"
	if !t.enter() {
		return nil, released(op)
	}
	defer t.leave()
	if !contiguous(t.shape(), t.strides()) {
		return nil, fail(op, "the elements of %v do not lie one behind the other; reshape what Contiguous returns", t)
	}
	rest, err := t.remainder(op, shape)
	if err != nil {
		return nil, err
	}
	v := t.view(len(shape))
	for i, d := range shape {
		if d == -1 {
			d = rest
		}
		v.shape()[i] = d
	}
	compact(v.strides(), v.shape())
	return v, nil
}

// remainder checks a shape and returns what its -1 stands for.
func (t *Tensor) remainder(op string, shape []int) (int, error) {
	open, known := -1, slices.Clone(shape)
	for i, d := range shape {
		if d == -1 && open >= 0 {
			return 0, fail(op, "the shape %s has more than one -1; only one can be what remains", dims(shape))
		}
		if d == -1 {
			open, known[i] = i, 1
		}
	}
	if err := checkShape(op, t.dtype, known); err != nil {
		return 0, err
	}
	have, n := count(t.shape()), count(known)
	if open < 0 && n == have {
		return 0, nil
	}
	if open < 0 || n == 0 || have%n != 0 {
		return 0, fail(op, "%v has %d elements, which a shape of %s cannot hold", t, have, dims(shape))
	}
	known[open] = have / n
	if err := checkShape(op, t.dtype, known); err != nil {
		return 0, err
	}
	return have / n, nil
}

// Slice returns every step-th element of a dimension, beginning with from and ending before
// to. A negative step goes backwards: from n-1 to -1 in steps of -1 is the whole dimension
// turned round. Unlike in Python, other negative numbers do not count from the end.
func (t *Tensor) Slice(dim, from, to, step int) (*Tensor, error) {
	const op = "Slice"
	if !t.enter() {
		return nil, released(op)
	}
	defer t.leave()
	if err := t.checkDim(op, dim); err != nil {
		return nil, err
	}
	n, err := span(op, t.shape()[dim], from, to, step)
	if err != nil {
		return nil, err
	}
	v := t.view(len(t.shape()))
	copy(v.dims, t.dims)
	v.shape()[dim] = n
	if n > 1 { // otherwise it is never used, and may be anything
		v.strides()[dim] *= step
	}
	if count(v.shape()) > 0 {
		v.offset += from * t.strides()[dim] * t.dtype.Size()
	}
	return v, nil
}

// span returns how many elements of a dimension of n a range has.
func span(op string, n, from, to, step int) (int, error) {
	switch {
	case step == 0:
		return 0, fail(op, "a step of 0 never ends; it must be positive or negative")
	case step > 0 && (from < 0 || to < from || to > n):
		return 0, fail(op, "from %d to %d is not within a dimension of %d; it must be 0 <= from <= to <= %d", from, to, n, n)
	case step < 0 && (to < -1 || from < to || from > n-1):
		return 0, fail(op, "from %d back to %d is not within a dimension of %d; it must be -1 <= to <= from < %d", from, to, n, n)
	case from == to:
		return 0, nil
	case step > 0:
		return (to-from-1)/step + 1, nil
	}
	return (to-from+1)/step + 1, nil
}

// Index returns the part of a tensor at i of a dimension, without that dimension.
func (t *Tensor) Index(dim, i int) (*Tensor, error) {
	const op = "Index"
	if !t.enter() {
		return nil, released(op)
	}
	defer t.leave()
	if err := t.checkDim(op, dim); err != nil {
		return nil, err
	}
	if i < 0 || i >= t.shape()[dim] {
		return nil, fail(op, "dimension %d of %v has no %d", dim, t, i)
	}
	v := t.view(len(t.shape()) - 1)
	without(v.shape(), t.shape(), dim)
	without(v.strides(), t.strides(), dim)
	if count(v.shape()) > 0 {
		v.offset += i * t.strides()[dim] * t.dtype.Size()
	}
	return v, nil
}

func without(to, from []int, i int) {
	copy(to, from[:i])
	copy(to[i:], from[i+1:])
}

// Transpose returns the dimensions in another order: the i-th is the axes[i]-th of before.
// Without axes the order is turned round.
func (t *Tensor) Transpose(axes ...int) (*Tensor, error) {
	const op = "Transpose"
	if !t.enter() {
		return nil, released(op)
	}
	defer t.leave()
	n := len(t.shape())
	if len(axes) != 0 && !permutation(axes, n) {
		return nil, fail(op, "the axes %s are not the numbers of the %d dimensions of %v, each once", dims(axes), n, t)
	}
	v := t.view(n)
	for i := range n {
		axis := n - 1 - i
		if len(axes) != 0 {
			axis = axes[i]
		}
		v.shape()[i], v.strides()[i] = t.shape()[axis], t.strides()[axis]
	}
	return v, nil
}

func permutation(axes []int, n int) bool {
	var seen uint64 // MaxDims bits
	for _, a := range axes {
		if a < 0 || a >= n {
			return false
		}
		seen |= 1 << a
	}
	return len(axes) == n && seen == 1<<n-1
}

// Broadcast returns the tensor repeated to a shape, by the rules of numpy: dimensions are
// added in front, and those of 1 repeated. Where that repeats any, the result is read-only.
func (t *Tensor) Broadcast(shape ...int) (*Tensor, error) {
	const op = "Broadcast"
	if !t.enter() {
		return nil, released(op)
	}
	defer t.leave()
	if err := checkShape(op, t.dtype, shape); err != nil {
		return nil, err
	}
	front := len(shape) - len(t.shape())
	if front < 0 || !repeats(t.shape(), shape[front:]) {
		return nil, fail(op, "%v does not repeat to %s; only dimensions of 1 can be repeated", t, dims(shape))
	}
	v := t.view(len(shape))
	copy(v.shape(), shape)
	for i, d := range shape {
		if i >= front && t.shape()[i-front] == d {
			v.strides()[i] = t.strides()[i-front]
		} else {
			v.readOnly = v.readOnly || d > 1
		}
	}
	return v, nil
}

func repeats(from, to []int) bool {
	for i, d := range from {
		if d != 1 && d != to[i] {
			return false
		}
	}
	return true
}

// AsReadOnly returns the same tensor, for who must not write to it.
func (t *Tensor) AsReadOnly() (*Tensor, error) {
	if !t.enter() {
		return nil, released("AsReadOnly")
	}
	defer t.leave()
	v := t.same()
	v.readOnly = true
	return v, nil
}

// same is called by who has entered.
func (t *Tensor) same() *Tensor {
	v := t.view(len(t.shape()))
	copy(v.dims, t.dims)
	return v
}

func (t *Tensor) checkDim(op string, dim int) error {
	if dim < 0 || dim >= len(t.shape()) {
		return fail(op, "%v has no dimension %d; the first is 0", t, dim)
	}
	return nil
}
