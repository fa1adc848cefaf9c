// Package leaktest checks what is printed of things that nobody released.
package leaktest
