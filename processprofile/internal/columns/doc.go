// Package columns turns what Go encoded for a call into the columns in which values
// travel to a child process, and the columns that a child sent into what Go decodes.
//
// Both ways are one pass over the values, whatever their nesting: [Writer] goes over the
// bytes of package internal/wire, which Go wrote and which are trusted, and [Reader] over
// the tags of a message, which are not. Values that are more than data, tensors and Arrow
// values, are left to the caller by [Lending] and [Borrowing].
package columns
