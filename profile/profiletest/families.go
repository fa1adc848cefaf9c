package profiletest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// families checks what is read from real exceptions of numpy, pandas and scikit-learn.
func (s *suite) families(t *testing.T) {
	s.importable(t, "numpy as np")
	s.exec(t, "z = np.zeros\nimport operator")
	t.Run("Shape", s.shapeErrors)
	t.Run("DType", s.dtypeErrors)
	t.Run("OutOfMemory", s.outOfMemoryErrors)
	t.Run("Libraries", s.shapeErrorsOfLibraries)
	t.Run("None", func(t *testing.T) {
		err := s.failed(t, "z(3)[5]")
		for _, family := range []any{new(*snakepit.ShapeError), new(*snakepit.DTypeError), new(*snakepit.DeviceError), new(*snakepit.OutOfMemoryError)} {
			require.NotErrorAs(t, err, family)
		}
	})
}

func (s *suite) failed(t *testing.T, expression string) error {
	t.Helper()
	v, err := s.rt.Eval(t.Context(), namespace, expression)
	require.Errorf(t, err, "%s is %v", expression, v)
	return err
}

type dims = []int

// shapeRow is a ShapeError to be; -1 where it is 0, but for the dimension.
type shapeRow struct {
	expression, operation string
	got, want             []dims
	dim, gotSize, size    int
	gotRank, rank         int
}

const untold = -1

func (s *suite) shapeErrors(t *testing.T) {
	pair := []dims{{2, 3}, {4, 5}}
	s.requireShapeErrors(t, []shapeRow{
		{"z((2,3)) + z((4,5))", "broadcast", pair, nil, untold, 0, 0, 0, 0},
		{"np.where(z(2), z(3), z(4))", "broadcast", []dims{{2}, {3}, {4}}, nil, untold, 0, 0, 0, 0},
		{"np.add(z((2,3)), z((2,3)), out=z(3))", "broadcast", []dims{{3}}, []dims{{2, 3}}, untold, 0, 0, 0, 0},
		{"np.broadcast_to(z((2,3)), (4,5))", "broadcast", []dims{{2, 3}}, []dims{{4, 5}}, untold, 0, 0, 0, 0},
		{"np.broadcast_shapes((2,3), (4,5))", "broadcast", pair, nil, untold, 0, 0, 0, 0},
		{"np.einsum('ij,jk', z((2,3)), z((4,5)))", "broadcast", pair, nil, untold, 0, 0, 0, 0},
		{"z((2,3)) @ z((4,5))", "matmul", nil, nil, 0, 4, 3, 0, 0},
		{"z((2,2,3)) @ z((3,3,5))", "broadcast", []dims{{2, 2, 3}, {3, 3, 5}}, []dims{{2, 5}}, untold, 0, 0, 0, 0},
		{"np.matmul(3, z(3))", "matmul", nil, nil, untold, 0, 0, 0, 1},
		{"np.dot(z((2,3)), z((4,5)))", "dot", pair, nil, 0, 4, 3, 0, 0},
		{"np.tensordot(z((2,3)), z((4,5)))", "tensordot", nil, nil, untold, 0, 0, 0, 0},
		{"np.linalg.solve(np.eye(2), z((3, 1)))", "solve", nil, nil, 0, 3, 2, 0, 0},
		{"np.linalg.inv(z((2,3)))", "", nil, nil, untold, 0, 0, 0, 0},
		{"np.linalg.inv(z(3))", "", nil, nil, untold, 0, 0, 1, 0},
		{"z((2,3)).reshape(4, 5)", "reshape", nil, []dims{{4, 5}}, untold, 6, 0, 0, 0},
		{"z((2,3)).reshape(4, -1, 5)", "reshape", nil, []dims{{4, -1, 5}}, untold, 6, 0, 0, 0},
		{"np.concatenate([z((2,3)), z((2,4))])", "concatenate", nil, nil, 1, 4, 3, 0, 0},
		{"np.concatenate([z((2,3)), z(4)])", "concatenate", nil, nil, untold, 0, 0, 1, 2},
		{"np.stack([z(2), z(3)])", "stack", nil, nil, untold, 0, 0, 0, 0},
		{"np.array([[1, 2], [3]])", "array", []dims{{2}}, nil, untold, 0, 0, 0, 0},
		{"operator.setitem(z((2,3)), slice(None), z((4,5)))", "assign", []dims{{4, 5}}, []dims{{2, 3}}, untold, 0, 0, 0, 0},
		{"operator.setitem(z(3), [0, 1], [1, 2, 3])", "assign", []dims{{3}}, []dims{{2}}, untold, 0, 0, 0, 0},
		{"z(3)[z(4, bool)]", "index", nil, nil, 0, 4, 3, 0, 0},
		{"z((2,3))[[0, 1], [0, 1, 2]]", "index", []dims{{2}, {3}}, nil, untold, 0, 0, 0, 0},
		{"z((2,3))[0, 0, 0]", "index", nil, nil, untold, 0, 0, 2, 3},
		{"z((2,3)).sum(axis=2)", "", nil, nil, 2, 0, 0, 2, 0},
		{"np.split(z(5), 2)", "split", nil, nil, untold, 0, 0, 0, 0},
	})
}

// requireShapeErrors leaves out what the exception says besides.
func (s *suite) requireShapeErrors(t *testing.T, all []shapeRow) {
	t.Helper()
	for _, m := range all {
		err := s.failed(t, m.expression)
		var got *snakepit.ShapeError
		require.ErrorAs(t, err, &got, m.expression)
		for _, n := range []*int{&got.GotSize, &got.WantSize, &got.GotRank, &got.WantRank} {
			*n = max(*n, 0)
		}
		require.Equal(t, m, shapeRow{
			m.expression, got.Operation, got.Got, got.Want, got.Dim, got.GotSize, got.WantSize, got.GotRank, got.WantRank,
		}, "%v", err)
		require.ErrorIs(t, got, got.Err)
	}
}

func (s *suite) shapeErrorsOfLibraries(t *testing.T) {
	s.importable(t, "pandas as pd, sklearn.linear_model, sklearn.metrics")
	s.exec(t, "fitted = sklearn.linear_model.LinearRegression().fit(z((5, 4)), z(5))")
	s.requireShapeErrors(t, []shapeRow{
		{"fitted.predict(z((2, 3)))", "LinearRegression", nil, nil, untold, 3, 4, 0, 0},
		{"fitted.predict(z(3))", "", nil, nil, untold, 0, 0, 1, 2},
		{"sklearn.metrics.accuracy_score([1, 2, 3], [1, 2])", "", nil, nil, untold, 2, 3, 0, 0},
		{"pd.DataFrame({'a': [1, 2, 3]}).assign(b=[1, 2])", "assign", nil, nil, untold, 2, 3, 0, 0},
		{"pd.DataFrame(z((3, 2)), index=[1, 2])", "", []dims{{3, 2}}, []dims{{2, 2}}, untold, 0, 0, 0, 0},
		{"pd.DataFrame({'a': [1], 'b': [1, 2]})", "", nil, nil, untold, 0, 0, 0, 0},
	})
}

func (s *suite) dtypeErrors(t *testing.T) {
	for _, want := range []struct {
		expression, operation string
		got, want             []string
	}{
		{"np.array(['a']) + 1", "add", []string{"<U1", "int64"}, nil},
		{"z(2, [('a', int)]) + 1", "add", []string{"[('a', '<i8')]", "int64"}, nil},
		{"np.array(['a']) @ np.array(['b'])", "matmul", []string{"<U1", "<U1"}, nil},
		{"np.array([1.0]) & np.array([2.0])", "bitwise_and", nil, nil},
		{"np.array([True]) - np.array([True])", "subtract", nil, nil},
		{"operator.iadd(np.array([1]), 1.5)", "add", []string{"float64"}, []string{"int64"}},
		{"np.linalg.inv(np.array([['a']]))", "inv", []string{"<U1"}, []string{"float64"}},
		{"np.linalg.inv(np.eye(2, dtype=np.float16))", "linalg", []string{"float16"}, nil},
		{"np.array([1.5]).astype(int, casting='safe')", "cast", []string{"float64"}, []string{"int64"}},
		{"np.array(['2024'], 'M8[D]') * 2", "multiply", []string{"<M8[D]", "int64"}, nil},
		{"np.concatenate([np.array(['2024'], 'M8[s]'), z(1)])", "promote", []string{"datetime64", "float64"}, nil},
		{"np.array(['a']).astype(float)", "convert", nil, []string{"float"}},
		{"np.dtype('foo')", "", []string{"foo"}, nil},
		{"np.uint8(300)", "convert", nil, []string{"uint8"}},
		{"z(3)[z(3)]", "index", nil, nil},
	} {
		err := s.failed(t, want.expression)
		var got *snakepit.DTypeError
		require.ErrorAs(t, err, &got, want.expression)
		require.Equal(t, want.operation, got.Operation, "%v", err)
		require.Equal(t, want.got, got.Got, "%v", err)
		require.Equal(t, want.want, got.Want, "%v", err)
	}
}

func (s *suite) outOfMemoryErrors(t *testing.T) {
	for expression, bytes := range map[string]int64{
		"z(2**50)":                      8 << 50,
		"np.ones((2**24, 2**24), 'f4')": 4 << 48,
		"np.arange(1e15)":               8e15,
		"z((2**40, 2**40))":             untold,
		"[0] * 2**60":                   untold,
	} {
		err := s.failed(t, expression)
		var got *snakepit.OutOfMemoryError
		require.ErrorAs(t, err, &got, expression)
		require.Equal(t, &snakepit.OutOfMemoryError{Bytes: bytes, Free: untold, Total: untold, Device: "cpu", Err: got.Err}, got)
	}
}
