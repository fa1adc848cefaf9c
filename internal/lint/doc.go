// Package lint holds the rules of this project that no tool knows, as tests: who
// may import whom, where C is written, that packages are described.
package lint
