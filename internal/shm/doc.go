// Package shm has memory that several processes see: an [Arena], out of which this
// process allocates and which all its children map, and a [Mapping] for each child, out
// of which that one allocates.
//
// Both are files that exist in memory alone, sparse and mapped once, whole: a child gets
// the file and says where in it something lies. What was freed is kept for the next
// allocation up to an amount, and given back to the system beyond it.
//
// Where the system has no such files the constructors return errors.ErrUnsupported.
// Everything is safe for concurrent use unless it says otherwise.
package shm
