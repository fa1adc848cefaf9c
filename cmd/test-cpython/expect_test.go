package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	x, err := parse("# comment\n\ntest.test_a.C.m — why\n! test.test_a.C.n — hangs\n")
	require.NoError(t, err)
	require.Equal(t, expectations{{id: "test.test_a.C.m", reason: "why"}, {id: "test.test_a.C.n", reason: "hangs", notRun: true}}, x)
	require.Equal(t, []string{"test.test_a.C.n"}, x.skip("test_a"))
	require.Empty(t, x.skip("test_b"))

	_, err = parse("test.test_a.C.m: no dash")
	require.ErrorContains(t, err, "expected.txt:1")
}

func TestCompare(t *testing.T) {
	x := expectations{{id: "test.test_a.C.m"}, {id: "test.test_a.*Fork.*"}, {id: "test.test_b.C.m"}, {id: "test.test_a.C.hangs", notRun: true}, {id: "test.test_a.C.some", may: true}}
	r := result{module: "test_a", outcome: outcome{Failed: []failure{{ID: "test.test_a.C.m"}, {ID: "test.test_a.PoolFork.n"}}}}
	require.Empty(t, x.compare(r))

	r.Failed = append(r.Failed, failure{ID: "test.test_a.C.other", Error: "AssertionError"})
	require.Equal(t, []string{"unexpected: test.test_a.C.other: AssertionError"}, x.compare(r))

	r.Failed = r.Failed[:1]
	require.Equal(t, []string{"passes, but expected.txt names it: test.test_a.*Fork.*"}, x.compare(r))

	r.err, r.last = errors.New("signal: aborted"), "test.test_a.C.m"
	require.Equal(t, []string{"ended in test.test_a.C.m: signal: aborted"}, x.compare(r))
}

// TestExpectedIsExplained wants each line of expected.txt in docs/embedding.md, under
// the heading of its group.
func TestExpectedIsExplained(t *testing.T) {
	_, err := parse(expectedText)
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "embedding.md"))
	require.NoError(t, err)
	section := ""
	for _, line := range strings.Split(expectedText, "\n") {
		if group, ok := strings.CutPrefix(line, "# "); ok {
			section = sectionOf(string(page), group)
			continue
		}
		id, _, ok := strings.Cut(line, " — ")
		_, id, _ = strings.Cut(id, "test.")
		if ok && !strings.HasPrefix(line, "#") && !strings.Contains(section, id) {
			t.Errorf("docs/embedding.md does not explain %s under its heading", id)
		}
	}
}

// sectionOf returns what stands below a heading of a page, up to the next one.
func sectionOf(page, heading string) string {
	_, rest, _ := strings.Cut(page, "# "+heading+"\n")
	section, _, _ := strings.Cut(rest, "\n#")
	return section
}
