// Package interp is what a goroutine may do with the interpreter that package
// embed keeps: resolve names, call, hold objects and named namespaces.
//
// Everything is safe for concurrent use. Each call runs on the caller's own OS
// thread, in one crossing; nobody stays attached between two calls.
package interp
