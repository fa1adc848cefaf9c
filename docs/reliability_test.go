package docs_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func TestReliability(t *testing.T) {
	rt := open(t, "cart:Cart", snakepit.Config{})
	ctx := ctx0

	urgent := rt.With(snakepit.Priority(snakepit.High))
	root, err := urgent.Call(ctx, "math:sqrt", 2.0)
	require.NoError(t, err)
	require.Equal(t, math.Sqrt2, root)
}

// TestProofsExist looks for each test that reliability.md names, in the folder that it
// names before.
func TestProofsExist(t *testing.T) {
	text, err := os.ReadFile("reliability.md")
	require.NoError(t, err)
	folder, found := "", 0
	for _, m := range regexp.MustCompile("(`[a-z/]+`|\\broot): |`(Test\\w+)`").FindAllStringSubmatch(string(text), -1) {
		switch {
		case m[2] != "":
			found++
			require.Contains(t, texts(t, filepath.Join("..", folder, "*_test.go")), "func "+m[2]+"(", "in %q", folder)
		case m[1] == "root":
			folder = "."
		default:
			folder = m[1][1 : len(m[1])-1]
		}
	}
	require.Greater(t, found, 20)
}
