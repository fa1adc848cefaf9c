// Package value holds the Go types of those Python values that no type of Go's
// own stands for. The root package exports each under the same name.
package value
