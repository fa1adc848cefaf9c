// Package processprofile is the profile that runs Python in child processes: supervised,
// replaced when they end, never more than a socket away. A child that crashes takes its
// own calls with it and nothing else; any CPython from 3.10 will do.
//
// A pool of n workers has n/Threads children. Host and child speak gRPC over a Unix socket
// that nobody else can open; tensors and tables of more than a few KiB lie in memory that
// both have mapped. Package snakepit is how programs use it:
//
//	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
//		Profile: processprofile.New(processprofile.Config{Adapter: "my_adapters:Classifier"}), Workers: 4,
//	}}})
//
// It needs no cgo. Python objects stay in their process: a value that cannot travel
// arrives as a snakepit.Opaque, one with Arrow data as a *snakepit.ArrowData.
package processprofile
