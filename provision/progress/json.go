package progress

import (
	"encoding/json"
	"io"
)

// line is an event as other programs read it.
type line struct {
	Step    string  `json:"step"`
	State   State   `json:"state"`
	Detail  string  `json:"detail,omitempty"`
	Percent int     `json:"percent,omitempty"`
	Elapsed float64 `json:"elapsed_s"`
}

// JSON prints each event as one JSON object on a line of its own.
func JSON(w io.Writer) Sink {
	encoder := json.NewEncoder(w)
	return func(e Event) {
		_ = encoder.Encode(line{e.Step, e.State, e.Detail, e.Percent, e.Elapsed.Seconds()})
	}
}
