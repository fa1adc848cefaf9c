package codec

import (
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// decodeExt reads what follows the tag Ext.
func decodeExt(r *wire.Reader) (any, error) {
	k, ok := r.Kind()
	if !ok {
		return nil, r.Garbled()
	}
	switch k {
	case wire.DateTime:
		return decodeDateTime(r)
	case wire.Date:
		var n [3]int64
		ok := ints(r, 3, n[:]) && isDate(int(n[0]), int(n[1]), int(n[2]))
		return sound(r, value.Date{Year: int(n[0]), Month: time.Month(n[1]), Day: int(n[2])}, ok)
	case wire.TimeOfDay:
		return decodeClock(r)
	case wire.TimeDelta:
		return decodeDelta(r)
	case wire.Decimal:
		b, ok := r.TakeStr()
		return sound(r, value.Decimal(b), ok)
	case wire.UUID:
		return decodeUUID(r)
	case wire.Opaque:
		return decodeOpaque(r)
	}
	return nil, r.Garbled()
}

// ints reads the head of a tuple of n and as many ints as fit into to.
func ints(r *wire.Reader, n int, to []int64) bool {
	if count, ok := r.Take(wire.Tuple); !ok || count != uint64(n) {
		return false
	}
	for i := range to {
		w, ok := r.Take(wire.Int)
		if !ok || !within(int64(w), -math.MaxInt32, math.MaxInt32) {
			return false
		}
		to[i] = int64(w)
	}
	return true
}

// offset reads the microseconds east of UTC, or None for a time without a zone.
func readOffset(r *wire.Reader) (micros int64, aware, ok bool) {
	if w, ok := r.Take(wire.Int); ok {
		return int64(w), true, isOffset(int64(w))
	}
	return 0, false, r.Tag() == wire.None
}

// dateTime is a datetime as it crosses.
type dateTime struct {
	local  value.LocalDateTime
	offset int64 // microseconds
	aware  bool
	zone   []byte // memory of the call
}

func readDateTime(r *wire.Reader) (d dateTime, ok bool) {
	var n [8]int64
	if !ints(r, 10, n[:]) {
		return d, false
	}
	d.local = value.LocalDateTime{
		Year: int(n[0]), Month: time.Month(n[1]), Day: int(n[2]),
		Hour: int(n[3]), Minute: int(n[4]), Second: int(n[5]), Microsecond: int(n[6]), Fold: int(n[7]),
	}
	if d.offset, d.aware, ok = readOffset(r); !ok {
		return d, false
	}
	if d.zone, ok = r.TakeStr(); !ok && r.Tag() != wire.None {
		return d, false
	}
	return d, isDate(int(n[0]), int(n[1]), int(n[2])) &&
		isClock(int(n[3]), int(n[4]), int(n[5]), int(n[6]), int(n[7]))
}

// instant returns an aware datetime as a time.
func (d *dateTime) instant() time.Time {
	l := &d.local
	utc := time.Date(l.Year, l.Month, l.Day, l.Hour, l.Minute, l.Second, l.Microsecond*1000, time.UTC).
		Add(time.Duration(-d.offset) * time.Microsecond)
	seconds, _ := floorDiv(d.offset, 1e6)
	return utc.In(locate(utc, d.zone, int(seconds)))
}

func decodeDateTime(r *wire.Reader) (any, error) {
	d, ok := readDateTime(r)
	if ok && d.aware {
		return d.instant(), nil
	}
	return sound(r, d.local, ok)
}

func decodeClock(r *wire.Reader) (any, error) {
	var n [5]int64
	if !ints(r, 6, n[:]) || !isClock(int(n[0]), int(n[1]), int(n[2]), int(n[3]), int(n[4])) {
		return nil, r.Garbled()
	}
	c := value.TimeOfDay{
		Hour: int(n[0]), Minute: int(n[1]), Second: int(n[2]), Microsecond: int(n[3]), Fold: int(n[4]),
	}
	micros, aware, ok := readOffset(r)
	c.Offset, c.Aware = time.Duration(micros)*time.Microsecond, aware
	return sound(r, c, ok)
}

func readDelta(r *wire.Reader) (value.TimeDelta, bool) {
	var n [3]int64
	ok := ints(r, 3, n[:]) && within(n[0], -maxDays, maxDays) && within(n[1], 0, 86399) && within(n[2], 0, 999999)
	return value.TimeDelta{Days: n[0], Seconds: n[1], Microseconds: n[2]}, ok
}

func decodeDelta(r *wire.Reader) (any, error) {
	d, ok := readDelta(r)
	if dur, fits := duration(d); fits && ok {
		return dur, nil
	}
	return sound(r, d, ok)
}

// duration converts a timedelta of up to 292 years.
func duration(d value.TimeDelta) (time.Duration, bool) {
	micros := d.Days*dayMicros + d.Seconds*1e6 + d.Microseconds
	if !within(micros, math.MinInt64/1000, math.MaxInt64/1000) {
		return 0, false
	}
	return time.Duration(micros) * time.Microsecond, true
}

func decodeUUID(r *wire.Reader) (any, error) {
	t := r.Tag()
	if t != wire.Bytes && t != wire.BytesRef {
		return nil, r.Garbled()
	}
	b, ok := r.Bytes(t)
	if !ok || len(b) != 16 {
		return nil, r.Garbled()
	}
	return uuid.UUID(b), nil
}
