// Package capsule is the border between Arrow and what speaks to Python: who
// has Arrow data to show, and who can fetch it. It imports neither side.
package capsule
