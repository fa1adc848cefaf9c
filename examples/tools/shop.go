package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/tool"
)

var errUnknown = errors.New("unknown")

type good struct {
	left  int
	price float64
}

var goods = map[string]good{"lamps": {12, 19.5}, "chairs": {4, 49}}

var rates = map[string]float64{"EUR": 1, "CHF": 0.95, "USD": 1.08}

type item struct {
	Item string `py:"item" doc:"what is asked for"`
}

type quantity struct {
	Item   string `py:"item"`
	Amount int    `py:"amount,omitempty" doc:"how many; one if not given"`
}

type sum struct {
	Euros float64 `py:"euros"`
	To    string  `py:"to" doc:"a currency, as three letters"`
}

// shop is what the Go program offers to Python.
var shop = []tool.Tool{
	tool.New("stock", "how many are left", func(_ context.Context, in item) (int, error) {
		g, err := find(in.Item)
		return g.left, err
	}),
	tool.New("price", "what some of them cost, in euros", func(_ context.Context, in quantity) (float64, error) {
		g, err := find(in.Item)
		return g.price * float64(max(in.Amount, 1)), err
	}),
	tool.New("convert", "euros in another currency", func(_ context.Context, in sum) (float64, error) {
		rate, ok := rates[in.To]
		if !ok {
			return 0, fmt.Errorf("%w currency %q", errUnknown, in.To)
		}
		return in.Euros * rate, nil
	}),
}

func find(name string) (good, error) {
	g, ok := goods[name]
	if !ok {
		return g, fmt.Errorf("%w good %q", errUnknown, name)
	}
	return g, nil
}
