package doctor

import (
	"fmt"
	"io"
	"slices"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// Level is how bad a finding is.
type Level string

// The levels. Only an Error keeps Python from running in process.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
)

// Finding is the outcome of one check.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Found says what is there.
	Found string `json:"found"`
	// Fix says what to do; empty when all is well.
	Fix string `json:"fix,omitempty"`
}

// Report is the outcome of all checks.
type Report struct {
	// Python is the interpreter that was checked; nil when none was found.
	Python   *locate.Python   `json:"python"`
	Attempts []locate.Attempt `json:"attempts"`
	Findings []Finding        `json:"findings"`
}

// Failed says that there is an Error among the findings.
func (r Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level == Error })
}

var marks = map[Level]string{OK: "✓", Warning: "!", Error: "✗"}

// Print writes the report for people: a line for each finding, its fix below
// it. Verbose adds where a Python was looked for.
func (r Report) Print(w io.Writer, verbose bool) {
	if verbose {
		for _, a := range r.Attempts {
			fmt.Fprintf(w, "  %s (%s): %s\n", a.Step, a.Looked, a.Outcome)
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "%s %-15s %s\n", marks[f.Level], f.Check, f.Found)
		if f.Fix != "" {
			fmt.Fprintf(w, "  %-15s fix: %s\n", "", f.Fix)
		}
	}
}
