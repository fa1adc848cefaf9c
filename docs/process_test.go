package docs_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/zerocopy"
)

func TestProcessProfile(t *testing.T) {
	harness.ProcessPython(t)
	ctx := ctx0
	p := processprofile.New(processprofile.Config{Adapter: "textkit", Path: path})
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: 2}}})
	require.NoError(t, err)
	defer rt.Close()

	_, err = rt.Call(ctx, "os:_exit", 3)
	var lost *snakepit.WorkerCrashError
	if errors.As(err, &lost) {
		fmt.Println(lost.How, lost.Started, lost.Output)
	}
	require.Equal(t, 3, lost.Code)
	require.True(t, lost.Started)

	v, err := rt.With(snakepit.Idempotent()).Execute(ctx, "shorten", snakepit.Args{"text": "abcdef", "width": 4})
	require.NoError(t, err)
	require.Equal(t, "abc…", v)
}

func TestProcessArrays(t *testing.T) {
	harness.ProcessPython(t)
	p := processprofile.New(processprofile.Config{Adapter: "made:Arrays", Path: path})
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: 1}}})
	require.NoError(t, err)
	defer rt.Close()
	v, err := rt.With(snakepit.RequireZeroCopy()).Execute(ctx0, "ramp", snakepit.Args{"n": 4096})
	require.NoError(t, err)
	made := v.(*zerocopy.Tensor)
	defer made.Release()
	last, err := made.At(4095)
	require.NoError(t, err)
	require.Equal(t, float32(4095), last)
}
