package apt

import (
	"fmt"
	"slices"
	"strings"
)

// Source is one entry of apt's configuration.
type Source struct {
	Types, URIs, Suites, Components []string
	// SignedBy is the keyring's path, or the keys themselves over several lines.
	SignedBy string
	// Trusted is the entry's own word on unsigned archives; empty for none.
	Trusted string
}

// String writes the entry as a stanza of a .sources file.
func (s Source) String() string {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	field("Types", strings.Join(s.Types, " "))
	field("URIs", strings.Join(s.URIs, " "))
	field("Suites", strings.Join(s.Suites, " "))
	field("Components", strings.Join(s.Components, " "))
	field("Signed-By", strings.TrimRight(s.SignedBy, "\n"))
	field("Trusted", s.Trusted)
	return b.String()
}

// usable says that the entry is one of the distribution's own, as opposed to
// its security and update pockets or some other archive.
func (s Source) usable(own []string) bool {
	if !slices.Contains(s.Components, "main") || strings.HasPrefix(s.URIs[0], "cdrom:") {
		return false
	}
	return slices.ContainsFunc(s.Suites, func(suite string) bool { return slices.Contains(own, suite) })
}

// SourceEntries turns the system's entries into those to fetch source packages
// with: the same mirrors and keys, and the suites that may have a newer Python.
func SourceEntries(system []Source, os OSRelease) []Source {
	var entries []Source
	for _, s := range system {
		if len(s.URIs) == 0 || !s.usable(os.ownSuites()) {
			continue
		}
		s.Types, s.Components = []string{"deb-src"}, []string{"main"}
		s.Suites = os.wantedSuites(s.Suites)
		if !slices.ContainsFunc(entries, func(e Source) bool { return e.String() == s.String() }) {
			entries = append(entries, s)
		}
	}
	return entries
}
