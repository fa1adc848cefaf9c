// Package carrow is Arrow's C data and C stream interface as bare structs: their
// layouts, calls through their pointers, and callbacks for structs that Go fills.
// It knows neither Python nor arrow-go.
//
// The layouts are a public ABI that cannot change:
// https://arrow.apache.org/docs/format/CDataInterface.html
package carrow
