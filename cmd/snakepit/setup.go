package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/progress"
)

const setupLong = `Find a free-threaded Python on this machine or make one, and install the locked
packages in a virtual environment beside it. All that is made goes into the
user's cache folder, and a second run takes no time.

SNAKEPIT_PYTHON and SNAKEPIT_LIBPYTHON name the Python to use instead.`

func newSetup() *cobra.Command {
	var o provision.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Find or make a Python and install its packages",
		Long:  setupLong,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return setup(cmd, o, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "print one JSON object a line: events, then the result or the error")
	flags.BoolVar(&o.GIL, "gil", false, "make a build with the GIL, from the same source")
	flags.BoolVar(&o.Build, "build", false, "build from source, whatever else there is")
	flags.StringVar(&o.Python, "python", "", "prepare this `PATH` (a python, a virtual environment or a libpython)")
	cmd.MarkFlagsMutuallyExclusive("python", "gil")
	cmd.MarkFlagsMutuallyExclusive("python", "build")
	return cmd
}

func setup(cmd *cobra.Command, o provision.Options, asJSON bool) error {
	out := cmd.OutOrStdout()
	o.Progress = progress.Plain(cmd.ErrOrStderr())
	if f, ok := cmd.ErrOrStderr().(*os.File); ok {
		o.Progress = progress.Auto(f)
	}
	if asJSON {
		o.Progress = progress.JSON(out)
	}
	r, err := provision.Setup(cmd.Context(), o)
	switch {
	case err != nil && asJSON:
		_ = json.NewEncoder(out).Encode(setupFailure(err))
		return reported{err}
	case err != nil:
		return failure{err}
	case asJSON:
		return json.NewEncoder(out).Encode(map[string]any{"result": r})
	}
	printResult(out, r)
	return nil
}

func printResult(w io.Writer, r provision.Result) {
	fmt.Fprintf(w, "python   %s\nlibrary  %s\nvenv     %s\nversion  %s\n", r.Python.Executable, r.Python.Library, r.Python.Venv, r.Python.Version)
}

// setupFailure is an error as other programs read it.
func setupFailure(err error) map[string]any {
	fields := map[string]any{"message": err.Error()}
	var e *provision.Error
	if errors.As(err, &e) {
		fields = map[string]any{
			"message": e.Err.Error(), "step": e.Step, "command": e.Command, "output": e.Output, "log": e.Log, "fix": e.Fix,
		}
	}
	return map[string]any{"error": fields}
}
