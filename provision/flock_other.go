//go:build !unix

package provision

import (
	"context"
	"errors"
)

// flock is there on Unix only.
func flock(context.Context, string, func()) (func(), error) {
	return nil, errors.ErrUnsupported
}
