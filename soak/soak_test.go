package soak_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

var ctx0 = context.Background()

const (
	busy   = "busy"   // the pool whose workers are replaced and killed
	steady = "steady" // the pool whose Python is looked at
)

// TestThread soaks the thread profile: two workers that run calls on any thread, and one
// with a thread of its own.
func TestThread(t *testing.T) {
	harness.Python(t)
	c := threadprofile.Config{Adapter: "soakload:Load", Path: []string{testdata(t)}}
	pinned := c
	pinned.Pinned = true
	soak(t, nil, []snakepit.PoolConfig{
		{Name: busy, Profile: threadprofile.New(c), Workers: 2, QueueTimeout: -1},
		{Name: steady, Profile: threadprofile.New(pinned), Workers: 1, QueueTimeout: -1},
	})
}

// TestProcess soaks the process profile: two children that run two calls each until they are
// replaced or killed, and one that stays.
func TestProcess(t *testing.T) {
	harness.ProcessPython(t)
	c := processprofile.Config{
		Adapter: "soakload:Load", Path: []string{testdata(t)}, Heartbeat: 100 * time.Millisecond, MaxRestarts: -1,
		RestartDelayMax: 200 * time.Millisecond,
	}
	replaced := c
	replaced.Threads, replaced.MaxCalls, replaced.MaxAge = 2, 2000, 5*time.Second
	soak(t, newKiller(), []snakepit.PoolConfig{
		{Name: busy, Profile: processprofile.New(replaced), Workers: 4, QueueTimeout: -1},
		{Name: steady, Profile: processprofile.New(c), Workers: 1, QueueTimeout: -1},
	})
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("testdata")
	require.NoError(t, err)
	return dir
}

// length is how long the load lasts after the first round, SNAKEPIT_SOAK. Seconds beside
// other tests show little: a first round that others starve has not warmed up.
func length(t *testing.T) time.Duration {
	text := os.Getenv("SNAKEPIT_SOAK")
	if text == "" {
		t.Skip("takes a while, and the machine for itself: make soak, or SNAKEPIT_SOAK=60s")
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err)
	return d
}

// roundTime is how long a round lasts, if there is time for some of them.
const roundTime = 10 * time.Second

// soak opens a runtime and loads it, round by round.
func soak(t *testing.T, k *killer, pools []snakepit.PoolConfig) {
	length := length(t)
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	l := open(t, k, pools)
	round := min(roundTime, length/3)
	l.everything(t)
	l.round(t, round)
	base := l.rest(t, nil)
	for end := time.Now().Add(length); time.Now().Before(end) && !t.Failed(); {
		l.round(t, min(round, time.Until(end)))
		l.say(t, l.rest(t, base))
	}
	l.close(t)
}

func open(t *testing.T, k *killer, pools []snakepit.PoolConfig) *load {
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools: pools, Tools: goTools(), SessionTTL: 200 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoErrorf(t, err, "%+v", err)
	require.NoError(t, rt.RegisterTool(again(rt)))
	l := &load{rt: rt, killer: k, start: time.Now()}
	for _, p := range pools {
		l.places = append(l.places, newPlace(t, rt, p.Name))
	}
	return l
}
