// Package progress carries what a long piece of work says about itself, and
// prints it: as one live line a step on a terminal, as plain lines elsewhere,
// or as one JSON object a line for other programs.
package progress
