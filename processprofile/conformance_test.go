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
	profiletest.Run(t, func(adapter, folder string) profile.Profile {
		return processprofile.New(processprofile.Config{Adapter: adapter, Path: []string{folder}})
	})
}
