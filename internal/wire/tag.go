package wire

// Tag is the first byte of every value. cgo/wire.h holds the same list; a test
// compares the two.
type Tag byte

// What follows each tag. "n" is a count or a length in bytes as uint64.
const (
	None      Tag = iota // nothing
	False                // nothing
	True                 // nothing
	Int                  // int64
	Uint                 // uint64 above the largest int64
	BigInt               // n, then n bytes of two's complement, least significant first
	Float                // float64
	Complex              // float64 real, float64 imaginary
	Str                  // n, then n bytes of UTF-8
	Bytes                // n, then n bytes
	StrRef               // address as uint64, n: like Str, in memory lent by Go (to Python only)
	BytesRef             // address as uint64, n: like Bytes, lent: by Go for the call, or by Python until the frame's Keep is released
	List                 // n, then n values
	Tuple                // n, then n values
	Dict                 // n, then n pairs key value
	Set                  // n, then n values
	FrozenSet            // n, then n values
	Floats               // n, then n float64: a list of floats
	FloatsRef            // address as uint64, n: like Floats, in memory lent by Go (to Python only)
	Ints                 // n, then n int64: a list of ints
	IntsRef              // address as uint64, n: like Ints, in memory lent by Go (to Python only)
	Object               // handle as uint64: to Python borrowed for the call, from Python owned by who reads it
	Ext                  // one byte Kind, then one value as Kind says
	Missing              // nothing: a keyword left out (to Python), a key not found (from Python)
	Fields               // n, then n values: a mapping read by the frame's key plan (from Python only)
	Tensor               // a TensorHead, then NDim int64 of shape and as many of strides
	Arrow                // one byte of a capsule.Kind, then as uint64 the address of a hold; from Python 0, and the number of a value of Go's

	// Encoded stands in Ret.Tag only: the value is in Ret.Buf.
	Encoded Tag = 255
)

// Kind says what an [Ext] value is.
type Kind byte

// The payload of each kind.
const (
	DateTime  Kind = iota // Tuple(year, month, day, hour, minute, second, microsecond, fold, offset, zone); offset is Int microseconds east of UTC, None if naive; zone is Str: the key of a ZoneInfo or the name of a fixed offset, None if there is none
	Date                  // Tuple(year, month, day)
	TimeOfDay             // Tuple(hour, minute, second, microsecond, fold, offset); offset as above
	TimeDelta             // Tuple(days, seconds, microseconds), normalised as Python does
	Decimal               // Str, as str(Decimal) prints it
	UUID                  // Bytes of 16
	Iterator              // Int: the number of a [Source] (to Python only)
	Opaque                // Tuple(type, repr) of Str: a value that stayed in its process (from Python only)
)
