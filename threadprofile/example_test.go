package threadprofile_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func Example() {
	ctx := context.Background()
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{}),
	}}})
	if errors.Is(err, snakepit.ErrUnavailable) {
		log.Fatal(err) // says where a Python was looked for
	}
	defer rt.Close()
	root, err := rt.Call(ctx, "math:sqrt", 2.25)
	fmt.Println(root, err)
	// Output: 1.5 <nil>
}

func Example_bind() {
	rt := exampleRuntime()
	defer rt.Close()
	ratio, err := snakepit.Bind[float64, snakepit.Tuple](rt, "builtins:float.as_integer_ratio")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ratio(context.Background(), 0.75))

	type day struct{ Year, Month, Day int } // keyword arguments
	date, err := snakepit.Bind[day, snakepit.Date](rt, "datetime:date")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(date(context.Background(), day{2024, 2, 29}))
	// Output:
	// [3 4] <nil>
	// 2024-02-29 <nil>
}

func Example_eval() {
	ctx := context.Background()
	rt := exampleRuntime()
	defer rt.Close()
	err := rt.Exec(ctx, "shop", "def total(prices, tax=0.2):\n    return round(sum(prices) * (1 + tax), 2)")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rt.Eval(ctx, "shop", "total(prices)", snakepit.Kw{"prices": []float64{1, 2.5}}))
	// Output: 4.2 <nil>
}

func Example_errors() {
	rt := exampleRuntime()
	defer rt.Close()
	_, err := rt.Call(context.Background(), "builtins:int", "seven")
	var raised *snakepit.PythonError
	if errors.As(err, &raised) {
		fmt.Println(raised.Type, raised.IsA("Exception"))
		fmt.Println(raised.Message)
	}
	// Output:
	// ValueError true
	// invalid literal for int() with base 10: 'seven'
}

func Example_object() {
	ctx := context.Background()
	rt := exampleRuntime()
	defer rt.Close()
	made, err := rt.Call(ctx, "collections:deque", []int{1, 2, 3}, snakepit.Kw{"maxlen": 3})
	if err != nil {
		log.Fatal(err)
	}
	deque := made.(*snakepit.Object)
	defer deque.Release()
	_, _ = deque.Call(ctx, "append", 4)
	fmt.Println(deque.Repr(ctx))
	for item := range deque.Iter(ctx) {
		fmt.Print(item, " ")
	}
	fmt.Println()
	// Output:
	// deque([2, 3, 4], maxlen=3) <nil>
	// 2 3 4
}

func exampleRuntime() *snakepit.Runtime {
	rt, err := snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{}),
	}}})
	if err != nil {
		log.Fatal(err)
	}
	return rt
}
