// Command refresh writes the lock files anew from the .in files beside them.
//
//	go run ./provision/locks/refresh -python PATH [-dir provision/locks] [name...]
//
// PATH is any Python whose pip is configured for the package index to use; it
// resolves for each platform in turn, and the lock lists the hashes of all of
// them. Nothing is installed. The versions of what is named in an .in file are
// pinned there by hand; this command pins what they need.
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
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := refreshAll(ctx, *python, *dir, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// refreshAll writes the named locks, or all that have an .in file.
func refreshAll(ctx context.Context, python, dir string, names []string) error {
	if len(names) == 0 {
		inputs, err := filepath.Glob(filepath.Join(dir, "*.in"))
		if err != nil {
			return err
		}
		for _, path := range inputs {
			names = append(names, strings.TrimSuffix(filepath.Base(path), ".in"))
		}
	}
	for _, name := range names {
		if err := refresh(ctx, python, dir, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func refresh(ctx context.Context, python, dir, name string) error {
	input := filepath.Join(dir, name+".in")
	lock := newLock()
	for _, p := range platforms {
		wheels, err := resolve(ctx, python, input, name, p)
		if err != nil {
			return fmt.Errorf("for %s: %w", p.name, err)
		}
		fmt.Printf("%s for %s: %d packages\n", name, p.name, len(wheels))
		if err := lock.add(wheels); err != nil {
			return fmt.Errorf("for %s: %w", p.name, err)
		}
	}
	return os.WriteFile(filepath.Join(dir, name+".txt"), []byte(lock.text(name)), 0o644)
}
