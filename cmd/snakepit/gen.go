package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func newGen() *cobra.Command {
	gen := &cobra.Command{Use: "gen", Short: "Write files that are made from Go code"}
	gen.AddCommand(newStubs())
	return gen
}

func newStubs() *cobra.Command {
	var out, variable string
	c := &cobra.Command{
		Use:   "stubs PACKAGE",
		Short: "Write snakepit_host.pyi: the Go tools of a package, for editors and type checkers",
		Long: "Write the Python stub of the tools in a Go package's exported variable, a []tool.Tool.\n" +
			"It is the Go tool that runs the package: what its init functions do is done.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := stubOf(cmd, args[0], variable)
			if err != nil {
				return err
			}
			if out == "-" {
				_, err = cmd.OutOrStdout().Write(text)
				return err
			}
			return replaceFile(out, text)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "snakepit_host.pyi", "the file to write, - for the standard output")
	c.Flags().StringVar(&variable, "var", "Tools", "the variable that holds the tools")
	return c
}

// goPackage is what the Go tool says of one.
type goPackage struct{ Dir, ImportPath, Name string }

// printer is a program that writes the stub. The Go tool sees it below the package, so
// that it may import internal ones; it is on no disk.
const printer = `package main

import (
	"fmt"
	"os"

	"github.com/gosnakepit/snakepit/tool"

	from %q
)

func main() {
	var tools []tool.Tool = from.%s
	if err := tool.WriteStub(os.Stdout, tools...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

func stubOf(cmd *cobra.Command, pkg, variable string) ([]byte, error) {
	p, err := describePackage(cmd, pkg)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "snakepit-stubs-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	overlay, err := writeOverlay(dir, p, fmt.Sprintf(printer, p.ImportPath, variable))
	if err != nil {
		return nil, err
	}
	text, err := runGo(cmd, "run", "-overlay", overlay, p.ImportPath+"/"+printerDir)
	if err != nil {
		return nil, fmt.Errorf("the tools of %s: %w\nwant an exported variable %s of type []tool.Tool, all of which can be registered", p.ImportPath, err, variable)
	}
	return text, nil
}

func describePackage(cmd *cobra.Command, pkg string) (p goPackage, err error) {
	text, err := runGo(cmd, "list", "-json=Dir,ImportPath,Name", pkg)
	if err != nil {
		return p, fmt.Errorf("no Go package %s: %w", pkg, err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("%s names several Go packages, or none; name one", pkg)
	}
	if p.Name == "main" {
		return p, fmt.Errorf("%s is a program, which nothing can import: move its tools to a package of their own", p.ImportPath)
	}
	return p, nil
}

const printerDir = "snakepitstubs"

// writeOverlay writes the program, and the file that tells the Go tool where to see it.
func writeOverlay(dir string, p goPackage, program string) (string, error) {
	source, overlay := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json")
	seen := filepath.Join(p.Dir, printerDir, "main.go")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{seen: source}})
	return overlay, errors.Join(err, os.WriteFile(source, []byte(program), 0o600), os.WriteFile(overlay, text, 0o600))
}

// runGo runs the Go tool and returns what it prints.
func runGo(cmd *cobra.Command, args ...string) ([]byte, error) {
	var out, faults bytes.Buffer
	c := exec.CommandContext(cmd.Context(), "go", args...)
	c.Stdout, c.Stderr = &out, &faults
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(faults.String()))
	}
	return out.Bytes(), nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".snakepit-")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
