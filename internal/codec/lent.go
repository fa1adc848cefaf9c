package codec

import "github.com/gosnakepit/snakepit/internal/wire"

// PutLent appends an object, which f returns when it is recycled.
func PutLent(f *wire.Frame, l wire.Lender) error {
	h, err := l.Lend()
	if err != nil {
		return err
	}
	f.Lend(l)
	putWord(f, wire.Object, uint64(h))
	return nil
}

// PutInt appends an int.
func PutInt(f *wire.Frame, v int64) { putWord(f, wire.Int, uint64(v)) }
