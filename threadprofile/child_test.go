package threadprofile_test

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// What follows is for tests that run in a process of their own, which ends where
// something is not as it should be.

// tryChild opens a runtime that logs to log.
func tryChild(c threadprofile.Config, log io.Writer) (*snakepit.Runtime, error) {
	c.Path = append(c.Path, testdata())
	return snakepit.Open(ctx0, snakepit.Config{
		Pools:  []snakepit.PoolConfig{{Profile: threadprofile.New(c), Workers: 4}},
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
}

func openChild(c threadprofile.Config) *snakepit.Runtime {
	rt, err := tryChild(c, io.Discard)
	harness.Check(err)
	return rt
}

// call calls a function of the module process.
func call(rt *snakepit.Runtime, function string, args ...any) any {
	v, err := rt.Call(ctx0, "process:"+function, args...)
	harness.Check(err)
	return v
}

func run(rt *snakepit.Runtime, source string) { harness.Check(rt.Exec(ctx0, "child", source)) }

// wants ends a child whose value is another one.
func wants(got, want any) {
	harness.Assert(fmt.Sprint(got) == fmt.Sprint(want), "got %v, want %v", got, want)
}
