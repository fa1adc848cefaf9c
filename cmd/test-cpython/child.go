package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// Files in a run's folder.
const (
	helperFile   = "cpythontest.py"
	requestFile  = "request.json"
	progressFile = "progress"
	resultFile   = "result.json"
)

// request is what the helper is asked.
type request struct {
	Module   string   `py:"module"   json:"module"`
	Progress string   `py:"progress" json:"progress"`
	Skip     []string `py:"skip"     json:"skip"`
}

// failure is one failed test, or a failed part of one.
type failure struct {
	ID        string `py:"id"        json:"id"`
	Error     string `py:"error"     json:"error"`
	Traceback string `py:"traceback" json:"traceback"`
}

// outcome is what came of a module.
type outcome struct {
	Run           int       `py:"run"            json:"run"`
	Failures      int       `py:"failures"       json:"failures"`
	Errors        int       `py:"errors"         json:"errors"`
	Skipped       int       `py:"skipped"        json:"skipped"`
	ModuleSkipped string    `py:"module_skipped" json:"module_skipped"`
	Seconds       float64   `py:"seconds"        json:"seconds"`
	Failed        []failure `py:"failed"         json:"failed"`
	Version       string    `py:"version"        json:"version"`
	GIL           bool      `py:"gil"            json:"gil"`
}

// runChild runs one module in this process, on an ordinary goroutine.
func runChild(o options) error {
	var req request
	if err := readJSON(filepath.Join(o.dir, requestFile), &req); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.limit)
	defer cancel()
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Workers: 2, // one for the tests, one to look where they hang
		Profile: threadprofile.New(threadprofile.Config{Path: []string{o.dir}}),
	}}})
	if err != nil {
		return err
	}
	out, err := tests(ctx, rt, req)
	if err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(o.dir, resultFile), out); err != nil {
		return err
	}
	return rt.Close()
}

func tests(ctx context.Context, rt *snakepit.Runtime, req request) (outcome, error) {
	run, err := snakepit.Bind[request, outcome](rt, "cpythontest:run")
	if err != nil {
		return outcome{}, err
	}
	out, err := run(ctx, req)
	if errors.Is(err, context.DeadlineExceeded) {
		showThreads(rt)
		return out, errors.New("the time limit is over")
	}
	if err != nil {
		return out, fmt.Errorf("%+v", err)
	}
	return out, nil
}

// showThreads prints where every Python thread is.
func showThreads(rt *snakepit.Runtime) {
	_, err := rt.Call(context.Background(), "faulthandler:dump_traceback")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func readJSON(file string, v any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

func writeJSON(file string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}
