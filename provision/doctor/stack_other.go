//go:build !unix

package doctor

import "errors"

// stackLimit is known on Unix only.
func stackLimit() (uint64, bool, error) { return 0, false, errors.ErrUnsupported }
