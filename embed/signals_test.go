package embed_test

import (
	"os"
	"os/signal"
	"reflect"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

var closedPipe = harness.Part("closed pipe", func() {
	got := call(open(), "probe:thread_writes_to_closed_pipe")
	harness.Assert(got == "BrokenPipeError", "got %v", got)
})

// TestClosedPipe writes to a closed pipe on a thread that Python made. Go does not
// know the thread, and would end the process unless SIGPIPE were ignored.
func TestClosedPipe(t *testing.T) { succeed(t, closedPipe) }

var notify = harness.Part("notify", func() {
	got := call(open(), "probe:signal_handlers") // imports signal
	harness.Assert(reflect.DeepEqual(got, []any{"None", "None"}), "Python has handlers: %v", got)
	for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGINT} {
		came := make(chan os.Signal, 1)
		signal.Notify(came, sig)
		harness.Check(syscall.Kill(syscall.Getpid(), sig))
		harness.Assert(<-came == sig, "another signal")
	}
})

// TestNotify checks that signals stay Go's after Python has imported module signal.
func TestNotify(t *testing.T) { succeed(t, notify) }

func dereference(p *int) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	return *p == 0
}

var nilPointer = harness.Part("nil pointer", func() {
	rt := open()
	harness.Assert(dereference(nil), "no panic")
	harness.Assert(call(rt, "probe:refused", "faulthandler", "enable") != "", "faulthandler is not refused")
	for range 100 {
		done := make(chan bool)
		go func() { done <- dereference(nil) }()
		harness.Assert(<-done, "no panic")
	}
})

// TestNilPointer checks that nil dereferences are still panics that can be
// recovered after Python started, and after it tried to take SIGSEGV.
func TestNilPointer(t *testing.T) { succeed(t, nilPointer) }

var badHandler = harness.Part("bad handler", func() {
	rt, log := openLogged()
	harness.Assert(len(stats(rt).BadSignals) == 0, "bad signals from the start: %v", stats(rt).BadSignals)
	call(rt, "probe:install_handler", int64(syscall.SIGUSR2))
	call(rt, "colorsys:rgb_to_hls", 1, 1, 1) // an import, after which handlers are looked at
	call(rt, "sched:scheduler")              // another: each signal is reported once
	bad := stats(rt).BadSignals
	harness.Assert(len(bad) == 1 && bad[0] == syscall.SIGUSR2.String(), "bad signals: %v", bad)
	harness.Assert(log.count("SA_ONSTACK") == 1, "log: %s", log)
	harness.Assert(log.count(syscall.SIGUSR2.String()) == 1, "log: %s", log)
})

// TestHandlerWithoutAltStack installs a handler that kills Go programs, as careless
// native libraries do; it is reported.
func TestHandlerWithoutAltStack(t *testing.T) {
	out := succeed(t, badHandler)
	require.Empty(t, out.Stderr)
}
