package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/threadprofile"
	"github.com/gosnakepit/snakepit/tool"
)

func main() {
	log.SetFlags(0)
	out := flag.String("o", "bench.json", "file for the results, one JSON object a line")
	rounds := flag.Int("rounds", 15, "rounds of each row; the best counts")
	strict := flag.Bool("strict", false, "exit 1 if a bar is missed")
	only := flag.String("only", "", "measure the rows that match this regular expression, and those they are compared with")
	onlyOpen := flag.Bool("only-open", false, "open a runtime, close it, and do nothing else")
	flag.Parse()
	if *onlyOpen {
		openAndClose()
		return
	}
	missed, err := run(*out, *rounds, *only)
	if err != nil {
		log.Fatal("bench: ", err)
	}
	if missed > 0 && *strict {
		log.Fatalf("bench: %d bars missed", missed)
	}
}

func openAndClose() {
	rt, err := snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{}),
	}}})
	if err != nil {
		log.Fatal(err)
	}
	if err := rt.Close(); err != nil {
		log.Fatal(err)
	}
}

func run(out string, rounds int, only string) (missed int, err error) {
	// Threads of BLAS that wait for work would count as work.
	if err := os.Setenv("OPENBLAS_NUM_THREADS", "1"); err != nil {
		return 0, err
	}
	processes, err := measureProcess(rounds, only)
	if err != nil {
		return 0, err
	}
	if only == "" || onlyProcess(only) {
		cancels, err := measureCancel("proc/", only, rounds, func(dir string) profile.Profile {
			return processprofile.New(processprofile.Config{Path: []string{dir}})
		})
		if err != nil {
			return 0, err
		}
		processes = append(processes, cancels...)
	}
	if onlyProcess(only) {
		return report(processes, out)
	}
	rows, err := measureThreads(rounds, only)
	if err != nil {
		return 0, err
	}
	return report(slices.Concat(rows, processes), out)
}

func measureThreads(rounds int, only string) ([]*row, error) {
	rt, dir, err := open()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	defer rt.Close()
	defer func() {
		for _, f := range stop {
			f()
		}
	}()
	rows, err := allRows(rt)
	if err != nil {
		return nil, err
	}
	if rows, err = choose(rows, only); err != nil {
		return nil, err
	}
	printMachine(rt)
	measure(rows, rounds)
	if err := measureCold(rows, rounds); err != nil {
		return nil, err
	}
	shared, err := measureZeroCopy(rt, rounds, only)
	if err != nil {
		return nil, err
	}
	pools, err := measurePool(dir, rounds, only)
	if err != nil {
		return nil, err
	}
	more, err := measureSessions(rt, rounds, only)
	if err != nil {
		return nil, err
	}
	cancels, err := measureCancel("", only, rounds, func(dir string) profile.Profile {
		return threadprofile.New(threadprofile.Config{Path: []string{dir}})
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(rows, shared, pools, more, cancels), nil
}

// open starts a runtime whose Python can import the functions to be called.
func open() (*snakepit.Runtime, string, error) {
	dir, err := os.MkdirTemp("", "snakepit-bench-")
	if err != nil {
		return nil, "", err
	}
	if err := os.WriteFile(dir+"/benchmod.py", benchModule, 0o600); err != nil {
		return nil, dir, err
	}
	if err := os.WriteFile(dir+"/benchzc.py", benchZeroCopy, 0o600); err != nil {
		return nil, dir, err
	}
	if err := os.WriteFile(dir+"/benchadapter.py", benchAdapter, 0o600); err != nil {
		return nil, dir, err
	}
	python := threadprofile.New(threadprofile.Config{Adapter: "benchadapter:Adapter", Path: []string{dir}})
	rt, err := snakepit.Open(context.Background(), snakepit.Config{
		Tools: []tool.Tool{increment}, MaxSessions: -1,
		Pools: []snakepit.PoolConfig{{Profile: python}, {Name: guarded, Profile: python, Policy: policies}},
	})
	return rt, dir, err
}

func printMachine(rt *snakepit.Runtime) {
	s := rt.Stats().Pools[snakepit.DefaultPool].Python
	fmt.Printf("Python %s, free-threaded %v, GIL %v\n\n", s.Python, s.FreeThreaded, s.GIL)
}
