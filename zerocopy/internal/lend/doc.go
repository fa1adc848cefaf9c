// Package lend is what it takes to lend Arrow data to Python, and to fetch it from
// there, whatever library made the data: who still holds a value, memory for its C
// structs, the structs of a Python object.
package lend
