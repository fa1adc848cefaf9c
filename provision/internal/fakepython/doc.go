// Package fakepython makes folders that look like installations of Python, for
// tests: their executables and libraries are real ELF files with the symbols
// and the dependencies of a Python, and with no code.
package fakepython
