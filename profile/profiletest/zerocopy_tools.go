package profiletest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
	"github.com/gosnakepit/snakepit/zerocopy"
)

type tensorIn struct {
	Values *zerocopy.Tensor `py:"values"`
}

// tensorTools passes tensors to Go tools and back.
func (s *suite) tensorTools(t *testing.T) {
	require.NoError(t, s.rt.RegisterTool(tool.New("tensor_double", "", func(_ context.Context, in tensorIn) (*zerocopy.Tensor, error) {
		defer in.Values.Release()
		all, err := zerocopy.ReadSlice[float64](in.Values)
		if err != nil {
			return nil, err
		}
		out, err := zerocopy.New[float64](len(all))
		if err != nil {
			return nil, err
		}
		for i, v := range all {
			_ = zerocopy.Set(out, 2*v, i)
		}
		return out, nil
	})))
	require.NoError(t, s.rt.RegisterTool(tool.New("tensor_echo", "", func(_ context.Context, in tensorIn) (*zerocopy.Tensor, error) {
		defer in.Values.Release() // before Python has the answer
		return in.Values.AsReadOnly()
	})))
	s.exec(t, "import snakepit_host, numpy as np")
	for range 50 {
		got := s.eval(t, "np.asarray(snakepit_host.tensor_double(np.array([1.5, 2.5]))).tolist()")
		require.Equal(t, list{3.0, 5.0}, got)
		got = s.eval(t, "np.asarray(snakepit_host.tensor_echo(np.array([1.5, 2.5]))).tolist()")
		require.Equal(t, list{1.5, 2.5}, got)
	}
}
