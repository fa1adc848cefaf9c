package doctor_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/doctor"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// newWorkerPatient is a healthy machine for the process profile.
func newWorkerPatient() *patient {
	p := newPatient()
	p.profile = provision.Process
	p.python = locate.Python{Executable: "/v/bin/python", Version: "3.11.9", Major: 3, Minor: 11, Micro: 9, Venv: "/v", Source: "cache"}
	p.numpy, p.pyarrow = "2.4.6 True", "24.0.0 True"
	lock, _ := locks.Named("cp311")
	p.packages = map[string]string{}
	for _, r := range lock.Requirements() {
		p.packages[r.Name] = r.Version
	}
	p.Process = func(context.Context, locate.ProcessOptions) (locate.Python, []locate.Attempt, error) {
		return p.python, nil, nil
	}
	return p
}

func TestHealthyWorkers(t *testing.T) {
	t.Parallel()
	found := newWorkerPatient().examine(t)
	require.Len(t, found, 7)
	for check, f := range found {
		assert.Equal(t, doctor.OK, f.Level, check)
	}
	assert.NotContains(t, found, "C compiler", "nothing is compiled")
}

func TestComplaintsAboutWorkers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check string
		level doctor.Level
		says  string
		harm  func(*patient)
	}{
		"free-threaded":   {"python", doctor.Warning, "turns its GIL on", func(p *patient) { p.python.FreeThreaded = true }},
		"broken grpcio":   {"grpcio", doctor.Error, "undefined symbol", func(p *patient) { p.fails[" grpc"] = errors.New("undefined symbol: x") }},
		"broken protobuf": {"protobuf", doctor.Error, "no upb", func(p *patient) { p.fails["google.protobuf"] = errors.New("no upb") }},
		"other grpcio":    {"venv", doctor.Warning, "grpcio is 1.0 and not", func(p *patient) { p.packages["grpcio"] = "1.0" }},
		"none": {"python", doctor.Error, "none with grpcio", func(p *patient) {
			p.Process = func(context.Context, locate.ProcessOptions) (locate.Python, []locate.Attempt, error) {
				return locate.Python{}, nil, &locate.NotFoundError{Process: true}
			}
		}},
		"bad choice": {"python", doctor.Error, "cannot be used", func(p *patient) {
			p.Process = func(context.Context, locate.ProcessOptions) (locate.Python, []locate.Attempt, error) {
				return locate.Python{}, nil, &locate.UnusableError{Choice: "SNAKEPIT_PROCESS_PYTHON", Path: "/x", Err: errors.New("broken")}
			}
		}},
	} {
		p := newWorkerPatient()
		c.harm(p)
		f := p.examine(t)[c.check]
		assert.Equal(t, c.level, f.Level, name)
		assert.Contains(t, f.Found, c.says, name)
		assert.Contains(t, f.Fix, "--profile process", name)
	}
}
