package processprofile_test

import (
	"testing"

	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestConformance(t *testing.T) {
	harness.ProcessPython(t)
	for name, c := range map[string]processprofile.Config{
		"Default": {},
		"Threads": {Threads: 2},
	} {
		t.Run(name, func(t *testing.T) { profiletest.Run(t, maker(c)) })
	}
}

func maker(c processprofile.Config) profiletest.Maker {
	return func(adapter, folder string) profile.Profile {
		c := c
		c.Adapter, c.Path = adapter, []string{folder}
		return processprofile.New(c)
	}
}
