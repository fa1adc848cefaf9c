package value

import (
	"fmt"
	"regexp"
	"strings"
)

// DTypeError says that the types of arrays' elements did not fit each other, or an
// operation. It is read from the message of an exception, by errors.As. Types have the
// names that numpy and torch share ("float32"), whatever the message calls them; others,
// such as "<U1", are as they stand.
type DTypeError struct {
	Operation string   // "add", "matmul", "cast", "" if the message does not tell
	Got       []string // types that were there, in the message's order
	Want      []string // those that were asked for
	Err       *PythonError
}

// Error says what does not fit.
func (e *DTypeError) Error() string {
	var b strings.Builder
	b.WriteString("snakepit: element types do not fit")
	if e.Operation != "" {
		b.WriteString(" (" + e.Operation + ")")
	}
	if len(e.Got) > 0 {
		fmt.Fprintf(&b, ", got %s", strings.Join(e.Got, ", "))
	}
	if len(e.Want) > 0 {
		fmt.Fprintf(&b, ", want %s", strings.Join(e.Want, ", "))
	}
	return b.String() + ": " + e.Err.summary()
}

// Unwrap returns the exception.
func (e *DTypeError) Unwrap() error { return e.Err }

// A dtype as numpy prints it, nested brackets and all up to the end of a structure.
const dtype = `dtype\((?:'[^']*'|\[.*?\])\)`

var dtypeRules = rules{all: []rule{
	// numpy
	{`ufunc '(?P<op>\w+)' did not contain a loop with signature matching types \(?(?P<gots>dtype\(.*\))\)? ->`, ""},
	{`ufunc '(?P<op>\w+)' cannot use operands with types (?P<got>` + dtype + `) and (?P<got2>` + dtype + `)`, ""},
	{`Cannot cast ufunc '(?P<op>\w+)' (?:input|output)(?: \d+)? from (?P<got>` + dtype + `) to (?P<want>` + dtype + `)`, ""},
	{`Cannot cast (?:array data|scalar) from (?P<got>` + dtype + `) to (?P<want>` + dtype + `)`, "cast"},
	{`ufunc '(?P<op>\w+)' not supported for the input types`, ""},
	{`numpy boolean (?P<op>\w+), the .* operator, is not supported`, ""},
	{`The DTypes? (?P<got><class '[\w.]+'>) (?:and|could not be promoted by) (?P<got2><class '[\w.]+'>)`, "promote"},
	{`the resolved dtypes are not compatible with (?P<op>[\w.]+)\. Resolved \((?P<gots>.*)\)`, ""},
	{`array type (?P<got>\w+) is unsupported in (?P<op>\w+)`, ""},
	{`data type '?(?P<got>[^']*?)'? not understood`, ""},
	{`could not convert string to (?P<plain>float|int|complex)\b`, "convert"},
	{`Python integer -?\d+ out of bounds for (?P<want>\w+)`, "convert"},
	{`arrays used as indices must be of integer`, "index"},

	// torch
	{`expected m1 and m2 to have the same dtype, but got: (?P<got>[\w: ]+?) ?!= ?(?P<got2>[\w: ]+)`, "matmul"},
	{`expected mat1 and mat2 to have the same dtype, but got: (?P<got>[\w: ]+?) ?!= ?(?P<got2>[\w: ]+)`, "matmul"},
	{`\w+ and \w+ must have the same dtype, but got (?P<got>\w+) and (?P<got2>\w+)`, "matmul"},
	{`Expected object of (?:scalar type|type) (?P<want>[\w.]+) but got (?:scalar type|type) (?P<got>[\w.]+) for argument #\d+ '\w+'(?: in call to _?(?:th_)?(?P<op>\w+))?`, ""},
	{`[Ee]xpected (?:scalar type|all tensors to have the same dtype:) (?P<want>\w+) but (?:found|got) (?P<got>\w+)`, ""},
	{`Input type \((?P<got>[\w:. ]+)\) and (?:weight|bias) type \((?P<want>[\w:. ]+)\) should be the same`, "layer"},
	{`result type (?P<got>\w+(?: \w+)?) can't be cast to the desired output type (?P<want>\w+(?: int)?)`, "cast"},
	{`(?:"(?P<op>\w+)"|\b\w+) not implemented for '(?P<got>\w+)'`, ""},
	{`\b(?P<op>\w+)\(\): input dtype should be either floating point or complex dtypes?\. Got (?P<got>\w+) instead`, ""},
}}

// dtypeOf reads a DTypeError from an exception, or returns nil.
func dtypeOf(err *PythonError) *DTypeError {
	m := dtypeRules.find(err.text())
	if m == nil || crossDevice(m["got"], m["want"]) {
		return nil
	}
	e := &DTypeError{Operation: m["op"], Got: dtypesIn(m["gots"]), Err: err}
	for _, name := range m.some("got", "got2") {
		e.Got = append(e.Got, elementType(name))
	}
	for _, name := range m.some("want") {
		e.Want = append(e.Want, elementType(name))
	}
	e.Want = append(e.Want, m.some("plain")...) // a type of Python's
	return e
}

var (
	dtypes    = regexp.MustCompile(dtype)
	decorated = regexp.MustCompile(`^(?:dtype\('?|<class 'numpy\.dtypes\.|struct |c10::|torch\.(?:cuda\.)?)+|(?:'?\)|DType'>|Tensor)$`)
)

func dtypesIn(text string) []string {
	var all []string
	for _, one := range dtypes.FindAllString(text, -1) {
		all = append(all, elementType(one))
	}
	return all
}

// elementType is the common name of a type.
func elementType(name string) string {
	name = decorated.ReplaceAllString(strings.TrimSpace(name), "")
	if common, ok := commonNames[name]; ok {
		return common
	}
	return name
}

// commonNames are those that torch, C++ and numpy's classes have for types.
var commonNames = map[string]string{
	"Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16",
	"Long": "int64", "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8", "Bool": "bool",
	"ComplexFloat": "complex64", "ComplexDouble": "complex128",
	"float": "float32", "double": "float64", "long int": "int64", "long": "int64", "signed char": "int8", "unsigned char": "uint8",
	"Float16": "float16", "Float32": "float32", "Float64": "float64",
	"Int8": "int8", "Int16": "int16", "Int32": "int32", "Int64": "int64", "UInt8": "uint8", "UInt16": "uint16", "UInt32": "uint32", "UInt64": "uint64",
	"Complex64": "complex64", "Complex128": "complex128", "DateTime64": "datetime64", "TimeDelta64": "timedelta64", "Str": "str", "Bytes": "bytes",
	"O": "object",
}
