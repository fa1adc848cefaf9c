// Package codec turns Go values into the bytes of package wire and back.
//
// Two ways lead in each direction. [Encode] and [Decode] take any value and look
// at its type each time. [PlanEncode], [PlanDecode] and [PlanStruct] look at a
// type once and return functions that work on memory of that type; they are
// what typed calls use, and no reflection is left in them for scalars, strings,
// bytes and structs of those.
//
// # Go to Python
//
// Lossless, with these rules where Python has no twin of a Go type:
//
//   - A nil pointer or interface is None. A nil slice or map is an empty list
//     or dict, a nil []byte is b"".
//   - []byte, [N]byte and named forms are bytes; other slices and arrays are
//     lists. An array that is a dict key or a member of a set is a tuple, since
//     a list cannot be one.
//   - A map is a dict in Go's order, which is random; value.Dict keeps its own.
//   - A struct is a dict of its exported fields, see [PlanStruct].
//   - time.Time is an aware datetime. What is finer than a microsecond is cut
//     off, as it is from a time.Duration. The time zone is passed by its IANA
//     key if the location has one (it holds a slash, or is UTC), otherwise by
//     offset and abbreviation.
//   - json.Number is the int or float that its text says.
//   - Another type with MarshalText is a str.
//   - A wire.Lender is the Python object that it lends.
//
// A value nested deeper than wire.MaxDepth, or that contains itself, is an error.
//
// # Python to Go
//
// Without a type to go by: None is nil, int is int64 or beyond it *big.Int,
// float is float64, complex is complex128, str, bytes and bool are themselves,
// list is []any, dict is map[string]any if every key is a str and value.Dict
// otherwise, and the types of package value, time.Time, time.Duration and
// uuid.UUID stand for the rest.
//
// With a type to go by, nothing is rounded or cut silently, except that a float
// goes into a float32: an int must fit, an int becomes a float only if exact, a
// bool is no number, None goes only into pointers and interfaces. A tuple goes
// into a slice or an array, a set into a slice. A datetime's location is the
// zone's if this machine knows a zone of that key which agrees about the offset,
// and a fixed zone otherwise.
//
// # Errors
//
// What cannot cross is a *value.ConversionError. Its path is built on the way
// out of the failure only.
package codec
