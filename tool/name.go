package tool

import "fmt"

// MaxName is the length of the longest name of a tool, in bytes.
const MaxName = 64

// NameError says what is wrong with the name of a tool.
type NameError struct {
	Name string
	Why  string
}

func (e *NameError) Error() string {
	return fmt.Sprintf("snakepit: %.80q is no name for a tool: %s", e.Name, e.Why)
}

// checkName wants [A-Za-z0-9][A-Za-z0-9_.-]* of at most 64 bytes.
func checkName(name string) error {
	switch {
	case name == "":
		return &NameError{name, "it is empty"}
	case len(name) > MaxName:
		return &NameError{name, fmt.Sprintf("it is longer than %d bytes", MaxName)}
	}
	for i, c := range []byte(name) {
		letter := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '_' && c != '.' && c != '-') {
			return &NameError{name, fmt.Sprintf("byte %d is %q; letters, digits, and after the first _ . - are allowed", i, c)}
		}
	}
	return nil
}
