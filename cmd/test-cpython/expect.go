package main

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed expected.txt
var expectedText string

// expectation is one line of expected.txt.
type expectation struct {
	id     string // may be a pattern
	reason string
	notRun bool // the test hangs or ends the process
	may    bool // some builds skip it
}

type expectations []expectation

// parse reads lines as expected.txt describes them.
func parse(text string) (expectations, error) {
	var all expectations
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		var e expectation
		var ok bool
		line, e.notRun = strings.CutPrefix(line, "! ")
		line, e.may = strings.CutPrefix(line, "? ")
		if e.id, e.reason, ok = strings.Cut(line, " — "); !ok {
			return nil, fmt.Errorf("expected.txt:%d: want \"id — reason\"", i+1)
		}
		all = append(all, e)
	}
	return all, nil
}

// skip returns the tests of a module that are not run.
func (x expectations) skip(module string) []string {
	var ids []string
	for _, e := range x {
		if e.notRun && e.in(module) {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// compare returns what is surprising about what came of a module, a line each.
func (x expectations) compare(r result) []string {
	if r.err != nil {
		return []string{fmt.Sprintf("ended in %s: %v", r.last, r.err)}
	}
	var surprises []string
	for _, f := range r.Failed {
		line := fmt.Sprintf("unexpected: %s: %s", f.ID, f.Error)
		if !x.name(f.ID) && !slices.Contains(surprises, line) { // a test fails once per subtest
			surprises = append(surprises, line)
		}
	}
	for _, e := range x {
		if !e.notRun && !e.may && e.in(r.module) && !r.failed(e) {
			surprises = append(surprises, "passes, but expected.txt names it: "+e.id)
		}
	}
	return surprises
}

func (x expectations) name(id string) bool {
	return slices.ContainsFunc(x, func(e expectation) bool { return e.matches(id) })
}

func (e expectation) in(module string) bool { return strings.HasPrefix(e.id, "test."+module+".") }

func (e expectation) matches(id string) bool {
	ok, err := path.Match(e.id, id)
	return ok && err == nil
}

// failed reports whether a test that e names failed.
func (r result) failed(e expectation) bool {
	return slices.ContainsFunc(r.Failed, func(f failure) bool { return e.matches(f.ID) })
}
