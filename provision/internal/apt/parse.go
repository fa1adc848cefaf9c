package apt

import (
	"os"
	"path/filepath"
	"strings"
)

// ReadSources reads the entries of an apt configuration folder, /etc/apt: both
// the one-line and the deb822 form. What cannot be read is passed over, as
// there may be other entries.
func ReadSources(dir string) []Source {
	var all []Source
	lists, _ := filepath.Glob(filepath.Join(dir, "sources.list.d", "*.list"))
	for _, path := range append([]string{filepath.Join(dir, "sources.list")}, lists...) {
		data, _ := os.ReadFile(path)
		all = append(all, ParseList(string(data))...)
	}
	stanzas, _ := filepath.Glob(filepath.Join(dir, "sources.list.d", "*.sources"))
	for _, path := range stanzas {
		data, _ := os.ReadFile(path)
		all = append(all, ParseStanzas(string(data))...)
	}
	return all
}

// ParseList reads the one-line form: "deb [options] URI suite component...".
func ParseList(text string) []Source {
	var all []Source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if s, ok := parseLine(line); ok {
			all = append(all, s)
		}
	}
	return all
}

func parseLine(line string) (Source, bool) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if kind != "deb" && kind != "deb-src" {
		return Source{}, false
	}
	s := Source{Types: []string{kind}}
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "[") {
		options, after, found := strings.Cut(rest[1:], "]")
		if !found {
			return Source{}, false
		}
		s.setOptions(options)
		rest = after
	}
	words := strings.Fields(rest)
	if len(words) < 2 {
		return Source{}, false
	}
	s.URIs, s.Suites, s.Components = words[:1], words[1:2], words[2:]
	return s, true
}

func (s *Source) setOptions(text string) {
	for _, option := range strings.Fields(text) {
		key, value, _ := strings.Cut(option, "=")
		switch strings.ToLower(key) {
		case "signed-by":
			s.SignedBy = value
		case "trusted":
			s.Trusted = value
		}
	}
}

// ParseStanzas reads the deb822 form: stanzas of "Field: value", separated by
// empty lines.
func ParseStanzas(text string) []Source {
	var all []Source
	for _, stanza := range Stanzas(text) {
		s := Source{
			Types: strings.Fields(stanza["types"]), URIs: strings.Fields(stanza["uris"]),
			Suites: strings.Fields(stanza["suites"]), Components: strings.Fields(stanza["components"]),
			SignedBy: stanza["signed-by"], Trusted: stanza["trusted"],
		}
		if strings.EqualFold(stanza["enabled"], "no") || len(s.URIs) == 0 || len(s.Suites) == 0 {
			continue
		}
		all = append(all, s)
	}
	return all
}

// Stanzas splits deb822 text into its stanzas, with field names in lower case.
// A field that goes on over several lines keeps their breaks.
func Stanzas(text string) []map[string]string {
	var all []map[string]string
	var field string
	stanza := map[string]string{}
	for line := range strings.Lines(text + "\n\n") {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			if len(stanza) > 0 {
				all = append(all, stanza)
				stanza = map[string]string{}
			}
		case line[0] == ' ' || line[0] == '\t':
			stanza[field] += "\n" + line
		default:
			name, value, _ := strings.Cut(line, ":")
			field = strings.ToLower(name)
			stanza[field] = strings.TrimSpace(value)
		}
	}
	return all
}
