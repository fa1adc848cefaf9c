// Package carrowtest makes Arrow structs that are wrong, for tests: their releases
// look at nothing but the struct itself, and are counted.
package carrowtest
