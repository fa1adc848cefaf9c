package main

import (
	"context"
	"os"
	"os/exec"
	"time"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// measureCold measures a whole process: python -c pass, and this program doing
// nothing but Open with an empty adapter. Time on the clock, since that is what a
// user waits for.
func measureCold(rows []*row, rounds int) error {
	python, _, err := locate.Find(context.Background(), locate.Options{})
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch r.name {
		case "open/python":
			err = r.processes(rounds, python.Executable, "-I", "-c", "pass")
		case "open/cold":
			err = r.processes(rounds, self, "-only-open")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *row) processes(rounds int, argv ...string) error {
	for range rounds {
		start := time.Now()
		if out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil {
			os.Stderr.Write(out)
			return err
		}
		r.took(time.Since(start))
	}
	return nil
}
