package snakepit

import (
	"context"
	"maps"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// host is a pool's view of the program, as its profile needs it.
type host struct {
	outside *scope
}

func newHost(p *Pool) *host { return &host{newScope(p, context.Background(), -1)} }

// Scope implements profile.Host.
func (h *host) Scope(f *wire.Frame) profile.Scope {
	if s, ok := f.Call.Scope.(*scope); ok {
		return s
	}
	s := newScope(f.Call.View.(*Pool), f.Call.Ctx, f.Call.Slot)
	s.of(f)
	f.Call.Scope = s
	return s
}

// Captured implements profile.Host.
func (h *host) Captured(number uint64) profile.Scope {
	if s, ok := captured.Load(number); ok {
		return s.(*scope)
	}
	return nil
}

// Outside implements profile.Host.
func (h *host) Outside() profile.Scope { return outside{h.outside} }

// outside is the scope of threads that belong to no call.
type outside struct{ *scope }

// Capture implements profile.Scope.
func (outside) Capture() uint64 { return 0 }

type metadataKey struct{}

// WithMetadata returns a context whose calls carry metadata, which Python finds in
// its context beside that of the session. It adds to what ctx carries already.
func WithMetadata(ctx context.Context, metadata map[string]string) context.Context {
	return context.WithValue(ctx, metadataKey{}, merged(metadataOf(ctx), metadata))
}

func metadataOf(ctx context.Context) map[string]string {
	m, _ := ctx.Value(metadataKey{}).(map[string]string)
	return m
}

// merged returns both, b's where they meet.
func merged(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	both := maps.Clone(a)
	if both == nil {
		both = map[string]string{}
	}
	maps.Copy(both, b)
	return both
}
