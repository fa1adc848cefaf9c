// Package child starts other programs the way this module does everywhere:
// by argument vector and never through a shell, without standard input, in a
// process group of their own that is killed as a whole when the context ends.
package child
