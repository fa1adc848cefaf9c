package value

import (
	"fmt"
	"strconv"
	"strings"
)

// OutOfMemoryError says that memory ran out, of the machine or of a device. It is read
// from an exception, by errors.As: from its message, or its type. What is not told is -1.
type OutOfMemoryError struct {
	Bytes  int64  // that were asked for
	Free   int64  // that were free then
	Total  int64  // that the device has, or may be used
	Device string // "cpu", "cuda:0", "mps", "xpu:0"; "" if untold. AMD's are "cuda" as in torch
	Err    *PythonError
}

// Error says how much was asked for, and of what.
func (e *OutOfMemoryError) Error() string {
	var b strings.Builder
	b.WriteString("snakepit: out of memory")
	if e.Device != "" {
		b.WriteString(" on " + e.Device)
	}
	for _, n := range []struct {
		what  string
		bytes int64
	}{{"asked for", e.Bytes}, {"free", e.Free}, {"in all", e.Total}} {
		if n.bytes >= 0 {
			fmt.Fprintf(&b, ", %d bytes %s", n.bytes, n.what)
		}
	}
	return b.String() + ": " + e.Err.summary()
}

// Unwrap returns the exception.
func (e *OutOfMemoryError) Unwrap() error { return e.Err }

// An amount: "2.26 GiB", "459.07 MB", "0 bytes", "1,024 bytes".
const amount = `[\d.,]+ ?[KMGTPE]?i?(?:B|bytes)\b`

var memoryRules = rules{all: []rule{
	// numpy
	{`Unable to allocate (?P<bytes>` + amount + `) for an array with shape (?P<shape>` + tuple + `) and data type (?P<dtype>\S+)`, "cpu"},
	{`array is too big; .*arr\.size \* arr\.dtype\.itemsize`, "cpu"},
	{`Maximum allowed (?:dimension|size) exceeded`, "cpu"},

	// torch on CUDA and XPU: 2.1 and later, 1.0 to 2.0, and on AMD
	{`(?P<device>CUDA|HIP|XPU) out of memory\. Tried to allocate (?P<bytes>` + amount + `)\.?\s+GPU (?P<number>\d+) has a total capac(?:i)?ty of (?P<total>` + amount + `) of which (?P<free>` + amount + `) is free`, ""},
	{`(?P<device>CUDA|HIP|XPU) out of memory\. Tried to allocate (?P<bytes>` + amount + `) \(GPU (?P<number>\d+); (?P<total>` + amount + `) total capacity; ` + amount + ` already allocated; (?P<free>` + amount + `) free`, ""},
	{`Tried to allocate (?P<bytes>` + amount + `) \(GPU (?P<number>\d+); (?P<total>` + amount + `) total capacity; ` + amount + ` already allocated; (?P<free>` + amount + `) free`, "cuda"},
	{`(?P<device>CUDA|HIP|XPU) out of memory\.(?: Tried to allocate (?P<bytes>` + amount + `))?`, ""},
	{`(?P<device>CUDA|HIP) error: out of memory`, ""},
	{`CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY`, "cuda"},
	// torch on Apple's, and in the machine's memory
	{`(?P<device>MPS) backend out of memory \(MPS allocated: ` + amount + `,(?: other allocations: ` + amount + `,)? max allowed: (?P<total>` + amount + `)\)\.(?: Tried to allocate (?P<bytes>` + amount + `))?`, ""},
	{`DefaultCPUAllocator: (?:can't allocate memory|not enough memory): you tried to allocate (?P<bytes>` + amount + `)`, "cpu"},
	{`DefaultCPUAllocator: (?:can't allocate memory|not enough memory)`, "cpu"},

	// cupy, jax, tensorflow
	{`Out of memory allocating (?P<bytes>[\d,]+ bytes) \(allocated so far: `, "cuda"},
	{`(?:RESOURCE_EXHAUSTED|Resource exhausted): (?:.*: )?Out of memory (?:while trying to allocate|allocating) (?P<bytes>[\d,]+ bytes)`, ""},
	{`OOM when allocating tensor with shape(?P<shape>\[[\d,]*\]) and type (?P<dtype>\w+) on \S*/device:(?P<device>CPU|GPU):(?P<number>\d+)`, ""},
}}

// outOfMemoryOf reads an OutOfMemoryError from an exception, or returns nil.
func outOfMemoryOf(err *PythonError) *OutOfMemoryError {
	e := &OutOfMemoryError{Bytes: -1, Free: -1, Total: -1, Err: err}
	m := memoryRules.find(err.text())
	switch {
	case m != nil:
		e.read(m)
	case err.IsA("MemoryError"):
		e.Device = "cpu"
	case !err.IsA("OutOfMemoryError"):
		return nil
	}
	return e
}

func (e *OutOfMemoryError) read(m match) {
	e.Bytes, e.Free, e.Total = bytesOf(m["bytes"]), bytesOf(m["free"]), bytesOf(m["total"])
	if n := bytesIn(m["shape"], m["dtype"]); n >= 0 {
		e.Bytes = n // exactly
	}
	e.Device = m["op"]
	if name := deviceName(m["device"], m["number"]); name != "" {
		e.Device = strings.TrimSuffix(name, ":"+m["number"])
	}
	if m["number"] != "" && e.Device != "cpu" {
		e.Device += ":" + m["number"]
	}
}

// bytesOf reads an amount; -1 if there is none.
func bytesOf(text string) int64 {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(number, ",", ""), "."), 64)
	if err != nil {
		return -1
	}
	if i := strings.IndexByte("KMGTPE", (unit + "B")[0]); i >= 0 {
		for range i + 1 {
			n *= 1024 // torch writes MB where it means MiB
		}
	}
	return int64(n)
}

// bytesIn is the size of an array of this shape and type; -1 if the type's is not known.
func bytesIn(shape, dtype string) int64 {
	n, ok := itemSizes[dtype]
	if !ok || shape == "" {
		return -1
	}
	for _, d := range dimensions(shape) {
		n *= int64(d)
	}
	return n
}

var itemSizes = map[string]int64{
	"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2, "half": 2,
	"int32": 4, "uint32": 4, "float32": 4, "float": 4, "int64": 8, "uint64": 8, "float64": 8, "double": 8, "complex64": 8, "complex128": 16,
}
