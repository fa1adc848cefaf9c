package soak_test

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/gosnakepit/snakepit"
)

var streams = []deed{
	{"a stream", 5, func(p *place) error {
		n := rand.IntN(50)
		return numbers(p.pool.Stream(ctx0, "numbers", snakepit.Args{"n": n}), n)
	}},
	{"a stream of a coroutine", 3, func(p *place) error {
		n := rand.IntN(20)
		return numbers(p.pool.Stream(ctx0, "numbers_later", snakepit.Args{"n": n}), n)
	}},
	{"a stream that is left", 3, func(p *place) error {
		for _, err := range p.pool.Stream(ctx0, "numbers", snakepit.Args{"n": 1000}) {
			if err != nil || rand.IntN(5) == 0 {
				return err
			}
		}
		return nil
	}},
	{"a stream that fails", 2, func(p *place) error {
		err := drain(p.pool.Stream(ctx0, "numbers", snakepit.Args{"n": 10, "fail_at": rand.IntN(10)}))
		return raised("ValueError")(err)
	}},
	{"a stream both ways", 3, func(p *place) error {
		seen := 0
		for got, err := range p.pool.Stream(ctx0, "double", snakepit.Args{"numbers": upTo(10)}) {
			if err != nil || got != int64(2*seen) {
				return wanted(false, got, err)
			}
			seen++
		}
		return wanted(seen == 10, seen, nil)
	}},
	{"a stream both ways that is left", 2, func(p *place) error {
		for _, err := range p.pool.Stream(ctx0, "double", snakepit.Args{"numbers": upTo(1000)}) {
			if err != nil || rand.IntN(5) == 0 {
				return err
			}
		}
		return nil
	}},
}

// numbers wants 0 to n-1.
func numbers(stream iter.Seq2[any, error], n int) error {
	seen := 0
	for got, err := range stream {
		if err != nil {
			return err
		}
		if got != int64(seen) {
			return fmt.Errorf("item %d is %v", seen, got)
		}
		seen++
	}
	return wanted(seen == n, seen, nil)
}

func drain(stream iter.Seq2[any, error]) error {
	for _, err := range stream {
		if err != nil {
			return err
		}
	}
	return nil
}

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}
