package docs_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestAdapterClass(t *testing.T) {
	harness.Python(t)
	ctx := ctx0
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{Adapter: "classifier:Classifier", Path: []string{folder}}),
	}}})
	require.NoError(t, err)
	defer rt.Close()

	_, err = rt.Execute(ctx, "classify", snakepit.Args{"text": map[string]any{"body": 7}})
	var wrong *snakepit.ValidationError
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Path, "wants", wrong.Expected, "and got", wrong.Got)
	}
	require.Equal(t, "text.body", wrong.Path)

	type text struct{ Body, Language string }
	type args struct{ Text text }
	classify, err := snakepit.Bind[args, float64](rt, "classify")
	require.NoError(t, err)
	score, err := classify(ctx, args{text{"good good bad", "en"}})
	require.NoError(t, err)
	require.InDelta(t, 1.0, score, 0)
}

func TestAdapterModule(t *testing.T) {
	rt := open(t, "textkit", snakepit.Config{})
	short, err := rt.Execute(ctx0, "shorten", snakepit.Args{"text": "abcdef", "width": 4})
	require.NoError(t, err)
	require.Equal(t, "abc…", short)
	content, err := rt.Execute(ctx0, "fetch", snakepit.Args{"name": "it"})
	require.NoError(t, err)
	require.Equal(t, "content of it", content)
}

// perScope runs in a child: Python prints to the standard output of its process.
var perScope = harness.Part("per scope", func() {
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{Adapter: "perscope:Notebook", Path: []string{folder}}),
	}}})
	harness.Check(err)
	s := rt.Session("ada")
	for range 2 {
		_, err := s.Execute(ctx0, "write", snakepit.Args{"page": "x"})
		harness.Check(err)
	}
	harness.Check(s.Close())
	harness.Check(rt.Close())
})

func TestAdapterScope(t *testing.T) {
	harness.Python(t)
	require.Equal(t, "ada leaves 2 pages behind\n", harness.Child{Part: perScope}.Succeed(t).Stdout)
}
