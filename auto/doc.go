// Package auto chooses for each pool between Python in process and Python in child
// processes, by what the machine has and what the adapter's libraries do:
//
//	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
//		Profile: auto.New(auto.Config{Adapter: "my_adapters:Classifier", Libraries: []string{"numpy", "polars"}}),
//	}}})
//
// What was chosen, and why, is in the runtime's Stats and in the log. A program that is
// built without cgo has the process profile alone.
package auto
