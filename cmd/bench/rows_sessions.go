package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit"
)

// measureSessions measures the store of sessions, after all else: a million of them
// keep Go's garbage collector busy.
func measureSessions(rt *snakepit.Runtime, rounds int, only string) ([]*row, error) {
	var ids []string
	rows, err := choose(sessionRows(rt, &ids), only)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids = make([]string, million)
	for i := range ids {
		ids[i] = fmt.Sprintf("user-%d", i)
		if err := rt.Session(ids[i]).Err(); err != nil {
			return nil, err
		}
	}
	measure(rows, rounds)
	return rows, nil
}

func sessionRows(rt *snakepit.Runtime, ids *[]string) []*row {
	var start atomic.Int64
	look := func(n int) {
		at := int(start.Add(7919)) * 1299709 % million
		for range n {
			at = (at + 514229) % million
			if rt.Session((*ids)[at]) == nil {
				panic("no session")
			}
		}
	}
	create := func(n int) { repeat(n, func(int) error { return rt.Session("one-more").Close() }) }
	return []*row{
		{name: "session/create_close", plus: 3 * time.Microsecond, f: create},
		{name: "one/session_lookup", f: look},
		{name: "par/session_lookup", of: "one/session_lookup", bar: 1.15, f: look, threads: runtime.GOMAXPROCS(0), more: 3},
	}
}
