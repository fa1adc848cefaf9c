// Package scratch puts the Python modules that examples carry where Python finds them.
package scratch
