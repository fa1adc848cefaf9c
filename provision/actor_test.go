package provision_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// actor plays every child of a set-up, on a machine that it makes up: Debian,
// root, all build dependencies, no Python, and a mirror.
type actor struct {
	t        *testing.T
	host     provision.Host
	cacheDir string

	listed     []string            // versions of python3.13 that the mirror lists
	available  map[string]bool     // those that it has
	installed  map[string]bool     // packages of the distribution; nil is all
	missing    string              // what importing the modules prints
	fails      map[string]error    // by the name of the child, see run
	before     map[string]func()   // the same
	ran        map[string]int      // the same
	commands   map[string][]string // the last command line of each
	hereBefore *locate.Python      // what is on the machine

	mu     sync.Mutex
	events []progress.Event
	prefix string
	built  string
}

func newActor(t *testing.T) *actor {
	t.Helper()
	root := t.TempDir()
	fakepython.Write(t, filepath.Join(root, "etc/os-release"), []byte("ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"))
	fakepython.Write(t, filepath.Join(root, "etc/apt/sources.list"), []byte("deb http://mirror.example/debian bookworm main\n"))
	a := &actor{
		t: t, cacheDir: filepath.Join(t.TempDir(), "cache"),
		listed: []string{"3.13.5-2", "3.13.15-1", "3.13.18-1"}, available: map[string]bool{"3.13.5-2": true, "3.13.15-1": true},
		fails: map[string]error{}, before: map[string]func(){}, ran: map[string]int{}, commands: map[string][]string{},
	}
	a.host = provision.Host{
		Root: root, Env: map[string]string{}, Paths: map[string]string{"apt-get": "/usr/bin/apt-get"}, Find: a.find, Exec: a.exec,
	}
	return a
}

func (a *actor) setup(o provision.Options) (provision.Result, error) {
	a.t.Helper()
	return a.setupContext(a.t.Context(), o)
}

func (a *actor) setupContext(ctx context.Context, o provision.Options) (provision.Result, error) {
	o.CacheDir = a.cacheDir
	o.Progress = func(e progress.Event) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.events = append(a.events, e)
	}
	return provision.SetupOn(ctx, o, a.host)
}

// find is locate.Find with nothing around but the cache.
func (a *actor) find(ctx context.Context, o locate.Options) (locate.Python, []locate.Attempt, error) {
	if o.Python != "" {
		return locate.Find(ctx, o)
	}
	dirs, _ := filepath.Glob(filepath.Join(locate.PythonsDir(a.cacheDir), "*"))
	for _, dir := range dirs {
		if m, err := locate.ReadManifest(dir); err == nil && m.Fresh() && m.Python.FreeThreaded {
			return m.Python, nil, nil
		}
	}
	if a.hereBefore != nil {
		return *a.hereBefore, nil, nil
	}
	return locate.Python{}, nil, &locate.NotFoundError{}
}

func (a *actor) exec(ctx context.Context, cmd *exec.Cmd) error {
	name, play := a.role(cmd)
	a.mu.Lock()
	a.ran[name]++
	a.commands[name] = cmd.Args
	before := a.before[name]
	a.mu.Unlock()
	if before != nil {
		before()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := a.fails[name]; err != nil {
		fmt.Fprintln(cmd.Stderr, "the last words of", name)
		return err
	}
	return play(cmd)
}

// role names a child by what it does.
func (a *actor) role(cmd *exec.Cmd) (string, func(*exec.Cmd) error) {
	line := strings.Join(cmd.Args, " ")
	for _, r := range []struct {
		part, name string
		play       func(*exec.Cmd) error
	}{
		{"dpkg-query", "dpkg", a.dpkg},
		{"apt-get install", "apt install", a.aptInstall},
		{"apt-get update", "apt update", nothing},
		{" update", "lists", nothing},
		{"showsrc", "showsrc", a.showsrc},
		{"--download-only", "download", a.download},
		{"tar -xf", "tar", a.unpack},
		{"configure", "configure", a.configure},
		{"make install", "install", a.install},
		{"make -j", "make", nothing},
		{"import importlib", "check", a.check},
		{"-m venv", "venv", a.venv},
		{"--require-hashes", "pip", nothing},
		{"--target", "pip uv", nothing},
		{"python install", "uv", a.uv},
	} {
		if strings.Contains(line, r.part) {
			return r.name, r.play
		}
	}
	a.t.Errorf("an unexpected child: %s", line)
	return "", nothing
}

func nothing(*exec.Cmd) error { return nil }

func (a *actor) dpkg(cmd *exec.Cmd) error {
	for _, name := range cmd.Args[4:] {
		if a.installed == nil || a.installed[name] {
			fmt.Fprintf(cmd.Stdout, "%s installed\n", name)
		}
	}
	return nil
}

func (a *actor) aptInstall(cmd *exec.Cmd) error {
	for _, name := range cmd.Args[6:] {
		a.installed[name] = true
	}
	return nil
}

func (a *actor) showsrc(cmd *exec.Cmd) error {
	if cmd.Args[len(cmd.Args)-1] == "python3.13" {
		for _, v := range a.listed {
			fmt.Fprintf(cmd.Stdout, "Package: python3.13\nVersion: %s\n\n", v)
		}
	}
	return nil
}

func (a *actor) download(cmd *exec.Cmd) error {
	_, version, _ := strings.Cut(cmd.Args[len(cmd.Args)-1], "=")
	if !a.available[version] {
		fmt.Fprintln(cmd.Stderr, "404 Not Found")
		return errors.New("exit status 100")
	}
	upstream, _, _ := strings.Cut(version, "-")
	a.built = upstream
	return os.WriteFile(filepath.Join(cmd.Dir, "python3.13_"+upstream+".orig.tar.xz"), nil, 0o600)
}

func (a *actor) unpack(cmd *exec.Cmd) error {
	fakepython.Write(a.t, filepath.Join(cmd.Args[len(cmd.Args)-1], "Python", "configure"), nil)
	return nil
}

func (a *actor) configure(cmd *exec.Cmd) error {
	a.prefix = strings.TrimPrefix(cmd.Args[1], "--prefix=")
	if strings.Contains(strings.Join(cmd.Args, " "), "--disable-gil") {
		a.built += "t"
	}
	return nil
}

func (a *actor) install(cmd *exec.Cmd) error {
	stage := strings.TrimPrefix(cmd.Args[2], "DESTDIR=")
	fakepython.Install(a.t, filepath.Join(stage, a.prefix), fakepython.Spec{Version: a.built})
	return nil
}

func (a *actor) check(cmd *exec.Cmd) error {
	fmt.Fprint(cmd.Stdout, a.missing)
	return nil
}

func (a *actor) venv(cmd *exec.Cmd) error {
	fakepython.Venv(a.t, cmd.Args[len(cmd.Args)-1], cmd.Args[0])
	return nil
}

func (a *actor) uv(cmd *exec.Cmd) error {
	for _, entry := range cmd.Env {
		if dir, ok := strings.CutPrefix(entry, "UV_PYTHON_INSTALL_DIR="); ok {
			fakepython.Install(a.t, filepath.Join(dir, "cpython-3.13.11+freethreaded"), fakepython.Spec{Version: "3.13.11t"})
		}
	}
	return nil
}

// said lists what a step reported in a state.
func (a *actor) said(step string, state progress.State) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, e := range a.events {
		if e.Step == step && e.State == state {
			all = append(all, e.Detail)
		}
	}
	return all
}
