package main

import (
	"fmt"
	"os"
)

const rowFormat = "%-42s %6v %7v %7v %8v %9v  %s\n"

func printHeader() {
	fmt.Printf(rowFormat, "module", "run", "failed", "errors", "skipped", "seconds", "")
}

// printRow prints a module's line, and below it what is surprising.
func printRow(r result, surprises []string, verbose bool) {
	seconds := fmt.Sprintf("%.1f", r.Seconds)
	if r.err != nil {
		fmt.Printf(rowFormat, r.module, "-", "-", "-", "-", seconds, "no result")
	} else {
		fmt.Printf(rowFormat, r.module, r.Run, r.Failures, r.Errors, r.Skipped, seconds, r.remark())
	}
	for _, s := range surprises {
		fmt.Println("    " + s)
	}
	if verbose {
		r.printDetails()
	}
}

func (r result) remark() string {
	switch {
	case r.ModuleSkipped != "":
		return "skipped: " + r.ModuleSkipped
	case r.GIL:
		return "with the GIL"
	}
	return ""
}

func (r result) printDetails() {
	for _, f := range r.Failed {
		fmt.Printf("---- %s\n%s\n", f.ID, f.Traceback)
	}
	fmt.Println("---- printed")
	os.Stdout.Write(r.printed)
	if r.err != nil {
		fmt.Printf("---- ended in %s: %v\n", r.last, r.err)
	}
}

// total is the last line of the table.
type total struct {
	outcome
	modules int
}

func (t *total) add(r result) {
	t.modules++
	t.Run += r.Run
	t.Failures += r.Failures
	t.Errors += r.Errors
	t.Skipped += r.Skipped
	t.Seconds += r.Seconds
	if r.Version != "" {
		t.Version = r.Version
	}
}

func (t *total) print() {
	name := fmt.Sprintf("%d modules", t.modules)
	fmt.Printf(rowFormat, name, t.Run, t.Failures, t.Errors, t.Skipped, fmt.Sprintf("%.1f", t.Seconds), "Python "+t.Version)
}
