// Package doctor checks what a program needs to run Python: in process the
// interpreter, its shared library and packages, the C compiler and the limits of
// the machine; in child processes the interpreter and its packages. It changes nothing, and imports nothing but in child processes.
package doctor
