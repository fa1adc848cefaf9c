package lint_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPackagesAreDescribed wants one package comment per package, in doc.go.
func TestPackagesAreDescribed(t *testing.T) {
	described, all := map[string]int{}, map[string]bool{}
	for _, s := range tree(t) {
		if s.test {
			continue
		}
		all[s.pkg] = true
		if s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), leading(s.file.Name.Name)) {
			described[s.pkg]++
		}
	}
	for pkg := range all {
		if described[pkg] != 1 {
			t.Errorf("package %q has %d package comments, want one", pkg, described[pkg])
		}
	}
}

func leading(name string) string {
	if name == "main" {
		return "Command "
	}
	return "Package " + name + " "
}

// TestArchitectureIsShort keeps the map a map.
func TestArchitectureIsShort(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(text, []byte("\n")), 150, "ARCHITECTURE.md has at most 150 lines")
}
