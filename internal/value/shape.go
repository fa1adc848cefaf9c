package value

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// ShapeError says that arrays or tensors did not fit each other, or an operation. It is
// read from the message of an exception, by errors.As; what the message does not tell is
// nil, empty or -1.
type ShapeError struct {
	Operation string  // "matmul", "broadcast", "reshape", "concatenate", …
	Got       [][]int // the shapes of what was there, in the message's order
	Want      [][]int // those that were asked for, or would have fitted

	Dim               int // the dimension that does not fit
	GotSize, WantSize int // the sizes there, or numbers of elements where Dim is -1
	GotRank, WantRank int // numbers of dimensions

	Err *PythonError // the exception
}

// Error says what does not fit.
func (e *ShapeError) Error() string {
	var b strings.Builder
	b.WriteString("snakepit: shapes do not fit")
	if e.Operation != "" {
		b.WriteString(" (" + e.Operation + ")")
	}
	describe(&b, "got", e.Got)
	describe(&b, "want", e.Want)
	if e.Dim >= 0 {
		fmt.Fprintf(&b, ", in dimension %d", e.Dim)
	}
	compare(&b, "size", e.GotSize, e.WantSize)
	compare(&b, "number of dimensions", e.GotRank, e.WantRank)
	return b.String() + ": " + e.Err.summary()
}

// Unwrap returns the exception.
func (e *ShapeError) Unwrap() error { return e.Err }

func describe(b *strings.Builder, what string, shapes [][]int) {
	if len(shapes) > 0 {
		fmt.Fprintf(b, ", %s %s", what, strings.Trim(fmt.Sprint(shapes), "[]"))
	}
}

func compare(b *strings.Builder, what string, got, want int) {
	switch {
	case got >= 0 && want >= 0:
		fmt.Fprintf(b, ", %s %d instead of %d", what, got, want)
	case got >= 0:
		fmt.Fprintf(b, ", %s %d", what, got)
	}
}

// shapeOf reads a ShapeError from an exception, or returns nil.
func shapeOf(err *PythonError) *ShapeError {
	m := shapeRules.find(err.text())
	if m == nil {
		return nil
	}
	e := &ShapeError{
		Operation: m["op"], Got: shapesIn(m["gots"]), Want: nil, Dim: m.number("dim"),
		GotSize: m.number("gotsize"), WantSize: m.number("size"), GotRank: m.number("gotrank"), WantRank: m.number("rank"),
		Err: err,
	}
	for _, text := range m.some("got", "got2") {
		e.Got = append(e.Got, dimensions(text))
	}
	for _, text := range m.some("want") {
		e.Want = append(e.Want, dimensions(text))
	}
	if m["op"] == multiply {
		e.meet()
	}
	return e
}

// multiply is the operation of matrices whose message names their shapes only.
const multiply = "matmul"

// meet finds the sizes of two matrices that should have been the same.
func (e *ShapeError) meet() {
	if len(e.Got) == 2 && len(e.Got[0]) == 2 && len(e.Got[1]) == 2 {
		e.Dim, e.WantSize, e.GotSize = 0, e.Got[0][1], e.Got[1][0]
	}
}

var (
	oneShape = regexp.MustCompile(`[(\[]([^()\[\]]*)[)\]](?:->\([^()]*\))?`)
	oneSize  = regexp.MustCompile(`-?\d+|newaxis|\*`)
)

// shapesIn reads "(2,3) (4,5)", "[2], [3]" and numpy's "(2,3)->(2,newaxis,3)", of which
// the first half counts.
func shapesIn(text string) [][]int {
	var all [][]int
	for _, m := range oneShape.FindAllStringSubmatch(text, -1) {
		all = append(all, dimensions(m[1]))
	}
	return all
}

// dimensions reads "(2, 3)", "[2, 3]", "2x3" and "2 3"; -1 stands for any size.
func dimensions(text string) []int {
	all := []int{}
	for _, word := range oneSize.FindAllString(text, -1) {
		n, err := strconv.Atoi(word)
		if err != nil {
			n = -1
		}
		all = append(all, n)
	}
	return all
}
