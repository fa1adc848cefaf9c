package progress

import (
	"os"
	"strconv"
)

// usualWidth is taken where the environment does not say how wide it is.
const usualWidth = 80

// Auto is Live when the file is a terminal, and Plain when it is not, under CI,
// or on a terminal that cannot redraw a line.
func Auto(f *os.File) Sink {
	if !isTerminal(f) || os.Getenv("CI") != "" || os.Getenv("TERM") == "dumb" {
		return Plain(f)
	}
	return Live(f, width(f))
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0 && f.Name() != os.DevNull
}

func width(f *os.File) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if n := ttyWidth(f); n > 0 {
		return n
	}
	return usualWidth
}
