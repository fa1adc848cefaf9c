package wire

import "sync/atomic"

// Bulk is the size in bytes from which text, bytes and packed numbers count as copied:
// below it, copying costs less than lending would.
const Bulk = 4 << 10

// Traffic is what one call moves in bulk, in bytes: in to Python, out of it.
type Traffic struct {
	CopiedIn, CopiedOut int
	LentIn, LentOut     int
}

// Copying notes that n bytes of an argument are copied.
func (f *Frame) Copying(n int) {
	if n >= Bulk {
		f.Traffic.CopiedIn += n
	}
}

// copying notes that n bytes of the result are memory of the call, to be copied.
func (r *Reader) copying(n int) {
	if n >= Bulk && r.traffic != nil {
		r.traffic.CopiedOut += n
	}
}

// Weight is how many bytes the arguments have that are in the frame or lent; 0 if they are
// few.
func (f *Frame) Weight() int64 {
	n := max(len(f.In), f.Traffic.CopiedIn) + f.Traffic.LentIn
	if n < Bulk {
		return 0
	}
	return int64(n)
}

// Copied notes that n bytes of the result were copied on their way.
func (r *Reader) Copied(n int) { r.copying(n) }

// Lent notes that n bytes of the result stay where they are.
func (r *Reader) Lent(n int) {
	if r.traffic != nil {
		r.traffic.LentOut += n
	}
}

// report tells the meter what the call has moved.
func (f *Frame) report() {
	if f.Meter != nil {
		f.Meter.Report(f.Hint, &f.Call, &f.Traffic)
	}
	f.Traffic = Traffic{}
}

// Meter adds up traffic. It is written to by calls in bulk only, which stay with the
// processor as their frames do.
type Meter struct {
	cells [16]meterCell

	// Heard, if set, hears of each report; set before the first.
	Heard func(*Call, *Traffic)
}

type meterCell struct {
	copiedIn, copiedOut, lentIn, lentOut atomic.Uint64
	_                                    [96]byte
}

// Report adds what a call on this slot has moved, if it has moved anything.
func (m *Meter) Report(slot int32, call *Call, t *Traffic) {
	if *t == (Traffic{}) {
		return
	}
	m.add(uint32(slot), t)
	if m.Heard != nil {
		m.Heard(call, t)
	}
}

func (m *Meter) add(slot uint32, t *Traffic) {
	c := &m.cells[slot%uint32(len(m.cells))]
	c.copiedIn.Add(uint64(t.CopiedIn))
	c.copiedOut.Add(uint64(t.CopiedOut))
	c.lentIn.Add(uint64(t.LentIn))
	c.lentOut.Add(uint64(t.LentOut))
}

// Totals are what a Meter has added up, in bytes.
type Totals struct{ CopiedIn, CopiedOut, LentIn, LentOut uint64 }

// Totals returns the sums; each only grows.
func (m *Meter) Totals() (t Totals) {
	for i := range m.cells {
		c := &m.cells[i]
		t.CopiedIn += c.copiedIn.Load()
		t.CopiedOut += c.copiedOut.Load()
		t.LentIn += c.lentIn.Load()
		t.LentOut += c.lentOut.Load()
	}
	return t
}
