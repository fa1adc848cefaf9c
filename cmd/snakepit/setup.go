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
user's cache folder, and a second run takes no time. SNAKEPIT_PYTHON and
SNAKEPIT_LIBPYTHON name the Python to use instead.

With --profile process it is for child processes: any Python with the GIL, from
3.10, that is on this machine. SNAKEPIT_PROCESS_PYTHON names another.`

func newSetup() *cobra.Command {
	var o provision.Options
	var asJSON bool
	profiles := threadOnly
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Find or make a Python and install its packages",
		Long:  setupLong,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return setup(cmd, o, profiles, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.Var(&profiles, "profile", "prepare for this `PROFILE`: thread, process or all")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object a line: events, then the result or the error")
	flags.BoolVar(&o.GIL, "gil", false, "make a build with the GIL, from the same source")
	flags.BoolVar(&o.Build, "build", false, "build from source, whatever else there is")
	flags.StringVar(&o.Python, "python", "", "prepare this `PATH` (a python, a virtual environment or a libpython)")
	cmd.MarkFlagsMutuallyExclusive("python", "gil")
	cmd.MarkFlagsMutuallyExclusive("python", "build")
	return cmd
}

func setup(cmd *cobra.Command, o provision.Options, profiles profiles, asJSON bool) error {
	if len(profiles) > 1 && (o.Python != "" || o.GIL || o.Build) {
		return errors.New("--python, --gil and --build are for one profile, not for --profile all")
	}
	o.Progress = sink(cmd, asJSON)
	for _, o.Profile = range profiles {
		if err := setupOne(cmd, o, asJSON); err != nil {
			return err
		}
	}
	return nil
}

func sink(cmd *cobra.Command, asJSON bool) progress.Sink {
	if asJSON {
		return progress.JSON(cmd.OutOrStdout())
	}
	if f, ok := cmd.ErrOrStderr().(*os.File); ok {
		return progress.Auto(f)
	}
	return progress.Plain(cmd.ErrOrStderr())
}

func setupOne(cmd *cobra.Command, o provision.Options, asJSON bool) error {
	out := cmd.OutOrStdout()
	r, err := provision.Setup(cmd.Context(), o)
	switch {
	case err != nil && asJSON:
		_ = json.NewEncoder(out).Encode(setupFailure(err))
		return reported{err}
	case err != nil:
		return failure{err}
	case asJSON:
		return json.NewEncoder(out).Encode(map[string]any{"profile": o.Profile, "result": r})
	}
	printResult(out, o.Profile, r)
	return nil
}

func printResult(w io.Writer, profile provision.Profile, r provision.Result) {
	fmt.Fprintf(w, "profile  %s\npython   %s\n", profile, r.Python.Executable)
	if profile == provision.Thread {
		fmt.Fprintf(w, "library  %s\n", r.Python.Library)
	}
	fmt.Fprintf(w, "venv     %s\nversion  %s\n", r.Python.Venv, r.Python.Version)
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
