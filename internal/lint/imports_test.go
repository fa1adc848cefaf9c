package lint_test

import (
	"slices"
	"testing"
)

// forbidden is one rule: packages in these folders do not import those.
type forbidden struct {
	from []string
	to   []string
	why  string
}

var rules = []forbidden{
	{
		[]string{"internal", "pool", "tool", "telemetry", "python", "hardware", "zerocopy"},
		[]string{"", "profile", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto"},
		"the lowest layer knows nobody above it",
	},
	{
		[]string{"internal/offheap", "internal/hold"},
		[]string{"zerocopy", "pool", "tool", "internal/codec", "internal/wire"},
		"memory and its counts know nothing of what is kept in it",
	},
	{[]string{"zerocopy"}, []string{"pool", "tool", "internal/codec", "internal/wire"}, "a tensor exists without Python and without calls"},
	{
		[]string{"profile"},
		[]string{"", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto"},
		"the contract stands between the root package and the profiles, and knows neither",
	},
	{
		[]string{""},
		[]string{"cgo", "embed", "interp", "threadprofile", "processprofile", "auto", "provision"},
		"a program that links one profile must not link the other; without the thread profile it builds without cgo",
	},
	{[]string{"cgo"}, []string{"", "embed", "interp", "threadprofile"}, "cgo is the lowest layer that knows Python"},
	{[]string{"embed"}, []string{"", "interp", "threadprofile"}, "the interpreter's life does not depend on what is done with it"},
	{[]string{"interp"}, []string{"", "threadprofile"}, "what an attached thread may do does not depend on pools"},
	{[]string{"threadprofile"}, []string{"", "processprofile"}, "profiles know neither each other nor the root package"},
	{[]string{"processprofile"}, []string{"", "threadprofile", "cgo", "embed", "interp"}, "the process profile builds without cgo"},
	{[]string{"provision"}, []string{"", "profile", "cgo", "embed", "interp"}, "finding a Python needs no Python, and no cgo"},
}

// profiletest is a test suite: it speaks to the public face on purpose.
var exempt = []string{"profile/profiletest"}

func TestImports(t *testing.T) {
	for _, s := range tree(t) {
		if s.test || slices.ContainsFunc(exempt, func(f string) bool { return in(s.pkg, f) }) {
			continue
		}
		for _, rule := range rules {
			rule.check(t, s)
		}
	}
}

func (rule forbidden) check(t *testing.T, s source) {
	t.Helper()
	if !slices.ContainsFunc(rule.from, func(f string) bool { return in(s.pkg, f) }) {
		return
	}
	for _, path := range s.imports {
		to, ours := own(path)
		if ours && slices.ContainsFunc(rule.to, func(f string) bool { return in(to, f) }) {
			t.Errorf("%s imports %s: %s", s.path, path, rule.why)
		}
	}
}

func TestOnlyCgoWritesC(t *testing.T) {
	for _, s := range tree(t) {
		if slices.Contains(s.imports, "C") && !in(s.pkg, "cgo") && !in(s.pkg, "hardware") {
			t.Errorf("%s imports \"C\": C types never leave cgo/", s.path)
		}
	}
}

func TestArrowStaysInItsPackage(t *testing.T) {
	for _, s := range tree(t) {
		for _, path := range s.imports {
			if len(path) > 23 && path[:23] == "github.com/apache/arrow" && !in(s.pkg, "zerocopy/arrow") && !s.test {
				t.Errorf("%s imports %s: programs without Arrow do not link it", s.path, path)
			}
		}
	}
}
