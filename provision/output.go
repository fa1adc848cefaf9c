package provision

import (
	"path/filepath"
	"strings"
)

// output is what a long command prints: how to say a line in brief, and about
// how many lines say something.
type output struct {
	brief func(string) string
	lines int
}

// The counts were taken from a build of 3.13.15.
var (
	configureOutput = output{briefConfigure, 790}
	compileOutput   = output{briefCompile, 360}
	installOutput   = output{briefInstall, 4950}
)

// briefConfigure leaves a line that is short by itself.
func briefConfigure(line string) string { return line }

// briefCompile names the file that is being compiled.
func briefCompile(line string) string {
	if !strings.Contains(line, " -c ") {
		return ""
	}
	for _, word := range strings.Fields(line) {
		if ext := filepath.Ext(word); ext == ".c" || ext == ".S" || ext == ".cpp" {
			return filepath.Clean(word)
		}
	}
	return ""
}

// briefInstall names the file that is being copied or compiled, without its
// folder.
func briefInstall(line string) string {
	words := strings.Fields(strings.Trim(line, ".'"))
	return words[0] + " " + filepath.Base(words[len(words)-1])
}

// pipOutput counts two lines a package.
func pipOutput(packages int) output {
	return output{briefPip, 2*packages + 1}
}

// briefPip says which package pip is at.
func briefPip(line string) string {
	words := strings.Fields(line)
	switch words[0] {
	case "Collecting":
		return "collecting " + words[1]
	case "Downloading":
		return "fetching " + filepath.Base(words[1])
	case "Using": // cached
		return "fetched before: " + filepath.Base(words[2])
	case "Installing":
		return "installing them"
	}
	return ""
}
