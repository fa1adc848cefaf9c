package locks

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"

	"github.com/gosnakepit/snakepit/provision/locate"
)

//go:embed *.txt
var files embed.FS

// Lock is the requirements for one ABI.
type Lock struct {
	Name string // "cp313t"
	Text string // in pip's format
}

// For returns the lock for an interpreter; there is none for some versions.
func For(p locate.Python) (Lock, bool) {
	return Named("cp" + strings.Replace(p.ABI(), ".", "", 1))
}

// Named returns the lock of that name.
func Named(name string) (Lock, bool) {
	text, err := files.ReadFile(name + ".txt")
	return Lock{Name: name, Text: string(text)}, err == nil
}

// Hash identifies the lock's content.
func (l Lock) Hash() string {
	sum := sha256.Sum256([]byte(l.Text))
	return hex.EncodeToString(sum[:])
}

// Requirement is one locked package.
type Requirement struct {
	Name, Version string
}

// Requirements lists the packages in the lock's order.
func (l Lock) Requirements() []Requirement {
	var all []Requirement
	for line := range strings.Lines(l.Text) {
		name, rest, ok := strings.Cut(line, "==")
		if !ok || strings.ContainsAny(name, "# ") {
			continue
		}
		version := strings.Fields(rest)
		all = append(all, Requirement{name, version[0]})
	}
	return all
}
