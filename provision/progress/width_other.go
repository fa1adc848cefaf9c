//go:build !linux

package progress

import "os"

// ttyWidth is not asked for here; the usual width is taken.
func ttyWidth(*os.File) int { return 0 }
