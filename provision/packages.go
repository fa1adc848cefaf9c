package provision

import (
	"context"
	"os"
	"path/filepath"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// completeMark is a file in each virtual environment that was filled to the end.
const completeMark = "snakepit-complete"

// packages makes the virtual environment beside the record, fills it from the
// lock and records it. Where there is no lock, there is none. The environment is
// named after the lock's content and is built in its place, since its scripts carry
// their path: a mark written last says that it is complete.
func (s *setup) packages(ctx context.Context, m locate.Manifest, dir string) (locate.Manifest, error) {
	lock, ok := locks.For(m.Python)
	if !ok {
		return m, nil
	}
	venv := filepath.Join(dir, "venv-"+lock.Hash()[:8])
	if !filled(venv) {
		if err := s.fill(ctx, m.Base, venv, lock); err != nil {
			return m, err
		}
	}
	m = m.WithVenv(venv)
	m.Lock, m.LockHash = lock.Name, lock.Hash()
	return m, m.Write(dir)
}

// filled says that the environment was filled to the end, and that the Python it
// was made from is still there.
func filled(venv string) bool {
	for _, name := range []string{completeMark, filepath.Join("bin", "python")} {
		if _, err := os.Stat(filepath.Join(venv, name)); err != nil {
			return false
		}
	}
	return true
}

func (s *setup) fill(ctx context.Context, base, venv string, lock locks.Lock) error {
	if err := os.RemoveAll(venv); err != nil {
		return &Error{Step: "virtual environment", Err: err, Fix: "remove " + venv}
	}
	if err := s.newVenv(ctx, base, venv); err != nil {
		return err
	}
	if err := s.installLock(ctx, venv, lock); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(venv, completeMark), []byte(lock.Hash()+"\n"), 0o644)
}

func (s *setup) newVenv(ctx context.Context, base, venv string) error {
	return s.steps.Do(ctx, "virtual environment", func(st *step.Step) error {
		return st.Run(ctx, step.Command{
			Argv: []string{base, "-I", "-m", "venv", venv},
			Fix:  "install the part of the distribution's Python that has the venv module (python3-venv)",
		})
	})
}

// installLock lets pip install exactly what the lock lists: no other version,
// file or dependency, and nothing that would have to be compiled.
func (s *setup) installLock(ctx context.Context, venv string, lock locks.Lock) error {
	return s.steps.Do(ctx, "packages", func(st *step.Step) error {
		list := filepath.Join(venv, "snakepit-requirements.txt")
		if err := os.WriteFile(list, []byte(lock.Text), 0o644); err != nil {
			return err
		}
		count := len(lock.Requirements())
		o := pipOutput(count)
		st.Result("%d from %s.txt", count, lock.Name)
		return st.Run(ctx, step.Command{
			Argv: []string{
				filepath.Join(venv, "bin", "python"), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
				"--no-user", "--progress-bar", "off", "--require-hashes", "--only-binary=:all:", "-r", list,
			},
			Brief: o.brief, Lines: o.lines,
			Fix: "check that pip reaches its package index (pip config list), and run it again",
		})
	})
}
