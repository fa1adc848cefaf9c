package locate

import (
	"path/filepath"
	"strings"
)

// homebrew offers what Homebrew has installed, in its usual places and where
// HOMEBREW_PREFIX points.
func homebrew(s *search) (string, []candidate) {
	prefixes := []string{s.system("opt/homebrew"), s.system("home/linuxbrew/.linuxbrew"), s.system("usr/local")}
	if prefix := s.getenv("HOMEBREW_PREFIX"); prefix != "" {
		prefixes = append([]string{prefix}, prefixes...)
	}
	var looked, patterns []string
	for _, prefix := range prefixes {
		formula := filepath.Join(prefix, "opt", "python*")
		looked = append(looked, formula)
		patterns = append(patterns, filepath.Join(formula, "bin", "python3.*t"), filepath.Join(formula, "bin", "python3.1[3-9]"))
	}
	return strings.Join(looked, ", "), glob(patterns...)
}
