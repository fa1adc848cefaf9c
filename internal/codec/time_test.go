package codec_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return loc
}

// fieldsOfTime reads the payload of an encoded time: numbers, offset, zone.
func fieldsOfTime(t *testing.T, tm time.Time) (fields value.Tuple) {
	t.Helper()
	ret, _ := encoded(t, tm, false)
	r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: ret.Buf[2:]})
	v, err := codec.Decode(&r)
	require.NoError(t, err)
	return v.(value.Tuple)
}

func TestTimeOnTheWire(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	second := time.Date(2024, 10, 27, 1, 30, 0, 0, time.UTC).In(berlin) // 02:30 for the second time
	tuple := func(n ...any) value.Tuple {
		for i, v := range n {
			if v, ok := v.(int); ok {
				n[i] = int64(v)
			}
		}
		return n
	}
	for _, c := range []struct {
		name string
		in   time.Time
		out  value.Tuple
	}{
		{"utc", time.Date(2024, 2, 29, 1, 2, 3, 4999, time.UTC), tuple(2024, 2, 29, 1, 2, 3, 4, 0, 0, "UTC")},
		{"first", second.Add(-time.Hour), tuple(2024, 10, 27, 2, 30, 0, 0, 0, 7200_000000, "Europe/Berlin")},
		{"second", second, tuple(2024, 10, 27, 2, 30, 0, 0, 1, 3600_000000, "Europe/Berlin")},
		{"after", second.Add(30 * time.Minute), tuple(2024, 10, 27, 3, 0, 0, 0, 0, 3600_000000, "Europe/Berlin")},
		{"fixed", time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("X", -3723)), tuple(1, 1, 1, 0, 0, 0, 0, 0, -3723_000000, "X")},
		{"nameless", time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("", 60)), tuple(1, 1, 1, 0, 0, 0, 0, 0, 60_000000, nil)},
		{"no utc", time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("UTC", 60)), tuple(1, 1, 1, 0, 0, 0, 0, 0, 60_000000, nil)},
		{"liar", time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("Europe/Berlin", 60)), tuple(2024, 1, 1, 0, 0, 0, 0, 0, 60_000000, nil)},
		{"local mean time", time.Date(1880, 1, 1, 0, 0, 0, 0, berlin), tuple(1880, 1, 1, 0, 0, 0, 0, 0, 3208_000000, "Europe/Berlin")},
		{"unknown key", time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("No/Where", 60)), tuple(2024, 1, 1, 0, 0, 0, 0, 0, 60_000000, "No/Where")},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.out, fieldsOfTime(t, c.in)) })
	}
}

// TestTimeBack sends times there and back: the same instant, clock, offset and location.
func TestTimeBack(t *testing.T) {
	berlin, lordHowe := zone(t, "Europe/Berlin"), zone(t, "Australia/Lord_Howe")
	start := time.Date(2024, 3, 30, 22, 0, 0, 0, time.UTC)
	for _, loc := range []*time.Location{berlin, lordHowe, time.UTC, time.FixedZone("X", 3723), time.FixedZone("", -60)} {
		for i := range 8 * 365 {
			in := start.Add(time.Duration(i) * 30 * time.Minute).In(loc)
			out := dynamic(t, in, false).(time.Time)
			require.True(t, out.Equal(in), "%v is not %v", out, in)
			require.Equal(t, in.Format(time.RFC3339Nano), out.Format(time.RFC3339Nano))
			require.Equal(t, loc.String(), out.Location().String())
		}
	}
	require.Same(t, time.UTC, dynamic(t, start, false).(time.Time).Location())
}

// TestTimeFrom reads what only Python writes.
func TestTimeFrom(t *testing.T) {
	zone(t, "America/New_York")
	for _, c := range []struct {
		name   string
		clock  [8]int
		offset any
		zone   any
		out    string
		loc    string
	}{
		{"no name", [8]int{2024, 1, 2, 3, 4, 5, 6, 0}, 0, nil, "2024-01-02T03:04:05.000006Z", "UTC"},
		{"a gap's clock is kept", [8]int{2024, 3, 10, 2, 30, 0, 0, 0}, -5 * 3600_000000, "America/New_York", "2024-03-10T02:30:00-05:00", "America/New_York"},
		{"Local is no key", [8]int{2024, 1, 2, 3, 4, 5, 6, 0}, 60_000000, "Local", "2024-01-02T03:04:05.000006+00:01", "Local"},
		{"bad key", [8]int{2024, 1, 2, 3, 4, 5, 6, 0}, 60_000000, "../etc/passwd", "2024-01-02T03:04:05.000006+00:01", "../etc/passwd"},
		{"below a second", [8]int{2024, 1, 2, 3, 4, 5, 6, 0}, -60_000001, nil, "2024-01-02T03:04:04.000007-00:01", ""},
		{"Local is no key of UTC", [8]int{2024, 1, 2, 3, 4, 5, 6, 0}, 0, "Local", "2024-01-02T03:04:05.000006Z", "Local"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tuple := value.Tuple{}
			for _, n := range c.clock {
				tuple = append(tuple, n)
			}
			out := fromExt(t, wire.DateTime, append(tuple, c.offset, c.zone)).(time.Time)
			require.Equal(t, c.out, out.Format(time.RFC3339Nano))
			require.Equal(t, c.loc, out.Location().String())
			require.NotSame(t, time.Local, out.Location())
		})
	}
}

// TestAbbreviations reads "CET", a key and an abbreviation, as a fixed offset.
func TestAbbreviations(t *testing.T) {
	winter := fromExt(t, wire.DateTime, value.Tuple{2024, 1, 1, 0, 0, 0, 0, 0, 3600_000000, "CET"}).(time.Time)
	_, offset := winter.AddDate(0, 6, 0).Zone()
	require.Equal(t, 3600, offset)
}

// ext returns the bytes of an Ext value.
func ext(t testing.TB, k wire.Kind, payload any) []byte {
	t.Helper()
	ret, _ := encoded(t, payload, true)
	return append([]byte{byte(wire.Ext), byte(k)}, ret.Buf...)
}

func fromExt(t testing.TB, k wire.Kind, payload any) any {
	t.Helper()
	r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: ext(t, k, payload)})
	v, err := codec.Decode(&r)
	require.NoError(t, err)
	return v
}

func TestGarbledExt(t *testing.T) {
	for _, c := range []struct {
		kind    wire.Kind
		payload any
	}{
		{wire.DateTime, value.Tuple{1, 2, 3}},
		{wire.DateTime, value.Tuple{2024, 13, 1, 0, 0, 0, 0, 0, nil, nil}},
		{wire.DateTime, value.Tuple{2024, 1, 1, 24, 0, 0, 0, 0, nil, nil}},
		{wire.DateTime, value.Tuple{2024, 1, 1, 0, 0, 0, 0, 0, dayMicros, nil}},
		{wire.DateTime, value.Tuple{2024, 1, 1, 0, 0, 0, 0, 0, "x", nil}},
		{wire.DateTime, value.Tuple{2024, 1, 1, 0, 0, 0, 0, 0, 0, 1}},
		{wire.DateTime, "x"},
		{wire.Date, value.Tuple{2023, 2, 29}},
		{wire.Date, value.Tuple{2023, 2, 1 << 40}},
		{wire.TimeOfDay, value.Tuple{0, 60, 0, 0, 0, nil}},
		{wire.TimeOfDay, value.Tuple{0, 0, 0, 0, 0, "x"}},
		{wire.TimeDelta, value.Tuple{0, -1, 0}},
		{wire.Decimal, 1},
		{wire.UUID, []byte("short")},
		{wire.UUID, "x"},
		{wire.UUID + 1, "x"},
	} {
		r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: ext(t, c.kind, c.payload)})
		_, err := codec.Decode(&r)
		require.ErrorIs(t, err, wire.ErrGarbled, "%d %v", c.kind, c.payload)
	}
}

const dayMicros = 24 * 3600_000000

// TestManyZones makes more names than are kept.
func TestManyZones(t *testing.T) {
	for i := range 3000 {
		name := "Zone/" + strconv.Itoa(i)
		in := time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone(name, 60))
		got, err := decodeAs(t, in, reflect.TypeFor[time.Time]())
		require.NoError(t, err)
		require.Equal(t, name, got.Interface().(time.Time).Location().String())
	}
	loaded, fixed := codec.Zones()
	require.LessOrEqual(t, loaded, 1024)
	require.LessOrEqual(t, fixed, 1024)
}
