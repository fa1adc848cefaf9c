package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/gosnakepit/snakepit/provision/locate"
)

func newPythonTest() *cobra.Command {
	return &cobra.Command{
		Use:   "python-test [pytest arguments]",
		Short: "Run the tests of the Python half, in a checkout",
		Long: "Run the tests, the linter and the type checker of snakepit_bridge with the Python that setup made,\n" +
			"and the tests once more with that of the process profile.\n" +
			"The working directory is the root of a checkout.",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, _, err := locate.Find(cmd.Context(), locate.Options{AllowGIL: true})
			if err != nil {
				return err
			}
			tests := append([]string{"-m", "pytest"}, args...)
			return errors.Join(
				inPython(cmd, p.Executable, tests...),
				inPython(cmd, p.Executable, "-m", "ruff", "check", "."),
				inPython(cmd, p.Executable, "-m", "mypy"),
				withGIL(cmd, tests),
			)
		},
	}
}

// withGIL runs the tests once more on the Python of the process profile, if there is one.
func withGIL(cmd *cobra.Command, tests []string) error {
	p, _, err := locate.FindProcess(cmd.Context(), locate.ProcessOptions{})
	if err != nil {
		fmt.Fprintln(cmd.OutOrStdout(), "not run with a GIL:", err)
		return nil
	}
	fmt.Fprintf(cmd.OutOrStdout(), "with the GIL: %s\n", p)
	return inPython(cmd, p.Executable, tests...)
}

// inPython runs a tool of the Python in the folder of the Python half.
func inPython(cmd *cobra.Command, python string, args ...string) error {
	child := exec.CommandContext(cmd.Context(), python, args...)
	child.Dir = "python"
	child.Stdout, child.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
	child.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "RUFF_NO_CACHE=true")
	return child.Run()
}
