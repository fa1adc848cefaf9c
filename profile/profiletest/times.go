package profiletest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

const (
	second  = time.Second
	day     = 24 * time.Hour
	longest = math.MaxInt64 / 1000 // microseconds of a time.Duration
)

func times() []row {
	fixed := func(name string, offset int) *time.Location { return time.FixedZone(name, offset) }
	return []row{
		{"dt.datetime(2024, 2, 29, 23, 59, 58, 999999)", snakepit.LocalDateTime{Year: 2024, Month: 2, Day: 29, Hour: 23, Minute: 59, Second: 58, Microsecond: 999999}, false},
		{"dt.datetime(2024, 10, 27, 2, 30, fold=1)", snakepit.LocalDateTime{Year: 2024, Month: 10, Day: 27, Hour: 2, Minute: 30, Fold: 1}, false},
		{"dt.datetime.min", snakepit.LocalDateTime{Year: 1, Month: 1, Day: 1}, false},
		{"dt.datetime.max", snakepit.LocalDateTime{Year: 9999, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 59, Microsecond: 999999}, false},
		{"dt.datetime(2024, 1, 2, 3, 4, 5, 6, dt.timezone.utc)", time.Date(2024, 1, 2, 3, 4, 5, 6000, time.UTC), false},
		{"dt.datetime(1, 1, 1, tzinfo=dt.timezone.utc)", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{"dt.datetime.max.replace(tzinfo=dt.timezone.utc)", time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC), false},
		{"dt.datetime(2024, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=5.5), 'IST'))", time.Date(2024, 1, 2, 3, 0, 0, 0, fixed("IST", 19800)), false},
		{"dt.datetime(2024, 1, 2, 3, tzinfo=dt.timezone(-dt.timedelta(seconds=4321), 'odd'))", time.Date(2024, 1, 2, 3, 0, 0, 0, fixed("odd", -4321)), false},
		{"dt.date(2024, 2, 29)", snakepit.Date{Year: 2024, Month: 2, Day: 29}, false},
		{"dt.date.min", snakepit.Date{Year: 1, Month: 1, Day: 1}, false},
		{"dt.date.max", snakepit.Date{Year: 9999, Month: 12, Day: 31}, false},
		{"dt.time(23, 59, 58, 999999)", snakepit.TimeOfDay{Hour: 23, Minute: 59, Second: 58, Microsecond: 999999}, false},
		{"dt.time(1, fold=1)", snakepit.TimeOfDay{Hour: 1, Fold: 1}, false},
		{"dt.time(1, tzinfo=dt.timezone.utc)", snakepit.TimeOfDay{Hour: 1, Aware: true}, false},
		{"dt.time(1, tzinfo=dt.timezone(dt.timedelta(hours=-3)))", snakepit.TimeOfDay{Hour: 1, Aware: true, Offset: -3 * time.Hour}, false},
		{"dt.timedelta()", time.Duration(0), false},
		{"dt.timedelta(microseconds=-1)", -time.Microsecond, false},
		{"dt.timedelta(days=-1, seconds=1)", -day + second, false},
		{"dt.timedelta(weeks=52)", 364 * day, false},
		{"dt.timedelta(microseconds=9223372036854775)", longest * time.Microsecond, false},
		{"dt.timedelta(microseconds=-9223372036854775)", -longest * time.Microsecond, false},
		{"dt.timedelta(microseconds=9223372036854776)", snakepit.TimeDelta{Days: 106751, Seconds: 85636, Microseconds: 854776}, false},
		{"dt.timedelta(days=-106752)", snakepit.TimeDelta{Days: -106752}, false},
		{"dt.timedelta.max", snakepit.TimeDelta{Days: 999999999, Seconds: 86399, Microseconds: 999999}, false},
		{"dt.timedelta.min", snakepit.TimeDelta{Days: -999999999}, false},
	}
}

// zones are times in a zone of the database, which both sides need for it.
func (s *suite) zones(t *testing.T) {
	berlin := s.zone(t, "Europe/Berlin")
	autumn := time.Date(2024, 10, 27, 0, 30, 0, 0, time.UTC).In(berlin) // 2:30, for the first time
	s.fromPython(t, []row{
		{"dt.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))", time.Date(2024, 7, 1, 0, 0, 0, 0, berlin), false},
		{"dt.datetime(2024, 10, 27, 2, 30, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))", autumn, false},
		{"dt.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))", autumn.Add(time.Hour), false},
	})
	clock := s.object(t, "dt.time(1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))") // no offset without a date
	requireSame(t, true, s.eval(t, "x.tzinfo.key == 'Europe/Berlin'", snakepit.Kw{"x": clock}))
}

// zone skips the test where the database or the zone is missing.
func (s *suite) zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	if _, err := s.rt.Eval(t.Context(), namespace, "zoneinfo.ZoneInfo(name).key", snakepit.Kw{"name": name}); err != nil {
		t.Skip(err)
	}
	return loc
}

// timesToPython passes times that Python does not pass back in the same form.
func (s *suite) timesToPython(t *testing.T) {
	tokyo, lisbon := s.zone(t, "Asia/Tokyo"), s.zone(t, "Europe/Lisbon")
	for check, v := range map[string]any{
		"x == datetime(2024, 5, 6, 7, 8, 9, 123456, timezone.utc)":                          time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC),
		"x == datetime(2024, 5, 6, tzinfo=ZoneInfo('Asia/Tokyo')) and x.tzinfo.key":         time.Date(2024, 5, 6, 0, 0, 0, 0, tokyo),
		"x.tzinfo.key == 'Europe/Lisbon' and x.fold == 1 and x.utcoffset() == timedelta(0)": time.Date(2024, 10, 27, 1, 30, 0, 0, time.UTC).In(lisbon),
		"x.tzinfo.key == 'Europe/Lisbon' and x.fold == 0 and x.utcoffset().seconds == 3600": time.Date(2024, 10, 27, 0, 30, 0, 0, time.UTC).In(lisbon),
		"x.utcoffset() == timedelta(hours=2) and x.tzname() == 'X'":                         time.Date(2024, 5, 6, 0, 0, 0, 0, time.FixedZone("X", 7200)),
		"x.utcoffset() == timedelta(hours=2)":                                               time.Date(2024, 5, 6, 0, 0, 0, 0, time.FixedZone("", 7200)),
		"x == timedelta(microseconds=1)":                                                    1999 * time.Nanosecond,
		"x.year == 1 and x.tzinfo == timezone.utc":                                          time.Time{},
		"x == timedelta(seconds=5)":                                                         new(5 * time.Second),
		"type(x) is datetime and x.tzinfo is None and x.fold == 1":                          snakepit.LocalDateTime{Year: 1999, Month: 12, Day: 31, Fold: 1},
		"x is None": (*time.Time)(nil),
		"x == [timedelta(seconds=1), timedelta(0)]": []time.Duration{second, 0},
	} {
		t.Run(check, func(t *testing.T) {
			require.Equal(t, true, s.call(t, "holds", "bool("+check+")", v))
		})
	}
}
