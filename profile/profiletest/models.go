package profiletest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// item and order are the models of the module models.
type item struct {
	Name  string
	Count int `py:"count,omitempty"`
}

type order struct{ Items []item }

func orderOf(items ...item) snakepit.Args { return snakepit.Args{"order": order{items}} }

// models checks pydantic's, which are optional.
func (s *suite) models(t *testing.T) {
	s.importable(t, "pydantic")
	rt := s.open(t, "models", snakepit.PoolConfig{Workers: 1})
	for _, spec := range rt.Tools() {
		if spec.Name == "count" {
			requireSchema(t, spec, `"description":"how many"`)
		}
	}
	requireExecute(t, rt, int64(4), "count", orderOf(item{"lamp", 3}, item{Name: "chair"}))
	requireExecute(t, rt, dicts{"name": "lamp", "count": int64(1)}, "first", orderOf(item{Name: "lamp"}))

	_, err := rt.Execute(t.Context(), "count", orderOf(item{"lamp", -1}))
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "order.items[0].count", wrong.Path) // before it crosses

	_, err = rt.Execute(t.Context(), "count", orderOf(item{Name: "dragon"}))
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "order.items[0].name", wrong.Path) // what only the model knows
	require.ErrorContains(t, err, "dragons are not for sale")
}
