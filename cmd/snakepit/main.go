package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, the same for every command.
const (
	exitFailed = 1 // the work failed, or doctor found an error
	exitUsage  = 2 // the command line was wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, newRoot())
	stop()
	os.Exit(code)
}

// reported is an error that the user has been told already.
type reported struct{ error }

// failure is an error of the work, as opposed to one of the command line.
type failure struct{ error }

// Unwrap returns the work's error.
func (f failure) Unwrap() error { return f.error }

func run(ctx context.Context, root *cobra.Command) int {
	err := root.ExecuteContext(ctx)
	var told reported
	var failed failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &told):
		return exitFailed
	case errors.As(err, &failed):
		fmt.Fprintln(root.ErrOrStderr(), "snakepit:", err)
		return exitFailed
	}
	fmt.Fprintf(root.ErrOrStderr(), "snakepit: %v\nrun \"snakepit --help\" for the commands and their options\n", err)
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "snakepit",
		Short:         "Prepare and check the Python that Go programs use in process",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newGen(), newSetup(), newDoctor(), newPythonTest())
	return root
}
