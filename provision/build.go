package provision

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// build turns the sources into an installation in the cache.
func (s *setup) build(ctx context.Context, work, tarball, version string) (locate.Manifest, string, error) {
	options := buildOptions(s.GIL)
	dir := s.cache.python(buildKey(version, s.release().Name(), s.GIL, options))
	b := builder{setup: s, work: work, prefix: filepath.Join(dir, "install"), options: options}
	for _, part := range []func(context.Context) error{
		func(ctx context.Context) error { return b.unpack(ctx, tarball) },
		b.configure, b.compile, b.install, b.check, b.moveIn,
	} {
		if err := part(ctx); err != nil {
			return locate.Manifest{}, "", err
		}
	}
	m, err := b.record(ctx)
	return m, dir, err
}

// buildOptions are the configure options that make a difference between two
// builds of one version.
func buildOptions(gil bool) []string {
	options := []string{"--enable-shared", "--with-ensurepip=install", "CFLAGS=-fno-semantic-interposition"}
	if !gil {
		options = append(options, "--disable-gil")
	}
	return options
}

// builder is one build under way.
type builder struct {
	*setup
	work    string // the folder for all of it
	source  string // the unpacked sources
	prefix  string // where it will be, and believes to be
	options []string
}

// stage is where the installation is before it is complete.
func (b *builder) stage() string { return filepath.Join(b.work, "stage") }

func (b *builder) staged(path string) string { return filepath.Join(b.stage(), b.prefix, path) }

func (b *builder) unpack(ctx context.Context, tarball string) error {
	return b.steps.Do(ctx, "unpack", func(st *step.Step) error {
		into := filepath.Join(b.work, "source")
		if err := os.Mkdir(into, 0o755); err != nil {
			return err
		}
		if err := st.Run(ctx, step.Command{Argv: []string{"tar", "-xf", tarball, "-C", into}}); err != nil {
			return err
		}
		found, _ := filepath.Glob(filepath.Join(into, "*", "configure"))
		if len(found) != 1 {
			return fmt.Errorf("%s holds no configure script", filepath.Base(tarball))
		}
		b.source = filepath.Dir(found[0])
		return nil
	})
}

func (b *builder) configure(ctx context.Context) error {
	argv := append([]string{"./configure", "--prefix=" + b.prefix}, b.options...)
	argv = append(argv, "LDFLAGS=-fno-semantic-interposition -Wl,-rpath,"+filepath.Join(b.prefix, "lib"))
	return b.command(ctx, "configure", configureOutput, argv...)
}

func (b *builder) compile(ctx context.Context) error {
	return b.command(ctx, "compile", compileOutput, "make", fmt.Sprintf("-j%d", runtime.GOMAXPROCS(0)))
}

func (b *builder) install(ctx context.Context) error {
	return b.command(ctx, "install", installOutput, "make", "install", "DESTDIR="+b.stage())
}

func (b *builder) command(ctx context.Context, name string, o output, argv ...string) error {
	return b.steps.Do(ctx, name, func(st *step.Step) error {
		return st.Run(ctx, step.Command{
			Argv: argv, Dir: b.source, Brief: o.brief, Lines: o.lines,
			Fix: "install what it misses and run it again: " + installCommand(dependencies),
		})
	})
}

// check starts the new Python where it is staged: nothing unfit is moved in.
func (b *builder) check(ctx context.Context) error {
	return b.steps.Do(ctx, "check", func(st *step.Step) error {
		env := []string{"LD_LIBRARY_PATH=" + b.staged("lib"), "DYLD_LIBRARY_PATH=" + b.staged("lib")}
		return b.verify(ctx, st, b.staged("bin/python3"), builtModules, env)
	})
}

// moveIn puts the installation into its place in one step.
func (b *builder) moveIn(context.Context) error {
	err := os.RemoveAll(filepath.Dir(b.prefix))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(b.prefix), 0o755)
	}
	if err == nil {
		err = os.Rename(b.staged(""), b.prefix)
	}
	if err != nil {
		return &Error{Step: "move in", Err: err}
	}
	return nil
}

func (b *builder) record(ctx context.Context) (locate.Manifest, error) {
	p, err := locate.Inspect(ctx, filepath.Join(b.prefix, "bin", "python3"))
	if err != nil {
		return locate.Manifest{}, &Error{Step: "record", Err: err}
	}
	p.Source = "cache"
	m, err := locate.NewManifest(p)
	m.Options = b.options
	return m, err
}
