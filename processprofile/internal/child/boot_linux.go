package child

import (
	"os"
	"strings"
	"sync"
)

const supported = true

// bootID names the time since the machine was started.
var bootID = sync.OnceValue(func() string {
	text, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(text))
})

// pidSpace names the namespace in which numbers of processes count.
var pidSpace = sync.OnceValue(func() string {
	name, _ := os.Readlink("/proc/self/ns/pid")
	return name
})
