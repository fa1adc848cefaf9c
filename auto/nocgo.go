//go:build !cgo

package auto

import (
	"context"

	"github.com/gosnakepit/snakepit/profile"
)

// hasThreads says that this program contains the thread profile.
const hasThreads = false

func openThreads(context.Context, Config, profile.Spec) (profile.Instance, error) {
	return nil, profile.ErrUnavailable
}
