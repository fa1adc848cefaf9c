package apt

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Versions reads the output of "apt-cache showsrc" and returns the package's
// versions, the newest first, each once.
func Versions(showsrc, pkg string) []string {
	var all []string
	for _, stanza := range Stanzas(showsrc) {
		if stanza["package"] == pkg && stanza["version"] != "" {
			all = append(all, stanza["version"])
		}
	}
	slices.SortFunc(all, func(a, b string) int { return Compare(b, a) })
	return slices.Compact(all)
}

// Upstream is a version without Debian's epoch and revision: "3.13.15" of
// "3.13.15-1".
func Upstream(version string) string {
	_, upstream, _ := split(version)
	return upstream
}

func split(version string) (epoch int, upstream, revision string) {
	if before, after, found := strings.Cut(version, ":"); found {
		epoch, _ = strconv.Atoi(before)
		version = after
	}
	if i := strings.LastIndexByte(version, '-'); i >= 0 {
		return epoch, version[:i], version[i+1:]
	}
	return epoch, version, ""
}

// Compare orders two versions as dpkg does.
func Compare(a, b string) int {
	epochA, upstreamA, revisionA := split(a)
	epochB, upstreamB, revisionB := split(b)
	return cmp.Or(cmp.Compare(epochA, epochB), compareParts(upstreamA, upstreamB), compareParts(revisionA, revisionB))
}

// compareParts compares runs of text and runs of digits in turn.
func compareParts(a, b string) int {
	for a != "" || b != "" {
		var textA, textB, digitsA, digitsB string
		textA, a = run(a, false)
		textB, b = run(b, false)
		digitsA, a = run(a, true)
		digitsB, b = run(b, true)
		if c := cmp.Or(compareText(textA, textB), compareDigits(digitsA, digitsB)); c != 0 {
			return c
		}
	}
	return 0
}

// run cuts the digits, or what is none, off the front of a text.
func run(s string, digits bool) (head, rest string) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9') == digits {
		i++
	}
	return s[:i], s[i:]
}

// compareText sorts "~" before the end, the end before letters, and letters
// before all else.
func compareText(a, b string) int {
	for i := range max(len(a), len(b)) {
		if c := cmp.Compare(weight(a, i), weight(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func weight(s string, i int) int {
	switch {
	case i >= len(s):
		return 0
	case s[i] == '~':
		return -1
	case s[i] >= 'A' && s[i] <= 'Z' || s[i] >= 'a' && s[i] <= 'z':
		return int(s[i])
	}
	return int(s[i]) + 256
}

func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
