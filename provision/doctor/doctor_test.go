package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/doctor"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// patient is a healthy machine, which each test makes ill in its way.
type patient struct {
	doctor.Machine
	profile  provision.Profile
	python   locate.Python
	packages map[string]string
	gil      string
	numpy    string
	pyarrow  string
	fails    map[string]error // by a part of the command line
}

func newPatient() *patient {
	p := &patient{
		python: locate.Python{
			Executable: "/v/bin/python", Library: "/p/lib/libpython3.13t.so.1.0", Version: "3.13.15",
			Major: 3, Minor: 13, Micro: 15, FreeThreaded: true, Venv: "/v", Source: "cache",
		},
		packages: map[string]string{}, gil: "False", numpy: "2.4.6 False", pyarrow: "24.0.0 False", fails: map[string]error{},
	}
	lock, _ := locks.Named("cp313t")
	for _, r := range lock.Requirements() {
		p.packages[strings.ReplaceAll(r.Name, "-", "_")] = r.Version
	}
	p.Machine = doctor.Machine{
		Find: func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error) {
			return p.python, []locate.Attempt{{Step: "cache", Looked: "/c", Outcome: "found it"}}, nil
		},
		Run: p.run,
		LookPath: func(name string) (string, error) {
			if name == "cc" {
				return "/bin/cc", nil
			}
			return "", exec.ErrNotFound
		},
		StackLimit: func() (uint64, bool, error) { return 8 << 20, false, nil },
		Env:        map[string]string{},
	}
	return p
}

func (p *patient) run(ctx context.Context, argv ...string) (string, error) {
	line := strings.Join(argv, " ")
	for part, err := range p.fails {
		if strings.Contains(line, part) {
			if errors.Is(err, context.DeadlineExceeded) {
				<-ctx.Done()
			}
			return "", err
		}
	}
	switch {
	case strings.HasSuffix(line, "--version"):
		return "cc 12.2\nmore", nil
	case strings.Contains(line, "distributions"):
		listed, err := json.Marshal(p.packages)
		return string(listed), err
	case strings.HasSuffix(line, " numpy"):
		return p.numpy, nil
	case strings.HasSuffix(line, " pyarrow"):
		return p.pyarrow, nil
	}
	return p.gil, nil
}

func (p *patient) examine(t *testing.T) map[string]doctor.Finding {
	t.Helper()
	r := doctor.RunOn(t.Context(), p.Machine, doctor.Options{Profile: p.profile, CacheDir: t.TempDir(), Limit: 50 * time.Millisecond})
	found := map[string]doctor.Finding{}
	failed := false
	for _, f := range r.Findings {
		found[f.Check] = f
		failed = failed || f.Level == doctor.Error
		assert.Equal(t, f.Level == doctor.OK, f.Fix == "", "%s: what is wrong has a fix", f.Check)
	}
	assert.Equal(t, failed, r.Failed())
	return found
}

func TestHealthy(t *testing.T) {
	t.Parallel()
	found := newPatient().examine(t)
	for _, check := range []string{
		"python", "free-threaded", "GIL", "shared library", "venv", "numpy", "pyarrow", "C compiler", "stack limit", "cache folder",
	} {
		assert.Equal(t, doctor.OK, found[check].Level, check)
	}
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check string
		level doctor.Level
		says  string
		harm  func(*patient)
	}{
		"old release":       {"python", doctor.Warning, "3.13.6", func(p *patient) { p.python.Version, p.python.Micro = "3.13.5", 5 }},
		"with the GIL":      {"free-threaded", doctor.Warning, "in parallel", func(p *patient) { p.python.FreeThreaded = false }},
		"GIL forced on":     {"GIL", doctor.Warning, "on when", func(p *patient) { p.gil = "True" }},
		"does not start":    {"GIL", doctor.Error, "boom", func(p *patient) { p.fails["_is_gil_enabled\", lambda: True)())"] = errors.New("boom") }},
		"unloadable":        {"shared library", doctor.Error, "undefined symbol", func(p *patient) { p.fails["ctypes"] = errors.New("undefined symbol: x") }},
		"no venv":           {"venv", doctor.Warning, "none", func(p *patient) { p.python.Venv = "" }},
		"no lock":           {"venv", doctor.Warning, "3.16t", func(p *patient) { p.python.Minor = 16 }},
		"another version":   {"venv", doctor.Warning, "numpy is 1.0 and not 2.4.6", func(p *patient) { p.packages["numpy"] = "1.0" }},
		"missing package":   {"venv", doctor.Warning, "scipy is missing", func(p *patient) { delete(p.packages, "scipy") }},
		"broken venv":       {"venv", doctor.Error, "cannot list", func(p *patient) { p.fails["distributions"] = errors.New("bad") }},
		"numpy missing":     {"numpy", doctor.Warning, "not installed", func(p *patient) { p.numpy = "none" }},
		"numpy crashes":     {"numpy", doctor.Error, "signal: segmentation", func(p *patient) { p.fails[" numpy"] = errors.New("signal: segmentation fault") }},
		"numpy hangs":       {"numpy", doctor.Error, "no answer within", func(p *patient) { p.fails[" numpy"] = context.DeadlineExceeded }},
		"pyarrow wants GIL": {"pyarrow", doctor.Warning, "turns the GIL on", func(p *patient) { p.pyarrow = "24.0.0 True" }},
		"no compiler": {"C compiler", doctor.Warning, "cc, gcc, clang", func(p *patient) {
			p.LookPath = func(string) (string, error) { return "", exec.ErrNotFound }
		}},
		"other compiler":  {"C compiler", doctor.Warning, "zig", func(p *patient) { p.Env["CC"] = "zig cc" }},
		"unlimited stack": {"stack limit", doctor.Error, "2 MiB", func(p *patient) { p.StackLimit = func() (uint64, bool, error) { return 1 << 63, true, nil } }},
		"small stack":     {"stack limit", doctor.Error, "2.0 MiB", func(p *patient) { p.StackLimit = func() (uint64, bool, error) { return 2 << 20, false, nil } }},
		"small, but 3.14": {"stack limit", doctor.Warning, "2.0 MiB", func(p *patient) {
			p.python.Minor = 14
			p.StackLimit = func() (uint64, bool, error) { return 2 << 20, false, nil }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient()
			c.harm(p)
			f := p.examine(t)[c.check]
			assert.Equal(t, c.level, f.Level)
			assert.Contains(t, f.Found, c.says)
		})
	}
}

// A build with the GIL has no GIL to be off, and may import what it likes.
func TestGILBuildIsNotBlamedTwice(t *testing.T) {
	t.Parallel()
	p := newPatient()
	p.python.FreeThreaded, p.numpy = false, "2.4.6 True"
	found := p.examine(t)
	assert.NotContains(t, found, "GIL")
	assert.Equal(t, doctor.OK, found["numpy"].Level)
}

func TestNoPython(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"no free-threaded one":         &locate.NotFoundError{},
		"SNAKEPIT_PYTHON=/x cannot be": &locate.UnusableError{Choice: "SNAKEPIT_PYTHON", Path: "/x", Err: errors.New("gone")},
	} {
		p := newPatient()
		p.Find = func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error) {
			return locate.Python{}, nil, err
		}
		found := p.examine(t)
		assert.Equal(t, doctor.Error, found["python"].Level)
		assert.Contains(t, found["python"].Found, want)
		assert.Contains(t, found, "C compiler", "the machine is checked all the same")
		assert.NotContains(t, found, "numpy")
	}
}

func TestUnwritableCache(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	r := doctor.RunOn(t.Context(), newPatient().Machine, doctor.Options{CacheDir: file})
	last := r.Findings[len(r.Findings)-1]
	assert.Equal(t, "cache folder", last.Check)
	assert.Equal(t, doctor.Warning, last.Level)
}

func TestPrint(t *testing.T) {
	t.Parallel()
	r := doctor.Report{
		Attempts: []locate.Attempt{{Step: "path", Looked: "PATH", Outcome: "none there"}},
		Findings: []doctor.Finding{{"a", doctor.OK, "fine", ""}, {"b", doctor.Warning, "so so", "better"}, {"c", doctor.Error, "bad", "new one"}},
	}
	var b bytes.Buffer
	r.Print(&b, false)
	assert.Equal(t, "✓ a               fine\n! b               so so\n                  fix: better\n✗ c               bad\n                  fix: new one\n", b.String())
	b.Reset()
	r.Print(&b, true)
	assert.Contains(t, b.String(), "path (PATH): none there")
}

// The checks themselves, against this machine's Python where it has one.
func TestThisMachine(t *testing.T) {
	t.Parallel()
	if _, _, err := locate.Find(t.Context(), locate.Options{}); err != nil {
		t.Skip("there is no Python to look at: ", err)
	}
	r := doctor.Run(t.Context(), doctor.Options{})
	require.NotNil(t, r.Python)
	for _, f := range r.Findings {
		switch f.Check {
		case "python", "free-threaded", "GIL", "shared library":
			assert.NotEqual(t, doctor.Error, f.Level, f.Found)
		}
	}
}
