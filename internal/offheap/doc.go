// Package offheap gives memory that Go's collector does not know: C may keep
// addresses into it after a call, which it may not do with Go's own memory. Whoever
// allocates frees. All functions are safe for concurrent use, except [SetAllocator].
package offheap
