package main

import (
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/gosnakepit/snakepit/provision/doctor"
)

const doctorLong = `Check the Python that programs would use, its shared library and packages, the C
compiler and the limits of this machine. Libraries are imported in child
processes. The exit code is 1 when something keeps Python from running.

With --profile process it is the Python of child processes, and the packages with
which they talk to the Go program.`

func newDoctor() *cobra.Command {
	var o doctor.Options
	var asJSON, verbose bool
	profiles := threadOnly
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the Python, its packages and the machine",
		Long:  doctorLong,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var failed []error
			for _, o.Profile = range profiles {
				failed = append(failed, printReport(cmd, doctor.Run(cmd.Context(), o), asJSON, verbose))
			}
			return errors.Join(failed...)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "print the report as JSON")
	flags.BoolVarP(&verbose, "verbose", "v", false, "say where a Python was looked for")
	flags.Var(&profiles, "profile", "check for this `PROFILE`: thread, process or all")
	flags.StringVar(&o.Python, "python", "", "check this `PATH` (a python, a virtual environment or a libpython)")
	return cmd
}

func printReport(cmd *cobra.Command, r doctor.Report, asJSON, verbose bool) error {
	out := cmd.OutOrStdout()
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(r); err != nil {
			return failure{err}
		}
	} else {
		r.Print(out, verbose)
	}
	if r.Failed() {
		return reported{errors.New("doctor found errors")}
	}
	return nil
}
