package tool_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/tool"
)

type stubPoint struct {
	X float64
	Y *float64 `py:"y,omitempty"`
}

type stubTree struct {
	Value    int
	Children []stubTree
}

type stubScalars struct {
	I    int
	F    float64
	S    string
	B    bool
	Raw  []byte
	When time.Time
	Day  value.Date
	ID   uuid.UUID
	D    value.Decimal
	Long time.Duration
	Any  any
	List []int
	Map  map[string][]string
	Opt  *int `py:"opt,omitempty"`
	Late int  `py:"late,omitempty" doc:"comes last"`
}

func stubTool[In, Out any](name, doc string) tool.Tool {
	return tool.New(name, doc, func(context.Context, In) (out Out, err error) { return out, nil })
}

var stubTools = []tool.Tool{
	stubTool[stubScalars, value.Tuple]("scalars", "Takes all there is."),
	stubTool[struct{}, struct{}]("nothing", ""),
	stubTool[struct{ At stubPoint }, stubPoint]("move", "Say \"where\".\nOr a \\ here."),
	stubTool[struct{ Tree stubTree }, map[string]stubTree]("walk", ""),
	stubTool[map[string]int, value.Set]("open", ""),
	stubTool[struct {
		X int `py:"class"`
	}, any]("keyword", ""),
	stubTool[struct{}, int]("not.a-name", ""),
	stubTool[struct{}, int]("int", ""),
	stubTool[struct {
		P struct {
			X int `py:"two words"`
		}
	}, []stubPoint]("odd", ""),
}

// TestWriteStub compares with a file; SNAKEPIT_GOLDEN=write writes it anew.
func TestWriteStub(t *testing.T) {
	var got bytes.Buffer
	require.NoError(t, tool.WriteStub(&got, stubTools...))
	golden := filepath.Join("testdata", "snakepit_host.pyi")
	if os.Getenv("SNAKEPIT_GOLDEN") == "write" {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

// TestStubIsPython has a type checker read the stub, and code that uses it rightly and
// wrongly.
func TestStubIsPython(t *testing.T) {
	if testing.Short() {
		t.Skip("the type checker takes seconds")
	}
	python := harness.Python(t).Executable
	dir := t.TempDir()
	stub, err := os.ReadFile(filepath.Join("testdata", "snakepit_host.pyi"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "snakepit_host.pyi"), stub, 0o600))
	for name, code := range map[string]string{
		"right.py": "from snakepit_host import move, walk\nx: float = move({'x': 1.0})['x']\nwalk(tree={'value': 1, 'children': []})\n",
		"wrong.py": "from snakepit_host import move\nmove({'x': 1.0, 'z': 1.0})\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(code), 0o600))
	}
	mypy := exec.Command(python, "-m", "mypy", "--strict", "--cache-dir", os.DevNull, ".")
	mypy.Dir = dir
	out, err := mypy.CombinedOutput()
	require.Errorf(t, err, "%s", out)
	require.Contains(t, string(out), "wrong.py:2: error")
	require.Contains(t, string(out), "Found 1 error in 1 file (checked 3 source files)")
}

func TestStubErrors(t *testing.T) {
	var w bytes.Buffer
	require.ErrorContains(t, tool.WriteStub(&w, stubTool[int, int]("f", "")), `tool "f": its argument is a int`)
	require.ErrorContains(t, tool.WriteStub(&w, stubTool[struct{}, []chan int]("f", "")), "an iterator ends with the call")
	twice := stubTool[struct{}, int]("f", "")
	require.EqualError(t, tool.WriteStub(&w, twice, twice), `snakepit: two tools are called "f"`)
	require.Error(t, tool.WriteStub(&w, tool.Tool{}))
	require.Empty(t, w.String())
}
