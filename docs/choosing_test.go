package docs_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/auto"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/threadprofile"
)

var path = []string{folder}

// bothProfiles skips where one of them cannot run.
func bothProfiles(t *testing.T) {
	t.Helper()
	harness.FreeThreaded(t)
	if _, _, err := locate.FindProcess(t.Context(), locate.ProcessOptions{}); err != nil {
		t.Skip(err)
	}
}

// shortens calls a tool of the adapter.
func shortens(t *testing.T, p *snakepit.Pool) {
	t.Helper()
	short, err := p.Execute(ctx0, "shorten", snakepit.Args{"text": "abcdef", "width": 4})
	require.NoError(t, err)
	require.Equal(t, "abc…", short)
}

func TestPoolsOfBothProfiles(t *testing.T) {
	bothProfiles(t)
	ctx := ctx0
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{
		{Name: "fast", Profile: threadprofile.New(threadprofile.Config{Adapter: "textkit", Path: path})},
		{Name: "apart", Profile: processprofile.New(processprofile.Config{Adapter: "textkit", Path: path}), Workers: 2},
	}})
	require.NoError(t, err)
	defer rt.Close()
	shortens(t, rt.Pool("fast"))
	shortens(t, rt.Pool("apart"))
}

// openOn opens a runtime on a profile.
func openOn(t *testing.T, p profile.Profile) (*snakepit.Runtime, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Logger: slog.New(slog.NewTextHandler(&log, nil)), Pools: []snakepit.PoolConfig{{Profile: p}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	shortens(t, rt.Pool(snakepit.DefaultPool))
	return rt, &log
}

func TestFallback(t *testing.T) {
	bothProfiles(t)
	p := profile.Fallback(
		threadprofile.New(threadprofile.Config{Adapter: "textkit", Path: path}),
		processprofile.New(processprofile.Config{Adapter: "textkit", Path: path}),
	)
	rt, _ := openOn(t, p)
	require.Equal(t, "thread", rt.Stats().Pools[snakepit.DefaultPool].Python.Chosen)
}

func TestAuto(t *testing.T) {
	bothProfiles(t)
	p := auto.New(auto.Config{Adapter: "textkit", Path: path, Libraries: []string{"json", "polars"}})
	rt, log := openOn(t, p)
	python := rt.Stats().Pools[snakepit.DefaultPool].Python
	fmt.Println(python.Chosen, "because", python.Reason)
	require.Equal(t, "process", python.Chosen)
	require.Contains(t, python.Reason, "No module named 'polars'")
	require.Contains(t, log.String(), "No module named 'polars'")
}
