package wire

// The strings that a reader keeps to use again, and the longest of them.
const (
	nameBits = 6
	maxName  = 32
)

// names holds strings by a hash of theirs that is a matter of nanoseconds.
type names [1 << nameBits]string

// Name returns b as a string, the same one for the same bytes where it can: a
// result with many dicts has their keys once. One with a single dict gains
// nothing, so the first pays nothing.
func (r *Reader) Name(b []byte) string {
	if r.dicts < 2 || len(b) == 0 || len(b) > maxName {
		return string(b)
	}
	if r.names == nil {
		r.names = new(names)
	}
	h := uint32(len(b))<<24 ^ uint32(b[0])<<16 ^ uint32(b[len(b)/2])<<8 ^ uint32(b[len(b)-1])
	slot := &r.names[h*0x9e3779b1>>(32-nameBits)]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// NextDict counts a dict that is about to be read.
func (r *Reader) NextDict() { r.dicts++ }
