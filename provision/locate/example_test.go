package locate_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// What a program does with the answer: say which Python it has, or where it
// looked and what to do.
func ExampleFind() {
	python, _, err := locate.Find(context.Background(), locate.Options{})
	var missing *locate.NotFoundError
	switch {
	case errors.As(err, &missing):
		for _, a := range missing.Attempts {
			fmt.Println(a.Step, a.Looked, a.Outcome)
		}
	case err != nil:
		fmt.Println("the chosen Python cannot be used:", err)
	default:
		fmt.Println(python.Version, python.Library, python.Venv)
	}
}
