package profile

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Choice says which of several profiles a pool runs on, and why.
type Choice struct {
	Chosen string // "thread" or "process"; empty where there was nothing to choose
	Reason string // empty if it is the preferred one, and nothing more is to be said
}

// Chooser is an optional interface of profiles that choose between others.
type Chooser interface {
	// OpenChosen is Open, and says what was chosen.
	OpenChosen(ctx context.Context, spec Spec) (Instance, Choice, error)
}

// Open opens the workers of p, and returns what p chose if it is a Chooser.
func Open(ctx context.Context, p Profile, spec Spec) (Instance, Choice, error) {
	if c, ok := p.(Chooser); ok {
		return c.OpenChosen(ctx, spec)
	}
	in, err := p.Open(ctx, spec)
	return in, Choice{}, err
}

// Fallback is the profile that is a where a can run, and b elsewhere: when the Open of
// a returns an error that wraps [ErrUnavailable]. Other errors, such as that of an
// adapter that cannot be imported, are final. The choice is made for each pool when it
// is opened, logged, and found in [Stats]. A profile that is nil is a mistake of the
// program, and panics.
func Fallback(a, b Profile) Profile {
	if a == nil || b == nil {
		panic("snakepit: profile.Fallback: a profile is nil")
	}
	return fallback{a, b}
}

type fallback struct{ a, b Profile }

// Open implements Profile.
func (f fallback) Open(ctx context.Context, spec Spec) (Instance, error) {
	in, _, err := f.OpenChosen(ctx, spec)
	return in, err
}

// OpenChosen implements Chooser.
func (f fallback) OpenChosen(ctx context.Context, spec Spec) (Instance, Choice, error) {
	in, choice, unavailable := Open(ctx, f.a, spec)
	if unavailable == nil {
		return in, choice.of(in), nil
	}
	if !errors.Is(unavailable, ErrUnavailable) {
		return nil, Choice{}, unavailable
	}
	in, choice, err := Open(ctx, f.b, spec)
	if err != nil {
		return nil, Choice{}, neither(unavailable, err)
	}
	choice = choice.of(in)
	choice.Reason = join(reason(unavailable), choice.Reason)
	spec.Logger.InfoContext(ctx, "snakepit: a pool runs on another profile than the preferred one",
		"pool", spec.Pool, "profile", choice.Chosen, "reason", choice.Reason)
	return in, choice, nil
}

// of fills in what the instance runs on.
func (c Choice) of(in Instance) Choice {
	if c.Chosen == "" {
		c.Chosen = in.Stats().Profile
	}
	return c
}

// neither is the error of the second profile with that of the first. Only if both are
// unavailable is the whole: a third one may then be tried.
func neither(first, second error) error {
	if errors.Is(second, ErrUnavailable) {
		return fmt.Errorf("%w; and the fallback: %w", first, second)
	}
	return fmt.Errorf("%w (the fallback for: %v)", second, first)
}

// reason is an error without the words of ErrUnavailable, which say nothing more.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), ErrUnavailable.Error()+": ")
}

func join(reasons ...string) string {
	var said []string
	for _, r := range reasons {
		if r != "" {
			said = append(said, r)
		}
	}
	return strings.Join(said, "; ")
}
