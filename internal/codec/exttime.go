package codec

import (
	"fmt"
	"time"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// What Python's datetime module can hold.
const (
	maxDays   = 999999999 // of a timedelta
	dayMicros = 24 * 60 * 60 * 1000000
)

func putExt(f *wire.Frame, k wire.Kind) { f.In = append(f.In, byte(wire.Ext), byte(k)) }

// putTuple begins a value that is a tuple of n, the first of them these.
func putTuple(f *wire.Frame, k wire.Kind, n int, ints ...int) {
	putExt(f, k)
	putWord(f, wire.Tuple, uint64(n))
	for _, v := range ints {
		putWord(f, wire.Int, uint64(v))
	}
}

func encTime(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	t := *(*time.Time)(p)
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	name, offset := t.Zone()
	if year < 1 || year > 9999 {
		return fault("a year from 1 to 9999", fmt.Sprintf("a time.Time in the year %d", year))
	}
	if !isOffset(int64(offset) * 1e6) {
		return fault("an offset below 24 hours", fmt.Sprintf("a time.Time %d s off UTC", offset))
	}
	zone, fold := zoneKey(t, offset), 0
	switch {
	case zone != "":
		fold = foldOf(t, offset)
	case !isKey(name) && name != "UTC": // it must not be taken for the zone it names falsely
		zone = name
	}
	putTuple(f, wire.DateTime, 10, year, int(month), day, hour, minute, second, t.Nanosecond()/1000, fold, offset*1e6)
	return putZone(f, zone)
}

func isOffset(micros int64) bool { return -dayMicros < micros && micros < dayMicros }

func putZone(f *wire.Frame, zone string) error {
	if zone == "" {
		putTag(f, wire.None)
		return nil
	}
	return putStr(f, zone)
}

// foldOf returns 1 for the second of two equal wall-clock times of a zone.
func foldOf(t time.Time, offset int) int {
	if t.Location() == time.UTC {
		return 0
	}
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return 0
	}
	_, before := start.Add(-1).Zone()
	if t.Sub(start) < time.Duration(before-offset)*time.Second {
		return 1
	}
	return 0
}

func encDuration(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	micros := int64(*(*time.Duration)(p) / time.Microsecond)
	days, rest := floorDiv(micros, dayMicros)
	putTuple(f, wire.TimeDelta, 3, int(days), int(rest/1e6), int(rest%1e6))
	return nil
}

// floorDiv divides as Python does: the rest has the divisor's sign.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

func encDelta(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	d := *(*value.TimeDelta)(p)
	if d.Days < -maxDays || d.Days > maxDays || !within(d.Seconds, 0, 86399) || !within(d.Microseconds, 0, 999999) {
		return fault("a normalised TimeDelta of at most 999999999 days", fmt.Sprintf("%+v", d))
	}
	putTuple(f, wire.TimeDelta, 3, int(d.Days), int(d.Seconds), int(d.Microseconds))
	return nil
}

func within[T int | int64](v, low, high T) bool { return low <= v && v <= high }

func encDate(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	d := *(*value.Date)(p)
	if !isDate(d.Year, int(d.Month), d.Day) {
		return fault("a date of the years 1 to 9999", d.String())
	}
	putTuple(f, wire.Date, 3, d.Year, int(d.Month), d.Day)
	return nil
}

func isDate(year, month, day int) bool {
	return within(year, 1, 9999) && within(month, 1, 12) && day >= 1 &&
		day <= time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC).Day()
}

func isClock(hour, minute, second, micro, fold int) bool {
	return within(hour, 0, 23) && within(minute, 0, 59) && within(second, 0, 59) &&
		within(micro, 0, 999999) && within(fold, 0, 1)
}

func encLocal(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	d := (*value.LocalDateTime)(p)
	if !isDate(d.Year, int(d.Month), d.Day) || !isClock(d.Hour, d.Minute, d.Second, d.Microsecond, d.Fold) {
		return fault("a date of the years 1 to 9999 and a time of day", fmt.Sprintf("%+v", *d))
	}
	putTuple(f, wire.DateTime, 10, d.Year, int(d.Month), d.Day, d.Hour, d.Minute, d.Second, d.Microsecond, d.Fold)
	f.In = append(f.In, byte(wire.None), byte(wire.None))
	return nil
}

func encClock(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	c := (*value.TimeOfDay)(p)
	micros := c.Offset.Microseconds()
	if !isClock(c.Hour, c.Minute, c.Second, c.Microsecond, c.Fold) || c.Aware && !isOffset(micros) {
		return fault("a time of day", fmt.Sprintf("%+v", *c))
	}
	putTuple(f, wire.TimeOfDay, 6, c.Hour, c.Minute, c.Second, c.Microsecond, c.Fold)
	if !c.Aware {
		putTag(f, wire.None)
		return nil
	}
	putWord(f, wire.Int, uint64(micros))
	return nil
}
