package threadprofile_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/threadprofile"
	"github.com/gosnakepit/snakepit/tool"
)

// openOriginal opens an adapter that was written for the original Snakepit.
func openOriginal(t *testing.T, adapter string) *snakepit.Runtime {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "python", "testdata"))
	require.NoError(t, err)
	rt := openWith(t, threadprofile.Config{Adapter: adapter, Path: []string{folder}}, snakepit.PoolConfig{Workers: 2})
	type in struct{ Text string }
	require.NoError(t, rt.RegisterTool(tool.New("count_words", "", func(_ context.Context, in in) (int, error) {
		return len(strings.Fields(in.Text)), nil
	})))
	return rt
}

func TestGuidedAdapter(t *testing.T) {
	rt := openOriginal(t, "guided:GuidedAdapter")
	s := rt.Session("ada")
	v, err := s.Execute(ctx0, "classify", snakepit.Args{"text": "a good thing"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"label": "positive", "score": int64(1), "session": "ada"}, v)
	require.NoError(t, executes(s, 3, "count_in_host", snakepit.Args{"text": "one two three"}))
	require.NoError(t, executes(s, []string{"count_words"}, "host_offers", nil))
	require.NoError(t, executes(s, 1, "count_predictions", nil))
	var words []string
	for item, err := range s.Stream(ctx0, "stream_words", snakepit.Args{"text": "a b"}) {
		require.NoError(t, err)
		words = append(words, item.(map[string]any)["word"].(string))
	}
	require.Equal(t, []string{"a", "b"}, words)
}

func TestThreadedAdapter(t *testing.T) {
	s := openOriginal(t, "threaded:ThreadedAdapter").Session("one worker")
	require.NoError(t, executes(s, 9, "square", snakepit.Args{"n": 3}))
	require.NoError(t, executes(s, 9, "square", snakepit.Args{"n": 3}))
	v, err := s.Execute(ctx0, "stats", nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, v.(map[string]any)["requests"])
}

func TestDispatchingAdapter(t *testing.T) {
	rt := openOriginal(t, "dispatching:DispatchingAdapter")
	v, err := rt.Execute(ctx0, "ping", snakepit.Args{"message": "hi"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"message": "hi", "ready": true}, v)
	require.NoError(t, executes(rt.Session("ada"), "ada", "whoami", nil))
	_, err = rt.Execute(ctx0, "fail", nil)
	require.ErrorContains(t, err, "as asked")
	_, err = rt.Execute(ctx0, "nothing", nil)
	require.ErrorContains(t, err, "Unknown tool: nothing")
}

// TestShowcases runs tools of the adapters that come with snakepit_bridge.
func TestShowcases(t *testing.T) {
	rt := openOriginal(t, "snakepit_bridge.adapters.showcase.showcase_adapter:ShowcaseAdapter")
	s := rt.Session("flow")
	require.NoError(t, executes(s, 5.0, "add", snakepit.Args{"a": 2, "b": 3}))
	for want := range 2 {
		require.NoError(t, executes(s, want+1, "increment_counter", nil))
	}
	for _, step := range []string{"load_sample_data", "preprocess_data", "train_model"} {
		_, err := s.Execute(ctx0, step, nil)
		require.NoError(t, err, step)
	}
	right, err := s.Execute(ctx0, "evaluate_model", nil)
	require.NoError(t, err)
	require.Greater(t, right, 0.9)
	n := 0
	for i, err := range s.Stream(ctx0, "infinite_stream", nil) {
		require.NoError(t, err)
		require.EqualValues(t, n, i)
		if n++; n == 50 {
			break
		}
	}
	v, err := s.Execute(ctx0, "call_elixir_demo", snakepit.Args{"tool_name": "count_words", "arguments": map[string]any{"text": "a b"}})
	require.NoError(t, err)
	require.EqualValues(t, 2, v)

	threaded := openOriginal(t, "snakepit_bridge.adapters.threaded_showcase:ThreadedShowcaseAdapter")
	_, err = threaded.Execute(ctx0, "compute_intensive", snakepit.Args{"n": 10})
	require.NoError(t, err)
	v, err = threaded.Execute(ctx0, "compute_intensive", snakepit.Args{"n": 10})
	require.NoError(t, err)
	require.Equal(t, true, v.(map[string]any)["cached"])
}
