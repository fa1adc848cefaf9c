package threadprofile_test

import (
	"testing"

	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestConformance(t *testing.T) {
	harness.Python(t)
	for name, c := range map[string]threadprofile.Config{
		"Default": {},
		"Shared":  {Shared: true},
		"Pinned":  {Pinned: true},
	} {
		t.Run(name, func(t *testing.T) { profiletest.Run(t, maker(c)) })
	}
}

func maker(c threadprofile.Config) profiletest.Maker {
	return func(adapter, folder string) profile.Profile {
		c := c
		c.Adapter, c.Path = adapter, []string{folder}
		c.Shared = c.Shared && adapter != ""
		return threadprofile.New(c)
	}
}
