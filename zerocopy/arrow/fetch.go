package zarrow

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// read makes an array of what was given, and owns it. After an error it is released.
func (f *foreign) read(from given, dt arrow.DataType) (arrow.Array, error) {
	arr, err := (&build{from: f}).top(from, dt)
	if err != nil {
		f.fail()
		return nil, err
	}
	f.drop()
	return arr, nil
}

// top also finds out whether arrow-go takes the data: its constructors panic if not.
func (b *build) top(from given, dt arrow.DataType) (arr arrow.Array, err error) {
	defer caught(&err)
	data, err := b.array(from, dt)
	if err != nil {
		return nil, err
	}
	defer data.Release()
	return array.MakeFromData(data), nil
}
