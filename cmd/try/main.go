package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
)

func main() {
	t := time.Now()
	rt, err := snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: processprofile.New(processprofile.Config{Adapter: "face:Face", Path: []string{"profile/profiletest/modules"}, Stdout: os.Stdout, Stderr: os.Stderr}), Workers: 2,
	}}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("open", time.Since(t))
	defer rt.Close()
	fmt.Println(rt.Call(context.Background(), "math:sqrt", 2.0))
	fmt.Println(rt.Execute(context.Background(), "add", snakepit.Args{"a": 1}))
	_, err = rt.Call(context.Background(), "math:sqrt", -2.0)
	fmt.Printf("%+v\n", err)
	t = time.Now()
	for range 2000 {
		if _, err := rt.Execute(context.Background(), "add", snakepit.Args{"a": 1}); err != nil {
			fmt.Println(err)
			break
		}
	}
	fmt.Println("per call", time.Since(t)/2000)
	for v, err := range rt.Stream(context.Background(), "numbers", snakepit.Args{"n": 5}) {
		fmt.Println(v, err)
	}
	_, err = rt.Call(context.Background(), "os:_exit", 9)
	fmt.Println(err)
	fmt.Println(rt.Execute(context.Background(), "add", snakepit.Args{"a": 1}))
	fmt.Printf("%+v\n", rt.Stats().Pools["default"])
	t = time.Now()
	fmt.Println(rt.Close(), time.Since(t))
}
