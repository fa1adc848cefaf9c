package main

import (
	"errors"
	"strings"

	"github.com/gosnakepit/snakepit/provision"
)

// profiles is the value of a flag: those to work for, one after the other.
type profiles []provision.Profile

var threadOnly = profiles{provision.Thread}

func (p *profiles) String() string {
	var names []string
	for _, profile := range *p {
		names = append(names, string(profile))
	}
	return strings.Join(names, ",")
}

// Set takes what was said on the command line.
func (p *profiles) Set(name string) error {
	switch name {
	case "all":
		*p = profiles{provision.Thread, provision.Process}
	case string(provision.Thread), string(provision.Process):
		*p = profiles{provision.Profile(name)}
	default:
		return errors.New("there are thread, process and all")
	}
	return nil
}

// Type is what help calls the value.
func (p *profiles) Type() string { return "PROFILE" }
