package value

import (
	"fmt"
	"time"
)

// Tuple is a Python tuple.
type Tuple []any

// Set is a Python set, in no order.
type Set []any

// FrozenSet is a Python frozenset, in no order.
type FrozenSet []any

// Item is one entry of a [Dict].
type Item struct{ Key, Value any }

// Dict is a Python dict in its order. A dict whose keys are all strings arrives
// as map[string]any instead; a Dict passed to Python keeps its order.
type Dict []Item

// Decimal is a decimal.Decimal as Python prints it: "1.10", "1E+3", "NaN", "-Infinity".
type Decimal string

// Opaque stands for a Python object that cannot leave its process: a file, a model, an
// instance of some class. Nothing can be done with it but to say what it was.
type Opaque struct {
	Type string // its class, with the module: "io.TextIOWrapper"
	Repr string // the beginning of what repr says of it
}

// Date is a datetime.date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String returns the date as ISO 8601 has it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// LocalDateTime is a datetime.datetime without a time zone. One with a time zone is a time.Time.
type LocalDateTime struct {
	Year                                   int
	Month                                  time.Month
	Day, Hour, Minute, Second, Microsecond int
	Fold                                   int // 1: the second of two equal wall-clock times
}

// TimeOfDay is a datetime.time. Offset is east of UTC and counts only if Aware.
type TimeOfDay struct {
	Hour, Minute, Second, Microsecond int
	Fold                              int
	Aware                             bool
	Offset                            time.Duration
}

// TimeDelta is a datetime.timedelta too long for a time.Duration (292 years),
// normalised as Python does: 0 ≤ Seconds < 86400, 0 ≤ Microseconds < 1000000.
type TimeDelta struct{ Days, Seconds, Microseconds int64 }
