package progress

import (
	"fmt"
	"io"
	"strings"
)

// Terminal control: back to the line's start and clear it.
const clearLine = "\r\x1b[K"

// Live prints one line a step and redraws it in place while the step runs.
// Width is the terminal's; longer lines are cut so that none wraps.
func Live(w io.Writer, width int) Sink {
	return func(e Event) {
		line := cut(mark(e.State)+" "+text(e), width-1)
		if e.State == Started || e.State == Running {
			fmt.Fprint(w, clearLine, line)
			return
		}
		if e.State != Running {
			line = mark(e.State) + " " + text(e)
		}
		fmt.Fprint(w, clearLine, line, "\n")
	}
}

func mark(s State) string {
	return map[State]string{Started: "·", Running: "·", Note: "·", Done: "✓", Skipped: "-", Failed: "✗"}[s]
}

// cut shortens a line to a number of columns, counting each character as one.
func cut(line string, columns int) string {
	line = strings.Map(printable, line)
	runes := []rune(line)
	if columns < 1 || len(runes) <= columns {
		return line
	}
	return string(runes[:columns-1]) + "…"
}

// printable drops control characters: a child's output must not steer the
// terminal.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}
