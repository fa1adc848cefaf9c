package lint_test

import (
	"slices"
	"strings"
	"testing"
)

// forbidden is one rule: packages in these folders do not import those.
type forbidden struct {
	from   []string
	to     []string
	why    string
	except string // a package of those that may be imported all the same
}

var rules = []forbidden{
	{
		from: []string{"internal", "pool", "policy", "tool", "telemetry", "python", "hardware"},
		to:   []string{"", "profile", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto"},
		why:  "the lowest layer knows nobody above it",
	},
	{
		from:   []string{"zerocopy"},
		to:     []string{"", "profile", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto", "pool", "tool", "internal/codec", "internal/wire"},
		why:    "tensors and tables exist without Python and without calls; Arrow's C structs know nothing of Python and lie below",
		except: "cgo/carrow",
	},
	{
		from: []string{"internal/offheap", "internal/hold"},
		to:   []string{"zerocopy", "pool", "tool", "internal/codec", "internal/wire"},
		why:  "memory and its counts know nothing of what is kept in it",
	},
	{
		from: []string{"cgo/carrow"},
		to:   []string{"", "internal", "pool", "tool", "python", "zerocopy", "profile", "embed", "interp", "threadprofile", "provision"},
		why:  "Arrow's C structs are the lowest layer of all, and know nobody",
	},
	{
		from: []string{"profile"},
		to:   []string{"", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto"},
		why:  "the contract stands between the root package and the profiles, and knows neither",
	},
	{
		from: []string{""},
		to:   []string{"cgo", "embed", "interp", "threadprofile", "processprofile", "auto", "provision"},
		why:  "a program that links one profile must not link the other; without the thread profile it builds without cgo",
	},
	{from: []string{"cgo"}, to: []string{"", "embed", "interp", "threadprofile"}, why: "cgo is the lowest layer that knows Python"},
	{from: []string{"embed"}, to: []string{"", "interp", "threadprofile"}, why: "the interpreter's life does not depend on what is done with it"},
	{from: []string{"interp"}, to: []string{"", "threadprofile"}, why: "what an attached thread may do does not depend on pools"},
	{from: []string{"threadprofile"}, to: []string{"", "processprofile"}, why: "profiles know neither each other nor the root package"},
	{from: []string{"processprofile"}, to: []string{"", "threadprofile", "cgo", "embed", "interp"}, why: "the process profile builds without cgo"},
	{
		from: []string{"provision"},
		to:   []string{"", "profile", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto", "proto"},
		why:  "finding a Python needs no Python, and no cgo",
	},
	{
		from: []string{"auto"},
		to:   []string{"", "cgo", "interp", "internal", "pool", "tool", "proto"},
		why:  "it chooses between profiles, and runs nothing itself",
	},
	{
		from: []string{"proto"},
		to:   []string{"", "internal", "pool", "tool", "profile", "zerocopy", "cgo", "embed", "interp", "threadprofile", "processprofile", "auto"},
		why:  "the protocol is what two programs agree on, and knows neither",
	},
	{
		from: []string{"", "internal", "pool", "tool", "python", "profile", "zerocopy", "cgo", "embed", "interp", "threadprofile"},
		to:   []string{"proto"},
		why:  "a program that uses only the thread profile links no gRPC",
	},
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
		if ours && to != rule.except && slices.ContainsFunc(rule.to, func(f string) bool { return in(to, f) }) {
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

// TestHTTPStaysWithWhoServesIt keeps what takes 1.4 MB out of programs that serve none.
func TestHTTPStaysWithWhoServesIt(t *testing.T) {
	for _, s := range tree(t) {
		if s.test || in(s.pkg, "health") || in(s.pkg, "provision") || in(s.pkg, "cmd") || in(s.pkg, "examples") || in(s.pkg, "profile/profiletest") {
			continue
		}
		if slices.Contains(s.imports, "net/http") {
			t.Errorf("%s imports net/http: programs that serve no HTTP do not link it", s.path)
		}
	}
}

// TestGRPCStaysWithTheProcessProfile keeps it out of programs that run Python in process.
func TestGRPCStaysWithTheProcessProfile(t *testing.T) {
	for _, s := range tree(t) {
		if in(s.pkg, "processprofile") || in(s.pkg, "proto") || in(s.pkg, "cmd/bench") { // which compares it with gRPC alone
			continue
		}
		for _, path := range s.imports {
			if strings.HasPrefix(path, "google.golang.org/") {
				t.Errorf("%s imports %s: only the process profile and its protocol know gRPC", s.path, path)
			}
		}
	}
}

func TestArrowStaysInItsPackage(t *testing.T) {
	for _, s := range tree(t) {
		if in(s.pkg, "cmd") || in(s.pkg, "examples") || in(s.pkg, "profile/profiletest") { // programs and tests
			continue
		}
		for _, path := range s.imports {
			if len(path) > 23 && path[:23] == "github.com/apache/arrow" && !in(s.pkg, "zerocopy/arrow") && !s.test {
				t.Errorf("%s imports %s: programs without Arrow do not link it", s.path, path)
			}
		}
	}
}
