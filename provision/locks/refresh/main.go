// Command refresh writes the lock files anew from the .in files beside them.
//
//	go run ./provision/locks/refresh -python PATH [-dir provision/locks] [-abi cp310,cp311] [name...]
//
// PATH is any Python whose pip is configured for the package index to use; it
// resolves for each platform in turn, and the lock lists the hashes of all of
// them. Nothing is installed. The versions of what is named in an .in file are
// pinned there by hand; this command pins what they need. A lock is named after the
// ABI that it serves, or serves all those of -abi if each package has one version
// for all of them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	python := flag.String("python", "python3", "the Python whose pip resolves")
	dir := flag.String("dir", "provision/locks", "the folder of the .in files")
	abi := flag.String("abi", "", "the ABIs that a lock serves, separated by commas; empty means the one it is named after")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := refresher{python: *python, dir: *dir}
	if *abi != "" {
		r.abis = strings.Split(*abi, ",")
	}
	if err := r.all(ctx, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// refresher writes the locks of one folder.
type refresher struct {
	python, dir string
	abis        []string // that each lock serves; none means the one of its name
}

// all writes the named locks, or all that have an .in file.
func (r refresher) all(ctx context.Context, names []string) error {
	if len(names) == 0 {
		inputs, err := filepath.Glob(filepath.Join(r.dir, "*.in"))
		if err != nil {
			return err
		}
		for _, path := range inputs {
			names = append(names, strings.TrimSuffix(filepath.Base(path), ".in"))
		}
	}
	for _, name := range names {
		if err := r.refresh(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r refresher) refresh(ctx context.Context, name string) error {
	abis := r.abis
	if abis == nil {
		abis = []string{name}
	}
	lock := newLock()
	for _, abi := range abis {
		for _, p := range platforms {
			if err := r.addTo(ctx, lock, name, abi, p); err != nil {
				return fmt.Errorf("for %s of %s: %w", abi, p.name, err)
			}
		}
	}
	return os.WriteFile(filepath.Join(r.dir, name+".txt"), []byte(lock.text(name)), 0o644)
}

func (r refresher) addTo(ctx context.Context, lock *lock, name, abi string, p platform) error {
	wheels, err := resolve(ctx, r.python, filepath.Join(r.dir, name+".in"), abi, p)
	if err != nil {
		return err
	}
	fmt.Printf("%s for %s of %s: %d packages\n", name, abi, p.name, len(wheels))
	return lock.add(wheels)
}
