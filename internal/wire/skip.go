package wire

// releaser is an object that Python memory hangs on.
type releaser interface{ Release() }

// Skip reads one value and releases the objects in it.
func (r *Reader) Skip() bool { return r.skip(true) }

// Pass reads one value that was read before: its objects are others' by now.
func (r *Reader) Pass() bool { return r.skip(false) }

func (r *Reader) skip(release bool) bool {
	for left := 1; left > 0; left-- {
		more, ok := r.step(release)
		if !ok {
			return false
		}
		left += more
	}
	return true
}

// Drop ends the reading of a result that could not be used: it releases the
// objects that were made of it and those not read yet. A reader that failed at
// the beginning or the end of some value, however deep, can be dropped.
func (r *Reader) Drop() {
	for !r.bad && r.off < len(r.buf) {
		r.step(true)
	}
	for _, o := range r.made {
		r.release(o)
	}
	r.forget()
	r.bad = true
}

func (r *Reader) release(o any) {
	if d, ok := o.(releaser); ok && !r.Borrowed {
		d.Release()
	}
}

// step reads a tag and what follows it, except for the values of a container,
// whose number it returns.
func (r *Reader) step(release bool) (more int, ok bool) {
	switch t := r.Tag(); t {
	case None, False, True, Missing:
		return 0, !r.bad
	case Int, Uint, Float:
		_, ok = r.Word()
	case Complex:
		_, ok = r.Word()
		_, ok2 := r.Word()
		ok = ok && ok2
	case BigInt, Str, Bytes, StrRef, BytesRef:
		_, ok = r.Bytes(t)
	case Floats, Ints, FloatsRef, IntsRef:
		_, _, ok = r.Words(t)
	case List, Tuple, Set, FrozenSet, Fields:
		more, ok = r.Count(1)
	case Dict:
		more, ok = r.Count(2)
		more *= 2
	case Ext:
		_, ok = r.Kind()
		more = 1
	case Object:
		ok = r.skipObject(release)
	case Tensor:
		ok = r.skipTensor(release)
	case Arrow:
		ok = r.skipPassed(release)
	default:
		r.bad = true
	}
	return more, ok
}

func (r *Reader) skipObject(release bool) bool {
	h, ok := r.Word()
	if !ok || !release {
		return ok
	}
	if r.NewObject == nil {
		r.bad = true
		return false
	}
	r.release(r.NewObject(uintptr(h)))
	return true
}
