package progress

import (
	"fmt"
	"io"
	"time"
)

// quiet is how long a running step stays silent between two plain lines.
const quiet = 15 * time.Second

// Plain prints lines that stay readable in a log: each step's beginning and
// end, its notes, and a sign of life every 15 seconds.
func Plain(w io.Writer) Sink {
	said := map[string]time.Duration{}
	return func(e Event) {
		if e.State == Running {
			if e.Elapsed-said[e.Step] < quiet {
				return
			}
			said[e.Step] = e.Elapsed
		}
		fmt.Fprintln(w, text(e))
	}
}

// text is an event in one line.
func text(e Event) string {
	switch e.State {
	case Started:
		return e.Step + " ..."
	case Running:
		return fmt.Sprintf("%s ... %s%s", e.Step, measure(e), tail(e.Detail))
	case Note:
		return fmt.Sprintf("%s: %s", e.Step, e.Detail)
	case Done:
		return fmt.Sprintf("%s: done in %s%s", e.Step, seconds(e.Elapsed), tail(e.Detail))
	case Skipped:
		return fmt.Sprintf("%s: passed over: %s", e.Step, e.Detail)
	}
	return fmt.Sprintf("%s: failed after %s", e.Step, seconds(e.Elapsed))
}

func measure(e Event) string {
	if e.Percent > 0 {
		return fmt.Sprintf("%d%%, %s", e.Percent, seconds(e.Elapsed))
	}
	return seconds(e.Elapsed)
}

func tail(detail string) string {
	if detail == "" {
		return ""
	}
	return ": " + detail
}

// seconds writes a duration as a person would: 4.2s, 38s, 3m12s.
func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
