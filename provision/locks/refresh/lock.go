package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lock gathers the wheels of all platforms by package.
type lock struct {
	versions map[string]string
	files    map[string]map[string]string // package, then file, to its hash
}

func newLock() *lock {
	return &lock{versions: map[string]string{}, files: map[string]map[string]string{}}
}

// add takes one platform's wheels. All platforms must agree on each version.
func (l *lock) add(wheels []wheel) error {
	for _, w := range wheels {
		if known, ok := l.versions[w.name]; ok && known != w.version {
			return fmt.Errorf("%s would be %s here and %s elsewhere: pin it in the .in file", w.name, w.version, known)
		}
		l.versions[w.name] = w.version
		if l.files[w.name] == nil {
			l.files[w.name] = map[string]string{}
		}
		l.files[w.name][w.file] = w.sha256
	}
	return nil
}

const head = `# Made by "go run ./provision/locks/refresh" from %s.in; change that file, not this one.
# Installed with --require-hashes --only-binary=:all:, so that nothing else can be.
`

// text is the lock as pip reads it, each hash with its file's name above.
func (l *lock) text(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, head, name)
	for _, pkg := range slices.Sorted(maps.Keys(l.versions)) {
		files := slices.Sorted(maps.Keys(l.files[pkg]))
		b.WriteByte('\n')
		for _, file := range files {
			fmt.Fprintf(&b, "# %s\n", file)
		}
		fmt.Fprintf(&b, "%s==%s", pkg, l.versions[pkg])
		for _, file := range files {
			fmt.Fprintf(&b, " \\\n    --hash=sha256:%s", l.files[pkg][file])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
