package provision

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"

	"github.com/gosnakepit/snakepit/provision/internal/step"
)

// dependencies are the distribution's packages that a build of CPython uses.
var dependencies = []string{
	"build-essential", "pkg-config", "xz-utils",
	"libssl-dev", "libffi-dev", "zlib1g-dev", "libbz2-dev", "liblzma-dev", "libsqlite3-dev",
	"libreadline-dev", "libncurses-dev", "uuid-dev",
}

// depends installs the packages that are missing, or says which command does.
func (s *setup) depends(ctx context.Context) error {
	return s.steps.Do(ctx, "build dependencies", func(st *step.Step) error {
		missing, err := missingPackages(ctx, st)
		if err != nil {
			return err
		}
		if len(missing) == 0 {
			st.Result("all %d are installed", len(dependencies))
			return nil
		}
		if s.euid != 0 {
			return st.Fail(errors.New("packages that the build needs are not installed: "+strings.Join(missing, " ")),
				"sudo "+installCommand(missing))
		}
		st.Note("installing %s", strings.Join(missing, " "))
		return s.install(ctx, st, missing)
	})
}

// missingPackages asks dpkg, which fails for packages it has never heard of and
// still answers for the others.
func missingPackages(ctx context.Context, st *step.Step) ([]string, error) {
	var out bytes.Buffer
	argv := append([]string{"dpkg-query", "-W", "-f", `${Package} ${db:Status-Status}\n`}, dependencies...)
	err := st.Run(ctx, step.Command{Argv: argv, Stdout: &out})
	if err != nil && (ctx.Err() != nil || errors.Is(err, os.ErrNotExist)) {
		return nil, err
	}
	return notInstalled(out.String()), nil
}

func notInstalled(status string) []string {
	installed := map[string]bool{}
	for line := range strings.Lines(status) {
		name, state, _ := strings.Cut(strings.TrimSpace(line), " ")
		installed[name] = state == "installed"
	}
	var missing []string
	for _, name := range dependencies {
		if !installed[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

func installCommand(packages []string) string {
	return strings.Join(installArgv(packages), " ")
}

func installArgv(packages []string) []string {
	return append([]string{"apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"}, packages...)
}

// install runs apt as root. A machine that has never fetched apt's lists needs
// them first.
func (s *setup) install(ctx context.Context, st *step.Step, packages []string) error {
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	fix := "apt-get update && " + installCommand(packages)
	c := step.Command{Argv: installArgv(packages), Env: env, Fix: fix}
	if err := st.Run(ctx, c); err == nil || ctx.Err() != nil {
		return err
	}
	if err := st.Run(ctx, step.Command{Argv: []string{"apt-get", "update"}, Env: env, Fix: fix}); err != nil {
		return err
	}
	return st.Run(ctx, c)
}
