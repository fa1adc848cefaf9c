package locate

import "context"

// Machine is a machine made up by a test.
type Machine struct {
	Root string
	Env  map[string]string
	Home string
	Cwd  string
}

func (m Machine) machine() machine {
	real := thisMachine()
	return machine{
		root: m.Root, home: m.Home, cwd: m.Cwd, goos: "linux", goarch: real.goarch,
		getenv: func(name string) string { return m.Env[name] },
	}
}

// FindOn is Find on a made-up machine.
func FindOn(ctx context.Context, m Machine, o Options) (Python, []Attempt, error) {
	return find(ctx, m.machine(), o)
}

// FindProcessOn is FindProcess on a made-up machine.
func FindProcessOn(ctx context.Context, m Machine, o ProcessOptions) (Python, []Attempt, error) {
	return findProcess(ctx, m.machine(), o)
}

// ProcessBasesOn is ProcessBases on a made-up machine.
func ProcessBasesOn(ctx context.Context, m Machine, o ProcessOptions) ([]Python, []Attempt, error) {
	return processBases(ctx, m.machine(), o)
}

// VersionText is PY_VERSION_HEX in words.
var VersionText = versionText

// Remember stores a child's answer and returns what is remembered of it.
func Remember(cacheDir, python, libDir string) (recall func() (string, bool)) {
	s := newSearch(thisMachine(), Options{CacheDir: cacheDir})
	s.remember(python, answer{LibDir: libDir})
	return func() (string, bool) {
		a, ok := s.remembered(python)
		return a.LibDir, ok
	}
}
