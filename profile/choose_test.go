package profile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile"
)

// fake is a profile that opens or fails, and counts how often.
type fake struct {
	name   string
	err    error
	opened int
}

func (f *fake) Open(context.Context, profile.Spec) (profile.Instance, error) {
	f.opened++
	if f.err != nil {
		return nil, f.err
	}
	return opened{name: f.name}, nil
}

// opened is an instance with an optional interface.
type opened struct {
	profile.Instance
	name string
}

func (o opened) Stats() profile.Stats { return profile.Stats{Profile: o.name} }

func (opened) EndSession(uint64) error { return nil }

func quiet() (profile.Spec, *bytes.Buffer) {
	var log bytes.Buffer
	return profile.Spec{Pool: "default", Logger: slog.New(slog.NewTextHandler(&log, nil))}, &log
}

var errNoPython = fmt.Errorf("%w: no Python on this machine", profile.ErrUnavailable)

func TestFallbackToTheSecond(t *testing.T) {
	a, b := &fake{name: "thread", err: errNoPython}, &fake{name: "process"}
	spec, log := quiet()
	in, choice, err := profile.Open(t.Context(), profile.Fallback(a, b), spec)
	require.NoError(t, err)
	require.Equal(t, profile.Choice{Chosen: "process", Reason: "no Python on this machine"}, choice)
	require.Implements(t, (*profile.Sessions)(nil), in, "the instance is b's own")
	require.Contains(t, log.String(), `reason="no Python on this machine"`)
	require.Contains(t, log.String(), "profile=process")

	in, err = profile.Fallback(a, b).Open(t.Context(), spec)
	require.NoError(t, err)
	require.Equal(t, "process", in.Stats().Profile)
}

func TestFallbackStaysWithTheFirst(t *testing.T) {
	a, b := &fake{name: "thread"}, &fake{name: "process"}
	spec, log := quiet()
	_, choice, err := profile.Open(t.Context(), profile.Fallback(a, b), spec)
	require.NoError(t, err)
	require.Equal(t, profile.Choice{Chosen: "thread"}, choice)
	require.Zero(t, b.opened)
	require.Empty(t, log.String())
}

// A broken adapter is broken in every profile, and no reason to try another.
func TestFallbackOnlyWhereUnavailable(t *testing.T) {
	broken := errors.New("the adapter cannot be imported")
	a, b := &fake{err: broken}, &fake{name: "process"}
	spec, _ := quiet()
	_, _, err := profile.Open(t.Context(), profile.Fallback(a, b), spec)
	require.ErrorIs(t, err, broken)
	require.Zero(t, b.opened)
}

func TestFallbackWhereBothFail(t *testing.T) {
	broken := errors.New("the adapter cannot be imported")
	spec, _ := quiet()
	c := &fake{name: "other"}

	_, _, err := profile.Open(t.Context(), profile.Fallback(&fake{err: errNoPython}, &fake{err: broken}), spec)
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, profile.ErrUnavailable, "the adapter was tried")
	require.ErrorContains(t, err, "no Python on this machine")

	none := fmt.Errorf("%w: no grpcio", profile.ErrUnavailable)
	both := profile.Fallback(&fake{err: errNoPython}, &fake{err: none})
	_, _, err = profile.Open(t.Context(), both, spec)
	require.ErrorIs(t, err, profile.ErrUnavailable)
	require.ErrorContains(t, err, "no Python on this machine")
	require.ErrorContains(t, err, "no grpcio")

	_, choice, err := profile.Open(t.Context(), profile.Fallback(both, c), spec)
	require.NoError(t, err)
	require.Equal(t, "other", choice.Chosen)
	require.Contains(t, choice.Reason, "no grpcio")
}

func TestNothingToChoose(t *testing.T) {
	spec, _ := quiet()
	_, choice, err := profile.Open(t.Context(), &fake{name: "thread"}, spec)
	require.NoError(t, err)
	require.Zero(t, choice)
	require.Panics(t, func() { profile.Fallback(nil, &fake{}) })
	require.Panics(t, func() { profile.Fallback(&fake{}, nil) })
}
