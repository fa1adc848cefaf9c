//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package child

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

type order struct {
	argv []string
	attr *os.ProcAttr
	done chan<- delivery
}

type delivery struct {
	process *os.Process
	err     error
}

// spawner returns the way to the thread that starts all children. The kernel kills a
// child when the thread that started it ends, not when the process does: this one
// never ends.
var spawner = sync.OnceValue(func() chan<- order {
	orders := make(chan order)
	go func() {
		runtime.LockOSThread()
		for o := range orders {
			process, err := os.StartProcess(o.argv[0], o.argv, o.attr)
			o.done <- delivery{process, err}
		}
	}()
	return orders
})

// spawn starts a program in a process group of its own.
func spawn(argv []string, attr *os.ProcAttr) (*os.Process, error) {
	attr.Sys = attributes()
	done := make(chan delivery, 1)
	spawner() <- order{argv, attr, done}
	d := <-done
	if d.err != nil {
		return nil, fmt.Errorf("child: %w", d.err)
	}
	return d.process, nil
}
