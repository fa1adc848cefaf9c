// Package snakepit uses Python from Go as if it were one of the program's own
// packages.
//
// A [Runtime] holds pools of Python workers; a profile says where they run: in this
// process on a free-threaded CPython (package threadprofile), or in supervised
// child processes. The API is the same.
//
//	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
//		Profile: threadprofile.New(threadprofile.Config{}),
//	}}})
//	defer rt.Close()
//	root, err := rt.Call(ctx, "math:sqrt", 2.0)
//
// Everything is safe for concurrent use unless it says otherwise.
//
// # Values
//
// Values cross without loss. From Python: None is nil, bool is bool, int is int64
// or *big.Int when it does not fit, float is float64, complex is complex128, str is
// string, bytes, bytearray and memoryview are []byte, list is []any, tuple is
// [Tuple], dict is map[string]any or [Dict] when a key is no str, set and frozenset
// are [Set] and [FrozenSet], datetime is time.Time or [LocalDateTime] without a
// zone, date is [Date], time is [TimeOfDay], timedelta is time.Duration or
// [TimeDelta] when it does not fit, Decimal is [Decimal], UUID is uuid.UUID of
// github.com/google/uuid, dataclasses and pydantic models are mappings, numpy
// scalars are what they hold. Anything else is an [Object], or an [Opaque] where
// Python runs in a process of its own.
//
// To Python, in addition: integers of every width, structs (as dicts, by their tags
// `py:"name,omitempty"`), pointers, maps with any key, json.Number, and types that
// implement encoding.TextMarshaler (as str).
package snakepit
