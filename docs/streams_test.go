package docs_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func untyped(ctx context.Context, rt *snakepit.Runtime) error {
	for step, err := range rt.Stream(ctx, "train", snakepit.Args{"epochs": 1000}) {
		if err != nil {
			return err
		}
		if step.(map[string]any)["loss"].(float64) < 0.1 {
			break
		}
	}
	return nil
}

func typed(ctx context.Context, rt *snakepit.Runtime) error {
	type progress struct {
		Epoch int
		Loss  float64
	}

	for step, err := range snakepit.StreamOf[progress](ctx, rt, "train", snakepit.Args{"epochs": 3}) {
		if err != nil {
			return err
		}
		fmt.Println(step.Epoch, step.Loss)
	}
	return nil
}

func mapped(ctx context.Context, rt *snakepit.Runtime) error {
	lines := slices.Values([]string{"one", "three", "fifteen"})
	for n, err := range snakepit.StreamOf[int](ctx, rt, "lengths", snakepit.Args{"lines": lines}) {
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
	return nil
}

func TestStreams(t *testing.T) {
	rt := open(t, "trainer:Trainer", snakepit.Config{})
	require.NoError(t, untyped(ctx0, rt))
	require.NoError(t, typed(ctx0, rt))
	require.NoError(t, mapped(ctx0, rt))
	var ticks []int
	for n, err := range snakepit.StreamOf[int](ctx0, rt, "ticks", snakepit.Args{"n": 3}) {
		require.NoError(t, err)
		ticks = append(ticks, n)
	}
	require.Equal(t, []int{0, 1, 2}, ticks)
}
