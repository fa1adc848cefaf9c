package profiletest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gosnakepit/snakepit"
)

type inner struct {
	Depth int
	Name  string `py:"label"`
}

type base struct {
	ID     int
	Hidden string `py:"-"`
}

// Record has a field of each kind that structs may have.
type Record struct {
	base
	*Extra
	HTTPPort int
	Label    string `py:"text"`
	Maybe    *int
	Left     string `py:"left_out,omitempty"`
	Inner    inner
	List     []inner
	Any      any
	Map      map[string]inner
	private  int
}

// Extra is embedded by pointer.
type Extra struct{ Bonus float64 }

func (s *suite) structs(t *testing.T) {
	full := Record{
		base: base{ID: 1, Hidden: "no"}, Extra: &Extra{2.5}, HTTPPort: 80, Label: "l", Maybe: new(3), Left: "here",
		Inner: inner{1, "in"}, List: []inner{{2, "a"}, {3, "b"}}, Any: tuple{1}, Map: map[string]inner{"k": {4, "c"}}, private: 9,
	}
	for _, g := range []given{
		{full, `x == {'id': 1, 'bonus': 2.5, 'http_port': 80, 'text': 'l', 'maybe': 3, 'left_out': 'here', 'inner': {'depth': 1, 'label': 'in'},
			'list': [{'depth': 2, 'label': 'a'}, {'depth': 3, 'label': 'b'}], 'any': (1,), 'map': {'k': {'depth': 4, 'label': 'c'}}}`},
		{&full, "x['id'] == 1 and 'hidden' not in x and 'private' not in x"},
		{Record{}, "x['maybe'] is None and 'left_out' not in x and 'bonus' not in x and x['list'] == [] and x['map'] == {}"},
		{[]inner{{1, "a"}}, "x == [{'depth': 1, 'label': 'a'}]"},
		{(*inner)(nil), "x is None"},
		{struct{}{}, "x == {}"},
		{map[string]*inner{"a": nil}, "x == {'a': None}"},
	} {
		assert.Equal(t, true, s.call(t, "holds", g.check, g.value), "%s\n%v", g.check, s.call(t, "texts", g.value))
	}
	back, err := snakepit.As[Record](s.call(t, "echo", full))
	assert.NoError(t, err)
	full.Hidden, full.private, full.Any = "", 0, tuple{int64(1)}
	assert.Equal(t, full, back)
}
