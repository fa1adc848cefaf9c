package wire

// Twin returns another frame with the same arguments, which holds of its own what they
// refer to; nil if that cannot be: what iterators yield is read once, and memory that is
// pinned for this frame may be reused when its call is over. The frame has not run.
func (f *Frame) Twin() *Frame {
	if len(f.offered) > 0 || f.pinned || f.Local {
		return nil
	}
	t := NewFrame()
	for _, l := range f.lent {
		if _, err := l.Lend(); err != nil {
			t.Recycle()
			return nil
		}
		t.Lend(l)
	}
	for _, h := range f.holds {
		h.Retain()
		t.Hold(h)
	}
	t.In = append(t.In[:0], f.In...)
	t.Traffic = f.Traffic
	t.CopyIn, t.Remote, t.NoCopy, t.Idempotent = f.CopyIn, f.Remote, f.NoCopy, f.Idempotent
	t.Hint, t.Class, t.Tally, t.Call.Target = f.Hint, f.Class, f.Tally, f.Call.Target
	return t
}

// TakeResult makes the result of from, which has run and is gone then, that of f, which
// has not.
func (f *Frame) TakeResult(from *Frame) {
	f.Out, from.Out = from.Out, f.Out
	f.Ret, f.Free, f.Keep = from.Ret, from.Free, from.Keep
	from.Ret, from.Free, from.Keep = Ret{}, nil, nil
	f.Traffic, from.Traffic = from.Traffic, Traffic{}
	f.Hint, f.Meter = from.Hint, from.Meter
	target := f.Call.Target
	f.Call = from.Call
	f.Call.Target, f.Call.Scope = target, nil
	from.Recycle()
}
