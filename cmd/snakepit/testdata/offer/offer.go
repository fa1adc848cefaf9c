// Package offer has tools to write a stub of.
package offer

import (
	"context"

	"github.com/gosnakepit/snakepit/tool"
)

type in struct {
	Text string `py:"text" doc:"what to split"`
	Most int    `py:"most,omitempty"`
}

// Tools are what it offers.
var Tools = []tool.Tool{tool.New("tokenize", "split text", func(_ context.Context, i in) ([]string, error) { return nil, nil })}

// Broken cannot be registered.
var Broken = []tool.Tool{tool.New("not a name", "", func(context.Context, in) (int, error) { return 0, nil })}

// Number is no list of tools.
var Number = 1
