package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// totals are the sums by city.
type totals map[string]total

type total struct {
	orders int64
	spent  float64
}

func (all totals) add(rec arrow.Record) {
	city := rec.Column(0).(*array.String)
	orders, spent := rec.Column(1).(*array.Int64), rec.Column(2).(*array.Float64)
	for i := range city.Len() {
		name := strings.Clone(city.Value(i)) // the record's text is Python's
		t := all[name]
		all[name] = total{t.orders + orders.Value(i), t.spent + spent.Value(i)}
	}
}

func (all totals) print(out io.Writer) {
	for _, city := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(out, "%-8s %7d orders %14.2f CHF\n", city, all[city].orders, all[city].spent)
	}
}
