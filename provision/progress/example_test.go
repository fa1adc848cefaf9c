package progress_test

import (
	"os"
	"time"

	"github.com/gosnakepit/snakepit/provision/progress"
)

func ExampleJSON() {
	sink := progress.JSON(os.Stdout)
	sink(progress.Event{Step: "compile", State: progress.Running, Detail: "main.c", Percent: 40, Elapsed: 3 * time.Second})
	// Output: {"step":"compile","state":"running","detail":"main.c","percent":40,"elapsed_s":3}
}
