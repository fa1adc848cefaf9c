package child

// ringSize is how much of a child's output is kept.
const ringSize = 64 << 10

// ring keeps the last ringSize bytes written to it.
type ring struct {
	buf []byte
	at  int // where the oldest byte is, once the ring is full
}

func (r *ring) write(p []byte) {
	p = p[max(0, len(p)-ringSize):]
	if free := ringSize - len(r.buf); free > 0 {
		n := min(free, len(p))
		r.buf = append(r.buf, p[:n]...)
		p = p[n:]
	}
	for len(p) > 0 {
		n := copy(r.buf[r.at:], p)
		r.at = (r.at + n) % ringSize
		p = p[n:]
	}
}

func (r *ring) String() string {
	return string(r.buf[r.at:]) + string(r.buf[:r.at])
}
