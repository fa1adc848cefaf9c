package main

import (
	"errors"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/gosnakepit/snakepit/provision/locate"
)

func newPythonTest() *cobra.Command {
	return &cobra.Command{
		Use:   "python-test [pytest arguments]",
		Short: "Run the tests of the Python half, in a checkout",
		Long: "Run the tests, the linter and the type checker of snakepit_bridge with the Python that setup made.\n" +
			"The working directory is the root of a checkout.",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, _, err := locate.Find(cmd.Context(), locate.Options{AllowGIL: true})
			if err != nil {
				return err
			}
			tests := append([]string{"-m", "pytest"}, args...)
			return errors.Join(
				inPython(cmd, p, tests...),
				inPython(cmd, p, "-m", "ruff", "check", "."),
				inPython(cmd, p, "-m", "mypy"),
			)
		},
	}
}

// inPython runs a tool of the virtual environment in the folder of the Python half.
func inPython(cmd *cobra.Command, p locate.Python, args ...string) error {
	child := exec.CommandContext(cmd.Context(), p.Executable, args...)
	child.Dir = "python"
	child.Stdout, child.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
	child.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "RUFF_NO_CACHE=true")
	return child.Run()
}
