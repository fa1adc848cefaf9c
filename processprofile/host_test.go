package processprofile_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// survival is how long processes of a host that is gone may be there.
const survival = 2 * time.Second

// family is what a host says of the processes that are there because of it.
type family struct {
	Workers, Grandchildren, Runaways []int
}

// A host opens a pool, has each of its workers start processes, keeps calls going, prints
// what its family is, and then does what it is told.
var hostPart = harness.Part("host", func() {
	rt := openHost()
	var f family
	f.Workers = pids(rt)
	f.Grandchildren = make([]int, len(f.Workers))
	var all sync.WaitGroup
	for i := range f.Workers {
		all.Go(func() { f.Grandchildren[i] = number(rt, "sleeper") })
	}
	all.Wait()
	if os.Getenv("RUNAWAY") != "" {
		f.Runaways = append(f.Runaways, number(rt, "runaway"))
	}
	ended := load(rt)
	for ended.Load() < 20 { // the load is on
		time.Sleep(time.Millisecond)
	}
	harness.Check(json.NewEncoder(os.Stdout).Encode(f))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		endings[lines.Text()](rt)
	}
	select {} // until somebody ends it
})

func openHost() *snakepit.Runtime {
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools: []snakepit.PoolConfig{{
			Profile: processprofile.New(processprofile.Config{Path: []string{testdata()}, StopTimeout: 500 * time.Millisecond}), Workers: 2,
		}},
		Logger: slog.New(slog.DiscardHandler), DrainTimeout: 100 * time.Millisecond,
	})
	harness.Check(err)
	return rt
}

func number(rt *snakepit.Runtime, function string) int {
	v, err := rt.Call(ctx0, "chaos:"+function)
	harness.Check(err)
	return int(v.(int64))
}

// load keeps four callers busy, who do not mind errors, and counts their calls.
func load(rt *snakepit.Runtime) *atomic.Int64 {
	ended := new(atomic.Int64)
	for range 4 {
		go func() {
			for {
				if _, err := rt.Call(ctx0, "chaos:nap", 0.001); err == nil {
					ended.Add(1)
				}
			}
		}()
	}
	return ended
}

// endings are what a host is told to do.
var endings = map[string]func(*snakepit.Runtime){
	"pids":  func(rt *snakepit.Runtime) { harness.Check(json.NewEncoder(os.Stdout).Encode(pids(rt))) },
	"panic": func(*snakepit.Runtime) { go panic("as told") },
	"exit":  func(*snakepit.Runtime) { os.Exit(3) },
	"close": func(rt *snakepit.Runtime) {
		harness.Check(rt.Close())
		os.Exit(0)
	},
	"stuck": func(rt *snakepit.Runtime) {
		file := os.Getenv("XDG_STATE_HOME") + "/stuck"
		for n, function := range []string{"hold_gil", "nap"} {
			go func() { _, _ = rt.Call(ctx0, "chaos:stick", file, n, function) }()
		}
		for text, _ := os.ReadFile(file); len(text) < len("0\n1\n"); text, _ = os.ReadFile(file) {
			time.Sleep(time.Millisecond)
		}
		fmt.Println(rt.Close())
		os.Exit(0)
	},
}

// host starts one in a folder that it shares with others, and waits for its family.
func host(t testing.TB, folder string, env ...string) (*harness.Live, family) {
	t.Helper()
	harness.ProcessPython(t)
	l := harness.Child{Part: hostPart, Env: append(env, "XDG_STATE_HOME="+folder)}.Start(t)
	var f family
	require.NoError(t, json.Unmarshal([]byte(l.Line(t)), &f))
	require.Len(t, f.Workers, 2)
	require.Len(t, f.Grandchildren, 2)
	return l, f
}

func processes(of ...[]int) (all []process) {
	for _, pids := range of {
		for _, p := range pids {
			all = append(all, find(p))
		}
	}
	return all
}

func living(all []process) (alive []int) {
	for _, p := range all {
		if p.alive() {
			alive = append(alive, p.pid)
		}
	}
	return alive
}

// gone waits until all processes have ended, within the time that they have for it.
func gone(t testing.TB, all []process) {
	t.Helper()
	began := time.Now()
	harness.Eventually(t, "no process is left", func() bool { return len(living(all)) == 0 })
	require.LessOrEqual(t, time.Since(began), survival)
}

// TestKilledHost kills hosts under load, and looks for what they leave.
func TestKilledHost(t *testing.T) {
	for range times(3, 1, 20) {
		l, f := host(t, t.TempDir())
		all := processes(f.Workers, f.Grandchildren)
		require.Len(t, living(all), 4)
		kill(t, l.Cmd.Process.Pid, syscall.SIGKILL)
		_ = l.Cmd.Wait()
		gone(t, all)
	}
}

// TestEndsOfHosts ends hosts in the other ways there are.
func TestEndsOfHosts(t *testing.T) {
	for _, how := range []string{"panic", "exit", "close", "stuck", "SIGTERM"} {
		t.Run(how, func(t *testing.T) {
			l, f := host(t, t.TempDir())
			all := processes(f.Workers, f.Grandchildren)
			require.Len(t, living(all), 4)
			if how == "SIGTERM" {
				kill(t, l.Cmd.Process.Pid, syscall.SIGTERM)
			} else {
				l.Say(t, how)
			}
			if how == "stuck" {
				require.Contains(t, l.Line(t), "its processes are ended")
			}
			_ = l.Cmd.Wait()
			gone(t, all)
		})
	}
}

// TestNeighbours runs two hosts from one folder. What one leaves when it is killed is
// cleared away by the next that starts, and nobody touches what belongs to one that lives.
func TestNeighbours(t *testing.T) {
	folder := t.TempDir()
	a, left := host(t, folder, "RUNAWAY=1")
	b, stays := host(t, folder, "RUNAWAY=1")
	runaway, neighbours := processes(left.Runaways), processes(stays.Workers, stays.Grandchildren, stays.Runaways)
	kill(t, a.Cmd.Process.Pid, syscall.SIGKILL)
	_ = a.Cmd.Wait()
	gone(t, processes(left.Workers, left.Grandchildren))
	require.Len(t, living(runaway), 1, "nobody could know of it")
	require.Len(t, living(neighbours), 5)

	c, _ := host(t, folder)
	require.Empty(t, living(runaway), "the next host clears it away")
	require.Len(t, living(neighbours), 5)
	kill(t, c.Cmd.Process.Pid, syscall.SIGKILL)
	_ = c.Cmd.Wait()
	b.Say(t, "pids")
	text, err := json.Marshal(stays.Workers)
	require.NoError(t, err)
	require.Equal(t, string(text), b.Line(t), "the same workers as at first")
	require.Len(t, living(neighbours), 5)
	b.Say(t, "close")
	require.NoError(t, b.Cmd.Wait())
	gone(t, neighbours)
	entries, err := os.ReadDir(folder + "/snakepit/run")
	require.NoError(t, err)
	require.LessOrEqual(t, len(entries), 1, "only what was killed last is left")
}
