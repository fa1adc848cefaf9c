package apt

import (
	"os"
	"path/filepath"
	"strings"
)

// State is a private apt: its own lists, cache and sources below one folder.
type State struct {
	dir     string
	options []string
}

// NewState makes the folder and writes the entries into it.
func NewState(dir string, entries []Source) (*State, error) {
	for _, sub := range []string{"state/lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	var stanzas []string
	for _, e := range entries {
		stanzas = append(stanzas, e.String())
	}
	s := &State{dir: dir}
	if err := os.WriteFile(s.in("private.sources"), []byte(strings.Join(stanzas, "\n")), 0o644); err != nil {
		return nil, err
	}
	s.setOptions()
	return s, os.WriteFile(s.in("state/status"), nil, 0o644)
}

func (s *State) in(path string) string { return filepath.Join(s.dir, path) }

func (s *State) setOptions() {
	settings := []string{
		"Dir::State=" + s.in("state"),
		"Dir::State::lists=" + s.in("state/lists"),
		"Dir::State::status=" + s.in("state/status"),
		"Dir::Cache=" + s.in("cache"),
		"Dir::Etc::sourcelist=" + s.in("private.sources"),
		"Dir::Etc::sourceparts=/dev/null",
		"Acquire::Languages=none",
		"Acquire::Retries=2",
		"Acquire::http::Timeout=30",
		"Acquire::https::Timeout=30",
	}
	if os.Geteuid() == 0 {
		// Root's apt fetches as a user of its own, who may not write here.
		settings = append(settings, "APT::Sandbox::User=root")
	}
	for _, v := range settings {
		s.options = append(s.options, "-o", v)
	}
}

// Update is the command that fetches the lists.
func (s *State) Update() []string {
	return s.command("apt-get", "update")
}

// Show is the command that prints what the lists know of a source package.
func (s *State) Show(pkg string) []string {
	return s.command("apt-cache", "showsrc", "--only-source", pkg)
}

// Download is the command that fetches one version's files into the folder in
// which it runs, checked against the signed lists and not unpacked.
func (s *State) Download(pkg, version string) []string {
	return s.command("apt-get", "source", "--download-only", pkg+"="+version)
}

func (s *State) command(program string, args ...string) []string {
	argv := append([]string{program, "-q"}, s.options...)
	return append(argv, args...)
}
