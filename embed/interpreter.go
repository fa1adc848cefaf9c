package embed

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// Info says which Python runs.
type Info struct {
	Python        locate.Python
	Version       string // "3.13.15"
	FreeThreaded  bool   // built without the GIL
	MergesObjects bool   // objects released on another thread are freed at once
}

// Interpreter is the process's Python. All methods are safe for concurrent use.
type Interpreter struct {
	Info Info

	config     atomic.Pointer[Config]
	sinks      []uint64 // the Go functions that the standard streams write to
	thread     *initThread
	bridge     *bridge
	gil        gilWatch
	badSignals sync.Map // int → true
	stop       chan struct{}
}

// process is the one interpreter and who uses it. The mutex is never held while
// attached to Python.
var process struct {
	mu     sync.Mutex
	python *Interpreter
	failed error // starting failed half-way: it cannot be tried again
	users  int
}

// UnavailableError says why no Python can run in this process.
type UnavailableError struct{ Reason error }

func (e *UnavailableError) Error() string {
	return "snakepit: no Python to run in process: " + e.Reason.Error()
}

// Unwrap returns the reason.
func (e *UnavailableError) Unwrap() error { return e.Reason }

// Open starts the process's Python, or joins those who use it already. Each success
// needs one Close. An *UnavailableError says that none can be had.
func Open(ctx context.Context, c Config) (*Interpreter, error) {
	process.mu.Lock()
	defer process.mu.Unlock()
	p, err := openLocked(ctx, c)
	if err != nil {
		return nil, err
	}
	if process.users++; process.users == 1 {
		p.stop = make(chan struct{})
		go p.watch(p.stop)
	}
	return p, nil
}

func openLocked(ctx context.Context, c Config) (*Interpreter, error) {
	p := process.python
	if p == nil {
		return startLocked(ctx, c)
	}
	if process.users == 0 {
		return p, p.reopen(c)
	}
	if err := c.contradicts(*p.config.Load(), p.Info.Python); err != nil {
		return nil, err
	}
	return p, p.ExtendPath(c.Path)
}

// reopen takes over the configuration of a user who finds Python running and alone.
func (p *Interpreter) reopen(c Config) error {
	if err := c.wantsOther(*p.config.Load(), p.Info.Python); err != nil {
		return err
	}
	c.Python = p.config.Load().Python
	p.config.Store(&c)
	if err := p.redirect(c); err != nil {
		return err
	}
	return p.ExtendPath(c.Path)
}

func startLocked(ctx context.Context, c Config) (*Interpreter, error) {
	if process.failed != nil {
		return nil, process.failed
	}
	found, _, err := locate.Find(ctx, locate.Options{Python: c.Python, Library: c.Library})
	if err != nil {
		return nil, &UnavailableError{err}
	}
	if err := cgo.Load(found.Library); err != nil {
		return nil, &UnavailableError{err}
	}
	p := &Interpreter{Info: Info{Python: found}, thread: startInitThread()}
	p.config.Store(&c)
	_ = p.thread.do(context.Background(), func() { err = p.start() })
	if err != nil {
		process.failed = &UnavailableError{fmt.Errorf("%w (from %s; it cannot be tried again in this process)", err, found.Library)}
		return nil, process.failed
	}
	process.python = p
	return p, nil
}

// start initialises Python and everything of ours in it. On the init thread.
func (p *Interpreter) start() (err error) {
	ignoreSIGPIPE()
	defer hideVariables()()
	if err := cgo.Init(p.Info.Python.Executable); err != nil {
		return err
	}
	if err := cgo.WatchHolds(); err != nil {
		return err
	}
	if p.bridge, err = startBridge(); err != nil {
		return err
	}
	v, err := p.bridge.ask("start", p.config.Load().Path, p.Info.Python.Executable)
	if err != nil {
		return err
	}
	if err := p.learn(v); err != nil {
		return err
	}
	return p.redirect(*p.config.Load())
}

// learn takes in what Python says of itself.
func (p *Interpreter) learn(v any) error {
	facts, _ := v.(map[string]any)
	if ok, _ := facts["executable_ok"].(bool); !ok {
		return errors.New("sys.executable is not what was asked for: this libpython is laid out in an unknown way")
	}
	p.Info.Version, _ = facts["version"].(string)
	p.Info.FreeThreaded, _ = facts["free_threaded"].(bool)
	p.Info.MergesObjects = cgo.MergesOnExport()
	enabled, _ := facts["gil"].(bool)
	p.gil.enabled.Store(enabled)
	return nil
}

// ExtendPath adds folders in front of sys.path.
func (p *Interpreter) ExtendPath(paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	_, err := p.bridge.ask("extend_path", paths)
	return err
}

// GIL tells whether the GIL is on and who turned it on.
func (p *Interpreter) GIL() GILState { return p.gil.state() }

// Host returns the Python function call(number, *values); see [Register].
func (p *Interpreter) Host() cgo.Object { return p.bridge.native.Call }

// Function returns a function of snakepit_bridge._runtime, owned by the caller.
func (p *Interpreter) Function(name string) (cgo.Object, error) { return p.bridge.function(name) }

const (
	watchEvery = 10 * time.Second
	exitLimit  = 5 * time.Second
)

// watch looks at the GIL and at signal handlers now and then, for the imports that
// Python code makes by itself. It does so on the init thread, where that also runs
// what native code left for Python's main thread (Py_AddPendingCall).
func (p *Interpreter) watch(stop chan struct{}) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = p.thread.do(context.Background(), p.Check)
		case <-stop:
			return
		}
	}
}

// Check looks at the GIL and at signal handlers now.
func (p *Interpreter) Check() {
	if err := p.checkGIL(); err != nil {
		p.config.Load().logger().Warn("snakepit: cannot tell whether the GIL is on", "err", err)
	}
	p.checkSignals()
}

// Close takes leave. The last user's Close runs Python's atexit functions, for at
// most five seconds, and flushes the output; Python stays for the next Open.
func (p *Interpreter) Close(ctx context.Context) error {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.users--; process.users > 0 {
		return nil
	}
	close(p.stop)
	ctx, cancel := context.WithTimeout(ctx, exitLimit)
	defer cancel()
	if err := p.thread.do(ctx, p.atExit); err != nil {
		return fmt.Errorf("snakepit: Python's atexit functions did not finish: %w", err)
	}
	return nil
}

func (p *Interpreter) atExit() {
	if _, err := p.bridge.ask("run_atexit"); err != nil {
		p.config.Load().logger().Warn("snakepit: an atexit function of Python failed", "err", err)
	}
	cgo.FlushC()
}
