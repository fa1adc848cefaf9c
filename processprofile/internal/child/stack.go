package child

import "strings"

// faultStack finds what Python's faulthandler wrote, last, in what a process printed
// to stderr: from "Fatal Python error" or "Current thread" to its last line.
func faultStack(text string) string {
	at := strings.LastIndex(text, "Fatal Python error:")
	if at < 0 {
		at = strings.LastIndex(text, "Current thread 0x")
	}
	if at < 0 {
		return ""
	}
	var stack strings.Builder
	for line := range strings.Lines(text[at:]) {
		if !faultLine(line) {
			break
		}
		stack.WriteString(line)
	}
	return strings.TrimSpace(stack.String())
}

var faultPrefixes = []string{
	"Fatal Python error:", "Python runtime state:", "Current thread", "Thread 0x", "  File ", "  ...",
	"  <no Python frame>", "  Binary file ", "  <", "Extension modules:", "  Garbage-collecting",
}

func faultLine(line string) bool {
	if strings.TrimSpace(line) == "" {
		return true
	}
	for _, prefix := range faultPrefixes {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

// lastLines returns the last n lines of a text that are not blank at its end.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
