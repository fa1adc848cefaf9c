package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// line is one row of bench.json.
type line struct {
	Name    string  `json:"name"`
	NsPerOp float64 `json:"ns_per_op"`
	Allocs  float64 `json:"allocs_per_op"`
	CPU     float64 `json:"cpu_ns_per_op"`
	Ratio   float64 `json:"ratio,omitempty"`
	RatioTo string  `json:"ratio_to,omitempty"`
	Grown   int     `json:"grown_bytes,omitempty"`
}

// report prints the table, writes the file, and returns how many bars were missed.
func report(rows []*row, file string) (missed int, err error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	byName := map[string]*row{}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "name\tns/op\tcpu ns/op\tallocs/op\tratio\tto\tbar\t")
	for _, r := range rows {
		byName[r.name] = r
		ratio := r.ratio(byName[r.of])
		bar, ok := r.verdict(byName[r.of], ratio)
		if !ok {
			missed++
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f\t%.2f\t%s\t%s\t\n", r.name, r.wall.Nanoseconds(), r.best.Nanoseconds(), r.allocs, ratio, r.of, bar)
		entry := line{r.name, float64(r.wall.Nanoseconds()), r.allocs, float64(r.best.Nanoseconds()), ratio, r.of, r.grown}
		if err := json.NewEncoder(f).Encode(entry); err != nil {
			return missed, err
		}
	}
	return missed, table.Flush()
}

// time is what counts.
func (r *row) time() time.Duration {
	if r.clock {
		return r.wall
	}
	return r.best
}

func (r *row) ratio(to *row) float64 {
	if to == nil || to.best == 0 {
		return 0
	}
	return float64(r.time()) / float64(to.time())
}

// verdict compares a row with its bar.
func (r *row) verdict(to *row, ratio float64) (text string, ok bool) {
	switch {
	case r.room > 0:
		return mark(fmt.Sprintf("+%d KiB", r.room>>10), r.grown <= r.room, fmt.Sprintf("%+d KiB", r.grown>>10))
	case r.plus > 0:
		over := r.best
		if to != nil {
			over -= to.best
		}
		return mark(fmt.Sprintf("+%v", r.plus), over <= r.plus, over.Round(10*time.Nanosecond).String())
	case r.bar > 0:
		return mark(fmt.Sprintf("≤ %.2f", r.bar), ratio <= r.bar, "")
	case r.least > 0:
		return mark(fmt.Sprintf("≥ %.0f", r.least), ratio >= r.least, "")
	}
	return "", true
}

func mark(bar string, ok bool, got string) (string, bool) {
	if got != "" {
		bar += " (" + got + ")"
	}
	if ok {
		return bar + " ✓", true
	}
	return bar + " ✗", false
}
