//go:build cgo

package auto

import (
	"context"
	"errors"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// hasThreads says that this program contains the thread profile.
const hasThreads = true

// openThreads opens the thread profile with the strict policy. An adapter that it
// refuses runs in child processes.
func openThreads(ctx context.Context, c Config, spec profile.Spec) (profile.Instance, error) {
	in, err := threadprofile.New(threadprofile.Config{
		Adapter: c.Adapter, Path: c.Path, Python: c.ThreadPython, Shared: c.Shared, Inline: c.Inline,
		Stdout: c.Stdout, Stderr: c.Stderr, GIL: threadprofile.GILRefuse,
	}).Open(ctx, spec)
	var refused *embed.GILImportError
	if errors.As(err, &refused) {
		return nil, unavailable(err)
	}
	return in, err
}
