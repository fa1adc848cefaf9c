package provision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gosnakepit/snakepit/provision/internal/apt"
	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// sourcePackages are the source packages to build from, the preferred first.
var sourcePackages = []string{"python3.13", "python3.14"}

// source builds from the distribution's own source package.
func (s *setup) source(ctx context.Context) (locate.Manifest, string, error) {
	if err := s.canBuild(ctx); err != nil {
		return locate.Manifest{}, "", err
	}
	if err := s.depends(ctx); err != nil {
		return locate.Manifest{}, "", err
	}
	work, err := s.cache.temp("build")
	if err != nil {
		return locate.Manifest{}, "", &Error{Step: "source", Err: err}
	}
	defer func() { _ = os.RemoveAll(work) }()
	tarball, version, err := s.fetch(ctx, work)
	if err != nil {
		return locate.Manifest{}, "", err
	}
	return s.build(ctx, work, tarball, version)
}

// canBuild says whether this machine has source packages at all.
func (s *setup) canBuild(ctx context.Context) error {
	release := s.release()
	_, err := s.lookPath("apt-get")
	if release.Debian() && err == nil {
		return nil
	}
	return s.steps.Do(ctx, "source", func(*step.Step) error {
		return step.Skip("building from source packages works on Debian and Ubuntu; this is %s", release.Name())
	})
}

// fetch downloads the newest source that the mirror still has.
func (s *setup) fetch(ctx context.Context, work string) (tarball, version string, err error) {
	err = s.steps.Do(ctx, "source", func(st *step.Step) error {
		state, err := s.aptState(work)
		if err != nil {
			return err
		}
		// One suite that fails leaves the lists of the others.
		if err := st.Run(ctx, step.Command{Argv: state.Update()}); err != nil {
			st.Note("not every suite could be read: %v", errors.Unwrap(err))
		}
		tarball, version, err = s.downloadAny(ctx, st, state, work)
		st.Result("%s", filepath.Base(tarball))
		return err
	})
	return tarball, version, err
}

func (s *setup) aptState(work string) (*apt.State, error) {
	entries := apt.SourceEntries(apt.ReadSources(filepath.Join(s.root, "etc/apt")), s.release())
	if len(entries) == 0 {
		return nil, errors.New("apt is configured with no mirror of the distribution")
	}
	return apt.NewState(filepath.Join(work, "apt"), entries)
}

// downloadAny takes the first package of which some version can be had. When
// none can, the error is the first one's.
func (s *setup) downloadAny(ctx context.Context, st *step.Step, state *apt.State, work string) (tarball, version string, err error) {
	var first error
	for _, pkg := range sourcePackages {
		if tarball, version, err = s.download(ctx, st, state, pkg, work); err == nil || ctx.Err() != nil {
			return tarball, version, err
		}
		if first == nil {
			first = err
		}
	}
	return "", "", first
}

// download tries a package's versions from the newest down: a mirror may list
// one whose files it does not have.
func (s *setup) download(ctx context.Context, st *step.Step, state *apt.State, pkg, work string) (tarball, version string, err error) {
	var out bytes.Buffer
	if err := st.Run(ctx, step.Command{Argv: state.Show(pkg), Stdout: &out}); err != nil {
		return "", "", err
	}
	err = st.Fail(fmt.Errorf("the mirror lists no source package %s", pkg), elsewhere)
	for _, v := range apt.Versions(out.String(), pkg) {
		st.Doing("downloading %s %s", pkg, v)
		err = st.Run(ctx, step.Command{Argv: state.Download(pkg, v), Dir: work, Fix: elsewhere})
		if ctx.Err() != nil {
			return "", "", err
		}
		if tarball := original(work, pkg, apt.Upstream(v)); err == nil && tarball != "" {
			return tarball, strings.ReplaceAll(apt.Upstream(v), "~", ""), nil
		}
		st.Note("%s %s is listed and cannot be downloaded", pkg, v)
	}
	return "", "", err
}

// original is the upstream tarball among the downloaded files.
func original(dir, pkg, upstream string) string {
	for _, ext := range []string{"xz", "gz", "bz2"} {
		path := filepath.Join(dir, fmt.Sprintf("%s_%s.orig.tar.%s", pkg, upstream, ext))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}
