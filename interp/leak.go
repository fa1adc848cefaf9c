//go:build !invariants

package interp

import "github.com/gosnakepit/snakepit/cgo"

// reportLeak does nothing unless built with the tag invariants.
func reportLeak(cgo.Object) {}
